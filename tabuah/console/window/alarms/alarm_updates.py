"""Updates of the alarms: the strip, the trend of its worst alarm, and the alarm sound."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.alarms.alarm_items import (
    alarm_item,
    faulty_alarm_item,
    groups_in_strip,
    incident_reason,
)
from tabuah.console.window.alarms.pending_acknowledgements import (
    AlarmArrivals,
    PendingAcknowledgements,
    with_pending,
)
from tabuah.console.window.alarms.present_values import PresentValues
from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import running_windows
from tabuah.resources.fault_isolation import handle_each
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem


@dataclass(frozen=True, slots=True, eq=False)
class _SameObject:
    """A value that is equal only to the very same object."""

    held: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameObject) and self.held is other.held

    def __hash__(self) -> int:
        return id(self.held)


def _lead_id(group: AlarmGroup) -> str:
    return group.lead.id


class AlarmUpdates(QObject):
    """Updates the strip.

    Signals:
        shown: the AlarmBanner that the strip shows now.
    """

    shown = Signal(object)

    PARTS = frozenset(
        {
            StatePart.ALARMS,
            StatePart.READINGS,
            StatePart.STATIONS,
            StatePart.RULES,
            StatePart.INCIDENTS,
            StatePart.MAINTENANCE,
            StatePart.PERSON,
        }
    )

    def __init__(self, state: ConsoleState, readings: ConsoleReadings, strip: AlarmStrip) -> None:
        super().__init__(strip)
        self._state, self._readings, self._strip = state, readings, strip
        self.present = PresentValues(state, readings, self)
        self.present.changed.connect(self.refresh)
        self.pending = PendingAcknowledgements(self)
        self.pending.changed.connect(self.refresh)
        self.arrivals = AlarmArrivals()
        self._asked: set[tuple[str, str]] = set()
        self._grouped: tuple[AlarmGroup, ...] = ()
        self._grouped_for: tuple[object, ...] = ()

    def refresh(self) -> None:
        """Show the current alarms."""
        now = self._state.now()
        if self._state.is_loaded:
            self.arrivals.note(self._state.snapshot.alarms, now)
        groups = self.groups(now)
        for group in groups[:3]:
            self._ask_for_trend(group)
        items = handle_each(
            "alarm", groups, lambda group: self._item(group, now), name=_lead_id, instead=self._faulty_item
        )
        banner = AlarmBanner(alarms=tuple(items))
        self._strip.show_reasons(
            answering=self._state.writing_refusal("alarm.acknowledged"),
            reporting=self._state.writing_refusal("incident.reported"),
        )
        self._strip.show_alarms(banner)
        self.shown.emit(banner)

    def groups(self, now: datetime) -> tuple[AlarmGroup, ...]:
        """Return the groups of the strip, cached until something about them changes.

        Readings arrive many times a second, and in a storm hundreds of alarms are active.
        """
        snapshot = self._state.snapshot
        worked_on = running_windows(snapshot.maintenance.values(), now)
        shelved = frozenset(a.id for a in snapshot.alarms.values() if a.shelved_until and a.is_shelved(now))
        pending = self.pending.shown
        state = (_SameObject(snapshot.alarms), _SameObject(snapshot.stations), shelved, frozenset(worked_on), pending)
        if state != self._grouped_for:
            self._grouped_for = state
            alarms = (
                with_pending(snapshot.alarms, pending, by=snapshot.actor, now=now) if pending else snapshot.alarms
            )
            self._grouped = groups_in_strip(alarms.values(), snapshot.stations, now, worked_on=worked_on)
        return self._grouped

    def _item(self, group: AlarmGroup, now: datetime) -> AlarmItem:
        snapshot, lead = self._state.snapshot, group.lead
        return alarm_item(
            group,
            station=snapshot.stations.get(lead.station),
            rule=snapshot.rules.get(lead.rule),
            incident=self._incident_of(group),
            incident_reason=incident_reason(group, snapshot),
            present=self.present.of,
            stations=snapshot.stations,
            recent=self._readings.recent(lead.station, lead.parameter),
            now=now,
            role=snapshot.role,
            pending_s=self.pending.left_s(lead.id),
            exercises=snapshot.exercises,
        )

    def _faulty_item(self, group: AlarmGroup) -> AlarmItem:
        return faulty_alarm_item(group, self._state.snapshot.exercises)

    def _incident_of(self, group: AlarmGroup) -> Incident | None:
        incidents = self._state.snapshot.incidents
        linked = (incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
        return next((incident for incident in linked if incident is not None), None)

    def _ask_for_trend(self, group: AlarmGroup) -> None:
        series = (group.lead.station, group.lead.parameter)
        if series not in self._asked:
            self._asked.add(series)
            self._readings.load_recent(*series, on_done=self.refresh)
