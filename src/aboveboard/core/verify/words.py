"""What no evidence proves, in plain sentences; a report always says it."""


def sentences(text: str) -> tuple[str, ...]:
    """Give what *text* says, paragraph by paragraph."""
    return tuple(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


ALWAYS = sentences("""
What came after this checkpoint. Lines signed later are in a newer pack, which cannot leave out one of these; the look
that made this pack is one of them.

That the index is the whole log's. Its root is signed, and whoever holds every entry of the log can make it anew from
them; nobody can from this pack alone.

That every look left a line. A photographed screen, a look over somebody's shoulder, an export passed on, or a second
record kept elsewhere leaves none.

That nobody read past the log. Whoever runs the machines and holds the root key can read what lies there without
leaving a line.

Who the readers are, and that places are true. A line shows entity, country, purpose and how the place was
established; the reader's name and role stay hidden, and the entity vouches for its own workplaces.

That a grant was not ended earlier. The end of a grant counts only where its line is shown.

What was never recorded here: other systems, paper, and the memory of people.
""")
UNWITNESSED, GAP, COPIES, BEHIND, UNTIED = sentences("""
That everybody was shown the same log, and when. No witness has cosigned this checkpoint; compare it with one that
somebody else has kept.

That nothing stood in the lost range of an earlier log of this cell: a gap was declared, and its first line says how
long it is.

That no copy is left outside: backups of the key store live on until the day the certificate names.

That everybody was shown the same {} newest entries: the witnesses had not yet cosigned these when the pack was made.

{} of the values shown cannot be tied to a line: something recorded together with them is gone by now, or was not
released.
""")
