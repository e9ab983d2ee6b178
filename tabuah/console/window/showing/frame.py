"""Follows what stands around the work: sync badge, person, clock, status bar."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from tabuah.console.window.presenting.people import person_line
from tabuah.console.window.presenting.status_line import status_summary
from tabuah.console.window.presenting.syncing import sync_state
from tabuah.console.window.room import Part, Room
from tabuah.operations.levels import AlarmSeverity
from tabuah.widgets.header_bar import HeaderBar
from tabuah.widgets.status_bar import StatusBar


class FrameShowing(QObject):
    """Keeps header and status bar right."""

    PARTS = frozenset(Part) - {Part.INCIDENTS, Part.ALARMS, Part.RULES}

    def __init__(
        self, room: Room, header: HeaderBar, status: StatusBar, *, severities: Callable[[], list[AlarmSeverity]]
    ) -> None:
        super().__init__(header)
        self._room, self._header, self._status, self._severities = room, header, status, severities

    def refresh(self) -> None:
        """Show how things stand."""
        snapshot, link, now = self._room.snapshot, self._room.link, self._room.now()
        self._header.show_sync(sync_state(snapshot, link, now))
        self._header.show_shift(person_line(snapshot))
        summary = status_summary(snapshot, link, latest=self._room.latest, severities=self._severities(), now=now)
        self._status.show_status(summary)

    def show_time(self) -> None:
        """Tick the clock."""
        self._header.show_time(self._room.now())
