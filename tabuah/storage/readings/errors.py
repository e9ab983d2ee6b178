"""Errors of the readings store.

ReadingsError
├── DamagedReadings    the file is broken, or not ours
├── NewerReadings      a newer version of the program wrote it
├── ReadingsBusy       another program holds it
├── ReadingsNotSaved   the disk is full or cannot be written; nothing of the request was saved
├── UnusableKeeping    what is set about how long readings are kept cannot be followed
├── TooMuchToTry       more readings than a trial of a rule may hold at once
└── BadKeeping         a text sets nothing of that kind; the file's name is told by UnusableKeeping
"""

from pathlib import Path

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number


class ReadingsError(Exception):
    """Anything that the store expects to go wrong; the message is made to be shown."""


class DamagedReadings(ReadingsError):
    """The file is broken, or not ours."""

    def __init__(self, path: Path, finding: str) -> None:
        self.path, self.finding = path, finding
        told = _("{file} is damaged ({finding}). Incidents are not touched. Move the file away; a new one is made.")
        super().__init__(told.format(file=path, finding=finding))


class NewerReadings(ReadingsError):
    """A newer version of the program wrote it."""

    def __init__(self, path: Path) -> None:
        told = _("{file} was written by a newer version of Tabuah: update this one.")
        super().__init__(told.format(file=path))


class ReadingsBusy(ReadingsError):
    """Another program holds it."""

    def __init__(self, path: Path) -> None:
        super().__init__(_("{file} is held by another program: nothing was saved.").format(file=path))


class ReadingsNotSaved(ReadingsError):
    """The disk is full or cannot be written."""

    def __init__(self, path: Path) -> None:
        told = _(
            "There is no space for {file}, or it cannot be written: nothing was saved. Free space and try again."
        )
        super().__init__(told.format(file=path))


class UnusableKeeping(ReadingsError):
    """What is set about how long readings are kept cannot be followed."""

    def __init__(self, path: Path, finding: str) -> None:
        told = _("{file} cannot be used ({finding}): no old readings are let go of until it is put right.")
        super().__init__(told.format(file=path, finding=finding))


class BadKeeping(ReadingsError):
    """The text of a file that should say how long readings are kept says something else."""


class TooMuchToTry(ReadingsError):
    """More readings than a trial of a rule may hold at once."""

    def __init__(self, most: int) -> None:
        told = _("To try it, more than {n} readings would have to be played together: choose fewer days or stations.")
        super().__init__(told.format(n=format_number(most)))
