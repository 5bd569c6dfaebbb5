"""What a pack's READ-ME says of the log's witnesses, in two languages: who they are, how far, and what without them."""

from aboveboard.apps.ledger.confirmed import Standing

_NOBODY = (
    """\
Who outside confirms this log
  Nobody: no witness is named. Compare the checkpoint with one that somebody else has kept.
""",
    """\
Kdo zvenčí tento protokol potvrzuje
  Nikdo: žádný svědek není jmenován. Porovnejte kontrolní bod s tím, který má někdo jiný.
""",
)
_ENGLISH = """\
Who outside confirms this log
  Witnesses named: {names}. When this folder was made their quorum had confirmed {confirmed} of {size} entries.
  {without}
  Give KEYS a line for each witness that you trust; the verifier then says what they have cosigned.
"""
_CZECH = """\
Kdo zvenčí tento protokol potvrzuje
  Jmenovaní svědci: {names}. Když tato složka vznikla, jejich kvorum potvrdilo {confirmed} z {size} položek.
  {without}
  Přidejte do souboru KLÍČE řádek za každého svědka, kterému věříte; ověření pak řekne, co spolupodepsal.
"""


def outsiders(found: Standing | None, size: int) -> tuple[str, str]:
    """Give the paragraph for a log of *size* entries, in English and in Czech."""
    if found is None:
        return _NOBODY
    about = {"names": ", ".join(found.stated.names), "confirmed": min(found.witnessed, size), "size": size}
    english, czech = _without(found.stated.stop_after)
    return _ENGLISH.format(without=english, **about), _CZECH.format(without=czech, **about)


def _without(seconds: int | None) -> tuple[str, str]:
    if seconds is None:
        return (
            "The controller has chosen that looks go on while the witnesses are silent.",
            "Správce zvolil, že mlčí-li svědci, nahlížení pokračuje.",
        )
    return (
        f"The controller has chosen that looks stop when the witnesses are silent for {seconds} seconds.",
        f"Správce zvolil, že mlčí-li svědci {seconds} sekund, nahlížení se zastaví.",
    )
