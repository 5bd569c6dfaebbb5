"""The checker in Go, built once a run."""

from pathlib import Path

import pytest

from tests.interop.logcheck import run_go
from tests.support.present import go, leave_out


@pytest.fixture(scope="session")
def logcheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checker, built from its source."""
    if go() is None:
        leave_out("no Go with the source of golang.org/x/mod (Debian: golang-go, golang-golang-x-mod-dev)")
    program = tmp_path_factory.mktemp("go") / "logcheck"
    run_go("build", "-o", str(program), ".")
    return program
