"""Follows the alarms: the strip at the top, the trend that its worst one needs, and what must be heard of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from tabuah.console.window.presenting.alarm_items import alarm_item, groups_in_strip
from tabuah.console.window.presenting.refusals import refusal_of
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part, Room
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import running_on
from tabuah.widgets.alarm_strip import AlarmStrip
from tabuah.widgets.values import AlarmBanner, AlarmItem


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A value that equals another one only when both hold the very same object."""

    held: object

    def __eq__(self, other: object) -> bool:
        """Whether it is the same object."""
        return isinstance(other, _Same) and self.held is other.held

    def __hash__(self) -> int:
        """Of the object's identity."""
        return id(self.held)


class AlarmShowing(QObject):
    """Keeps the strip right; `on_shown` hears what stands in it."""

    PARTS = frozenset(
        {Part.ALARMS, Part.READINGS, Part.STATIONS, Part.RULES, Part.INCIDENTS, Part.MAINTENANCE, Part.PERSON}
    )

    def __init__(self, room: Room, readings: ReadingsDesk, strip: AlarmStrip) -> None:
        super().__init__(strip)
        self._room, self._readings, self._strip = room, readings, strip
        self._asked: set[tuple[str, str]] = set()
        self._grouped: tuple[AlarmGroup, ...] = ()
        self._grouped_for: tuple[object, ...] = ()
        self.on_shown: Callable[[AlarmBanner], None] = lambda _banner: None

    def refresh(self) -> None:
        """Show the alarms of now."""
        now = self._room.now()
        groups = self.groups(now)
        for group in groups[:3]:
            self._ask_for_trend(group)
        banner = AlarmBanner(alarms=tuple(self._item(group, now) for group in groups))
        role = self._room.snapshot.role
        self._strip.show_reasons(
            answering=refusal_of(role, "alarm.acknowledged"), reporting=refusal_of(role, "incident.reported")
        )
        self._strip.show_alarms(banner)
        self.on_shown(banner)

    def groups(self, now: datetime) -> tuple[AlarmGroup, ...]:
        """The groups in the strip; they are made anew only when something about them has changed.

        Readings come many times a second, and in a storm hundreds of alarms are up.
        """
        snapshot = self._room.snapshot
        worked_on = running_on(snapshot.maintenance.values(), now)
        shelved = frozenset(a.id for a in snapshot.alarms.values() if a.shelved_until and a.is_shelved(now))
        state = (_Same(snapshot.alarms), _Same(snapshot.stations), shelved, frozenset(worked_on))
        if state != self._grouped_for:
            self._grouped_for = state
            self._grouped = groups_in_strip(snapshot.alarms.values(), snapshot.stations, now, worked_on=worked_on)
        return self._grouped

    def _item(self, group: AlarmGroup, now: datetime) -> AlarmItem:
        snapshot, lead = self._room.snapshot, group.lead
        return alarm_item(
            group,
            station=snapshot.stations.get(lead.station),
            rule=snapshot.rules.get(lead.rule),
            incident=self._incident_of(group),
            latest=self._room.latest,
            recent=self._readings.recent(lead.station, lead.parameter),
            now=now,
            role=snapshot.role,
        )

    def _incident_of(self, group: AlarmGroup) -> Incident | None:
        incidents = self._room.snapshot.incidents
        linked = (incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
        return next((incident for incident in linked if incident is not None), None)

    def _ask_for_trend(self, group: AlarmGroup) -> None:
        series = (group.lead.station, group.lead.parameter)
        if series not in self._asked:
            self._asked.add(series)
            self._readings.load_recent(*series, on_done=self.refresh)
