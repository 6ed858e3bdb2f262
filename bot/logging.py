"""One log for everything, with nothing in it that must not be there."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from bot.tracebacks import formatted, summary
from domain.contacts import masked

_TOKEN = re.compile(r"(?<!\d)\d{1,12}:[A-Za-z0-9_-]{6,}")
_OURS = frozenset({"timestamp", "level", "logger"})
"""Written by ourselves in every line; nobody's words are in them."""


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Tokens, and whatever leads to a person, become signs, wherever they hide."""
    return {key: value if key in _OURS else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    match value:
        case str():
            return masked(_TOKEN.sub("[token]", value), "[{kind}]")
        case dict():
            return {key: _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
        case BaseException():
            return _clean(summary(value))
        case _:
            return value


def _without_reprs(record: logging.LogRecord) -> bool:
    """asyncio prints tasks and futures with what broke in them; the exception itself is formatted by us."""
    record.msg, record.args = record.getMessage().split("\n")[0], ()
    return True


def set_up(level: str, form: str) -> None:
    """Ours and the libraries' lines alike: the same form, the same redaction, to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(formatted),
        redact,
    ]
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    last: Any = structlog.processors.JSONRenderer() if form == "json" else console
    handler = logging.StreamHandler()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler.setFormatter(formatter)
    logging.getLogger("asyncio").addFilter(_without_reprs)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in (
        "apscheduler",
        "uvicorn.access",
        "asyncio",
        "alembic",
        "aiosqlite",
        "telegram",
        "deepl",
        "urllib3",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
