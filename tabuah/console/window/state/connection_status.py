"""The state of the connection to the server, as the window shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tabuah.storage.readings.manual_readings import NO_MANUAL_READINGS, ManualReadingCounts


class ConnectionState(Enum):
    """The state of the connection: whether changes and readings are exchanged with the server."""

    NONE = "none"  # no log-in to a server on this console yet
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"  # the server answers, but a person must act


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStatus:
    """The connection to the server now, with the time of the last change of state and the problem as text.

    `retry_at` is the time of the next attempt after a failure. `typed` counts manual readings that
    wait.
    """

    state: ConnectionState = ConnectionState.NONE
    since: datetime | None = None
    problem: str = ""
    retry_at: datetime | None = None
    live: bool = False  # whether the live stream is open
    typed: ManualReadingCounts = NO_MANUAL_READINGS
