"""The one key store of this process, opened on first use from the settings."""

import threading
from pathlib import Path

from django.conf import settings

from aboveboard.apps.keys.root import FileRootKey
from aboveboard.apps.keys.store import KeyStore

KEY_STORE_FILE = "keys.sqlite3"
ROOT_KEY_FILE = "root.key"

_lock = threading.Lock()
_opened: dict[str, KeyStore] = {}


def key_store_path() -> Path:
    """Give the path of the key store's file."""
    return Path(settings.OPTIONS.home) / KEY_STORE_FILE


def root_key_path() -> Path:
    """Give the path of the root key's file, outside the data folder."""
    return Path(settings.OPTIONS.outside) / ROOT_KEY_FILE


def store() -> KeyStore:
    """Give the key store of this cell.

    Raises:
        KeyUnavailable: when the root key or the store cannot be opened.
    """
    home = str(settings.OPTIONS.home)
    known = _opened.get(home)
    if known is None:
        with _lock:
            known = _opened.get(home)
            if known is None:
                root_key = FileRootKey(root_key_path()).root_key()
                known = _opened[home] = KeyStore(key_store_path(), settings.OPTIONS.cell, root_key)
    return known


def close() -> None:
    """Forget the opened stores, so that the next use opens them anew (after a restore, between tests)."""
    with _lock:
        for opened in _opened.values():
            opened.close()
        _opened.clear()
