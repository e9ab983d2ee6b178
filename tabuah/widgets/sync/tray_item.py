"""Display values of the trays."""

from typing import Final

import msgspec

from tabuah.widgets.values import Level

HELD: Final = "held"
REJECTED: Final = "rejected"


class DependentItem(msgspec.Struct, frozen=True, kw_only=True):
    """A change that depends on the item and is decided with it."""

    text: str
    meta: str


class TrayItem(msgspec.Struct, frozen=True, kw_only=True):
    """A change without effect; `editable_text` can be corrected before resending, None if it has none.

    `decide_reason` says why this user cannot release or resend it, empty when they can; `decline_reason` why
    they cannot refuse or dismiss it.
    """

    id: str
    text: str  # content of the change
    about: str  # such as "SLK-7K3-0012 · Banjir, Nagari Koto Baru"
    author: str
    device: str
    at: str  # local time
    reason: str
    advice: str = ""  # next step for the user
    level: Level = Level.ATTENTION
    own: bool = False
    is_deferred: bool = False  # deferred: waits for an entry it depends on, not for a decision
    editable_text: str | None = None
    dependents: tuple[DependentItem, ...] = ()
    entries: int = 1  # number of changes: the item and its dependents
    attachment: str = ""  # SHA-256 of its photo
    names: tuple[str, ...] = ()  # parts of the text that may be cut first
    decide_reason: str = ""
    decline_reason: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the change."""
        return ", ".join(part for part in (self.text, self.about, self.origin, self.reason) if part)

    @property
    def origin(self) -> str:
        """Author, device and time."""
        return " · ".join(part for part in (self.author, self.device, self.at) if part)
