"""An alarm as a crossing of a rule begins it, whoever judges: the server, or a console for what it alone has."""

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.causes import cause_of
from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station


def raised_by(crossing: Crossing, rule: Rule, station: Station) -> AlarmRaised:
    """The body of the entry for a crossing that raises."""
    parameter = station.parameter(crossing.parameter)
    return AlarmRaised(
        rule=rule.id,
        station=station.code,
        parameter=crossing.parameter,
        severity=rule.severity,
        onset_at=crossing.onset_at,
        value=crossing.value,
        limit=crossing.limit,
        unit=parameter.unit if parameter else "",
        title=station.name,
        hazard=rule.hazard,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        cause=cause_of(rule, station),
        evidence=crossing.evidence,
        expected=crossing.expected,
    )
