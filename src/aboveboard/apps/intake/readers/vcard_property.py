"""One content line of a vCard (RFC 6350, 3.3) as cells: the name of the property says what kind of value it is.

Of a property's parameters, those that say what the value is become part of its name: ``TEL;work;fax``,
``X-ABRELATEDNAMES;label=spouse``. Only words listed here may do so; a label or type somebody wrote is a value of
its own, for names of properties are printed in reports.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from aboveboard.apps.intake.readers.encoding import legacy_encoding_of


def words(text: str) -> frozenset[str]:
    """The words of *text*."""
    return frozenset(text.split())


PLACES = ("home", "work", "cell", "fax", "pager", "textphone")
"""Types in the order in which they stand in a property's name; home before work, for the stricter rule counts."""
RELATIONS = words(
    "contact acquaintance friend met co-worker colleague co-resident neighbor child parent sibling spouse kin muse "
    "crush date sweetheart me agent emergency"
)
SAME_TYPE = {
    "mobile": "cell", "iphone": "cell", "tty": "textphone", "tty-tdd": "textphone", "homefax": "fax",
    "workfax": "fax", "business": "work", "private": "home",
}  # fmt: skip
WITHOUT_MEANING = words(
    "pref voice internet msg video text car isdn bbs modem pcs main dom intl postal parcel x400 aol applelink "
    "attmail cis eworld ibmmail mcimail powershare prodigy tlx gif cgm wmf bmp met pmb dib pict tiff ps pdf jpeg jpg "
    "png mpeg mpeg2 avi qtime wave wav pcm aiff x509 pgp image/jpeg image/png image/gif uri date 8bit 7bit b base64 "
    "quoted-printable inline"
)
"""Types that say nothing of whose value it is."""
KNOWN_LABELS = words(
    "spouse partner domesticpartner child son daughter mother father parent brother sister relative friend manager "
    "assistant assistantphone referredby anniversary birthday homepage profile blog"
)
VALUE_PARAMETERS = ("label", "geo", "sort-as")
"""Parameters that carry something about the person themselves."""
STRUCTURED = frozenset({"N", "ADR", "ORG"})
NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
UNESCAPED_SEMICOLON = re.compile(r"(?<!\\);")
PARAMETER = re.compile(r';(?:([^=;:"]+)=)?((?:"[^"]*"|[^;"])*)')
HEAD = re.compile(rb'^((?:[^":]|"[^"]*")*):')
CARET = {"^n": "\n", "^'": '"', "^^": "^"}
LABELS_PROPERTY = "X-ABLABEL"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the colon: a property's name, group, kinds, encoding and parameters with a value."""

    name: str
    group: str = ""
    kinds: tuple[str, ...] = ()
    encoding: str = ""
    charset: str = ""
    values: tuple[tuple[str, str], ...] = ()
    whole: str = field(init=False)
    """The name with its kinds."""
    is_structured: bool = field(init=False)

    def __post_init__(self) -> None:
        """Put together once what is asked for often."""
        object.__setattr__(self, "whole", ";".join((self.name, *self.kinds)))
        object.__setattr__(self, "is_structured", self.name in STRUCTURED)

    def named(self, label: str = "") -> str:
        """The name of the property with its kinds and, if it is a known one, its label."""
        if not label:
            return self.whole
        kinds = self.kinds
        if label in PLACES:
            kinds = tuple(place for place in PLACES if place in {*kinds, label}) + kinds_beyond(kinds)
            label = ""
        name = ";".join((self.name, *kinds))
        return f"{name};label={label}" if label else name


def kinds_beyond(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that are not places."""
    return tuple(kind for kind in kinds if kind not in PLACES)


def parse_head(raw: bytes, encoding: str) -> Head:
    """Read name, group and parameters; a bare word is a type or an encoding (vCard 2.1).

    Raises: UnicodeDecodeError, if the bytes are not text in *encoding*.
    """
    text = raw.decode("ascii" if raw.isascii() else encoding)
    full, _, _ = text.partition(";")
    group, _, name = full.strip().rpartition(".")
    types: list[str] = []
    coding = charset = ""
    values: list[tuple[str, str]] = []
    for raw_key, raw_value in PARAMETER.findall(text[len(full) :]):
        key, value = raw_key.strip().lower() or "type", raw_value.strip()
        if key == "charset":
            charset = value.strip('"')
        elif key == "encoding" or (key == "type" and value.lower() in {"quoted-printable", "base64", "b"}):
            coding = "Q" if value.lower() == "quoted-printable" else "B" if value.lower() in {"base64", "b"} else ""
        elif key == "type":
            types += [word.strip().lower() for word in value.replace('"', "").split(",") if word.strip()]
        elif key in VALUE_PARAMETERS and value:
            values.append((key, re.sub(r"\^[n'^]", lambda found: CARET[found[0]], value.strip('"'))))
    kinds, own = kinds_of(types)
    return Head(name.upper(), group, kinds, coding, charset, (*values, *(("type", word) for word in own)))


def kinds_of(types: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The types that say what a value is, in a fixed order, and the words somebody made up."""
    named = {SAME_TYPE.get(word, word) for word in types}
    made_up = sorted(named.difference(PLACES, RELATIONS, WITHOUT_MEANING, {"other"}))
    kinds = [place for place in PLACES if place in named] + sorted(named & RELATIONS)
    if not kinds and (made_up or "other" in named):
        kinds = ["other"]
    return tuple(kinds), made_up


def decoded(raw: bytes, head: Head, encoding: str) -> str:
    """The text of a value; base64 stays as it is, without white space.

    Raises: UnicodeDecodeError, if it is no text in the encoding it names, in UTF-8 or in *encoding*.
    """
    if head.encoding == "B":
        return b"".join(raw.split()).decode("ascii", errors="strict")
    if head.encoding == "Q":
        raw = binascii.a2b_qp(raw)
        if not raw.isascii() and not head.charset and not _is_text(raw, "utf-8"):
            encoding = legacy_encoding_of(raw) if encoding.startswith("utf-8") else encoding
    if raw.isascii():
        return raw.decode("ascii")
    for candidate in (head.charset, "utf-8", encoding):
        if candidate and _is_text(raw, candidate):
            return raw.decode(candidate)
    return raw.decode(encoding)


def _is_text(raw: bytes, encoding: str) -> bool:
    """Whether *raw* decodes; an encoding nobody knows decodes nothing."""
    try:
        raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def unescaped(text: str, *, version_2: bool) -> str:
    """Take away backslashes (RFC 6350, 3.4); in vCard 2.1 only before what would separate."""
    if "\\" not in text:
        return text
    if version_2:
        return re.sub(r"\\([;,:\\])", r"\1", text)
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def cells_of(head: Head, text: str, label: str, *, version_2: bool) -> Iterator[tuple[str, str]]:
    """The cells of one property: structured values part by part or readably joined, then its speaking parameters."""
    name = head.named(label)
    if head.is_structured:
        parts = [unescaped(part, version_2=version_2).strip() for part in UNESCAPED_SEMICOLON.split(text)]
        yield from structured(head.name, name, parts)
    else:
        yield name, text if head.encoding == "B" else unescaped(text, version_2=version_2)
    for key, value in head.values:
        yield f"{head.named()};{key}", value


def structured(kind: str, name: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    """A name by its parts, an organisation with its units apart, an address on one line."""
    if kind == "N":
        for part, value in zip(NAME_PARTS, parts, strict=False):
            yield f"N;{part}", value
        for value in parts[len(NAME_PARTS) :]:
            yield "N;more", value
    elif kind == "ORG":
        yield "ORG", "".join(parts[:1])
        yield "ORG;unit", ", ".join(part for part in parts[1:] if part)
    else:
        lines = [line.strip(" ,") for part in parts for line in part.splitlines()]
        yield name, ", ".join(line for line in lines if line)


def known_label(text: str) -> tuple[str, str]:
    """A label as part of a name, or ``other`` and the text itself as a value of its own."""
    word = re.sub(r"[^a-z]", "", text.lower().replace("_$!<", "").replace(">!$_", ""))
    word = SAME_TYPE.get(word, word)
    if word in KNOWN_LABELS or word in PLACES:
        return word, ""
    return "other", text
