"""The connection to the server while the window is open.

Sync, live readings and log-in. Never on the GUI thread.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.task_runner import GuiMailbox
from tabuah.operations.readings.reading import Reading
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import DirectoryInUse
from tabuah.text.sync.sync_status import describe_sync_progress

if TYPE_CHECKING:
    from tabuah.storage.sync.syncer import Syncer, SyncerState

log = logging.getLogger(__name__)


class ServerConnection:
    """Starts the syncer after a log-in and passes its events to the console state."""

    def __init__(
        self,
        directory: Path,
        state: ConsoleState,
        readings: ConsoleReadings,
        mailbox: GuiMailbox,
        *,
        clock: Callable[[], datetime],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Use `on_error` for errors that prevent the start of the syncer."""
        self._directory, self._state, self._readings, self._mailbox = directory, state, readings, mailbox
        self._clock = clock
        self._syncer: Syncer | None = None
        self._offline_since: datetime | None = None
        self._is_sparing = False
        self._on_error = on_error

    def start(self) -> None:
        """Start, if a user has logged in on this console. Safe to call again after a log-in."""
        if self._state.snapshot.identity is None:
            return
        if self._syncer is not None:
            self._syncer.wake()
            return
        from tabuah.storage.sync.syncer import Syncer  # noqa: PLC0415 - the HTTP client costs a tenth of a second

        syncer = Syncer(
            self._directory,
            on_state=lambda state: self._mailbox.post(lambda: self._on_state(state)),
            on_changes=lambda _changes: self._mailbox.post(self._state.refresh),
            on_readings=lambda readings: self._mailbox.post(lambda: self._on_readings(readings)),
            on_synced=lambda _result: self._mailbox.post(self._state.refresh),
            on_presence=lambda present: self._mailbox.post(lambda: self._state.update_presence(present)),
            clock=self._clock,
        )
        try:
            syncer.start()
        except DirectoryInUse as error:
            self._state.update_link(ConnectionStatus(state=ConnectionState.REFUSED, problem=str(error)))
            self._on_error(error)
            return
        self._syncer = syncer
        self._state.update_link(ConnectionStatus(state=ConnectionState.CONNECTING))

    def sync_soon(self) -> None:
        """Request a sync pass, after a save or on demand."""
        if self._syncer is not None:
            self._syncer.wake()

    def close(self) -> None:
        """Stop after the current exchange."""
        if self._syncer is not None:
            self._syncer.stop()
            self._syncer = None

    def _on_state(self, state: "SyncerState") -> None:
        was_online, was_sparing = self._state.link.state is ConnectionState.ONLINE, self._is_sparing
        self._state.update_link(replace(self._link_of(state), typed=state.manual_readings))
        self._is_sparing = state.data_saver
        is_online = self._state.link.state is ConnectionState.ONLINE
        if is_online and (not was_online or (was_sparing and not self._is_sparing)):
            self._readings.catch_up(
                self._state.snapshot.connection_settings.live_stations if self._is_sparing else None
            )
        if state.data_saver != self._state.snapshot.connection_settings.data_saver:
            self._state.reload()

    def _link_of(self, state: "SyncerState") -> ConnectionStatus:
        if state.needs_login:
            problem = _("The session has ended: log in again. All work is safe here and will be sent then.")
            return ConnectionStatus(state=ConnectionState.REFUSED, problem=problem, needs_login=True)
        if state.online:
            self._offline_since = None
            if state.error:
                return ConnectionStatus(
                    state=ConnectionState.REFUSED, problem=state.error, history=state.history, retry_at=state.retry_at
                )
            progress = describe_sync_progress(state.progress.stage, state.progress.done, state.progress.total)
            return ConnectionStatus(state=ConnectionState.ONLINE, live=state.live, problem=progress)
        if not state.error:
            return ConnectionStatus(state=ConnectionState.CONNECTING)
        self._offline_since = self._offline_since or datetime.now(UTC)
        return ConnectionStatus(
            state=ConnectionState.OFFLINE, since=self._offline_since, problem=state.error, retry_at=state.retry_at
        )

    def _on_readings(self, readings: tuple[Reading, ...]) -> None:
        self._readings.add_readings(readings)
