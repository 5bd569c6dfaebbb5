"""Addresses of the person's own page; none of them names anybody."""

from django.urls import path

from aboveboard.faces.portal.views import entry, keep, naming, record, rights

app_name = "portal"

urlpatterns = [
    path("", record.mine, name="mine"),
    path("open/<str:token>", entry.link, name="link"),
    path("leave", entry.leave, name="leave"),
    path("looks/<int:number>", record.looks, name="looks"),
    path("news", record.news, name="news"),
    path("consent/withdraw", rights.withdraw_consent, name="withdraw"),
    path("object", rights.object_to_purpose, name="object"),
    path("restrict", rights.restrict, name="restrict"),
    path("erase", rights.erase, name="erase"),
    path("naming", naming.naming, name="naming"),
    path("correct", rights.correct, name="correct"),
    path("copy", keep.copy, name="copy"),
    path("evidence", keep.evidence, name="evidence"),
    path("evidence/page", keep.evidence_page, name="evidence_page"),
    path("checkpoint", keep.checkpoint, name="checkpoint"),
    path("receipts/<slug:entry>", keep.receipt, name="receipt"),
]
