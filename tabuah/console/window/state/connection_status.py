"""The state of the connection to the server, as the window shows it."""

from datetime import datetime

import msgspec

from tabuah.operations.sync.connection_state import ConnectionState, HistoryProblem
from tabuah.storage.readings.manual_readings import NO_MANUAL_READINGS, ManualReadingCounts


class ConnectionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The connection to the server now, with the time of the last change of state and the problem as text.

    `retry_at` is the time of the next attempt after a failure. `typed` counts manual readings that
    wait.
    """

    state: ConnectionState = ConnectionState.NONE
    since: datetime | None = None
    problem: str = ""
    retry_at: datetime | None = None
    needs_login: bool = False  # the session has ended; state is REFUSED
    history: HistoryProblem | None = None  # the journals differ, and nothing is exchanged; state is REFUSED
    live: bool = False  # whether the live stream is open
    typed: ManualReadingCounts = NO_MANUAL_READINGS
