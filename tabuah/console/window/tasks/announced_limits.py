"""The limits of which a person was reminded, in `<data>/limit-reminders.json`: a restart repeats none."""

import logging
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import DiskFull

FILE_NAME: Final = "limit-reminders.json"
MAX_KEYS: Final = 10_000

log = logging.getLogger(__name__)


class AnnouncedLimits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The keys of the limits and stages that are known, and still run."""

    keys: Annotated[frozenset[Annotated[str, Meta(max_length=400)]], Meta(max_length=MAX_KEYS)] = frozenset()


def read_announced(directory: Path) -> frozenset[str]:
    """Return the known keys; none where there is no file, or it cannot be read."""
    try:
        return read_private(directory / FILE_NAME, AnnouncedLimits).keys
    except FileNotFoundError:
        return frozenset()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s was not used: %s", FILE_NAME, error)
        return frozenset()


def write_announced(directory: Path, keys: frozenset[str]) -> None:
    """Write the known keys. A failure is only logged: after a restart the limits are announced once more."""
    kept = AnnouncedLimits(keys=frozenset(sorted(keys)[:MAX_KEYS]))
    try:
        write_private(directory / FILE_NAME, msgspec.json.encode(kept))
    except (DiskFull, OSError) as error:
        log.warning("%s was not written: %s", FILE_NAME, error)
