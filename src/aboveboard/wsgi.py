"""The WSGI application that granian serves: its processes end with the one that started them, and count as present."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from aboveboard.faces.cli.supervising import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aboveboard.settings")


def _application() -> WSGIHandler:
    # A web server that is killed leaves this process behind: it would go on answering beside the next one.
    end_with_parent()
    application = get_wsgi_application()
    from aboveboard.apps.ledger.standstill import be_present

    # Whoever exchanges the stores has to find this process, also when nobody supervises it any more.
    be_present()
    return application


application = _application()
