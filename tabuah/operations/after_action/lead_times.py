"""Lead times of alarms: how long before the first report, and before the highest level, the first was raised."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident


class LeadTime(msgspec.Struct, frozen=True, kw_only=True):
    """The alarms of one cause, such as the levels of one gauge, and how early they were.

    Attributes:
        first: id of the first alarm, raised at `first_at`; the rule was fulfilled from `onset_at` on.
        acknowledged_at: when a person first answered one of them.
        report: id of the first incident that was reported about them; empty for none.
        before_report_s: seconds from the first alarm to the report: negative if the report came first.
        highest: id of the worst alarm, if it was raised after the first one; empty if it did not get worse.
        before_highest_s: seconds from the first alarm to the worst one.
        expected_at: when the first forecast alarm expected the level; `expected_by` is its id.
        before_reached_s: seconds from the forecast alarm to the first measured one.
    """

    cause: str
    alarms: tuple[str, ...]
    first: str
    first_at: datetime
    onset_at: datetime
    acknowledged_at: datetime | None = None
    report: str = ""
    before_report_s: float | None = None
    highest: str = ""
    before_highest_s: float | None = None
    expected_by: str = ""
    expected_at: datetime | None = None
    before_reached_s: float | None = None


def lead_times(alarms: Iterable[Alarm], incidents: Iterable[Incident]) -> tuple[LeadTime, ...]:
    """Return the lead times by cause, the earliest alarm first."""
    groups: dict[str, list[Alarm]] = {}
    for alarm in sorted(alarms, key=lambda each: (each.raised_at, each.severity.rank, each.id)):
        groups.setdefault(alarm.cause or alarm.id, []).append(alarm)
    known = tuple(incidents)
    return tuple(_lead_time(cause, group, known) for cause, group in groups.items())


def incidents_of_alarms(alarms: Iterable[Alarm], incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return the incidents that were made from these alarms or linked to them, the first report first."""
    group = tuple(alarms)
    ids, linked = {each.id for each in group}, {key for each in group for key in each.incidents}
    found = [each for each in incidents if each.alarm in ids or each.id in linked]
    return tuple(sorted(found, key=lambda each: (each.reported_at, each.id)))


def _lead_time(cause: str, group: Sequence[Alarm], incidents: Sequence[Incident]) -> LeadTime:
    """Return the lead time of a group, which is sorted by the time of raising."""
    first = group[0]
    reports = incidents_of_alarms(group, incidents)
    report = reports[0] if reports else None
    highest = min(group, key=lambda each: (each.severity.rank, each.raised_at, each.id))
    is_worse = highest.severity.rank < first.severity.rank
    forecast = next((each for each in group if each.expected is not None), None)
    reached = _reached_after(forecast, group)
    return LeadTime(
        cause=cause,
        alarms=tuple(each.id for each in group),
        first=first.id,
        first_at=first.raised_at,
        onset_at=first.onset_at,
        acknowledged_at=min((at for each in group if (at := each.acknowledged_at) is not None), default=None),
        report=report.id if report else "",
        before_report_s=_seconds(first.raised_at, report.reported_at) if report else None,
        highest=highest.id if is_worse else "",
        before_highest_s=_seconds(first.raised_at, highest.raised_at) if is_worse else None,
        expected_by=forecast.id if forecast else "",
        expected_at=forecast.expected.at if forecast and forecast.expected else None,
        before_reached_s=_seconds(forecast.raised_at, reached.onset_at) if forecast and reached else None,
    )


def _reached_after(forecast: Alarm | None, group: Iterable[Alarm]) -> Alarm | None:
    """Return the first measured alarm after a forecast one; None if the level was not reached."""
    if forecast is None:
        return None
    return next((each for each in group if each.expected is None and each.raised_at >= forecast.raised_at), None)


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
