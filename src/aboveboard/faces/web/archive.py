"""Several files as one to download, made in memory: no copy of it touches a disk here."""

import io
import zipfile
from collections.abc import Mapping

from django.http import HttpResponse


def archive(files: Mapping[str, bytes], name: str) -> HttpResponse:
    """Give *files* as the ZIP *name*, each in a folder of that name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(files):
            packed.writestr(f"{name}/{file}", files[file])
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(made.getvalue(), content_type="application/zip", headers=headers)
