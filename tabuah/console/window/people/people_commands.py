"""The commands of users and devices: administration, own password, log-out, handing over, and the lock screen."""

from dataclasses import dataclass

from tabuah.console.window.people.administration import AdministrationActions
from tabuah.console.window.people.backups import BackupActions
from tabuah.console.window.people.deputies import DeputyActions
from tabuah.console.window.people.hand_over import HandOverActions
from tabuah.console.window.people.lock_actions import LockActions
from tabuah.console.window.people.log_out import LogOutActions
from tabuah.console.window.people.own_password import OwnPasswordActions
from tabuah.console.window.people.personal_data import PersonalDataActions
from tabuah.console.window.people.second_factor import SecondFactorActions


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleCommands:
    """The actions on users, devices and sessions."""

    administration: AdministrationActions
    backups: BackupActions
    deputies: DeputyActions
    hand_over: HandOverActions
    lock: LockActions
    log_out: LogOutActions
    password: OwnPasswordActions
    personal_data: PersonalDataActions
    second_factor: SecondFactorActions

    def close(self) -> None:
        """Close the dialogs and the lock screen; a locked window is locked after a restart."""
        self.administration.close()
        self.backups.close()
        self.deputies.close()
        self.password.close()
        self.personal_data.close()
        self.second_factor.close()
        self.lock.close()
