"""Display values of the administration of users."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tabuah.widgets.values import FactItem, Level


class PeopleAct(StrEnum):
    """The acts of an administrator on a user, a device or a session."""

    CREATE = "create"
    EDIT = "edit"
    LOCK = "lock"
    UNLOCK = "unlock"
    RESET_CODE = "reset_code"
    RESET_FACTOR = "reset_factor"
    END_ALL_SESSIONS = "end_all_sessions"
    END_SESSION = "end_session"
    APPROVE = "approve"
    REVOKE = "revoke"
    STOLEN = "stolen"


class UserTab(StrEnum):
    """The lists under a user."""

    DEVICES = "devices"
    SESSIONS = "sessions"
    HISTORY = "history"


Reasons = Mapping[PeopleAct, str]  # why an act is not possible now; possible acts are missing


class PeopleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row: a user, a device, a session or an entry of the history, with the reasons for disabled buttons."""

    id: str
    text: str
    about: str = ""
    at: str = ""
    author: str = ""
    level: Level = Level.NO_DATA
    reasons: Reasons = msgspec.field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    @property
    def spoken(self) -> str:
        return " · ".join(part for part in (self.text, self.about, self.at, self.author) if part)


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """One user with devices, sessions and history."""

    id: str
    heading: str
    facts: tuple[FactItem, ...] = ()
    devices: tuple[PeopleLine, ...] = ()
    sessions: tuple[PeopleLine, ...] = ()
    history: tuple[PeopleLine, ...] = ()
    reasons: Reasons = msgspec.field(default_factory=dict)
    is_locked: bool = False

    def lines(self, tab: UserTab) -> tuple[PeopleLine, ...]:
        lists = {UserTab.DEVICES: self.devices, UserTab.SESSIONS: self.sessions, UserTab.HISTORY: self.history}
        return lists[tab]
