"""DATABASE_URL, read once for every connection the bot makes: SQLAlchemy's pools and asyncpg's own lines alike.

The two understand different options of the same address (``sslmode`` here, ``ssl`` there), and each takes what it does not
know for something else. So the options are read here, and what is not on the list is refused.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS"""
_SESSION = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_SSL_FILES = ("sslrootcert", "sslcert", "sslkey")
_KINDS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class BadAddress(ValueError):
    """An address of a database that cannot be meant; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and how asyncpg is to connect; ``options`` and ``server`` are empty for a file."""

    url: URL
    options: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, str] = field(default_factory=dict)
    """Settings of the session, like ``application_name``."""
    cached_statements: int | None = None
    """How many statements SQLAlchemy may keep prepared; 0 behind a pooler. None: its own default."""

    @property
    def is_file(self) -> bool:
        """Whether it is SQLite's."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> str:
        """Of SQLite's file."""
        return self.url.database or ""

    def connect_args(self, **server: str) -> dict[str, Any]:
        """For an engine of SQLAlchemy; the operator's own settings of the session win."""
        values = self.asyncpg_args(**server)
        if self.cached_statements is not None:
            values["prepared_statement_cache_size"] = self.cached_statements
        return values

    def asyncpg_args(self, **server: str) -> dict[str, Any]:
        """For ``asyncpg.connect``, beside :attr:`dsn`."""
        return {**self.options, "server_settings": {**server, **self.server}}

    @property
    def dsn(self) -> str:
        """For asyncpg: user, password, host, port and name alone."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)


def address_of(database_url: str) -> Address:
    """Read an address; raises BadAddress."""
    try:
        url = make_url(database_url)
        kind = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise BadAddress("it is no address") from None
    if _KINDS.get(kind) != url.drivername:
        raise BadAddress("it begins with neither sqlite+aiosqlite:/// nor postgresql+asyncpg://")
    query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    bare = url.set(query={})
    if kind == "sqlite":
        if query:
            raise BadAddress(f"a file takes no option {next(iter(query))!r}")
        if not url.database:
            raise BadAddress("it names no file")
        if "\x00" in url.database:
            raise BadAddress("it names no file")
        return Address(bare)
    if url.port is not None and not 0 < url.port < 2**16:
        raise BadAddress("a port is a number from 1 to 65535")
    return _server(bare, query)


def _server(url: URL, query: dict[str, str]) -> Address:
    options: dict[str, Any] = {}
    server: dict[str, str] = {}
    cached: int | None = None
    for name, value in query.items():
        if name in _PLAIN:
            options[name] = _PLAIN[name](name, value)
        elif name in ("application_name", "options", "search_path"):
            server[name] = value
        elif name == "connect_timeout":
            options["timeout"] = _seconds(name, value)
        elif name == "prepared_statement_cache_size":
            cached = _count(name, value)
        elif name not in ("ssl", "sslmode", *_SSL_FILES):
            raise BadAddress(f"the option {name!r} is not one the bot knows")
    secure = _ssl(query)
    if secure is not None:
        options["ssl"] = secure
    return Address(url, options, server, cached)


def _ssl(query: Mapping[str, str]) -> Any:
    """What asyncpg wants to hear: the name of a mode, or a context where certificates are to be looked at."""
    mode = query.get("sslmode", query.get("ssl"))
    mode = {"true": "require", "1": "require", "false": "disable", "0": "disable"}.get(str(mode), mode)
    files = {name: query[name] for name in _SSL_FILES if name in query}
    if mode is None:
        if files:
            raise BadAddress("certificates want sslmode=verify-full or another sslmode")
        return None
    if mode not in _SSL_MODES:
        raise BadAddress(f"sslmode is one of {', '.join(_SSL_MODES)}")
    for name, path in files.items():
        if path != "system" and not Path(path).is_file():
            raise BadAddress(f"there is no file {path!r} for {name}")
    if mode not in ("verify-ca", "verify-full") and not files:
        return mode
    return _context(mode, files)


def _context(mode: str, files: Mapping[str, str]) -> ssl.SSLContext:
    authority = files.get("sslrootcert", "system")
    try:
        context = ssl.create_default_context(cafile=None if authority == "system" else authority)
        if "sslcert" in files:
            context.load_cert_chain(files["sslcert"], files.get("sslkey"))
    except (ssl.SSLError, OSError) as error:
        raise BadAddress(f"a certificate cannot be read ({type(error).__name__})") from None
    context.check_hostname = mode == "verify-full"
    if mode not in ("verify-ca", "verify-full") and "sslrootcert" not in files:
        context.verify_mode = ssl.CERT_NONE
    return context


def _text(_name: str, value: str) -> str:
    return value


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        _not_a_number(name)
    return int(value)


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        _not_a_number(name)
    if not 0 < seconds < 1e6:
        _not_a_number(name)
    return seconds


def _not_a_number(name: str) -> NoReturn:
    raise BadAddress(f"{name} is no number")


def _session(name: str, value: str) -> str:
    if value not in _SESSION:
        raise BadAddress(f"{name} is one of {', '.join(_SESSION)}")
    return value


_PLAIN: dict[str, Callable[[str, str], Any]] = {
    "host": _text,
    "port": _count,
    "passfile": _text,
    "timeout": _seconds,
    "command_timeout": _seconds,
    "statement_cache_size": _count,
    "max_cached_statement_lifetime": _count,
    "target_session_attrs": _session,
}
"""Options of asyncpg itself: https://magicstack.github.io/asyncpg/current/api/index.html#connection"""
