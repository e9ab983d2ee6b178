"""State of the first steps in `<data>/first-steps.json`."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import DiskFull
from tabuah.text.help.first_steps import StepCode

FILE_NAME: Final = "first-steps.json"

log = logging.getLogger(__name__)


class FirstStepsState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The steps that a person marked as done, and whether the guide was left: then it does not open by itself."""

    marked: frozenset[StepCode] = frozenset()
    is_left: bool = False


class FirstStepsFile:
    """Stores the state of one data directory."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME

    def read(self) -> FirstStepsState:
        """Return the state; that of a new computer where there is none or it cannot be read."""
        try:
            return read_private(self._path, FirstStepsState)
        except FileNotFoundError:
            return FirstStepsState()
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s was not used: %s", FILE_NAME, error)
            return FirstStepsState()

    def save(self, state: FirstStepsState) -> None:
        """Save the state. A full disk is only logged: the guide opens once more."""
        try:
            write_private(self._path, msgspec.json.encode(state))
        except DiskFull as error:
            log.warning("%s was not written: %s", FILE_NAME, error)
