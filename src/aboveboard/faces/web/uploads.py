"""Files are taken where a page asks for one, from whoever is signed in: elsewhere they never touch a disk.

Django reads a form before any view has a say, also for whoever is not signed in; without this, every address would
take files of any size and lay them down as they came, readable, for as long as the request lasts.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

MOST_BYTES = 64 * 1024 * 1024
"""As much as a page takes at once; larger files are read by the command line."""
MARK = "takes_files"
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Say of *view* that its form asks for a file."""
    setattr(view, MARK, True)
    return view


@contextmanager
def laid_down(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """Lay a file down for as long as the block lasts, inside home, for what reads files by their path."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="taken-", dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


class WhereAsked(FileUploadHandler):
    """Lets files of staff through to the next handler where the view takes files, up to `MOST_BYTES` in all."""

    def __init__(self, request: Any = None) -> None:
        """Begin with nothing taken."""
        super().__init__(request)
        self._taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Pass by a file nobody asked for.

        Raises:
            SkipFile: where the view takes none, or nobody is signed in.
        """
        super().new_file(*args, **kwargs)
        match = getattr(self.request, "resolver_match", None)
        user = getattr(self.request, "user", None)
        if not (getattr(getattr(match, "func", None), MARK, False) and user and user.is_authenticated):
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
