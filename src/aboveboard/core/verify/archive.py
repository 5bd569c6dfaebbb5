"""A pack as it lies in a ZIP: read whole and within bounds, whatever the archive says of itself."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from aboveboard.core.errors import Invalid, expect
from aboveboard.core.verify.parts import LARGEST

MOST_FILES = 100
_A_FILE = b"PK\x01\x02"
"""What stands before each file in an archive's list."""


def read_archive(data: bytes) -> dict[str, bytes]:
    """Give the files in a ZIP by name; one folder around all of them is passed over.

    Raises:
        Invalid: when it is no plain ZIP, or unpacks to more than a pack has.
    """
    expect(data.count(_A_FILE) <= MOST_FILES, "The ZIP holds far more files than a pack has.")
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _files(archive)
    except (BadZipFile, EOFError, OSError, OverflowError, RuntimeError, ValueError, struct.error, zlib.error):
        raise Invalid("The file is neither a single proof nor a plain, unencrypted ZIP that can be read.") from None


def _files(archive: ZipFile) -> dict[str, bytes]:
    listed = archive.infolist()
    tops = {info.filename.partition("/")[0] for info in listed}
    around = f"{tops.pop()}/" if len(tops) == 1 and all("/" in info.filename for info in listed) else ""
    found, left = dict[str, bytes](), LARGEST
    for info in listed:
        if name := info.filename.removeprefix(around):
            expect(name not in found, "The ZIP holds two files of one name.")
            expect(info.compress_type in {ZIP_STORED, ZIP_DEFLATED}, "The ZIP holds a file packed in an unusual way.")
            with archive.open(info) as file:
                found[name] = file.read(left + 1)
            left -= len(found[name])
            expect(left >= 0, "The ZIP unpacks to more than a pack has.")
    return found
