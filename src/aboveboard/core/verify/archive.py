"""A pack as it lies in a ZIP: read whole and within bounds, whatever the archive says of itself."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from aboveboard.core.errors import Invalid
from aboveboard.core.verify.parts import LARGEST

MOST_FILES = 100
_A_FILE = b"PK\x01\x02"
"""What stands before each file in an archive's list."""
_ENCRYPTED = 1


def read_archive(data: bytes) -> dict[str, bytes]:
    """Give the files in a ZIP by name; one folder around all of them is passed over.

    Raises:
        Invalid: when it is no plain ZIP, or unpacks to more than a pack has.
    """
    if data.count(_A_FILE) > MOST_FILES:
        raise Invalid("The ZIP holds far more files than a pack has.")
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _files(archive)
    except (BadZipFile, EOFError, OSError, OverflowError, RuntimeError, ValueError, struct.error, zlib.error):
        raise Invalid("The file is neither a single proof nor a ZIP that can be read.") from None


def _files(archive: ZipFile) -> dict[str, bytes]:
    listed = archive.infolist()
    tops = {info.filename.partition("/")[0] for info in listed}
    around = f"{tops.pop()}/" if len(tops) == 1 and all("/" in info.filename for info in listed) else ""
    found: dict[str, bytes] = {}
    left = LARGEST
    for info in listed:
        name = info.filename.removeprefix(around)
        if not name:
            continue
        if name in found:
            raise Invalid("The ZIP holds two files of one name.")
        found[name] = _unpacked(archive, info, left)
        left -= len(found[name])
    return found


def _unpacked(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    if info.flag_bits & _ENCRYPTED or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Invalid("The ZIP holds a file that is encrypted or packed in an unusual way.")
    with archive.open(info) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Invalid("The ZIP unpacks to more than a pack has.")
    return data
