"""Which face answers which address."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("aboveboard.faces.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
]

handler400 = "aboveboard.faces.web.views.errors.bad_request"
handler403 = "aboveboard.faces.web.views.errors.forbidden"
handler404 = "aboveboard.faces.web.views.errors.not_found"
handler500 = "aboveboard.faces.web.views.errors.fault"
