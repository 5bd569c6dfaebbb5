"""Addresses of the pages that belong to no single face."""

from django.urls import path

from aboveboard.faces.web.views import choices, gallery, limits

app_name = "web"

urlpatterns = [
    path("language", choices.language, name="language"),
    path("theme", choices.theme, name="theme"),
    path("limits", limits.limits, name="limits"),
    path("gallery", gallery.gallery, name="gallery"),
    path("gallery/frame", gallery.framed, name="gallery-frame"),
    path("gallery/open", gallery.open_row, name="gallery-open"),
    path("gallery/errors/<slug:name>", gallery.error_page, name="gallery-error"),
]
