"""Addresses of the workbench."""

from django.urls import path

from aboveboard.faces.workbench.views import (
    acts,
    clocks,
    grants,
    ledger,
    naming,
    proposals,
    quarantine,
    sealed,
    strangers,
)

app_name = "workbench"

urlpatterns = [
    path("grants", grants.grants, name="grants"),
    path("grants/propose", grants.propose, name="propose-grant"),
    path("grants/<str:act>/end", grants.end, name="end-grant"),
    path("acts", acts.acts, name="acts"),
    path("acts/propose", proposals.ways, name="propose"),
    path("acts/propose/<slug:kind>", proposals.propose, name="propose-act"),
    path("keys/make", proposals.own_key, name="make-key"),
    path("acts/<str:act>", acts.act, name="act"),
    path("acts/<str:act>/opinion", acts.opinion, name="opinion"),
    path("acts/<str:act>/sign", acts.signature, name="sign"),
    path("acts/<str:act>/refuse", acts.refusal, name="refuse"),
    path("acts/<str:act>/effect", acts.effect, name="effect"),
    path("quarantine", quarantine.quarantine, name="quarantine"),
    path("quarantine/<int:number>/<int:place>/drop", quarantine.drop, name="drop"),
    path("quarantine/<int:number>/<int:place>/admit", quarantine.admit, name="admit"),
    path("sealed", sealed.sealed, name="sealed"),
    path("sealed/<str:act>/end", sealed.end, name="end-delay"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger/check", ledger.check, name="check"),
    path("clocks", clocks.clocks, name="clocks"),
    path("who-can-see", clocks.sights, name="sights"),
    path("naming", naming.requests, name="naming"),
    path("naming/<str:act>", naming.name_reader, name="name-reader"),
    path("stranger", strangers.strangers, name="stranger"),
    path("stranger/denial", strangers.hand_out, name="denial"),
]
