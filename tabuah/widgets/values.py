"""Display values that subjects share: levels, actions, choices and facts; translated, formatted and frozen."""

from enum import StrEnum

import msgspec
from PySide6.QtGui import QImage


class Level(StrEnum):
    """Severity of something, from the worst down; each level has its own colour and shape."""

    CRITICAL = "critical"
    HIGH = "high"
    ATTENTION = "attention"
    NORMAL = "normal"
    INFORMATION = "information"
    NO_DATA = "no_data"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting by rank puts the worst first."""
        return list(Level).index(self)


class SyncBadgeState(msgspec.Struct, frozen=True, kw_only=True):
    """State of the sync badge; `details` explain it line by line."""

    level: Level
    text: str  # such as "Tersinkron · 0 menunggu"
    details: tuple[str, ...] = ()
    can_sync: bool = True
    actions: tuple["ActionState", ...] = ()  # what the user can do about pending work, such as opening a tray
    click: str = ""  # code of the action that a click runs instead of showing the details


class FactItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the facts grid; a level makes the value stand out."""

    label: str
    value: str
    level: Level | None = None


class AttachmentItem(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment; its name is shown where there is no picture."""

    id: str
    name: str
    note: str = ""  # such as "322 kB · belum diunduh"
    picture: QImage | None = None
    waits: str = ""  # transfer state such as "↑ 40 %"; empty when the transfer is complete
    level: Level | None = None  # of the transfer state


class ActionState(msgspec.Struct, frozen=True, kw_only=True):
    """An action with its key, or with the reason why it is disabled."""

    code: str
    label: str
    key: str = ""
    reason: str = ""  # why it is not available; empty when it is


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One choice with its label and key; `hint` is shown while it is chosen."""

    code: str
    label: str
    key: str = ""
    level: Level | None = None
    hint: str = ""


class PlaceSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A suggested place; degrees are WGS 84, None where only the name is known.

    `rest` are the typed words that its search left out, such as a landmark.
    """

    id: str
    name: str
    detail: str = ""  # such as "Nagari · Kecamatan Kubung"
    rest: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None


class StatusItem(msgspec.Struct, frozen=True, kw_only=True):
    """One text of the status bar; a level puts its shape before the text."""

    text: str
    level: Level | None = None
    details: str = ""


class StatusSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The status bar: services at the left, audit trail and version at the right."""

    services: tuple[StatusItem, ...] = ()
    trust: tuple[StatusItem, ...] = ()
