"""The frame of the command line: every command is found, speaks JSON, and ends with a code of the one table."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from aboveboard.core import errors
from aboveboard.faces.cli import commands
from aboveboard.faces.cli.answers import BY_CODE, MEANS, Exit, trouble_of
from aboveboard.faces.cli.reference import reference, walk
from aboveboard.faces.cli.tree import aboveboard
from tests.support.cli import Home, sample_home
from tests.support.present import ROOT

CUSTOMER = ("--purpose", "customer-relationship")
OVERSIGHT = ("--purpose", "data-protection-oversight")


def test_a_file_in_the_folder_is_a_command():
    """No list names the commands: whoever lays a file down has added one."""
    found = [path for path in Path(commands.__path__[0]).glob("*.py") if not path.name.startswith("__")]
    files = {path.stem.rstrip("_").replace("_", "-") for path in found}
    assert set(aboveboard.list_commands(click.Context(aboveboard))) == files
    assert {"init", "serve", "ask", "find", "erase", "backup", "restore", "recover", "doctor", "verify"} <= files


@pytest.mark.parametrize(("path", "command"), list(walk()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_answers_machines_and_says_what_it_does(path: str, command: click.Command):
    """Each command takes --json and opens its help with a sentence."""
    if not isinstance(command, click.Group):
        assert "--json" in {option for parameter in command.params for option in parameter.opts}
    assert command.get_short_help_str(200).endswith((".", ";", ",", ")")) or command.help


def test_the_reference_says_what_the_commands_say():
    """docs/reference/commands.md is made from the commands; `python -m aboveboard.faces.cli.reference` writes it."""
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert written == reference()


def test_every_error_of_the_core_ends_in_a_code_of_the_one_table():
    """An error class without an exit code would end like an accident."""
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AboveboardError)
    ]
    for kind in kinds:
        assert kind.code in BY_CODE
        trouble = trouble_of(kind("A sentence."))
        assert trouble is not None
        assert trouble.sentence == "A sentence."
        assert trouble.exit in MEANS
    assert set(MEANS) == set(Exit)


def test_a_finer_code_counts_as_the_class_it_belongs_to():
    """A seal that does not open has a code of its own and ends like every failed verification."""
    trouble = trouble_of(errors.NotVerified("A sealed value does not open here.", code="seal"))
    assert trouble is not None
    assert (trouble.code, trouble.exit) == ("seal", Exit.FAILED)


def test_an_error_of_the_system_is_told_without_the_name_of_a_file():
    """A file's name could name a person."""
    trouble = trouble_of(FileNotFoundError(2, "No such file or directory", "/somewhere/jana-novakova.csv"))
    assert trouble is not None
    assert trouble.exit is Exit.UNAVAILABLE
    assert "novakova" not in trouble.sentence


def test_help_is_there_before_anything_heavy_is_loaded(tmp_path: Path):
    """`aboveboard --help` loads neither Django nor cryptography nor rich."""
    script = (
        "import sys\n"
        "from aboveboard.faces.cli.tree import aboveboard\n"
        "aboveboard.main(['--help'], standalone_mode=False)\n"
        "print(sorted({'django', 'cryptography', 'rich', 'granian', 'orjson'} & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], env=Home(tmp_path).environment, capture_output=True, text=True, check=True
    )
    assert ran.stderr.strip() == "[]"
    assert "who-can-see" in ran.stdout


def test_without_a_home_a_command_says_what_to_do_and_makes_nothing(tmp_path: Path):
    """Asking where there is no home ends in a sentence, and no empty database is left behind."""
    home = Home(tmp_path)
    ran = home.run("ask", "00" * 16, *CUSTOMER, "--as", "seller")
    assert ran.code == Exit.INVALID
    assert "aboveboard init" in ran.err
    assert ran.out == ""
    assert not home.home.exists()


def test_an_option_nobody_knows_is_a_sentence_and_code_two(tmp_path: Path):
    """A misspelt variable stops every command that reads options."""
    ran = Home(tmp_path, {"ABOVEBOARD_PROT": "80"}).run("doctor", "--json")
    assert ran.code == Exit.USAGE
    assert ran.data["error"]["code"] == "usage"
    assert "ABOVEBOARD_PROT" in ran.data["error"]["sentence"]


def test_founding_makes_folders_and_keys_only_their_owner_reads(tmp_path: Path):
    """Home and outside are 0700, every file in them 0600, and a second founding is refused."""
    home = sample_home(tmp_path)
    for folder in (home.home, home.outside):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [path for path in folder.iterdir() if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files} == {0}
    assert home.json("init", "--sample", code=Exit.CONFLICT)["error"]["code"] == "conflict"


def test_the_sample_gives_each_role_a_sign_in_that_counts_in_a_sample_home_only(tmp_path: Path):
    """The file is marked, and outside a sample home its tokens are not looked at."""
    home = sample_home(tmp_path)
    told = json.loads((home.home / "sample-sign-ins.json").read_text())
    assert told["sample"] is True
    roles = {entry["role"] for entry in told["sign_ins"]}
    assert roles >= {"seller", "signatory", "data-protection-officer", "headquarters-analyst", "outsider", "operator"}
    assert all(entry["token"] and entry["password"] for entry in told["sign_ins"])
    home.script("from aboveboard.apps.ledger.models import Cell\nCell.objects.update(sample=False)")
    ran = home.run("staff", "list", "--as", "seller")
    assert ran.code == Exit.REFUSED
    assert "aboveboard login" in ran.err


def test_guessing_a_password_or_a_passphrase_of_a_home_is_dear(tmp_path: Path):
    """What opens sign-ins and signing keys costs in a home what the standards ask, whatever tests elsewhere pay."""
    home = Home(tmp_path)
    home.json("init", "--sample")
    prices = home.script(
        "from aboveboard.apps.accounts.models import SigningKey\n"
        "from aboveboard.apps.signin.models import User\n"
        "keys = [row.kdf_parameters for row in SigningKey.objects.all()]\n"
        "print(json.dumps([keys, [row.password for row in User.objects.all()]]))\n"
    )
    assert {tuple(key.items()) for key in prices[0]} == {
        (("name", "argon2id"), ("passes", 3), ("memory_kib", 65536), ("lanes", 4))
    }
    assert {hashed[: hashed.rindex("p=") + 3] for hashed in prices[1]} == {"argon2$argon2id$v=19$m=102400,t=2,p=8"}


def test_a_founding_that_was_cut_short_begins_anew(tmp_path: Path):
    """What a crash left of a founding is taken away by the next one; until then nothing else runs."""
    home = Home(tmp_path)
    home.home.mkdir(mode=0o700)
    home.outside.mkdir(mode=0o700)
    (home.home / "unfinished.json").write_text('{"command": "init", "facts": {}}')
    (home.home / "cell.sqlite3").write_bytes(b"half a database")
    (home.outside / "root.key").write_text("half a key")
    ran = home.run("find", "somebody", *CUSTOMER, "--as", "seller")
    assert (ran.code, "aboveboard init" in ran.err) == (Exit.CONFLICT, True)
    assert home.run("init", "--sample").code == Exit.DONE
    assert home.json("find", "somebody", *CUSTOMER, "--as", "seller") == {"people": []}


def test_a_cell_is_founded_from_a_file_whose_secrets_stand_in_files_of_their_own(tmp_path: Path):
    """Controller, two signatories and the officer are named in one file; each can sign in afterwards."""
    secrets = tmp_path / "secret"
    secrets.write_text("a passphrase of good length\n")
    person = {"entity": "cz", "workplace": "CZ", "password_file": "secret", "passphrase_file": "secret"}
    plan = {
        "controller": {"id": "cz", "legal_name": "Zkušební s.r.o.", "country": "CZ"},
        "signatories": [{**person, "login": login, "name": "One of Two"} for login in ("first", "second")],
        "officer": {**person, "login": "officer", "name": "The Officer"},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    home = Home(tmp_path)
    made = home.json("init", "--founding", str(tmp_path / "plan.json"))
    assert made["sample"] is False
    assert len(made["signatories"]) == 2
    assert home.run("login", "officer", "--password-file", str(secrets)).code == Exit.DONE
    listed = home.json("staff", "list", "--as", "officer")["staff"]
    assert sorted(member["login"] for member in listed) == ["first", "officer", "second"]


def test_a_founding_file_without_a_part_is_refused_by_the_name_of_the_part(tmp_path: Path):
    """Nothing is founded, and the next try is not in its way."""
    (tmp_path / "plan.json").write_text(json.dumps({"controller": {}}))
    ran = Home(tmp_path).json("init", "--founding", str(tmp_path / "plan.json"), code=Exit.INVALID)
    assert "signatories" in ran["error"]["sentence"]


def test_signing_in_gives_a_token_to_its_owner_alone_and_signing_out_revokes_it(tmp_path: Path):
    """The token lies in a file of mode 0600; after signing out a copy of it opens nothing."""
    home = sample_home(tmp_path)
    password = tmp_path / "password"
    password.write_text(home.sample("seller-cz")["password"] + "\n")
    said = home.json("login", "seller-cz", "--password-file", str(password))
    assert (said["role"], said["entity"]) == ("seller", "cz")
    (kept,) = [path for path in (tmp_path / "config").rglob("*") if path.is_file()]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "seller" not in str(kept)
    copy = tmp_path / "copy"
    copy.write_text(kept.read_text())
    assert home.json("find", "somebody", *CUSTOMER, "--token-file", str(copy)) == {"people": []}
    assert home.run("logout", "seller-cz").code == Exit.DONE
    assert home.run("find", "somebody", *CUSTOMER, "--token-file", str(copy)).code == Exit.REFUSED
    assert home.run("logout", "seller-cz").code == Exit.CONFLICT


def test_a_wrong_password_an_unknown_login_and_nobody_are_all_refused(tmp_path: Path):
    """Whoever guesses learns nothing from the sentence; whoever names nobody is told how."""
    home = sample_home(tmp_path)
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password at all")
    first = home.run("login", "seller-cz", "--password-file", str(wrong))
    second = home.run("login", "nobody-here", "--password-file", str(wrong))
    assert (first.code, second.code) == (Exit.REFUSED, Exit.REFUSED)
    assert first.err == second.err
    assert home.run("find", "somebody", *CUSTOMER).code == Exit.USAGE
    assert home.run("find", "somebody", *CUSTOMER, "--as", "seller", "--token-file", str(wrong)).code == Exit.USAGE


def test_a_second_factor_is_asked_for_on_the_command_line_too(tmp_path: Path):
    """A password alone opens nothing where the sign-in has one-time codes; a used code does not open twice."""
    home = sample_home(tmp_path)
    secret = home.script(
        "import json\n"
        "from allauth.mfa.totp.internal import auth\n"
        "from aboveboard.apps.signin.models import User\n"
        "secret = auth.generate_totp_secret()\n"
        "auth.TOTP.activate(User.objects.get(login='seller-cz'), secret)\n"
        "print(json.dumps(secret))\n"
    )
    password, wrong, right = tmp_path / "password", tmp_path / "wrong", tmp_path / "right"
    password.write_text(home.sample("seller-cz")["password"])
    code = one_time_code(secret)
    wrong.write_text("000000" if code != "000000" else "111111")
    login = ("login", "seller-cz", "--password-file", str(password))
    assert home.run(*login).code == Exit.USAGE
    assert home.run(*login, "--code-file", str(wrong)).code == Exit.REFUSED
    # Made at the last moment: a code lives for half a minute, and a busy machine takes its time.
    right.write_text(one_time_code(secret))
    assert home.run(*login, "--code-file", str(right)).code == Exit.DONE


def one_time_code(secret: str) -> str:
    """The code an authenticator would show now (RFC 6238)."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def test_a_look_is_committed_before_its_values_are_shown_and_found_by_name_without_accents(tmp_path: Path):
    """The entry of a look waits in the ledger when the values appear; finding several people is one entry."""
    home = sample_home(tmp_path)
    ids = home.take_in("Žofie Zkušební", "Žaneta Zkušební")
    home.run("sequence", "--once")
    looked = home.json("ask", ids[0], *CUSTOMER, "--as", "seller")
    assert looked["people"][0]["facts"][0]["value"] == "Žofie Zkušební"
    found = home.json("find", "zkusebni", *CUSTOMER, "--as", "seller")
    assert {person["subject"] for person in found["people"]} == set(ids)
    pending = home.script(
        "import json\n"
        "from aboveboard.apps.ledger.models import Pending\n"
        "print(json.dumps([bytes(row.entry_hash).hex() for row in Pending.objects.all()]))\n"
    )
    assert set(pending) == {looked["entry"], found["entry"]}
    words = home.run("ask", ids[0], *CUSTOMER, "--as", "seller").out
    assert words.index("is committed") < words.index("Žofie Zkušební")


def test_a_refused_look_is_on_record_and_says_which_law_and_what_next(tmp_path: Path):
    """Headquarters without an instrument gets no value, code 3, and every refusal with its source and way on."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    refused = home.json("ask", person, *CUSTOMER, "--as", "headquarters-analyst", code=Exit.REFUSED)
    assert refused["people"] == []
    assert {refusal["rule"] for refusal in refused["refusals"]} >= {"transfer_allowed", "grant_held"}
    assert all(refusal["source"] and refusal["way_on"] for refusal in refused["refusals"])
    ran = home.run("ask", person, *CUSTOMER, "--as", "headquarters-analyst")
    assert "law" in ran.out
    assert "Zkušební" not in ran.out + ran.err


def test_none_and_none_for_you_are_the_same_answer(tmp_path: Path):
    """That somebody is held here is personal data too."""
    home = sample_home(tmp_path)
    home.take_in("Žofie Zkušební")
    nobody = home.run("find", "Nikdo", *CUSTOMER, "--as", "headquarters-analyst")
    not_for_you = home.run("find", "Zkušební", *CUSTOMER, "--as", "headquarters-analyst")
    assert (nobody.code, nobody.out, nobody.err) == (not_for_you.code, not_for_you.out, not_for_you.err)
    assert home.run("find", "Žo", *CUSTOMER, "--as", "seller").code == Exit.INVALID


def test_what_was_typed_wrongly_is_not_repeated(tmp_path: Path):
    """Somebody types a name where an id is wanted: the sentence does not carry it on."""
    home = sample_home(tmp_path)
    ran = home.run("ask", "Žofie Zkušební", *CUSTOMER, "--as", "seller")
    assert ran.code == Exit.USAGE
    assert "Zkušební" not in ran.err + ran.out


def test_an_erased_person_is_gone_with_a_certificate_that_verifies(tmp_path: Path):
    """After the erasure a look ends with code 6 and the date; the last pack holds for a stranger."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    assert home.run("key", "backup", str(tmp_path / "copy")).code == Exit.DONE
    erase = ("erase", person, *OVERSIGHT, "--yes")
    refused = home.json(*erase, "--as", "seller", code=Exit.REFUSED)
    assert refused["refusals"][0]["rule"] == "role_may"
    last = tmp_path / "last"
    erased = home.json(*erase, "--as", "data-protection-officer", "--certificate", str(last))
    (copy,) = erased["key_store_copies"]
    gone = home.json("ask", person, *CUSTOMER, "--as", "seller", code=Exit.GONE)
    assert gone["error"]["code"] == "shredded"
    assert home.json(*erase, "--as", "data-protection-officer", code=Exit.GONE)
    assert home.json("find", "Zkušební", *CUSTOMER, "--as", "seller") == {"people": []}
    home.run("key", "trust", str(tmp_path / "trust"))
    assert home.json("verify", str(last), "--trust", str(tmp_path / "trust"))["holds"] is True
    assert home.run("key", "deleted", copy["id"]).code == Exit.DONE
    assert home.json("key", "list")["copies"] == []


def test_without_the_root_key_nothing_is_released(tmp_path: Path):
    """The file of the root key is away: code 7 and no value."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    (home.outside / "root.key").rename(tmp_path / "root.key")
    ran = home.json("ask", person, *CUSTOMER, "--as", "seller", code=Exit.UNAVAILABLE)
    assert ran["error"]["code"] == "key_unavailable"


def test_the_doctor_finds_a_home_in_order_and_then_what_is_not(tmp_path: Path):
    """Options without secrets, every check with a sentence; a folder open to others is found."""
    home = sample_home(tmp_path)
    well = home.json("doctor")
    assert well["sound"]
    assert {check["name"] for check in well["checks"]} >= {"log", "key store", "vault: synchronous", "audit"}
    shown = {option["name"]: option["value"] for option in well["options"]}
    assert shown["ABOVEBOARD_SECRET_KEY"] == "(set, not shown)"
    home.home.chmod(0o755)
    ill = home.json("doctor", code=Exit.FAILED)
    assert [check["name"] for check in ill["checks"] if not check["holds"]] == ["folder home"]


def test_tables_older_than_the_program_are_noticed_and_brought_up_with_a_copy_first(tmp_path: Path):
    """The server refuses old tables by the name of the command; the copy from before is a backup like any other."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Žofie Zkušební")
    home.script(
        "from django.core.management import call_command\n"
        "call_command('migrate', 'jobs', 'zero', database='vault', verbosity=0)\n"
    )
    assert "aboveboard upgrade" in home.run("serve").err
    assert [check["name"] for check in home.json("doctor", code=Exit.FAILED)["checks"] if not check["holds"]] == [
        "tables"
    ]
    copy = tmp_path / "before"
    assert home.json("upgrade", "--backup", str(copy))["applied"] > 0
    assert (copy / "manifest.json").is_file()
    assert home.json("upgrade", "--backup", str(tmp_path / "again"))["applied"] == 0
    assert not (tmp_path / "again").exists()
    assert home.json("ask", person, *CUSTOMER, "--as", "seller")["people"]


def test_a_pipe_that_is_closed_ends_a_command_quietly(tmp_path: Path):
    """`aboveboard doctor | head -1` is no error."""
    home = sample_home(tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "aboveboard", "doctor"],
        env=home.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert "Traceback" not in ran.stderr
    assert "Broken pipe" not in ran.stderr
