"""The two pages: a person's evidence as one file that checks itself, and the page for anybody's file."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import cache

from aboveboard.faces.check.inlining import page

FOLDER = "my-evidence"
"""The folder in the ZIP."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNCHECKED = (
    "Nothing of this page has been checked. If these words stay, its script was changed, or this browser runs none.",
    "Na této stránce není ověřeno nic. Zůstanou-li tato slova, byl její skript změněn, nebo jej prohlížeč nespouští.",
)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Give the files of a pack as a ZIP, the same bytes whenever they are the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return made.getvalue()


def evidence_page(files: Mapping[str, bytes]) -> bytes:
    """Give a person's evidence as one page: the very files of the pack inside, and the script that checks them."""
    data = zipped(files)
    digest, text = hashlib.sha256(data).hexdigest(), base64.b64encode(data).decode()
    held = f'<script type="text/plain" id="pack" data-sha256="{digest}">{text}</script>\n'
    return page("evidence", "Evidence about your data", _UNCHECKED, held)


@cache
def checking_page() -> bytes:
    """Give the page that checks whatever evidence is dropped on it; the same bytes for everybody."""
    return page("dropped", "Check evidence", _UNCHECKED)
