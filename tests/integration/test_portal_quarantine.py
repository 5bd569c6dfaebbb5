"""What waits in quarantine is shown to the person it is about, and to nobody at the desk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from aboveboard.apps.evidence import links
from aboveboard.apps.intake.importing import run_import
from aboveboard.apps.intake.order import ImportOrder, Notice, Relation
from aboveboard.apps.vault.models import Person
from aboveboard.core.terms import Capacity, EntityId, NoticeState, PurposeId, SubjectId
from tests.support.cell import CUSTOMER_CARE, Cell


@pytest.fixture
def brought(cell: Cell, tmp_path: Path) -> SubjectId:
    """A customer whose file also told their children and their hobby."""
    path = tmp_path / "contacts.csv"
    path.write_text("First Name,Last Name,Total Children,Hobby\nŽofie,Testová,three at Waitingschool,golf\n", "utf-8")
    now = datetime.now(UTC)
    notice = Notice(NoticeState.INFORMED, "v1", now.date())
    order = ImportOrder(path, EntityId("cz"), Relation(Capacity.CUSTOMER), PurposeId(CUSTOMER_CARE), "a fair", notice)
    assert run_import(order, by=cell.staff("seller-cz"), now=now, progress=lambda _: None).report
    return SubjectId(bytes(Person.objects.get().id))


def test_the_person_reads_what_waits_and_when_it_is_destroyed(cell: Cell, brought: SubjectId, client: Client):
    """Nothing about them is held back from themselves."""
    client.post(links.make(brought, datetime.now(UTC)))
    page = client.get("/mine/").content.decode()
    assert "three at Waitingschool" in page
    assert "golf" in page
    assert "In quarantine" in page


def test_the_seller_does_not(cell: Cell, brought: SubjectId, client: Client):
    """A look at everything held gives nothing of what waits."""
    values = {fact.value for fact in cell.look([brought], ["T01", "T36", "T45"]).opened()}
    assert values == {"Žofie Testová"}
