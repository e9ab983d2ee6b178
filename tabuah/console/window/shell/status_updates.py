"""Updates of the header and the status bar.

Sync badge, person, clock, connection, stations and journal.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.messages.message_items import LEVEL_OF_WAITING
from tabuah.console.window.shared.world_links import describe_elsewhere
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.latest_readings import LatestReadings, newest_time
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.messages.message import waiting_messages
from tabuah.operations.messages.waiting_list import waiting_age, waiting_time
from tabuah.operations.people.permissions import may_write
from tabuah.operations.roster.duty import supervisor_on_duty
from tabuah.operations.shifts.duty_shift import open_shift
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.regency import current_regency
from tabuah.text.messages.message_text import waiting_notice
from tabuah.text.people.deputies import deputy_badge
from tabuah.text.people.permissions import person_text
from tabuah.text.roster.roster_text import describe_on_duty, describe_shift_time, duty_badge_text, explain_duty
from tabuah.text.shifts.shift_text import handover_reminder, people_text
from tabuah.text.stations.station_text import describe_silent_count, describe_station_count, no_stations_texts
from tabuah.text.sync import status_bar
from tabuah.text.sync.history_problem import history_in_brief, history_state
from tabuah.text.sync.status_bar import TextWithHint
from tabuah.widgets.shell.header_bar import HeaderBar
from tabuah.widgets.shell.status_bar import StatusBar
from tabuah.widgets.sync.sync_notice import SyncNotice
from tabuah.widgets.values import Level, StatusItem, StatusSummary

_LEVEL_OF_CONNECTION: Final = {
    ConnectionState.NONE: None,
    ConnectionState.CONNECTING: Level.NO_DATA,
    ConnectionState.ONLINE: Level.NORMAL,
    ConnectionState.OFFLINE: Level.ATTENTION,
    ConnectionState.REFUSED: Level.HIGH,
}


class StatusUpdates(QObject):
    """Updates the header and the status bar."""

    PARTS = frozenset(StatePart) - {StatePart.INCIDENTS, StatePart.ALARMS, StatePart.RULES}

    def __init__(
        self,
        state: ConsoleState,
        header: HeaderBar,
        status: StatusBar,
        *,
        notice: SyncNotice,
        severities: Callable[[], list[AlarmSeverity]],
    ) -> None:
        super().__init__(header)
        self._state, self._header, self._status, self._severities = state, header, status, severities
        self._notice = notice
        self._badge: TextWithHint = ("", "")
        self._office = office_text()

    def refresh(self) -> None:
        snapshot, link, now = self._state.snapshot, self._state.link, self._state.now()
        self._header.show_sync(sync_badge_state(snapshot, link, now))
        self._notice.show_text(*_notice_of(link))
        self._header.show_shift(person_text(snapshot.actor, snapshot.identity.role if snapshot.identity else None))
        self._show_deputy()
        self._show_duty(snapshot, now)
        summary = status_summary(snapshot, link, latest=self._state.latest, severities=self._severities(), now=now)
        self._status.show_status(summary)

    def _show_duty(self, snapshot: ConsoleSnapshot, now: datetime) -> None:
        """Show the crew on duty; nothing in an office that plans no roster."""
        shift = open_shift(snapshot.shifts.values(), now)
        reminder = handover_reminder(shift, now) if shift else ""
        users = snapshot.authority.users
        if not snapshot.rosters:
            if shift is None:
                self._header.show_duty("", "")
            else:
                self._header.show_duty(reminder or shift.crew.name, people_text(shift, users))
            return
        found = supervisor_on_duty(snapshot.rosters.values(), users, now)
        lines = (describe_on_duty(found), describe_shift_time(found), explain_duty(found, users))
        if reminder:
            self._header.show_duty(reminder, "\n".join(line for line in lines if line))
            return
        self._header.show_duty(duty_badge_text(found), "\n".join(line for line in lines if line))

    def show_time(self) -> None:
        """Update the clock, the badge of a deputy, which begins and ends by it, and the name of the office."""
        self._header.show_time(self._state.now())
        self._show_deputy()
        self._show_office()

    def _show_office(self) -> None:
        """Show another name of the regency or the control room once a sync has brought its profile."""
        office = office_text()
        if office != self._office:
            self._office = office
            self._header.show_office(office)
            self._header.window().setWindowTitle(window_title(office))

    def _show_deputy(self) -> None:
        snapshot = self._state.snapshot
        badge = deputy_badge(snapshot.authority, snapshot.actor, self._state.now())
        if badge != self._badge:
            self._badge = badge
            self._header.show_deputy(*badge)


def office_text() -> str:
    """Return control room and regency: "Pusdalops PB · Kabupaten Solok"."""
    regency = current_regency()
    return f"{regency.room} · {regency.name}"


def window_title(office: str) -> str:
    return f"Tabuah · {office}"


def _notice_of(link: ConnectionStatus) -> TextWithHint:
    """Return title and text of the band for a server with another history; empty without one."""
    return (history_state(link.history), history_in_brief(link.history)) if link.history else ("", "")


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
        *_messages(snapshot, now),
        *_stations(snapshot, latest, severities, now),
        *_data_saver(snapshot),
        *_waiting_for_people(snapshot),
    )
    return StatusSummary(services=services, trust=(*_journal(snapshot), StatusItem(text=f"v{product_version()}")))


@cache
def product_version() -> str:
    """Return the version of Tabuah, short: "0.1"."""
    try:
        return ".".join(version("tabuah").split(".")[:2])
    except PackageNotFoundError:
        return "?"


def _server(snapshot: ConsoleSnapshot, link: ConnectionStatus) -> StatusItem:
    host = snapshot.identity.server_url.partition("//")[2].rstrip("/") if snapshot.identity else ""
    if link.history is not None:
        details = " · ".join((host, history_in_brief(link.history)))
        return StatusItem(text=history_state(link.history), level=Level.HIGH, details=details)
    text = status_bar.describe_server(link.state, live=link.live, needs_login=link.needs_login)
    details = " · ".join(part for part in (host, link.problem) if part)
    return StatusItem(text=text, level=_LEVEL_OF_CONNECTION[link.state], details=details)


def _messages(snapshot: ConsoleSnapshot, now: datetime) -> tuple[StatusItem, ...]:
    """Return how many messages wait, in the colour of the oldest; nothing for a role that may not deal with them."""
    waiting = waiting_messages(snapshot.waiting_messages.values(), now)
    if not waiting or not may_write(snapshot.role, "message.closed"):
        return ()
    oldest = waiting[0]
    notice = waiting_notice(len(waiting), waiting_age(oldest, now))
    return (_notice(notice, LEVEL_OF_WAITING[waiting_time(oldest, now)]),)


def _stations(
    snapshot: ConsoleSnapshot, latest: LatestReadings, severities: list[AlarmSeverity], now: datetime
) -> tuple[StatusItem, ...]:
    in_service = {code: station for code, station in snapshot.stations.items() if station.retired is None}
    count = len(in_service)
    if not count:
        return (_notice(no_stations_texts()),)
    silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
    newest = newest_time(in_service, latest)
    level = Level.NORMAL if newest is not None and silent < count else Level.NO_DATA
    items = [StatusItem(text=describe_station_count(count, newest, now), level=level)]
    if silent:
        items.append(StatusItem(text=describe_silent_count(silent), level=Level.NO_DATA))
    return tuple(items)


def _data_saver(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    """Return a notice while the data saver is on, because most stations are grey then."""
    if not snapshot.connection_settings.data_saver:
        return ()
    return (_notice(status_bar.data_saver_notice(len(snapshot.connection_settings.stations)), Level.INFORMATION),)


def _waiting_for_people(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    counts, items = snapshot.counts, []
    if counts.conflicts:
        items.append(_notice(status_bar.conflicts_notice(counts.conflicts), Level.ATTENTION))
    if counts.held:
        items.append(_notice(status_bar.held_notice(counts.held), Level.ATTENTION))
    if counts.rejected:
        items.append(_notice(status_bar.rejected_notice(counts.rejected), Level.HIGH))
    if snapshot.elsewhere:
        total = sum(work.total for work in snapshot.elsewhere)
        details = describe_elsewhere(snapshot)
        items.append(_notice(status_bar.elsewhere_notice(total, details), Level.INFORMATION))
    return tuple(items)


def _journal(snapshot: ConsoleSnapshot) -> tuple[StatusItem, ...]:
    head = snapshot.head
    return (_notice(status_bar.audit_trail_notice(head.seq, head.hash)),) if head.seq else ()


def _notice(notice: TextWithHint, level: Level | None = None) -> StatusItem:
    text, details = notice
    return StatusItem(text=text, level=level, details=details)
