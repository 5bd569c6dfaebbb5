"""Evidence on the command line: what is committed is signed first, and a stranger checks it without this house."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aboveboard.faces.cli.answers import Exit
from tests.support.cli import Home, sample_home
from tests.support.evidence import files_held

CUSTOMER = ("--purpose", "customer-relationship")


def test_what_is_not_yet_signed_is_signed_before_it_is_proved(tmp_path: Path):
    """Where nobody sequences, the command signs what is committed; nobody has to know that it was not."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    proved = home.json("prove", person, "--as", "data-protection-officer", "--out", str(tmp_path / "pack"))
    assert (proved["lines"], proved["waiting"]) == (1, 0)


def test_the_page_beside_the_folder_holds_the_same_files_and_is_never_written_over_another(tmp_path: Path):
    """`prove --html` writes the evidence once more, as a page that checks itself."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    asked = ("prove", person, "--html", "--as", "data-protection-officer", "--out")
    made = home.json(*asked, str(tmp_path / "pack"))
    page = Path(made["page"])
    assert page == tmp_path / "pack.html"
    assert page.stat().st_mode & 0o777 == 0o600
    assert files_held(page.read_bytes()) == {path.name: path.read_bytes() for path in Path(made["folder"]).iterdir()}
    (tmp_path / "other.html").touch()
    assert home.run(*asked, str(tmp_path / "other")).code == Exit.CONFLICT
    assert not (tmp_path / "other").exists()


def test_evidence_is_proved_and_verified_and_one_changed_byte_is_noticed(tmp_path: Path):
    """The officer's pack holds without home or database; with a flipped bit it ends with code 1."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    home.json("ask", person, *CUSTOMER, "--as", "seller")
    home.run("sequence", "--once")
    pack, trust = tmp_path / "pack", tmp_path / "trust"
    assert home.json("prove", person, "--out", str(pack), "--as", "data-protection-officer")["lines"] == 2
    home.run("key", "trust", str(trust))
    stranger = Home(tmp_path / "elsewhere", {"DJANGO_SETTINGS_MODULE": "there.is.none"})
    stranger.folder.mkdir()
    report = stranger.json("verify", str(pack), "--trust", str(trust))
    assert report["holds"]
    assert report["not_proved"]
    assert not stranger.home.exists()
    entries = next(path for path in pack.iterdir() if "entries" in path.name)
    data = bytearray(entries.read_bytes())
    data[len(data) // 2] ^= 1
    entries.write_bytes(data)
    assert stranger.json("verify", str(pack), "--trust", str(trust), code=Exit.FAILED)["holds"] is False
    seen = home.json("who-can-see", person, "--as", "data-protection-officer")["sights"]
    assert {sight["entity"] for sight in seen} == {"cz"}
    assert home.run("who-can-see", person, "--as", "seller").code == Exit.REFUSED


def test_a_range_is_proved_and_verified_on_the_command_line(tmp_path: Path):
    """The officer proves that nobody was recorded looking from the United States; a stranger checks the folder."""
    home = sample_home(tmp_path)
    until = (datetime.now(UTC) - timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%S")
    asked = ("--from", "2026-01-01", "--until", until, "--country", "us", "--as", "data-protection-officer")
    out = tmp_path / "range"
    proved = home.json("prove-range", *asked, "--out", str(out))
    assert proved["looks"] == 0
    home.run("key", "trust", str(tmp_path / "trust"))
    stranger = Home(tmp_path / "elsewhere", {"DJANGO_SETTINGS_MODULE": "there.is.none"})
    stranger.folder.mkdir()
    assert stranger.json("verify", str(out), "--trust", str(tmp_path / "trust"))["holds"]
    seller = home.run("prove-range", *asked[:-1], "seller", "--out", str(tmp_path / "theirs"))
    assert seller.code == Exit.REFUSED
    assert not (tmp_path / "theirs").exists()


def test_an_evidence_file_is_made_for_an_authority_and_counts_for_the_press(tmp_path: Path):
    """The officer makes both on the command line; a stranger checks them, and the pages speak two languages."""
    home = sample_home(tmp_path)
    officer = ("--as", "data-protection-officer")
    until = (datetime.now(UTC) - timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%S")
    made = tmp_path / "file"
    told = home.json("prove-authority", "--from", "2026-01-01", "--until", until, "--out", str(made), *officer)
    assert told["replay"]["contradictions"] == []
    press = tmp_path / "press"
    home.json("prove-press", "--from", "2026-01", "--until", "2026-02", "--out", str(press), *officer)
    home.run("key", "trust", str(tmp_path / "trust"))
    stranger = Home(tmp_path / "elsewhere", {"DJANGO_SETTINGS_MODULE": "there.is.none"})
    stranger.folder.mkdir()
    for folder in (made, press):
        assert stranger.json("verify", str(folder), "--trust", str(tmp_path / "trust"))["holds"]
    graph = json.loads((made / "evidence.jsonld").read_text())
    assert graph["@context"]["dpv"] == "https://w3id.org/dpv#"
    for folder, name in ((made, "evidence"), (press, "press")):
        english, czech = ((folder / f"{name}.{language}.html").read_text() for language in ("en", "cs"))
        assert "<script" not in english + czech
        assert 'lang="en"' in english
        assert 'lang="cs"' in czech
        assert "Co tento doklad neprokazuje" in czech
    seller = home.run("prove-press", "--from", "2026-01", "--until", "2026-01", "--out", str(press), "--as", "seller")
    assert seller.code in (Exit.REFUSED, Exit.CONFLICT)
