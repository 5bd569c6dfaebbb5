"""What a ledger entry may say, and how it becomes leaves that tell an outsider nothing."""

from aboveboard.core.entries.entry import (
    CELL_OWNER,
    PERSON_ACTOR,
    SYSTEM_ACTOR,
    Entry,
    EntryKind,
    SubjectLine,
    governance,
    verdict_entry,
)

__all__ = [
    "CELL_OWNER",
    "PERSON_ACTOR",
    "SYSTEM_ACTOR",
    "Entry",
    "EntryKind",
    "SubjectLine",
    "governance",
    "verdict_entry",
]
