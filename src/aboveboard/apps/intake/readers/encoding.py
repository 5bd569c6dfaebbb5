"""Which encoding a sample of text is in: marks and strict UTF-8 first, then the language whose letters fit best."""

import codecs
import re
from collections import Counter
from math import exp, log

# A general detector was tried on names in Czech, German and French: it took ISO 8859-2 for Windows-1250 and gave
# French names Czech letters, for the letters with accents are few in a list of people. Here the letters of one
# language at a time are weighed, which is both simpler and right more often.

UNREADABLE = "\udc80"
"""Stands for bytes that are no text; no strict decoding can yield it."""
TOLERANT = "aboveboard.unreadable"
"""The error handler that puts UNREADABLE in the place of bytes that are no text."""


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    """Go on behind the bytes that cannot be decoded."""
    if isinstance(error, UnicodeDecodeError):
        return UNREADABLE, error.end
    raise error


codecs.register_error(TOLERANT, _mark_unreadable)

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Share in per cent of running text of the letters that are not ASCII; rounded, only their proportions matter.
LETTERS: dict[str, tuple[tuple[str, ...], str]] = {
    "cs": (
        ("cp1250", "iso8859-2"),
        "í3.3 á2.2 ě1.6 é1.3 ř1.2 ž1 ý1 č1 š.8 ů.7 ú.1 ť.04 ó.03 ď.03 ň.03 ü.02 ö.02",
    ),
    "sk": (
        ("cp1250", "iso8859-2"),
        "á1.8 í1 é.9 č.9 š.8 ž.7 ý.9 ú.9 ľ.5 ť.5 ô.15 ň.1 ď.2 ä.05 ó.05 ĺ.01 ŕ.01",
    ),
    "pl": (("cp1250", "iso8859-2"), "ł1.8 ą1 ę1.1 ó.85 ż.8 ś.7 ć.4 ń.2 ź.06"),
    "hu": (("cp1250", "iso8859-2"), "á3.4 é3.3 ö1 ő.9 ó.9 ü.6 í.6 ű.2 ú.3"),
    "hr": (("cp1250", "iso8859-2"), "č1 š.8 ž.6 ć.6 đ.3"),
    "ro": (("cp1250", "iso8859-2"), "ă2 î.6 ş.6 ţ.6 â.3"),
    "de": (("cp1252", "cp1250", "iso8859-2"), "ü.65 ä.55 ö.4 ß.3 é.02"),
    "fr": (("cp1252",), "é1.9 à.5 è.3 ê.2 ç.1 ù.06 û.05 â.05 î.04 ô.03 œ.02 ë.02 ï.02"),
    "es": (("cp1252",), "ó.8 í.7 á.5 é.4 ñ.3 ú.15 ü.01"),
    "pt": (("cp1252",), "ã.7 ç.5 á.5 é.35 ê.35 ó.3 í.15 ú.1 â.1 à.07 õ.05 ô.05"),
    "it": (("cp1252",), "à.6 è.3 ò.2 ù.2 é.05 ì.03"),
    "nordic": (("cp1252",), "ä1.5 å1.2 ö1.2 æ.8 ø.8 é.05"),
    "ru": (("cp1251",), " ".join(f"{letter}3" for letter in "абвгдежзийклмнопрстуфхцчшщъыьэюяё")),
}
TYPOGRAPHY = frozenset("\u00a0“”„‘’‚–—…€§°«»®©™·•´")
ASCII = range(0x80)
LEADS = frozenset({*range(0x81, 0xA0), *range(0xE0, 0xFD)})
COMMON_LEADS = range(0x81, 0x98)
SELDOM, NEVER = 1e-3, 1e-6
LATIN = ("cp1250", "cp1252", "iso8859-2")
EIGHT_BIT = (*LATIN, "cp1251")
"""In order of preference where two give the same text."""


def _weights(table: str) -> dict[str, float]:
    """The logarithm of the share of each letter of *table* among its letters."""
    shares = {entry[0]: float(entry[1:]) for entry in table.split()}
    total = sum(shares.values())
    return {letter: log(share / total) for letter, share in shares.items()}


WEIGHTS = {language: _weights(table) for language, (_, table) in LETTERS.items()}


def _mixed(encoding: str) -> dict[str, float]:
    """The letters of all languages written in *encoding* together, for a group has people in several countries."""
    tables = [WEIGHTS[language] for language, (encodings, _) in LETTERS.items() if encoding in encodings]
    letters = {letter for table in tables for letter in table}
    return {
        letter: log(sum(exp(table[letter]) for table in tables if letter in table) / len(tables)) for letter in letters
    }


def _hypotheses(encoding: str) -> list[dict[str, float]]:
    """What a text in *encoding* may be: one language, or several."""
    alone = [WEIGHTS[language] for language, (encodings, _) in LETTERS.items() if encoding in encodings]
    return [*alone, _mixed(encoding)]


HYPOTHESES = {encoding: _hypotheses(encoding) for encoding in EIGHT_BIT}


def encoding_of(sample: bytes) -> str:
    """Name the encoding of *sample*; text in several encodings gets the one most of it is in."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding
    if wide := _without_mark(sample):
        return wide
    if sample.isascii() or _is_utf8(sample):
        return "utf-8"
    return legacy_encoding_of(sample)


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a mark shows in the zero bytes beside ASCII characters."""
    pairs = len(sample) // 2
    if pairs == 0:
        return None
    if sample[1::2].count(0) > pairs * 0.4 and sample[0::2].count(0) < pairs * 0.05:
        return "utf-16-le"
    if sample[0::2].count(0) > pairs * 0.4 and sample[1::2].count(0) < pairs * 0.05:
        return "utf-16-be"
    return None


def _is_utf8(sample: bytes) -> bool:
    """Most of what is not ASCII decodes, which letters of other encodings seldom do; bad rows do not count."""
    text = sample.decode("utf-8", errors=TOLERANT)
    bad = text.count(UNREADABLE)
    good = sum(1 for character in text if character > "\x7f") - bad
    return good > 2 * bad


def legacy_encoding_of(sample: bytes) -> str:
    """The encoding from before Unicode in which *sample* reads best."""
    if _is_shift_jis(sample):
        return "cp932"
    tally = Counter(byte for byte in sample if byte not in ASCII)
    # Cyrillic words are written in high bytes only, accents stand among ASCII letters.
    runs = len(re.findall(rb"[\x80-\xff]+", sample))
    alphabets = EIGHT_BIT if tally.total() >= 2 * runs else LATIN
    return max(alphabets, key=lambda encoding: _fit(tally, encoding))


def _fit(tally: Counter[int], encoding: str) -> float:
    """How well the bytes of *tally* read as letters of the languages written in *encoding*."""
    decoded: Counter[str] = Counter()
    for byte, times in tally.items():
        decoded[bytes([byte]).decode(encoding, errors="replace").lower()] += times
    return max(
        sum(times * _likelihood(letter, weights) for letter, times in decoded.items())
        for weights in HYPOTHESES[encoding]
    )


def _likelihood(letter: str, weights: dict[str, float]) -> float:
    """The logarithm of the chance of *letter* in a language."""
    if letter in weights:
        return weights[letter]
    return log(SELDOM if letter in TYPOGRAPHY else NEVER)


def _is_shift_jis(sample: bytes) -> bool:
    """Japanese pairs begin with few leads and end in high bytes often; accents in Latin text stand alone.

    A pair is a lead 0x81-0x9F or 0xE0-0xFC and a trail 0x40-0xFC (JIS X 0208, annex 1); single bytes
    0xA1-0xDF are half-width katakana and say nothing.
    """
    try:
        sample.decode("cp932")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 2:
            return False
    leads = common = high_trails = at = 0
    while at < len(sample) - 1:
        byte = sample[at]
        if byte in LEADS:
            leads += 1
            common += byte in COMMON_LEADS
            high_trails += sample[at + 1] not in ASCII
            at += 1
        at += 1
    return leads > 1 and common >= 0.8 * leads and high_trails >= 0.3 * leads
