"""What an operator can say, what is taken when nothing is said, and how a mistake is told."""

from pathlib import Path

import pytest

from aboveboard.options import KNOWN, Options, OptionsError


def test_nothing_said_gives_one_embedded_cell_on_this_machine():
    """Without a single variable there is a Czech cell on SQLite, reached from this machine only."""
    options = Options.from_env({"PATH": "/usr/bin"})
    assert (options.cell, options.origin, options.bind, options.port) == (
        "cz-1",
        "localhost/aboveboard/cz-1",
        "127.0.0.1",
        8000,
    )
    assert options.home == Path("var/home").absolute()
    assert options.outside == Path("var/home.outside").absolute()
    assert (options.database_url, options.vault_database_url, options.places) == ("", "", None)
    assert options.base_url == "http://localhost:8000"
    assert (options.language, options.time_zone, options.tick_ms) == ("en", "Europe/Prague", 200)


def test_the_outside_folder_stands_beside_home_wherever_home_is(tmp_path):
    """The root key is never inside the folder that is backed up, also when nobody said where to put it."""
    assert Options.from_env({"ABOVEBOARD_HOME": str(tmp_path / "x")}).outside == tmp_path / "x.outside"


def test_an_outside_folder_inside_home_is_refused(tmp_path):
    """A backup of home must not carry the root key away."""
    environ = {"ABOVEBOARD_HOME": str(tmp_path), "ABOVEBOARD_OUTSIDE": str(tmp_path / "keys")}
    with pytest.raises(OptionsError, match="must not lie inside"):
        Options.from_env(environ)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"KEY_HOME": "/k"}, "KEY_HOME is for a key service"),
        ({"KEY_SERVICE": "/s", "KEY_HOME": "/h/keys", "HOME": "/h"}, "must not lie inside ABOVEBOARD_HOME"),
        ({"KEY_SERVICE": "/" + "s" * 107}, "107 bytes"),
        (
            {"KEY_SERVICE": "tls://keys.example:7443"},
            "the cell lies in SQLite, which a key service there could not see",
        ),
        ({"KEY_SERVICE": "tls://192.0.2.7:7443", "KEY_HOME": "/k"}, "the cell lies in SQLite"),
        ({"KEY_SERVICE": "tls://keys.example"}, "the path of a socket or tls://host:port"),
        ({"KEY_SERVICE": "tls://keys.example:0"}, "the path of a socket or tls://host:port"),
        ({"KEY_SERVICE": "tls://keys.example:7443/x"}, "the path of a socket or tls://host:port"),
        ({"KEY_SERVICE": "https://keys.example:7443"}, "the path of a socket or tls://host:port"),
        ({"KEY_SERVICE": "tls://a:b@keys.example:7443"}, "no name and no password"),
    ],
)
def test_keys_are_kept_apart_only_where_they_can_be_found_and_no_backup_takes_them_along(given, sentence):
    """The folder of the keys wants a service, lies outside the home, and a socket's name is short."""
    with pytest.raises(OptionsError, match=sentence):
        Options.from_env({f"ABOVEBOARD_{name}": value for name, value in given.items()})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_key_service_on_another_machine_wants_a_database_both_see_and_one_on_this_machine_does_not(host):
    """SQLite is seen on its own machine only; PostgreSQL from both."""
    here = f"tls://{host}:7443"
    assert Options.from_env({"ABOVEBOARD_KEY_SERVICE": here}).key_service == here
    there = {"ABOVEBOARD_KEY_SERVICE": "tls://keys.example:7443"}
    postgres = {"ABOVEBOARD_VAULT_DATABASE_URL": "postgresql://cell@db/cell"}
    assert Options.from_env({**there, **postgres}).key_service == "tls://keys.example:7443"


def test_an_unknown_option_is_named():
    """A misspelt option is an error: a setting nobody reads protects nobody."""
    with pytest.raises(OptionsError, match="ABOVEBOARD_CEL is not an option"):
        Options.from_env({"ABOVEBOARD_CEL": "cz-1"})


def test_the_variable_of_the_test_suite_is_let_through():
    """The suite's own switch is no option of the program."""
    assert Options.from_env({"ABOVEBOARD_REQUIRE_ALL": "1"}) == Options.from_env({})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CELL", "CZ 1"),
        ("CELL", "x" * 33),
        ("ORIGIN", "two words"),
        ("ORIGIN", "a+b"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eighty"),
        ("HTTPS", "perhaps"),
        ("BASE_URL", "aboveboard.example"),
        ("BASE_URL", "https://aboveboard.example/?a=b"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("LANGUAGE", "xx"),
        ("TIME_ZONE", "Europe/Nowhere"),
        ("TICK_MS", "-1"),
        ("DATABASE_URL", "mysql://x"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_option(name, text):
    """The sentence names the option, so that the operator finds the line."""
    with pytest.raises(OptionsError, match=f"^ABOVEBOARD_{name}: "):
        Options.from_env({f"ABOVEBOARD_{name}": text})


def test_a_secret_is_read_from_its_file_and_shown_nowhere(tmp_path):
    """A secret stands in a file; neither the description nor the repr gives it away."""
    kept = tmp_path / "secret"
    kept.write_text("correct horse battery staple\n")
    options = Options.from_env({"ABOVEBOARD_SECRET_KEY_FILE": str(kept)})
    assert options.secret_key == "correct horse battery staple"
    assert "horse" not in repr(options)
    assert "horse" not in str(options.describe())


def test_a_database_password_is_shown_nowhere():
    """The address of a database holds a password, also when the address is wrong."""
    options = Options.from_env({"ABOVEBOARD_VAULT_DATABASE_URL": "postgresql://cell:hunter2@db/cell"})
    assert "hunter2" not in repr(options) + str(options.describe())
    with pytest.raises(OptionsError) as caught:
        Options.from_env({"ABOVEBOARD_DATABASE_URL": "oracle://cell:hunter2@db/cell"})
    assert "hunter2" not in str(caught.value)


def test_a_secret_given_twice_is_refused(tmp_path):
    """Of two secrets nobody knows which one counts."""
    with pytest.raises(OptionsError, match="given twice"):
        Options.from_env({"ABOVEBOARD_SECRET_KEY": "a", "ABOVEBOARD_SECRET_KEY_FILE": str(tmp_path / "b")})


def test_a_secret_file_that_is_not_there_is_an_error(tmp_path):
    """A forgotten file must not silently become an empty secret."""
    with pytest.raises(OptionsError, match="ABOVEBOARD_SECRET_KEY_FILE names a file that cannot be read"):
        Options.from_env({"ABOVEBOARD_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_an_option_that_is_no_secret_has_no_file_form():
    """Only secrets are read from files; anything else would be one more thing to look for."""
    with pytest.raises(OptionsError, match="ABOVEBOARD_PORT_FILE is not an option"):
        Options.from_env({"ABOVEBOARD_PORT_FILE": "/etc/port"})


def test_the_key_laid_down_at_init_is_found(tmp_path):
    """After `init` the signing key is read from the outside folder without being named."""
    outside = tmp_path / "home.outside"
    outside.mkdir()
    (outside / "secret_key").write_text("laid down once")
    assert Options.from_env({"ABOVEBOARD_HOME": str(tmp_path / "home")}).secret_key == "laid down once"


def test_hosts_and_links_follow_from_the_address_people_type():
    """Naming the address once is enough: its host is answered too."""
    options = Options.from_env({"ABOVEBOARD_BASE_URL": "https://crm.example/", "ABOVEBOARD_HTTPS": "yes"})
    assert options.base_url == "https://crm.example"
    assert options.https is True
    assert options.allowed_hosts[0] == "crm.example"


def test_the_description_names_every_option():
    """What `doctor` prints is complete."""
    described = [name for name, _, _ in Options.from_env({}).describe()]
    assert described == [f"ABOVEBOARD_{name.upper()}" for name in KNOWN]
