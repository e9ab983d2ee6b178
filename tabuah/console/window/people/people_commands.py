"""The commands of users and devices: administration, own password, log-out, handing over, and the lock screen."""

from dataclasses import dataclass

from tabuah.console.window.people.administration import AdministrationActions
from tabuah.console.window.people.hand_over import HandOverActions
from tabuah.console.window.people.lock_actions import LockActions
from tabuah.console.window.people.log_out import LogOutActions
from tabuah.console.window.people.own_password import OwnPasswordActions


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleCommands:
    """The actions on users, devices and sessions."""

    administration: AdministrationActions
    hand_over: HandOverActions
    lock: LockActions
    log_out: LogOutActions
    password: OwnPasswordActions

    def close(self) -> None:
        """Close the dialogs and the lock screen; a locked window is locked after a restart."""
        self.administration.close()
        self.password.close()
        self.lock.close()
