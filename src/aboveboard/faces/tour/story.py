"""The story: who acts, what was said, whether each step came out as it should; told on the page and in the terminal."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.signing import Signer
from aboveboard.apps.files.durable import write_file
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import CategoryId, Operation, PurposeId, StaffId, SubjectId
from aboveboard.faces.web.saying import category_name, explained, purpose_name

SELLER, ANALYST, OFFICER = "seller-cz", "analyst-hq", "dpo-cz"
SIGNATORIES = ("signatory-cz", "signatory-cz-2")
PURPOSE, OVERSIGHT = PurposeId("customer-relationship"), PurposeId("data-protection-oversight")
CONTACT = ("T01", "T02", "T03", "T23")
SIGN_INS = "sample-sign-ins.json"


@dataclass
class Story:
    """How far the tour has come in this home; kept in ``tour/story.json`` outside the stores, without a value."""

    done: dict[str, bool] = field(default_factory=dict)
    """Steps that ran, and whether each came out as it should."""
    kept: dict[str, str] = field(default_factory=dict)
    """Opaque ids and hashes that later steps need."""
    account: list[str] = field(default_factory=list)
    """What happened, in the language it was told in."""
    _held: bool = True

    @classmethod
    def load(cls) -> "Story":
        """Take the story up where it stands."""
        path = cls.folder() / "story.json"
        if not path.is_file():
            return cls()
        told = json.loads(path.read_bytes())
        return cls(told["done"], told["kept"], told["account"])

    @staticmethod
    def folder() -> Path:
        """Give the folder of the tour beside the home: the raw export, yesterday's copy, packs."""
        home = Path(settings.OPTIONS.home)
        return home.with_name(f"{home.name}.tour")

    def save(self) -> None:
        """Keep how far the story has come."""
        told = {"done": self.done, "kept": self.kept, "account": self.account}
        write_file(self.folder() / "story.json", json.dumps(told, ensure_ascii=False, indent=1).encode(), sync=False)

    # -- telling ------------------------------------------------------------------------------------------------

    def say(self, sentence: str) -> None:
        """Add a line to the account."""
        self.account.append(sentence)

    def add(self, sentence: str) -> None:
        """Add what belongs to the line before."""
        self.account.append(f"     {sentence}")

    def expect(self, holds: bool, sentence: str) -> None:  # noqa: FBT001 - what holds comes first
        """Add a line that says whether something came out as it should."""
        self.account.append(f"{'OK  ' if holds else 'NOT '} {sentence}")
        self._held = self._held and holds

    def begin(self) -> None:
        """Start a step with nothing amiss."""
        self._held = True

    @property
    def held(self) -> bool:
        """Whether everything expected since `begin` held."""
        return self._held

    def explain(self, refusal: Refusal, category: str = "T45") -> None:
        """Say a refusal in plain words: what, whose rule, and what can be done."""
        named, purpose = category_name(category), purpose_name(PURPOSE)
        words = explained(refusal, category=named, purpose=purpose)
        self.add(f"{words.why} [{words.source}] {words.way_on}")

    # -- acting -------------------------------------------------------------------------------------------------

    @property
    def person(self) -> SubjectId:
        """The person the story is about."""
        if "person" not in self.kept:
            raise Invalid("The tour begins with its first step; run that one first.")
        return SubjectId(bytes.fromhex(self.kept["person"]))

    def staff(self, login: str) -> StaffId:
        """Give the employee of a sample sign-in."""
        return StaffId(bytes.fromhex(self._sign_in(login)["staff"]))

    def signer(self, login: str) -> Signer:
        """Open the signing key of one of the cast with the passphrase of the sample."""
        return unlock(staff=self.staff(login), passphrase=self._sign_in(login)["passphrase"])

    def question(
        self,
        login: str,
        operation: Operation,
        subjects: tuple[SubjectId, ...],
        categories: tuple[str, ...],
        purpose: PurposeId = PURPOSE,
    ) -> Question:
        """Put a question for one of the cast, from their workplace, now."""
        now = datetime.now(UTC)
        staff = self.staff(login)
        return Question(
            snapshot(now=now).actor(staff),
            operation,
            subjects,
            frozenset(CategoryId(category) for category in categories),
            purpose,
            place_of(staff, None, now),
            now,
        )

    def settle(self) -> None:
        """Have everything pending signed: here, or by the sequencer that runs beside."""
        from time import monotonic, sleep

        from aboveboard.apps.ledger.models import Pending

        try:
            with sequencing():
                Sequencer().drain()
        except Conflict:
            until = monotonic() + 30
            while Pending.objects.exists() and monotonic() < until:
                sleep(0.1)

    def _sign_in(self, login: str) -> dict[str, Any]:
        path = Path(settings.OPTIONS.home) / SIGN_INS
        if not path.is_file():
            raise Invalid("The tour runs in a sample home only; make one with `aboveboard init --sample`.")
        found: dict[str, Any] = next(one for one in json.loads(path.read_bytes())["sign_ins"] if one["login"] == login)
        return found
