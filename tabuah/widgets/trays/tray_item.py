"""One thing in a tray, ready to be shown."""

from dataclasses import dataclass
from typing import Final

from tabuah.widgets.values import Level

HELD: Final = "held"
REJECTED: Final = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingLine:
    """Something that rests on the item and shares its fate."""

    text: str
    meta: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayItem:
    """A change that took no effect; `words` can be put right before it is sent again, None where it has none.

    `decide_reason` says why this user cannot release or send it, empty when they can; `put_off_reason` the same for
    refusing it or setting it aside.
    """

    id: str
    text: str  # what it says
    about: str  # such as "SLK-7K3-0012 · Banjir, Nagari Koto Baru"
    author: str
    device: str
    at: str  # in WIB
    reason: str
    advice: str = ""  # what to do about it
    level: Level = Level.ATTENTION
    own: bool = False
    waits: bool = False  # for what it rests on, and for nobody's decision
    words: str | None = None
    resting: tuple[RestingLine, ...] = ()
    entries: int = 1  # how many changes it stands for: itself, and those that go with it
    attachment: str = ""  # SHA-256 of its photo
    decide_reason: str = ""
    put_off_reason: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ", ".join(part for part in (self.text, self.about, self.origin, self.reason) if part)

    @property
    def origin(self) -> str:
        """Who wrote it, where and when."""
        return " · ".join(part for part in (self.author, self.device, self.at) if part)
