"""Text for the evidence of an alarm: title, summary line, list of values, reason of a lost link."""

from tabuah.operations.alarms.alarm import LINK, Alarm, cause_family, is_backup_alarm, is_frozen_feed
from tabuah.operations.alarms.measured_values import part_quantity
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.rules.crossings import EvidenceItem, neighbour_median
from tabuah.operations.rules.rule import Neighbours, NeighbourSums, Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, format_number, format_time, ngettext
from tabuah.text.alarms.then_and_now import quantity_name
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import describe_sum


def link_title(alarm: Alarm) -> str:
    """Return a one-line title: which link is lost or frozen, and since when."""
    if is_frozen_feed(alarm):
        text, since = _("{name} is frozen: no new data since {time}"), format_moment(alarm.onset_at)
    else:
        text, since = _("Link {name} is lost: no data since {time}"), format_time(alarm.onset_at)
    return text.format(name=alarm.title, time=since)


def link_reason(alarm: Alarm) -> str:
    """Return why a link is lost; empty for other alarms or an unknown reason."""
    if is_frozen_feed(alarm):
        return describe_frozen_feed(alarm.limit or 0)
    return alarm.reason if cause_family(alarm) == LINK or is_backup_alarm(alarm) else ""


def describe_frozen_feed(changes_within_h: float) -> str:
    """Return the text for a feed that answers without new data.

    Args:
        changes_within_h: the longest normal time without new data, in hours.
    """
    text = _("it answers, but has had no new data for more than {hours} hours, which is not normal")
    return text.format(hours=format_number(changes_within_h))


def evidence_title(alarm: Alarm, station: Station | None, rule: Rule | None, *, value_time: str = "") -> str:
    """Return a one-line title.

    It is the rule name and place, or how far a station departs from its neighbours, with the time of a past value.
    """
    place = station.name if station else alarm.title or plain_code(alarm.station)
    middle = neighbour_median(alarm.evidence)
    if alarm.value is not None and middle is not None:
        text = _("{name}: {what} {value}, neighbours {middle}")
        value, around = format_value(alarm.parameter, alarm.value), format_value(alarm.parameter, middle)
        if value_time:
            value = _("{value} at {time}").format(value=value, time=value_time)
        return text.format(name=place, what=_compared(alarm.parameter, rule), value=value, middle=around)
    return " · ".join((rule.name if rule and rule.name else alarm.rule, place))


def evidence_summary(alarm: Alarm, rule: Rule | None = None) -> str:
    """Return a one-line summary: "Kelengasan tanah 92% · Hujan 3 jam 24,0 mm", or why a link is lost.

    Empty if the title says it already.
    """
    spoke = [finding for finding in alarm.evidence if finding.holds and finding.value is not None]
    if not spoke:
        return link_reason(alarm)
    if alarm.value is not None:
        return ngettext("{n} neighbour compared", "{n} neighbours compared", len(spoke)).format(n=len(spoke))
    first = {finding.part: finding for finding in reversed(spoke)}
    return " · ".join(_measured(first[part], rule) for part in sorted(first))


def evidence_lines(alarm: Alarm, rule: Rule | None = None) -> tuple[str, ...]:
    """Return one line per series, or the reason why a link is lost.

    A series without a valid value gets a line that says so.
    """
    if reason := link_reason(alarm):
        return (_("Reason: {reason}").format(reason=reason),)
    compares = alarm.value is not None or (
        rule is not None and isinstance(rule.condition, Neighbours | NeighbourSums)
    )
    return tuple(_line(finding, rule, compares=compares) for finding in alarm.evidence)


def _compared(parameter: str, rule: Rule | None) -> str:
    """Return the name of the compared quantity: the value, or a sum over some hours."""
    if rule is not None and isinstance(rule.condition, NeighbourSums):
        return describe_sum(rule.condition, parameter)
    return parameter_name(parameter)


def _line(finding: EvidenceItem, rule: Rule | None, *, compares: bool) -> str:
    what = _name(finding, rule)
    if finding.value is None or finding.at is None or (finding.holds is None and finding.part):
        return _("{what} at {station}: no valid value").format(what=what, station=finding.station)
    text = _("{measured} at {station}, {time}")
    if finding.holds is False and not compares:
        text = _("{measured} at {station}, {time}: does not hold")
    measured = f"{what} {format_value(finding.parameter, finding.value)}"
    line = text.format(measured=measured, station=finding.station, time=format_time(finding.at))
    if finding.limit is None:
        return line
    limit = format_value(finding.parameter, finding.limit)
    return f"{line} ({_('threshold {limit}').format(limit=limit)})"


def _measured(finding: EvidenceItem, rule: Rule | None) -> str:
    value = "" if finding.value is None else format_value(finding.parameter, finding.value)
    return f"{_name(finding, rule)} {value}".rstrip()


def _name(finding: EvidenceItem, rule: Rule | None) -> str:
    """Return the name of the measured quantity: of a combination a reading, a sum, a rise or a fall."""
    return quantity_name(part_quantity(finding, rule))
