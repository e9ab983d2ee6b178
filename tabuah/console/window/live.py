"""The link to the server while the window is open: sync, live readings, log-in; never on the GUI thread."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.console.progress_words import progress_words
from tabuah.console.window.link import Link, LinkState
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Room
from tabuah.console.window.tasks import Mailbox
from tabuah.operations.stations.readings import Reading
from tabuah.resources.catalogue import _
from tabuah.storage.cache.errors import DirectoryInUse

if TYPE_CHECKING:
    from tabuah.storage.sync.syncer import Syncer, SyncState

log = logging.getLogger(__name__)


class Live:
    """Starts the syncer once somebody has logged in, and hands what it tells to the room."""

    def __init__(self, directory: Path, room: Room, readings: ReadingsDesk, mailbox: Mailbox) -> None:
        self._directory, self._room, self._readings, self._mailbox = directory, room, readings, mailbox
        self._syncer: Syncer | None = None
        self._offline_since: datetime | None = None
        self._is_sparing = False
        self._on_error: Callable[[Exception], None] = lambda _error: None

    def on_error(self, tell: Callable[[Exception], None]) -> None:
        """Say who is told when syncing cannot even begin."""
        self._on_error = tell

    def start(self) -> None:
        """Begin, where somebody has logged in on this console; again after a log-in does no harm."""
        if self._room.snapshot.identity is None:
            return
        if self._syncer is not None:
            self._syncer.wake()
            return
        from tabuah.storage.sync.syncer import Syncer  # noqa: PLC0415 - the HTTP client costs a tenth of a second

        syncer = Syncer(
            self._directory,
            on_state=lambda state: self._mailbox.post(lambda: self._on_state(state)),
            on_changes=lambda _changes: self._mailbox.post(self._room.refresh),
            on_readings=lambda readings: self._mailbox.post(lambda: self._on_readings(readings)),
            on_synced=lambda _result: self._mailbox.post(self._room.refresh),
        )
        try:
            syncer.start()
        except DirectoryInUse as error:
            self._room.take_link(Link(state=LinkState.REFUSED, problem=str(error)))
            self._on_error(error)
            return
        self._syncer = syncer
        self._room.take_link(Link(state=LinkState.CONNECTING))

    def sync_soon(self) -> None:
        """Something was saved, or somebody asked."""
        if self._syncer is not None:
            self._syncer.wake()

    def close(self) -> None:
        """End after what is under way."""
        if self._syncer is not None:
            self._syncer.stop()
            self._syncer = None

    def _on_state(self, state: "SyncState") -> None:
        was_online, was_sparing = self._room.link.state is LinkState.ONLINE, self._is_sparing
        self._room.take_link(replace(self._link_of(state), typed=state.typed))
        self._is_sparing = state.data_saver
        is_online = self._room.link.state is LinkState.ONLINE
        if is_online and (not was_online or (was_sparing and not self._is_sparing)):
            self._readings.catch_up(self._room.snapshot.line.live_stations if self._is_sparing else None)
        if state.data_saver != self._room.snapshot.line.data_saver:
            self._room.reread()

    def _link_of(self, state: "SyncState") -> Link:
        if state.online:
            self._offline_since = None
            if state.error:
                return Link(state=LinkState.REFUSED, problem=state.error)
            return Link(state=LinkState.ONLINE, live=state.live, problem=progress_words(state.progress))
        if not state.error:
            return Link(state=LinkState.CONNECTING)
        from tabuah.storage.sync.session import has_session  # noqa: PLC0415 - see above

        if not has_session(self._directory):
            return Link(state=LinkState.REFUSED, problem=_("The session is over: log in again from the menu."))
        self._offline_since = self._offline_since or datetime.now(UTC)
        return Link(state=LinkState.OFFLINE, since=self._offline_since, problem=state.error, retry_at=state.retry_at)

    def _on_readings(self, readings: tuple[Reading, ...]) -> None:
        self._readings.take(readings)
