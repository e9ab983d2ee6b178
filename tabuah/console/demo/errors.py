"""Errors of the demonstration.

DemoError
├── FolderInUse         the folder has another demonstration or other data in it
├── ChildFailed         the server or the simulator ended, or never began
└── NothingCame         the alarm, the incident or the report did not come in time
"""

from pathlib import Path

from tabuah.resources.catalogue import _


class DemoError(Exception):
    """What kept the demonstration from its end; the message is made to be shown."""


class FolderInUse(DemoError):
    """A demonstration begins in an empty folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_("{folder} is not empty. Give a new folder with --data, or none.").format(folder=folder))


class ChildFailed(DemoError):
    """A process that the demonstration needs is not there."""

    def __init__(self, name: str, code: int | None, told: str) -> None:
        message = _("The {name} ended unexpectedly (code {code}).") if code is not None else _("The {name} is stuck.")
        lines = [message.format(name=name, code=code), told]
        super().__init__("\n".join(line for line in lines if line))


class NothingCame(DemoError):
    """Something that must come did not."""
