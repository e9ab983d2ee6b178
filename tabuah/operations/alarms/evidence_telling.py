"""The evidence of an alarm over several series in words: its title, one line for the strip, and value by value."""

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.link_telling import link_reason
from tabuah.operations.rules.evidence import Finding, median_of
from tabuah.operations.rules.rule import Neighbours, NeighbourSums, Rule
from tabuah.operations.rules.telling import tell_sum
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import format_value, name_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_time


def evidence_title(alarm: Alarm, station: Station | None, rule: Rule | None) -> str:
    """One line that says what and where: the name of the rule, or how far a station departs from its neighbours."""
    place = station.name if station else alarm.title or alarm.station
    middle = median_of(alarm.evidence)
    if alarm.value is not None and middle is not None:
        told = _("{name}: {what} {value}, its neighbours {middle}")
        value, around = format_value(alarm.parameter, alarm.value), format_value(alarm.parameter, middle)
        return told.format(name=place, what=_compared(alarm.parameter, rule), value=value, middle=around)
    return " · ".join((rule.name if rule and rule.name else alarm.rule, place))


def evidence_summary(alarm: Alarm) -> str:
    """What spoke for it: "Kelengasan tanah 92% · Hujan 24,0 mm", or why a link is lost; empty if the title tells."""
    spoke = [finding for finding in alarm.evidence if finding.holds and finding.value is not None]
    if not spoke:
        return link_reason(alarm)
    if alarm.value is not None:
        return ngettext("{n} neighbour compared", "{n} neighbours compared", len(spoke)).format(n=len(spoke))
    first = {finding.part: finding for finding in reversed(spoke)}
    return " · ".join(_measured(first[part]) for part in sorted(first))


def evidence_lines(alarm: Alarm, rule: Rule | None = None) -> tuple[str, ...]:
    """What every series said, one line each, or why a link is lost; a series without a value that counts says so."""
    if reason := link_reason(alarm):
        return (_("Reason: {reason}").format(reason=reason),)
    compares = alarm.value is not None or (
        rule is not None and isinstance(rule.condition, Neighbours | NeighbourSums)
    )
    return tuple(_line(finding, rule, compares=compares) for finding in alarm.evidence)


def _compared(parameter: str, rule: Rule | None) -> str:
    """What is held against the neighbours: the value, or the amount of some hours."""
    if rule is not None and isinstance(rule.condition, NeighbourSums):
        return tell_sum(rule.condition, parameter)
    return name_of(parameter)


def _line(finding: Finding, rule: Rule | None, *, compares: bool) -> str:
    what = _compared(finding.parameter, rule)
    if finding.value is None or finding.at is None or (finding.holds is None and finding.part):
        return _("{what} at {station}: no value that counts").format(what=what, station=finding.station)
    told = _("{measured} at {station}, {time}")
    if finding.holds is False and not compares:
        told = _("{measured} at {station}, {time}: does not hold")
    measured = f"{what} {format_value(finding.parameter, finding.value)}"
    line = told.format(measured=measured, station=finding.station, time=format_time(finding.at))
    if finding.limit is None:
        return line
    limit = format_value(finding.parameter, finding.limit)
    return f"{line} ({_('threshold {limit}').format(limit=limit)})"


def _measured(finding: Finding) -> str:
    value = "" if finding.value is None else format_value(finding.parameter, finding.value)
    return f"{name_of(finding.parameter)} {value}".rstrip()
