"""Tiles and bundles as files below a folder, as any static server publishes them (c2sp.org/tlog-tiles)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aboveboard.apps.files.durable import beside, sync_folder, wait_for_disk

_AT_THE_DISK = 8


class FileTiles:
    """Tiles as files below a folder; what stands under a path is never replaced by other bytes."""

    def __init__(self, folder: Path) -> None:
        """Keep tiles below *folder*."""
        self.folder = folder
        self._unsettled: dict[Path, Path] = {}

    def get(self, path: str) -> bytes | None:
        """Give what stands under *path*, or None."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, path: str, data: bytes) -> None:
        """Write *data* under *path*, whole or not at all; it stands there, durably, once `settle` has returned."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._unsettled[target] = temporary = beside(target)
        temporary.write_bytes(data)

    def settle(self) -> None:
        """Make all that was put durable: first what the files hold, then their names, each folder once."""
        if not self._unsettled:
            return
        # Waiting for the disk side by side costs little more than waiting once.
        with ThreadPoolExecutor(_AT_THE_DISK) as disk:
            list(disk.map(wait_for_disk, self._unsettled.values()))
            for target, temporary in self._unsettled.items():
                temporary.replace(target)
            folders = {folder for target in self._unsettled for folder in target.parents}
            list(disk.map(sync_folder, [folder for folder in folders if folder.is_relative_to(self.folder)]))
        self._unsettled.clear()
