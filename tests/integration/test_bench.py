"""The benchmarks run and say what they measured; how fast this machine is at the moment is no test."""

import json
import subprocess
import sys

import pytest

from bench.figures import Figure, table
from bench.page import KEPT, PAGE, page
from tests.support.present import ROOT


@pytest.mark.slow
def test_the_quick_bench_of_tiles_and_sequencer_prints_its_table():
    """Whoever doubts a figure can measure it with one command."""
    command = [sys.executable, "-m", "bench", "tiles", "sequencer", "--quick", "--database", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "| tiles | none | leaves into tiles |" in done.stdout
    assert "leaves from claim to signature, 50 people an entry" in done.stdout


def test_a_missed_figure_says_by_how_much():
    """The table hides nothing: the goal, whether it was met, and how far off."""
    missed = Figure("gate", "postgres", "read", (0.5, 0.6, 0.7), "", 0.8)
    met = Figure("lookup", "key store", "a name", (1.1, 1.2, 1.4), "", 1.5, at_least=False)
    assert "| 0.60 | 0.50 - 0.70 | at least 0.80: missed by 25% |" in table([missed])
    assert "| 1.20 | 1.10 - 1.40 | at most 1.50: met |" in table([met])


def test_the_page_of_measurements_shows_the_figures_kept_beside_it():
    """Nobody edits a figure by hand: the rows of the page are made from the file beside it."""
    made = page(json.loads(KEPT.read_text(encoding="utf-8")))
    rows = [line for line in made.splitlines() if line.startswith("| ")]
    assert rows == [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
