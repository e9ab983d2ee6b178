"""Settings of the lock screen in `<data>/lock.json`, and how long a window waits without input before it locks."""

import logging
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import DiskFull

SETTINGS_FILE: Final = "lock.json"
NEVER: Final = 0
FIELD_MINUTES: Final = 15
MINUTES: Final = (NEVER, 5, 15, 30, 60)

log = logging.getLogger(__name__)


class LockSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the window is locked, also after a restart, and after how many minutes it locks; None: by role."""

    is_locked: bool = False
    after_min: Annotated[int, Meta(ge=0, le=24 * 60)] | None = None


def minutes_of(settings: LockSettings, role: Role | None) -> int:
    """Return the minutes without input after which the window locks; 0 for never.

    A control room watches alarms without touching the mouse, and is never empty: its window does not lock by itself.
    Other offices are left alone with their laptops.
    """
    if settings.after_min is not None:
        return settings.after_min
    return NEVER if role is None or role in CONTROL_ROOM else FIELD_MINUTES


class LockSettingsFile:
    """Stores the settings of one data directory."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SETTINGS_FILE

    def read(self) -> LockSettings:
        """Return the settings; the defaults where there are none or they cannot be read."""
        try:
            return read_private(self._path, LockSettings)
        except FileNotFoundError:
            return LockSettings()
        except (OSError, msgspec.DecodeError) as error:
            log.warning("lock.json was not used: %s", error)
            return LockSettings()

    def save(self, settings: LockSettings) -> None:
        """Save the settings. A full disk is only logged: the window is locked all the same."""
        try:
            write_private(self._path, msgspec.json.encode(settings))
        except DiskFull as error:
            log.warning("lock.json was not written: %s", error)
