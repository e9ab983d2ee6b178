"""The log of a running server: to the error stream or a file, as text or as one JSON object a line.

Records hold no passwords, tokens or personal data: messages name ids and codes, and requests are logged by route.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableConfiguration
from tabuah.storage.data_files import is_data_file

FIELDS: Final = "fields"  # the name in `extra` of values that a record carries besides its message
REQUESTS: Final = "tabuah.server.requests"
MEGABYTE: Final = 1_000_000
LOG_SUFFIX: Final = ".log"
_EXAMINED_BYTES: Final = 65_536
_TEXT_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TALKATIVE: Final = ("httpx2", "httpcore2", "httpx", "httpcore")  # they log addresses with their queries at INFO


class LogConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[log]` of `server.toml`."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "warning"
    requests: bool = False
    file: Annotated[str, Meta(max_length=1_000)] = ""
    file_mb: Annotated[int, Meta(ge=1, le=10_000)] = 10
    old_files: Annotated[int, Meta(ge=1, le=1_000)] = 5


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object in a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        line |= getattr(record, FIELDS, {})
        return msgspec.json.encode(line, enc_hook=str).decode()


class PrivateRotatingFile(RotatingFileHandler):
    """A rotating log file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding="utf-8", errors="backslashreplace")


@contextmanager
def log_output(configuration: LogConfiguration, directory: Path) -> Iterator[None]:
    """Write the log as configured until the block ends.

    Args:
        configuration: the table `[log]`.
        directory: a relative file is in it.

    Raises:
        UnusableConfiguration: the file cannot be written.
    """
    handler = _handler_of(configuration, directory)
    handler.setFormatter(JsonFormatter() if configuration.format == "json" else logging.Formatter(_TEXT_FORMAT))
    changed = {name: logging.getLogger(name) for name in ("", REQUESTS, *_TALKATIVE)}
    levels = {name: logger.level for name, logger in changed.items()}
    changed[""].addHandler(handler)
    changed[""].setLevel(configuration.level.upper())
    changed[REQUESTS].setLevel(logging.INFO if configuration.requests else logging.CRITICAL)
    for name in _TALKATIVE:
        changed[name].setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, logger in changed.items():
            logger.setLevel(levels[name])
        changed[""].removeHandler(handler)
        handler.close()


def check_log_file(path: Path) -> None:
    """Check that a log may be appended to a file and may rename it.

    Raises:
        ValueError: it is not plainly a log: other data would be damaged, or renamed away.
        OSError: it cannot be read.
    """
    if path.suffix != LOG_SUFFIX or is_data_file(path):
        raise ValueError(_("name a file of its own that ends in .log, such as server.log"))
    if path.exists() and not (path.is_file() and _is_text(path)):
        raise ValueError(_("the file exists and is not a text log"))


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" not in file.read(_EXAMINED_BYTES)


def _handler_of(configuration: LogConfiguration, directory: Path) -> logging.Handler:
    if not configuration.file:
        return logging.StreamHandler()
    path = directory / configuration.file
    try:
        check_log_file(path)
        return PrivateRotatingFile(
            path, maxBytes=configuration.file_mb * MEGABYTE, backupCount=configuration.old_files
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        text = _("The log file {file} cannot be written: {reason}. Correct log.file in server.toml.")
        raise UnusableConfiguration(text.format(file=path, reason=reason)) from error
