"""Every setting an operator can make, read once from the environment and frozen."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "ABOVEBOARD_"
# Only the test suite reads this one: it turns a skipped test into a failed one.
FOR_TESTS_ONLY = frozenset({"ABOVEBOARD_REQUIRE_ALL"})
HIGHEST_PORT = 65535
LONGEST_SOCKET = 107
CELL_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
LANGUAGES = ("en", "cs")
GO_ON, STOP_AFTER = "go-on", "stop-after-"
A_WEEK = 7 * 24 * 3600

Network = IPv4Network | IPv6Network


class OptionsError(ValueError):
    """An option is unknown or cannot be read; the message is a sentence for the operator."""


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _flag(value: str) -> bool:
    known = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
    if value.lower() not in known:
        raise ValueError("say yes or no")
    return known[value.lower()]


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise ValueError("a whole number above zero is wanted")
    return int(value)


def _port(value: str) -> int:
    if _count(value) > HIGHEST_PORT:
        raise ValueError("a port lies between 1 and 65535")
    return int(value)


def _words(value: str) -> tuple[str, ...]:
    return tuple(word for part in value.split(",") if (word := part.strip()))


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ip_network(word) for word in _words(value))


def _cell(value: str) -> str:
    if CELL_ID.fullmatch(value) is None:
        raise ValueError("a cell's id is made of small letters, digits and hyphens, 32 at most")
    return value


def _origin(value: str) -> str:
    # C2SP signed-note: a key name is non-empty and holds neither spaces nor a plus sign.
    if re.search(r"[\s+]", value):
        raise ValueError("a log's origin holds no space and no plus sign")
    return value


def _database(value: str) -> str:
    if urlsplit(value).scheme not in ("postgresql", "postgres"):
        raise ValueError("only postgresql://... is known; leave it empty for SQLite")
    return value


def _service(value: str) -> str:
    if "://" not in value:
        return str(_path(value))
    parts = urlsplit(value)
    if parts.scheme != "tls" or not parts.hostname or not parts.port or f"tls://{parts.netloc}" != value:
        raise ValueError("the path of a socket or tls://host:port is wanted")
    if "@" in parts.netloc:
        raise ValueError("no name and no password stand in tls://host:port; certificates are pinned")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("http://host or https://host is wanted")
    return value.rstrip("/")


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)} is wanted")
    return value


def _without_quorum(value: str) -> str:
    seconds = value.removeprefix(STOP_AFTER)
    if value != GO_ON and (seconds == value or str(_count(seconds)) != seconds or _count(seconds) > A_WEEK):
        raise ValueError("go-on or stop-after-SECONDS is wanted, a week at most")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("no such time zone") from None
    return value


class Option(NamedTuple):
    """How one option is read, what is taken when it is not given, and what it is for."""

    read: Callable[[str], Any]
    default: str
    says: str
    secret: bool = False


# In the order `aboveboard doctor` prints them. A default in angle brackets follows from other options.
KNOWN: Mapping[str, Option] = {
    "home": Option(_path, "var/home", "folder of the embedded stores, the tiles and the outbox"),
    "outside": Option(_path, "<home>.outside", "folder of the root key and the last signed head"),
    "key_service": Option(
        _service, "", "socket of the key service, or tls://host:port; empty: keys in the program's own processes"
    ),
    "key_home": Option(_path, "", "folder of root key and key store where a key service keeps them, if it is here"),
    "key_secret": Option(_text, "", "what this process proves itself with to the key service", secret=True),
    "database_url": Option(_database, "", "the commercial database; empty means SQLite in home", secret=True),
    "vault_database_url": Option(_database, "", "the cell's database; empty means SQLite in home", secret=True),
    "cell": Option(_cell, "cz-1", "the id of the one cell this process serves"),
    "origin": Option(_origin, "localhost/aboveboard/<cell>", "the name under which the log signs"),
    "secret_key": Option(_text, "<outside>/secret_key", "signs sessions and forms", secret=True),
    "bind": Option(_text, "127.0.0.1", "the address to listen on"),
    "port": Option(_port, "8000", "the port to listen on"),
    "https": Option(_flag, "no", "whether people reach the pages over HTTPS"),
    "base_url": Option(_address, "http(s)://localhost:<port>", "the address people type, used in links"),
    "allowed_hosts": Option(_words, "<host of base_url>", "host names answered, separated by commas"),
    "trusted_proxies": Option(_networks, "", "networks whose forwarding headers are believed"),
    "places": Option(_path, "", "CSV of network,country: where a reader is; empty knows no place"),
    "language": Option(_language, "en", "language of pages for who has chosen none"),
    "time_zone": Option(_zone, "Europe/Prague", "time zone of pages and of the legal calendar"),
    "witnesses": Option(_path, "", "trust policy file (tlog-policy) of the witnesses to ask; empty asks none"),
    "without_quorum": Option(
        _without_quorum, GO_ON, "looks while the witnesses' quorum is missing: go-on or stop-after-SECONDS"
    ),
    "log_ml_dsa_44": Option(_flag, "no", "whether checkpoints are signed with ML-DSA-44 (FIPS 204) beside Ed25519"),
    "tick_ms": Option(_count, "200", "how often the sequencer looks for new entries, in milliseconds"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """Everything an operator can decide, read once; nothing else reads the environment."""

    home: Path
    outside: Path
    key_service: str | None
    key_home: Path | None
    key_secret: str = field(repr=False)
    database_url: str = field(repr=False)
    vault_database_url: str = field(repr=False)
    cell: str
    origin: str
    secret_key: str = field(repr=False)
    bind: str
    port: int
    https: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    places: Path | None
    language: str
    time_zone: str
    witnesses: Path | None
    without_quorum: str
    log_ml_dsa_44: bool
    tick_ms: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every option from *environ*; what is not given has the documented default.

        Raises:
            OptionsError: for an unknown ``ABOVEBOARD_*`` variable, or a value that cannot be read.
        """
        given = _given(environ)
        values = {name: _read(name, given[name]) for name in given}
        for name, option in KNOWN.items():
            if name not in values and option.default and "<" not in option.default:
                values[name] = _read(name, option.default)
        return cls(**_derived(values))

    def describe(self) -> tuple[tuple[str, str, str], ...]:
        """Name, value and meaning of each option, for ``aboveboard doctor``; no secret's value."""
        return tuple((PREFIX + name.upper(), self._shown(name), option.says) for name, option in KNOWN.items())

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if value in ("", None, ()):
            return "(not set)"
        if KNOWN[name].secret:
            return "(set, not shown)"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """The texts given in *environ* by option name; a secret may stand in the file NAME_FILE points to."""
    spelled = {PREFIX + name.upper(): name for name in KNOWN}
    in_files = {f"{variable}_FILE": name for variable, name in spelled.items() if KNOWN[name].secret}
    given: dict[str, str] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in FOR_TESTS_ONLY:
            continue
        name = spelled.get(variable) or in_files.get(variable)
        if name is None:
            raise OptionsError(f"{variable} is not an option of Aboveboard; `aboveboard doctor` lists them all.")
        if name in given:
            raise OptionsError(f"{PREFIX}{name.upper()} is given twice, as a value and as a file; give one.")
        value = _file(variable, text) if variable in in_files else text.strip()
        if value:
            given[name] = value
    return given


def _file(variable: str, path: str) -> str:
    """The content of a secret's file, without the line end."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionsError(f"{variable} names a file that cannot be read ({type(error).__name__}).") from None


def _read(name: str, text: str) -> object:
    option = KNOWN[name]
    try:
        return option.read(text)
    except ValueError as error:
        # A secret's text must not come back in the message, and a parser's own words might quote it.
        why = "its value cannot be read" if option.secret and "://" not in str(error) else str(error)
        raise OptionsError(f"{PREFIX}{name.upper()}: {why}.") from None


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    """Add the defaults that follow from other options."""
    home: Path = values["home"]
    values.setdefault("outside", home.with_name(f"{home.name}.outside"))
    values.setdefault("origin", f"localhost/aboveboard/{values['cell']}")
    values.setdefault("secret_key", _kept_secret(values["outside"]))
    values.setdefault("base_url", f"{'https' if values['https'] else 'http'}://localhost:{values['port']}")
    own_host = str(urlsplit(values["base_url"]).hostname)
    values.setdefault("allowed_hosts", tuple(dict.fromkeys((own_host, "localhost", "127.0.0.1", "[::1]"))))
    for name, nothing in (
        ("key_service", None),
        ("key_home", None),
        ("key_secret", ""),
        ("database_url", ""),
        ("vault_database_url", ""),
        ("trusted_proxies", ()),
        ("places", None),
        ("witnesses", None),
    ):
        values.setdefault(name, nothing)
    _check_keys(home, values["key_service"], values["key_home"])
    _check_seen(values["key_service"], values["vault_database_url"])
    if values["outside"] == home or home in values["outside"].parents:
        raise OptionsError("ABOVEBOARD_OUTSIDE must not lie inside ABOVEBOARD_HOME: a backup would carry the key away.")
    return values


def _check_keys(home: Path, service: str | None, key_home: Path | None) -> None:
    if key_home is not None and service is None:
        raise OptionsError("ABOVEBOARD_KEY_HOME is for a key service; say in ABOVEBOARD_KEY_SERVICE where it listens.")
    if key_home is not None and (key_home == home or home in key_home.parents):
        raise OptionsError("ABOVEBOARD_KEY_HOME must not lie inside ABOVEBOARD_HOME; a backup would take it along.")


def _check_seen(service: str | None, database: str) -> None:
    """Refuse a key service that could not see the ledger, or a socket whose name is too long."""
    if service is None:
        return
    if not service.startswith("tls://"):
        if len(service.encode()) > LONGEST_SOCKET:
            raise OptionsError(f"ABOVEBOARD_KEY_SERVICE: a socket's path has at most {LONGEST_SOCKET} bytes.")
    elif not database and not _is_loopback(str(urlsplit(service).hostname)):
        raise OptionsError(
            "ABOVEBOARD_KEY_SERVICE names another machine, and the cell lies in SQLite, which a key service there could"
            " not see. Move the cell to PostgreSQL (ABOVEBOARD_VAULT_DATABASE_URL), or keep the service here."
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _kept_secret(outside: Path) -> str:
    """The key that ``aboveboard init`` laid down; empty before, so that settings load without a home."""
    kept = outside / "secret_key"
    return kept.read_text(encoding="utf-8").strip() if kept.is_file() else ""
