"""Files are taken where a page asks for one, and nowhere else: elsewhere they are read past and never touch a disk.

Django reads a form before any view has a say, also for whoever is not signed in; without this, every address would
take files of any size and lay them down as they came, readable, for as long as the request lasts.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

MOST_BYTES = 64 * 1024 * 1024
"""As much as a page takes at once; larger files are read by the command line."""
MARK = "takes_files"
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Say of *view* that its form asks for a file."""
    setattr(view, MARK, True)
    return view


class WhereAsked(FileUploadHandler):
    """Lets files through to the next handler on routes whose view takes files, up to `MOST_BYTES` in all."""

    def __init__(self, request: Any = None) -> None:
        """Begin with nothing taken."""
        super().__init__(request)
        self._taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Pass by a file nobody asked for.

        Raises:
            SkipFile: where the view takes none.
        """
        super().new_file(*args, **kwargs)
        match = getattr(self.request, "resolver_match", None)
        if not getattr(getattr(match, "func", None), MARK, False):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's signature
        """Hand on what came.

        Raises:
            StopUpload: where it is more than a page takes.
        """
        self._taken += len(raw_data)
        if self._taken > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the next handler."""
