"""The addresses of the API, version 1: described at ``/api/v1/openapi.json`` (OpenAPI 3.1)."""

from django.urls import URLPattern, path
from ninja import NinjaAPI

from aboveboard.faces.api.problems import answer_errors, in_own_form, nothing_here
from aboveboard.faces.api.tokens import StaffToken
from aboveboard.faces.api.views import accounts, facts, governance, own, people

DESCRIPTION = (
    "Every answer with personal data rests on an entry that was committed before it, named in the header"
    " Aboveboard-Entry. A token acts for one named employee; what they may see is decided by rule at each request."
)

api = NinjaAPI(
    title="Aboveboard",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    auth=StaffToken(),
    urls_namespace="api",
)
answer_errors(api)
for room in (governance, own, people, facts, accounts):
    api.add_router("", room.router)

operations, application, namespace = api.urls
for operation in operations:
    if isinstance(operation, URLPattern):
        operation.callback = in_own_form(operation.callback)

urlpatterns = [
    path("", (operations, application, namespace)),
    path("<path:rest>", nothing_here, name="api-nothing"),
]
