"""How the link to the server is, as the window tells it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tabuah.storage.readings.typed import NOTHING_TYPED, TypedCounts


class LinkState(Enum):
    """Whether changes and readings flow."""

    NONE = "none"  # nobody has logged in to a server on this console
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"  # the server answers, but something must be done by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The link now; `since` is when it came into this state, `problem` says what is wrong in words.

    `retry_at` is when the next attempt is made while one has failed. `typed` counts the readings that were typed in.
    """

    state: LinkState = LinkState.NONE
    since: datetime | None = None
    problem: str = ""
    retry_at: datetime | None = None
    live: bool = False  # whether the stream of entries and readings is open
    typed: TypedCounts = NOTHING_TYPED
