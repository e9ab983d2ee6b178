"""Updates of the header and the status bar.

Sync badge, person, clock, connection, stations and journal.
"""

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QObject

from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.people.permissions import person_text
from tabuah.text.readings.measurements import data_age_text
from tabuah.widgets.shell.header_bar import HeaderBar
from tabuah.widgets.shell.status_bar import StatusBar
from tabuah.widgets.values import Level, StatusItem, StatusSummary


class StatusUpdates(QObject):
    """Updates the header and the status bar."""

    PARTS = frozenset(StatePart) - {StatePart.INCIDENTS, StatePart.ALARMS, StatePart.RULES}

    def __init__(
        self,
        state: ConsoleState,
        header: HeaderBar,
        status: StatusBar,
        *,
        severities: Callable[[], list[AlarmSeverity]],
    ) -> None:
        super().__init__(header)
        self._state, self._header, self._status, self._severities = state, header, status, severities

    def refresh(self) -> None:
        snapshot, link, now = self._state.snapshot, self._state.link, self._state.now()
        self._header.show_sync(sync_badge_state(snapshot, link, now))
        self._header.show_shift(person_text(snapshot.actor, snapshot.identity.role if snapshot.identity else None))
        summary = status_summary(snapshot, link, latest=self._state.latest, severities=self._severities(), now=now)
        self._status.show_status(summary)

    def show_time(self) -> None:
        """Update the clock."""
        self._header.show_time(self._state.now())


def status_summary(
    snapshot: ConsoleSnapshot,
    link: ConnectionStatus,
    *,
    latest: LatestReadings,
    severities: list[AlarmSeverity],
    now: datetime,
) -> StatusSummary:
    """Return all items of the status bar."""
    services = (
        _server(snapshot, link),
        *_stations(snapshot, latest, severities, now),
        *_data_saver(snapshot),
        *_waiting_for_people(snapshot),
    )
    return StatusSummary(services=services, trust=(*_journal(snapshot), StatusItem(text=f"v{product_version()}")))


def product_version() -> str:
    """Return the version of Tabuah, short: "0.1"."""
    try:
        return ".".join(version("tabuah").split(".")[:2])
    except PackageNotFoundError:
        return "?"


def _server(snapshot: ConsoleSnapshot, link: ConnectionStatus) -> StatusItem:
    host = snapshot.identity.server_url.partition("//")[2].rstrip("/") if snapshot.identity else ""
    words = {
        ConnectionState.NONE: (_("No server"), None),
        ConnectionState.CONNECTING: (_("Looking for the server …"), Level.NO_DATA),
        ConnectionState.ONLINE: (_("Central server"), Level.NORMAL),
        ConnectionState.OFFLINE: (_("Server cannot be reached"), Level.ATTENTION),
        ConnectionState.REFUSED: (_("Server refuses"), Level.HIGH),
    }
    text, level = words[link.state]
    if link.state is ConnectionState.ONLINE and not link.live:
        text = _("Central server · no live stream")
    return StatusItem(text=text, level=level, details=" · ".join(part for part in (host, link.problem) if part))


def _stations(
    snapshot: ConsoleSnapshot, latest: LatestReadings, severities: list[AlarmSeverity], now: datetime
) -> tuple[StatusItem, ...]:
    count = len(snapshot.stations)
    if not count:
        return (StatusItem(text=_("No stations yet"), details=_("Stations arrive with the first sync.")),)
    silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
    newest = max((reading.at for reading in latest.values()), default=None)
    sentence = ngettext("{n} station", "{n} stations", count).format(n=format_number(count))
    fresh = newest is not None and silent < count
    age = data_age_text(newest, now) if newest is not None else _("no data yet")
    items = [StatusItem(text=f"{sentence} · {age}", level=Level.NORMAL if fresh else Level.NO_DATA)]
    if silent:
        text = ngettext("{n} station without data", "{n} stations without data", silent).format(n=silent)
        items.append(StatusItem(text=text, level=Level.NO_DATA))
    return tuple(items)


def _data_saver(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    """Return a notice while the data saver is on, because most stations are grey then."""
    if not snapshot.connection_settings.data_saver:
        return ()
    n = len(snapshot.connection_settings.stations)
    sentence = ngettext("Data saver · {n} station live", "Data saver · {n} stations live", n).format(n=n)
    return (StatusItem(text=sentence, level=Level.INFORMATION, details=_("Shift+F5 turns it off.")),)


def _waiting_for_people(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    counts, items = snapshot.counts, []
    if counts.conflicts:
        text = ngettext("{n} conflict", "{n} conflicts", counts.conflicts).format(n=counts.conflicts)
        items.append(StatusItem(text=text, level=Level.ATTENTION, details=_("Press K to settle it.")))
    if counts.held:
        text = ngettext("{n} held", "{n} held", counts.held).format(n=counts.held)
        items.append(StatusItem(text=text, level=Level.ATTENTION, details=_("A supervisor must release it.")))
    if counts.rejected:
        text = ngettext("{n} refused", "{n} refused", counts.rejected).format(n=counts.rejected)
        items.append(StatusItem(text=text, level=Level.HIGH, details=_("The text is kept on this computer.")))
    return tuple(items)


def _journal(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    if not snapshot.head.seq:
        return ()
    sentence = _("Audit trail: entry {seq} ✓").format(seq=format_number(snapshot.head.seq))
    details = _("Every entry up to this one was checked here: signature, order and hash. {hash}")
    return (StatusItem(text=sentence, details=details.format(hash=snapshot.head.hash[:16])),)
