"""Finding somebody by name among a million: keyed tokens in the key store, against the words themselves.

Both tables lie in one SQLite file with the key store's own settings, each row once, ordered by what is looked up. Both
sides fold what was typed in the same way; the blind side makes its tokens of it within the measured time.
"""

import random
import string
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.figures import Figure
from bench.stage import Stage

PEOPLE, LOOKUPS, SETS, HITS = 1_000_000, 2000, 5, 50
GOAL = 1.5
_LETTERS = string.ascii_lowercase


def run(_stage: Stage, _database: str, *, quick: bool) -> list[Figure]:
    """Measure whole names and beginnings of names, blind against plain, by turns."""
    from aboveboard.apps import keys
    from aboveboard.core.envelope.blind import query_tokens, words
    from aboveboard.core.envelope.keys import KeyKind

    people = 20_000 if quick else PEOPLE
    store = keys.store()
    index_key = store.cell_key(KeyKind.INDEX)
    connection = store._connection()  # noqa: SLF001 - the same file and settings for both tables
    names = _lay(connection, index_key, people)
    chosen = random.Random(2)
    asked = [names(chosen.randrange(people)) for _ in range(200 if quick else LOOKUPS)]
    both = "SELECT subject FROM bench_word WHERE word=? AND subject IN (SELECT subject FROM bench_word WHERE word=?)"
    starts = "SELECT DISTINCT subject FROM bench_word WHERE word>=? AND word<?"

    def blind(texts: Sequence[str]) -> list[int]:
        return [len(store.find(query_tokens(index_key, text), HITS)) for text in texts]

    def plain_names() -> list[int]:
        return [len(connection.execute(f"{both} LIMIT {HITS}", words(name)).fetchall()) for name in asked]

    def plain_starts() -> list[int]:
        found = []
        for name in asked:
            (start,) = words(name[:4])
            found.append(len(connection.execute(f"{starts} LIMIT {HITS}", (start, start + "\x7f")).fetchall()))
        return found

    return [
        _compared("a whole name", lambda: blind(asked), plain_names, people),
        _compared("the beginning of a name", lambda: blind([name[:4] for name in asked]), plain_starts, people),
    ]


def _compared(what: str, blind: Callable[[], list[int]], plain: Callable[[], list[int]], people: int) -> Figure:
    if blind() != plain():
        raise RuntimeError(f"{what}: both sides must find the same number")
    ratios, took = [], []  # in time of the processor: nothing here waits, and neighbours do not count
    for _ in range(SETS):
        began = time.process_time()
        found = blind()
        between = time.process_time()
        plain()
        ratios.append((between - began) / (time.process_time() - between))
        took.append(1e6 * (between - began) / len(found))
    return Figure(
        "lookup", "key store", f"{what}, time of blind to plain", tuple(ratios), "", GOAL, at_least=False,
        beside=f"{sorted(took)[SETS // 2]:.0f} us a blind look-up, {people:,} people",
    )  # fmt: skip


def _lay(connection: Any, index_key: bytes, people: int) -> Callable[[int], str]:
    """Lay words and tokens of everybody, each table in its order; gives the name of the person with a number."""
    from aboveboard.core.envelope.blind import name_tokens

    chosen = random.Random(1)
    pool = ["".join(chosen.choices(_LETTERS, k=5)) for _ in range(20_000)]

    def name(number: int) -> str:
        return f"{pool[number % len(pool)]} {pool[(number * 7919 + number // len(pool)) % len(pool)]}"

    tokens = {word: name_tokens(index_key, word) for word in pool}
    connection.execute("CREATE TABLE bench_word (word TEXT, subject BLOB, PRIMARY KEY (word, subject)) WITHOUT ROWID")
    connection.execute("BEGIN")
    connection.execute("CREATE TEMP TABLE staged (token INTEGER, word TEXT, subject BLOB)")
    for number in range(people):
        subject = random.Random(number).randbytes(16)
        words = set(name(number).split())
        connection.executemany("INSERT INTO staged VALUES (NULL,?,?)", [(word, subject) for word in words])
        known = set().union(*(tokens[word] for word in words))
        connection.executemany("INSERT INTO staged VALUES (?,NULL,?)", [(token, subject) for token in known])
    connection.execute(
        "INSERT INTO bench_word SELECT word, subject FROM staged WHERE word NOT NULL ORDER BY word, subject"
    )
    connection.execute(
        "INSERT INTO token SELECT token, subject FROM staged WHERE token NOT NULL ORDER BY token, subject"
    )
    connection.execute("DROP TABLE staged")
    connection.execute("COMMIT")
    return name
