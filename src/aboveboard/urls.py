"""Which face answers which address."""

from django.urls import URLPattern, URLResolver, include, path

from aboveboard.faces.desk.views.people import front

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front, name="front"),
    path("", include("aboveboard.faces.web.urls")),
    path("desk/", include("aboveboard.faces.desk.urls")),
    path("mine/", include("aboveboard.faces.portal.urls")),
    path("log/", include("aboveboard.faces.log.urls")),
    path("account/", include("aboveboard.faces.web.account_urls")),
    path("workbench/", include("aboveboard.faces.workbench.urls")),
    path("api/v1/", include("aboveboard.faces.api.urls")),
    path("", include("aboveboard.faces.tour.urls")),
]

handler400 = "aboveboard.faces.web.views.errors.bad_request"
handler403 = "aboveboard.faces.web.views.errors.forbidden"
handler404 = "aboveboard.faces.web.views.errors.not_found"
handler500 = "aboveboard.faces.web.views.errors.fault"
