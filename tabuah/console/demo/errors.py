"""Errors of the demonstration.

DemoError
├── DemoFolderInUse     the folder holds another demonstration or other data
├── ProcessFailed       the server or the simulator ended, or never started
└── DemoTimeout         the alarm, the incident or the report did not arrive in time
"""

from pathlib import Path

from tabuah.resources.localisation import _


class DemoError(Exception):
    """An expected failure of the demonstration; the message can be shown."""


class DemoFolderInUse(DemoError):
    """The demonstration needs an empty folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("{folder} is not empty. Give an empty folder with --data, or leave --data out.").format(folder=folder)
        )


class ProcessFailed(DemoError):
    """A process of the demonstration ended or did not respond."""

    def __init__(self, name: str, code: int | None, printed: str) -> None:
        message = (
            _("The {name} ended unexpectedly (code {code}).")
            if code is not None
            else _("The {name} does not respond.")
        )
        lines = [message.format(name=name, code=code), printed]
        super().__init__("\n".join(line for line in lines if line))


class DemoTimeout(DemoError):
    """An expected alarm, incident or report did not arrive in time."""
