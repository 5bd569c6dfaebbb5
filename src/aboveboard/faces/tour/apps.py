"""Name the room for Django."""

from django.apps import AppConfig


class TourConfig(AppConfig):
    """The guided tour of a sample home."""

    name = "aboveboard.faces.tour"
    label = "tour"
