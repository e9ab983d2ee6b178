"""The commands of users and devices: the administration window."""

from dataclasses import dataclass

from tabuah.console.window.people.administration import AdministrationActions


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleCommands:
    """The actions on users, devices and sessions."""

    administration: AdministrationActions

    def close(self) -> None:
        """Close the administration window."""
        self.administration.close()
