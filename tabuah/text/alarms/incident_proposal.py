"""Incident proposal: a report prefilled from an alarm, for a person to confirm."""

from datetime import datetime

import msgspec

from tabuah.operations.alarms.alarm import SHAKING, Alarm, cause_family, is_bulletin_alarm
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment
from tabuah.text.alarms.evidence import evidence_lines
from tabuah.text.alarms.titles import severity_label, title_at_raising
from tabuah.text.readings.measurements import format_value

_SEVERITIES = {
    AlarmSeverity.CRITICAL: Severity.SEVERE,
    AlarmSeverity.HIGH: Severity.MODERATE,
    AlarmSeverity.ATTENTION: Severity.MINOR,
    AlarmSeverity.NORMAL: Severity.MINOR,
    AlarmSeverity.NO_DATA: Severity.MINOR,
}


class IncidentProposal(msgspec.Struct, frozen=True, kw_only=True):
    """An incident proposed from an alarm.

    The point (EPSG:4326) is the station's; its nagari is looked up later.
    """

    alarm: str
    hazard: Hazard
    severity: Severity
    title: str
    evidence: str
    lon_deg: float | None
    lat_deg: float | None
    occurred_at: datetime
    exercise: bool
    exercise_id: str = ""
    channel: Channel = Channel.SENSOR

    def report(self, number: str, place: IncidentPlace | None) -> IncidentReported:
        """Return the body of the report entry."""
        return IncidentReported(
            number=number,
            hazard=self.hazard,
            title=self.title,
            severity=self.severity,
            channel=self.channel,
            place=place,
            description=self.evidence,
            alarm=self.alarm,
        )


def propose_incident(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> IncidentProposal:
    """Return the incident that an alarm proposes."""
    return IncidentProposal(
        alarm=alarm.id,
        hazard=alarm.hazard or (Hazard.EARTHQUAKE if cause_family(alarm) == SHAKING else Hazard.OTHER),
        severity=_SEVERITIES[alarm.severity],
        title=title_at_raising(alarm, station, rule)[:200],
        evidence=describe_evidence(alarm, station, rule),
        lon_deg=alarm.lon_deg,
        lat_deg=alarm.lat_deg,
        occurred_at=alarm.onset_at,
        exercise=alarm.exercise,
        exercise_id=alarm.exercise_id,
        channel=Channel.FEED if is_bulletin_alarm(alarm) else Channel.SENSOR,
    )


def describe_evidence(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> str:
    """Return the evidence as lines: measurement, place, time and rule."""
    lines = [_("Alarm: {severity}, since {time}.")]
    if alarm.value is not None and alarm.limit is not None:
        lines.append(_("Measured {value}, threshold {limit}."))
    lines.append(_("Bulletin: {title}.") if is_bulletin_alarm(alarm) else _("Station: {station}."))
    if rule:
        lines.append(_("Rule: {rule}."))
    if rule and rule.source:
        lines.append(_("Source of the threshold: {source}."))
    text = "\n".join(lines)
    text = text.format(
        severity=severity_label(alarm.severity),
        time=format_moment(alarm.onset_at),
        value=_measured(alarm, alarm.value),
        limit=_measured(alarm, alarm.limit),
        station=_station(alarm, station),
        title=alarm.title,
        rule=rule.name if rule else "",
        source=rule.source if rule else "",
    )
    return "\n".join((text, *evidence_lines(alarm, rule)))


def _measured(alarm: Alarm, value: float | None) -> str:
    return "" if value is None else format_value(alarm.parameter, value, unit=alarm.unit)


def _station(alarm: Alarm, station: Station | None) -> str:
    return f"{station.name} ({plain_code(station.code)})" if station else alarm.title or plain_code(alarm.station)
