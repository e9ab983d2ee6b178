"""Follows the alarms: the strip at the top, and the trend that its worst one needs."""

from datetime import datetime

from PySide6.QtCore import QObject

from tabuah.console.window.presenting.alarm_items import alarm_item, banner_of, groups_in_strip
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part, Room
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.incidents.incident import Incident
from tabuah.widgets.alarm_strip import AlarmStrip
from tabuah.widgets.values import AlarmItem


class AlarmShowing(QObject):
    """Keeps the strip right."""

    PARTS = frozenset({Part.ALARMS, Part.READINGS, Part.STATIONS, Part.RULES, Part.INCIDENTS})

    def __init__(self, room: Room, readings: ReadingsDesk, strip: AlarmStrip) -> None:
        super().__init__(strip)
        self._room, self._readings, self._strip = room, readings, strip
        self._asked: set[tuple[str, str]] = set()

    def refresh(self) -> None:
        """Show the alarms of now."""
        snapshot, now = self._room.snapshot, self._room.now()
        groups = groups_in_strip(snapshot.alarms.values(), snapshot.stations, now)
        for group in groups[:3]:
            self._ask_for_trend(group)
        items = [self._item(group, now) for group in groups]
        self._strip.show_alarms(banner_of(items, groups))

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
