"""What it costs to keep the keys apart: the same gated look with the keys in the process, behind a socket, behind TLS.

One thread looks, so that the wait shows as it is; the three ways take turns within a set, because the machine is
another one a minute later. The service is a process of its own on this machine: the line between two machines adds
its own way there and back, once a look.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.figures import Figure
from bench.server import spent
from bench.stage import CONTACT, PURPOSE, Stage, drain, question, take_in
from tests.support.serving import free_port

PEOPLE, SETS, LOOKS, LISTS, AT_A_TIME = 2000, 5, 200, 40, 50


def run(stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure one person and a list of fifty, each way."""
    from django.conf import settings

    from aboveboard.apps import keys

    take_in(stage, 100 if quick else PEOPLE)
    embedded, sets, looks = settings.OPTIONS, 2 if quick else SETS, 20 if quick else LOOKS
    kinds = {"one person": (1, looks), "list of 50": (AT_A_TIME, 5 if quick else LISTS)}
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    with _services(stage) as services:
        for _ in range(sets):
            for way, (options, pid) in {"embedded": (embedded, 0), **services}.items():
                keys.close()
                settings.OPTIONS = options
                _look(stage, 1, 3)
                for kind, (many, times) in kinds.items():
                    found.setdefault((kind, way), []).append(_timed(stage, many, times, pid))
                keys.close()
            settings.OPTIONS = embedded
            drain()
    return [
        Figure(
            "key_line", database, f"{kind}, keys {way}", tuple(1e3 * wall for wall, _, _ in rounds), "ms",
            beside=f"CPU a look: asking {_middle(rounds, 1):.2f} ms, service {_middle(rounds, 2):.2f} ms",
        )
        for (kind, way), rounds in found.items()
    ]  # fmt: skip


def _middle(rounds: Sequence[tuple[float, float, float]], which: int) -> float:
    return 1e3 * sorted(one[which] for one in rounds)[len(rounds) // 2]


def _timed(stage: Stage, many: int, times: int, pid: int) -> tuple[float, float, float]:
    """Give for one look: its time, CPU of this process, CPU of the service, in seconds."""
    served, own, began = spent(pid) if pid else 0.0, time.process_time(), time.perf_counter()
    _look(stage, many, times)
    wall, own = time.perf_counter() - began, time.process_time() - own
    return wall / times, own / times, ((spent(pid) if pid else 0.0) - served) / times


def _look(stage: Stage, many: int, times: int) -> None:
    from aboveboard.apps.gate.asking import ask

    for number in range(times):
        people = [stage.people[(number * many + step) % len(stage.people)] for step in range(many)]
        asked = ask(question(stage, "seller-cz", people, "consult", CONTACT, PURPOSE))
        if len(asked.opened()) != many * len(CONTACT):
            raise RuntimeError("a look opened something else than was asked for")


@contextmanager
def _services(stage: Stage) -> Iterator[dict[str, tuple[object, int]]]:
    """Run one service behind a socket and one behind TLS, each on a copy of the keys; options and process of each."""
    running: dict[str, tuple[object, int]] = {}
    processes = []
    try:
        for way in ("behind a socket", "behind TLS"):
            options, process = _service(stage, way.rpartition(" ")[2].lower())
            running[way] = options, process.pid
            processes.append(process)
        yield running
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _service(stage: Stage, name: str) -> tuple[object, subprocess.Popen[bytes]]:
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.keys import certificates
    from aboveboard.apps.keys.access import answers, key_store_path, papers, root_key_path
    from aboveboard.apps.keys.wire import Role, secret_path

    embedded, folder = settings.OPTIONS, stage.home / name
    folder.mkdir(mode=0o700)
    keys.store().settle()
    for path in (key_store_path(), root_key_path()):
        shutil.copy(path, folder / path.name)
    address = str(folder / "s" / "socket") if name == "socket" else f"tls://127.0.0.1:{free_port()}"
    there = {"ABOVEBOARD_KEY_SERVICE": address, "ABOVEBOARD_KEY_HOME": str(folder)}
    if name == "tls":
        _introduce(there, folder, Path(embedded.outside) / "key-service")
    command = [sys.executable, "-m", "aboveboard", "key", "serve"]
    environment = {**os.environ, **there, "DJANGO_SETTINGS_MODULE": "aboveboard.settings"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    settings.OPTIONS = replace(embedded, key_service=address)
    while not answers():
        time.sleep(0.05)
    secret = secret_path(folder, Role.DESK).read_text(encoding="ascii")
    options = replace(settings.OPTIONS, key_secret=secret)
    if name == "tls" and not certificates.pinned(papers().folder):
        raise RuntimeError("the two sides were not introduced")
    settings.OPTIONS = embedded
    return options, process


def _introduce(there: dict[str, str], service: Path, client: Path) -> None:
    from datetime import UTC, datetime

    from aboveboard.apps.keys import certificates
    from aboveboard.apps.keys.certificates import Side

    now = datetime.now(UTC)
    sides = (service / "tls", Side.SERVICE), (client, Side.CLIENT)
    made = [certificates.make_pair(folder, side, "cz-1", now) for folder, side in sides]
    for (folder, _), other in zip(sides, reversed(made), strict=True):
        certificates.pin(folder, other.pem.encode("ascii"), other.fingerprint)
