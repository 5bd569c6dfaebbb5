"""The checker in Go: built from `go/` with what Debian packages, without a network, and asked about a folder."""

import os
import subprocess
from pathlib import Path

from tests.support.present import GO_SOURCES, go

SOURCE = Path(__file__).parent / "go"


def run_go(*words: str) -> str:
    """Let the Go command work on the checker's source, with Debian's modules and no others."""
    kept = {} if "HOME" in os.environ else {"GOCACHE": str(Path(os.environ["ABOVEBOARD_HOME"]).parent / "go-build")}
    offline = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOFLAGS": "", "GOPROXY": "off", "CGO_ENABLED": "0"}
    environment = {**os.environ, **kept, **offline}
    done = subprocess.run([str(go()), *words], cwd=SOURCE, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def judged(program: Path, vkey: str, folder: Path, *older: Path) -> tuple[int, str]:
    """What the checker answers: its code, and what it says."""
    done = subprocess.run(
        [str(program), "-key", vkey, str(folder), *map(str, older)], check=False, capture_output=True, text=True
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, done.stdout + done.stderr
