"""Writing a file so that it is there whole, or not at all."""

import os
from pathlib import Path


def beside(target: Path) -> Path:
    """Give the name under which this process lays down what is to become *target*."""
    return target.with_name(f".{target.name}.{os.getpid()}.new")


def lay_beside(target: Path, data: bytes, *, durable: bool = True) -> Path:
    """Write *data* whole beside *target*, to take its place by a rename; its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = beside(target)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    return temporary


def write_file(target: Path, data: bytes, *, sync: bool = True) -> None:
    """Write *data* so that a crash leaves the old file or the new one, whole; durable on return."""
    lay_beside(target, data, durable=sync).replace(target)
    if sync:
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable."""
    wait_for_disk(folder)


def wait_for_disk(path: Path) -> None:
    """Wait until what *path* holds is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
