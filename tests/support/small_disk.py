"""A real file system of a few MiB that can be filled to the last byte; it takes root to mount one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1 << 20
FILLER = "filler"


@dataclass(frozen=True)
class SmallDisk:
    """A mounted file system; *folder* is its root."""

    folder: Path

    def fill(self) -> None:
        """Take every byte that is left."""
        with (self.folder / FILLER).open("ab", buffering=0) as file:
            for size in (MIB, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue
        os.sync()

    def free(self) -> None:
        """Give back what was taken."""
        (self.folder / FILLER).unlink(missing_ok=True)
        os.sync()


@contextmanager
def small_disk(work: Path, mib: int) -> Iterator[SmallDisk]:
    """Mount *mib* MiB below *work*: ext4 on a loop device, or else a tmpfs; without leave to mount, skip the test."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    folder, image = work / "disk", work / "disk.image"
    folder.mkdir()
    if not (_mounts_ext4(image, folder, mib) or _runs("mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder)):
        pytest.skip("this machine does not let root mount a small disk")
    try:
        shutil.rmtree(folder / "lost+found", ignore_errors=True)
        yield SmallDisk(folder)
    finally:
        _runs("umount", "-l", folder)
        image.unlink(missing_ok=True)


def _mounts_ext4(image: Path, folder: Path, mib: int) -> bool:
    with image.open("wb") as file:
        file.truncate(mib * MIB)
    # Nothing is kept back for root, so that full is full.
    return _runs("mkfs.ext4", "-q", "-m", "0", image) and _runs("mount", "-o", "loop", image, folder)


def _runs(*command: object) -> bool:
    try:
        return subprocess.run([str(part) for part in command], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
