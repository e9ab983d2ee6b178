"""Errors of the readings store.

ReadingsError
├── DamagedReadings      the file is damaged, or another program's
├── NewerReadings        a newer version of the program wrote it
├── ReadingsBusy         another program has locked it
├── ReadingsNotSaved     the disk is full or not writable; nothing of the request was saved
├── UnusableRetention    the retention file cannot be used; names the file
├── TrialTooLarge        more readings than a rule trial can hold in memory
└── InvalidRetention     a text is not a valid retention setting
"""

from pathlib import Path

from tabuah.resources.localisation import _, format_number


class ReadingsError(Exception):
    """Base of all expected errors of the store; the message is shown to the user."""


class DamagedReadings(ReadingsError):
    """The file is damaged, or another program's."""

    def __init__(self, path: Path, finding: str) -> None:
        self.path, self.finding = path, finding
        text = _("{file} is damaged ({finding}). Incidents are not touched. Move the file away; a new one is made.")
        super().__init__(text.format(file=path, finding=finding))


class NewerReadings(ReadingsError):
    """A newer version of the program wrote it."""

    def __init__(self, path: Path) -> None:
        text = _("{file} was written by a newer version of Tabuah: update this one.")
        super().__init__(text.format(file=path))


class ReadingsBusy(ReadingsError):
    """Another program has locked it."""

    def __init__(self, path: Path) -> None:
        super().__init__(_("{file} is in use by another program: nothing was saved.").format(file=path))


class ReadingsNotSaved(ReadingsError):
    """The disk is full or not writable."""

    def __init__(self, path: Path) -> None:
        text = _(
            "There is no space for {file}, or it cannot be written: nothing was saved. Free space and try again."
        )
        super().__init__(text.format(file=path))


class UnusableRetention(ReadingsError):
    """The retention file cannot be used."""

    def __init__(self, path: Path, finding: str) -> None:
        text = _("{file} cannot be used ({finding}): no old readings are deleted until it is corrected.")
        super().__init__(text.format(file=path, finding=finding))


class InvalidRetention(ReadingsError):
    """A text is not a valid retention setting."""


class TrialTooLarge(ReadingsError):
    """More readings than a rule trial can hold in memory."""

    def __init__(self, most: int) -> None:
        text = _("The trial needs more than {n} readings at once: choose fewer days or stations.")
        super().__init__(text.format(n=format_number(most)))
