"""Several signatures under one checkpoint: somebody else's note package opens it by any key it knows."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aboveboard.apps.accounts.log_keys import KIND, apply_log_key, log_key_body
from aboveboard.apps.ledger.publishing import log_folder, log_origin
from aboveboard.apps.ledger.signers import trusted_keys
from aboveboard.apps.mirror.folder import make
from aboveboard.core.tlog.note import KeyType
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from tests.interop.logcheck import judged
from tests.support.cell import Cell
from tests.support.mirroring import fetch
from tests.support.published import on_the_web


def test_go_s_packages_open_a_checkpoint_of_an_overlap_by_either_key(
    logcheck: Path, cell: Cell, settings: Any, tmp_path: Path
):
    """Old key, new key, a post-quantum line they do not know; also out of a mirror, with its lines added below."""
    cell.drain()
    kept = tmp_path / "kept"
    shutil.copy(log_folder() / "checkpoint", kept)
    settings.OPTIONS = replace(settings.OPTIONS, log_ml_dsa_44=True)
    body = log_key_body(overlap_days=30, now=datetime.now(UTC))
    apply_log_key(act=cell.decide(KIND, body), now=datetime.now(UTC))
    cell.drain()
    trust = TrustPolicy(tuple(Log(key) for key in trusted_keys(log_origin())), (), (), NO_QUORUM)
    mirror = make(tmp_path / "mirror", trust, "http://unused.example", cosign_as="council.example", ml_dsa_44=True)
    with on_the_web(log_folder()) as url:
        fetch(mirror, url)
    known = [key for key in trusted_keys(log_origin()) if key.key_type is KeyType.ED25519]
    assert len(known) == 2
    for folder in (log_folder(), tmp_path / "mirror" / "log"):
        for key in known:
            older = [kept] if key is known[0] else []
            code, said = judged(logcheck, key.encode(), folder, *older)
            assert code == 0, said
    mirror.memory.close()
