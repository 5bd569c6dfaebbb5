"""Addresses of the desk: opaque ids, route words, numbers of pages; never a name, a term or a value."""

from django.urls import path, register_converter

from aboveboard.core.terms import SubjectId
from aboveboard.faces.desk.views import bring, commerce, facts, mine, people, person


class SubjectConverter:
    """Reads and writes the opaque id of a person: 16 bytes as hexadecimal."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> SubjectId:
        """Read the id."""
        return SubjectId(bytes.fromhex(value))

    def to_url(self, value: bytes | str) -> str:
        """Write the id."""
        return value if isinstance(value, str) else value.hex()


register_converter(SubjectConverter, "subject")

app_name = "desk"

urlpatterns = [
    path("", people.people, name="people"),
    path("import", bring.bring, name="import"),
    path("search", people.search, name="search"),
    path("people/<subject:subject>", person.person, name="person"),
    path("people/<subject:subject>/open", person.open_row, name="open"),
    path("people/<subject:subject>/official", person.official, name="official"),
    path("people/<subject:subject>/record", facts.record, name="record"),
    path("organisations", commerce.organisations, name="organisations"),
    path("organisations/<int:number>", commerce.organisation, name="organisation"),
    path("organisations/<int:number>/deals", commerce.new_deal, name="new-deal"),
    path("deals", commerce.deals, name="deals"),
    path("deals/<int:number>/stage", commerce.move_deal, name="move-deal"),
    path("receipts/<slug:entry>", people.receipt, name="receipt"),
    path("signed/<slug:entry>", people.signed, name="signed"),
    path("witnessed/<slug:entry>", people.witnessed, name="witnessed"),
    path("traces", people.traces, name="traces"),
    path("my-looks", mine.my_looks, name="my-looks"),
]
