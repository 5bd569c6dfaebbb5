"""Static files are looked for once a process, as a server does; each client of a test is a server that starts anew."""

from typing import Any


def look_once() -> None:
    """From now on let every server of this process share the list of static files the first one made."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found: dict[tuple[object, ...], dict[str, Any]] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def shared(self: Any) -> None:
        told = (self.static_prefix, self.max_age, self.charset, self.allow_all_origins, self.add_headers_function)
        if told not in found:
            look(self)
            found[told] = dict(self.files)
        self.files.update(found[told])

    WhiteNoiseMiddleware.add_files_from_finders = shared
