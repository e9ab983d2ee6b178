"""Errors of the profile of the regency.

ProfileError
├── UnusableProfile  a profile cannot be read or has problems; nothing was changed
└── ServersProfile   the console has the profile of its server
"""

from collections.abc import Sequence
from pathlib import Path

from tabuah.resources.localisation import _


class ProfileError(Exception):
    """Base of all expected errors of profiles; the message is shown to the user."""


class UnusableProfile(ProfileError):
    """A profile with problems; `problems` are sentences."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path, self.problems = path, tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        message = _("{path} cannot be used:\n{problems}\nNothing was changed. Correct the file and try again.")
        super().__init__(message.format(path=path, problems=lines))


class ServersProfile(ProfileError):
    """A console with a server has the profile of that server."""

    def __init__(self, name: str) -> None:
        message = _(
            "This console has the profile of its server, {name}. Nothing was changed. Change it at the server: "
            "tabuah server profile FILE"
        )
        super().__init__(message.format(name=name))
