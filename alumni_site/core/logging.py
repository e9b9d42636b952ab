"""Structured logs: JSON lines in production, readable lines in development, and no personal data in either.

Say what happened with an event name and values: `logger.info("import_finished", rows=12, rejected=1)`. Ids and counts are
welcome; names, addresses and what somebody typed are not. The processors here are the net below that rule.
"""

import logging.config
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_HIDDEN = "[hidden]"
_PERSONAL_KEYS = re.compile(
    r"(?i)(^|_)(e?mail|recipients?|to|first_name|last_name|full_name|phone|password|token|secret|cookie|q|query|text|body|address|ip)$"
)
_PATTERNS = [
    (re.compile(r"[^\s@<>\"'=/?&]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    # What somebody searched for, and keys of links in mails.
    (re.compile(r"\?[^\s\"'>]+"), "?" + _HIDDEN),
    (re.compile(r"\+\d[\d -]{6,}\d"), "[phone]"),
]
# Their words come from our own code or from the network, not from somebody's record or form.
_EXCEPTIONS_WITH_SAFE_WORDS = {
    "OperationalError",
    "InterfaceError",
    "ImproperlyConfigured",
    "ConnectionError",
    "ConnectionRefusedError",
    "TimeoutError",
    "CommandError",
    "ImportError",
    "ModuleNotFoundError",
    "TemplateDoesNotExist",
    "TemplateSyntaxError",
    "NoReverseMatch",
    "AttributeError",
    "NameError",
}
# Loggers that say more than an operator wants, or that would name addresses of pages with what is in them.
_QUIET = {
    "daphne": "WARNING",
    "django.request": "ERROR",
    "elastic_transport": "WARNING",
    "elasticsearch": "WARNING",
    "PIL": "WARNING",
    "asyncio": "WARNING",
    "botocore": "WARNING",
    "urllib3": "WARNING",
    "django_tasks": "WARNING",
    "django_tasks_db": "WARNING",
    "wagtail": "WARNING",
}


def configure(options: Mapping[str, Any]) -> None:
    """Set up logging. `options` is the setting LOGGING: `as_json` (bool) and `level` (a name such as INFO)."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": {"()": formatter, "as_json": options["as_json"]}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                # Django's default hands errors to handlers of its own, one of which would mail them.
                "django": {"handlers": [], "level": options["level"], "propagate": True},
                "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
                **{name: {"level": level} for name, level in _QUIET.items()},
            },
        }
    )


def formatter(as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    """The one formatter of every log line, ours and that of libraries."""
    ending: list[Processor] = (
        [exception_without_values, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            )
        ]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[route_instead_of_address, *_shared()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_personal_data,
    ]


def hide_personal_data(logger: Any, method: str, event: EventDict) -> EventDict:
    """Take out what looks like personal data: by the name of a value, and inside every text."""
    for key, value in event.items():
        if key in {"exc_info", "_record", "_from_structlog"}:
            continue
        event[key] = _HIDDEN if _PERSONAL_KEYS.search(key) else _scrubbed(value)
    return event


def _scrubbed(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        for pattern, instead in _PATTERNS:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, Mapping):
        return {str(key): _HIDDEN if _PERSONAL_KEYS.search(str(key)) else _scrubbed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_scrubbed(item) for item in value]
    # Any other object would be written as its repr, which for a record of a person is the person's name.
    return f"<{type(value).__name__}>"


def route_instead_of_address(logger: Any, method: str, event: EventDict) -> EventDict:
    """Django's own lines about a request name its address, which may hold a key or a name. Ours name its route."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if record is not None and request is not None and str(record.name).startswith("django."):
        # Django escapes the address before it logs it.
        address = request.path.encode("unicode_escape").decode("ascii")
        event["event"] = str(event["event"]).removesuffix(f": {address}")
        event["route"] = route_of(request)
        event["status"] = getattr(record, "status_code", None)
    return event


def route_of(request: Any) -> str:
    """The pattern of a request's address, such as "people/<uuid:uuid>/"; empty when nothing matched."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def exception_without_values(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write an exception as its kinds and where it was raised. Its words may quote a record, so most are left out."""
    exc_info = event.pop("exc_info", None)
    if not exc_info:
        return event
    if isinstance(exc_info, BaseException):
        error: BaseException | None = exc_info
    elif isinstance(exc_info, tuple):
        error = exc_info[1]
    else:
        error = sys.exc_info()[1]
    chain: list[dict[str, Any]] = []
    while error is not None and len(chain) < 5:
        chain.append(_told(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["exception"] = chain
    return event


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    told: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-15:]],
    }
    if type(error).__name__ in _EXCEPTIONS_WITH_SAFE_WORDS:
        told["message"] = _scrubbed(str(error))
    return told
