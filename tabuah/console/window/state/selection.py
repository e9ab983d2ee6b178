"""The selected incident, station, alarm and unit of one window."""

from PySide6.QtCore import QObject, Signal


class WindowSelection(QObject):
    """Ids of the selected objects; empty if there is none.

    Signals:
        incident_changed: id of the incident.
        station_changed: code of the station in the chart; also when a person chooses the one that is shown.
        alarm_changed: id of the alarm in the strip.
        unit_changed: call sign of the unit.
    """

    incident_changed = Signal(str)
    station_changed = Signal(str)
    alarm_changed = Signal(str)
    unit_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.incident = self.station = self.alarm = self.unit = ""
        self.station_by_person = False  # an alarm must not replace a chart that a person chose

    def clear(self) -> None:
        """Select nothing, such as when another world is shown."""
        self.choose_incident("")
        self.choose_station("", by_person=False)
        self.choose_alarm("")
        self.choose_unit("")

    def choose_incident(self, incident_id: str) -> None:
        if incident_id != self.incident:
            self.incident = incident_id
            self.incident_changed.emit(incident_id)

    def choose_station(self, code: str, *, by_person: bool = True) -> None:
        """Show a station's day in the chart."""
        opens = by_person and bool(code) and not self.station_by_person
        self.station_by_person = by_person and bool(code)
        if code != self.station or opens:
            self.station = code
            self.station_changed.emit(code)

    def choose_alarm(self, alarm_id: str) -> None:
        if alarm_id != self.alarm:
            self.alarm = alarm_id
            self.alarm_changed.emit(alarm_id)

    def choose_unit(self, unit_id: str) -> None:
        if unit_id != self.unit:
            self.unit = unit_id
            self.unit_changed.emit(unit_id)
