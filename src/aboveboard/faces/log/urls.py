"""Addresses of the public log; below the prefix they are those of c2sp.org/tlog-tiles."""

from django.urls import path

from aboveboard.faces.log.views import files, front

app_name = "log"

urlpatterns = [
    path("", front.front, name="front"),
    path("checkpoint", files.checkpoint, name="checkpoint"),
    path("checkpoint.witnessed", files.checkpoint_witnessed, name="checkpoint-witnessed"),
    path("witnessing", files.witnessing, name="witnessing"),
    path("key", files.key, name="key"),
    path("trust", files.trust, name="trust"),
    path("check", front.check, name="check"),
    path("check/aboveboard-check.html", files.checker, name="checker"),
    path("tile/<path:place>", files.tile, name="tile"),
]
