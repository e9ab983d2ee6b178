"""Text for incident performance: names of intervals, dimensions and groups, values, and the headline figures."""

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.performance import Dimension, IncidentPerformance
from tabuah.operations.incidents.periods import PerformancePeriod, PeriodKind
from tabuah.operations.incidents.recurring_places import RecurringPlace
from tabuah.operations.incidents.response_times import FEWEST_FOR_PERCENTILES, Interval, IntervalFigures
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext
from tabuah.text.code_labels import code_label

NO_VALUE: Final = "–"
_DAYS_ONLY: Final = 10  # days from which on hours say nothing more
_INTERVALS: Final = {
    Interval.VERIFICATION: N_("Report to verification"),
    Interval.DISPATCH: N_("Verification to assignment"),
    Interval.ARRIVAL: N_("Assignment to arrival"),
    Interval.CONTAINMENT: N_("Arrival to containment"),
    Interval.CLOSURE: N_("Containment to close"),
    Interval.RESPONSE: N_("Report to arrival"),
    Interval.DURATION: N_("Report to close"),
}
_DIMENSIONS: Final = {
    Dimension.HAZARD: N_("By hazard"),
    Dimension.SEVERITY: N_("By severity"),
    Dimension.STATUS: N_("By status"),
    Dimension.OPD: N_("By OPD"),
    Dimension.KECAMATAN: N_("By kecamatan"),
    Dimension.NAGARI: N_("By nagari"),
    Dimension.HOUR: N_("By hour of the day"),
    Dimension.WEEKDAY: N_("By weekday"),
    Dimension.CHANNEL: N_("By channel"),
    Dimension.DAY: N_("By day"),
    Dimension.MONTH: N_("By month"),
}
_PERIODS: Final = {
    PeriodKind.TODAY: N_("Today"),
    PeriodKind.DAYS_7: N_("7 days"),
    PeriodKind.DAYS_30: N_("30 days"),
    PeriodKind.MONTH: N_("This month"),
    PeriodKind.YEAR: N_("This year"),
    PeriodKind.OWN: N_("Other"),
}
_WEEKDAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_CODE_LABELS: Final[dict[Dimension, Callable[[str], str]]] = {
    Dimension.HAZARD: lambda code: code_label(Hazard(code)),
    Dimension.SEVERITY: lambda code: code_label(Severity(code)),
    Dimension.STATUS: lambda code: code_label(Status(code)),
    Dimension.CHANNEL: lambda code: code_label(Channel(code)),
    Dimension.HOUR: lambda code: f"{int(code):02d}.00–{int(code):02d}.59",
    Dimension.WEEKDAY: lambda code: _(_WEEKDAYS[int(code) - 1]),
    Dimension.DAY: lambda code: f"{date.fromisoformat(code):%d.%m.%Y}",
    Dimension.MONTH: lambda code: f"{code[5:]}.{code[:4]}",
}


class HeadlineFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One number with the incidents behind it; `note` compares it, or says why it has no value."""

    code: str
    label: str
    value: str
    note: str = ""
    ids: tuple[str, ...] = ()
    is_known: bool = True


def interval_label(interval: Interval) -> str:
    return _(_INTERVALS[interval])


def dimension_label(dimension: Dimension) -> str:
    return _(_DIMENSIONS[dimension])


def period_kind_label(kind: PeriodKind) -> str:
    return _(_PERIODS[kind])


def group_label(dimension: Dimension, code: str) -> str:
    """Return the name of a group; a group without a value says so."""
    if not code:
        return _("not assigned") if dimension is Dimension.OPD else _("place not known")
    label = _CODE_LABELS.get(dimension)
    return label(code) if label else code


def describe_period(period: PerformancePeriod) -> str:
    return f"{format_moment(period.since)} – {format_moment(period.until)}"


def describe_length(seconds: float | None) -> str:
    """Return a length as people read it: "40 dtk", "3 jam 20 mnt", "2 hari 4 jam", "17 hari"; a dash without one."""
    if seconds is None:
        return NO_VALUE
    whole = round(seconds)
    if whole < 60:
        return _("{n} s").format(n=whole)
    minutes = round(whole / 60)
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return f"{_('{n} h').format(n=minutes // 60)} {_('{n} min').format(n=minutes % 60)}"
    hours = round(minutes / 60)
    days, rest = (round(hours / 24), 0) if hours >= 24 * _DAYS_ONLY else divmod(hours, 24)
    text = _("{n} d").format(n=days)
    return f"{text} {_('{n} h').format(n=rest)}" if days < _DAYS_ONLY else text


def too_few_label() -> str:
    return _("fewer than {n}").format(n=FEWEST_FOR_PERCENTILES)


def percentile_text(figures: IntervalFigures, seconds: float | None) -> str:
    """Return a percentile; the reason where there are too few incidents, and a dash where there is none."""
    return too_few_label() if seconds is None and figures.n else describe_length(seconds)


def place_title(place: RecurringPlace) -> str:
    """Return hazard and place: "Banjir · Koto Baru, Kubung"."""
    where = ", ".join(part for part in (place.nagari, place.kecamatan) if part) or _("place not known")
    return f"{code_label(place.hazard)} · {where}"


def place_extent(place: RecurringPlace) -> str:
    if place.radius_m is None:
        return _("whole nagari")
    return _("within {km} km").format(km=format_number(place.radius_m / 1000, digits=1))


def headline_figures(found: IncidentPerformance) -> tuple[HeadlineFigure, ...]:
    """Return the most important figures, those of all incidents first."""
    return (
        *_count_figures(found),
        _arrival_time_figure(found),
        *_arrival_limit_figures(found),
        *_uncounted_figures(found),
    )


def _count_figures(found: IncidentPerformance) -> tuple[HeadlineFigure, ...]:
    return (
        HeadlineFigure(
            code="incidents",
            label=_("Incidents"),
            value=format_number(found.n),
            note=_count_before(found.before.ids),
            ids=found.ids,
        ),
        HeadlineFigure(code="open", label=_("Still open"), value=format_number(len(found.open)), ids=found.open),
    )


def _arrival_time_figure(found: IncidentPerformance) -> HeadlineFigure:
    response = next(each for each in found.intervals if each.interval is Interval.RESPONSE)
    return HeadlineFigure(
        code="response",
        label=_("Median time to arrival"),
        value=describe_length(response.median_s),
        note=_interval_note(response, found),
        ids=response.measured,
        is_known=response.median_s is not None,
    )


def _arrival_limit_figures(found: IncidentPerformance) -> tuple[HeadlineFigure, ...]:
    share, missed = found.arrival.share, found.arrival.missed
    judged = (*found.arrival.met, *missed)
    return (
        HeadlineFigure(
            code="arrival_limit",
            label=_("Arrived within the limit"),
            value=NO_VALUE if share is None else f"{format_number(share * 100)} %",
            note=_limit_note(len(judged), found.before.arrival.share),
            ids=judged,
            is_known=share is not None,
        ),
        HeadlineFigure(
            code="missed",
            label=_("Arrival limit missed"),
            value=format_number(len(missed)) if judged else NO_VALUE,
            ids=missed,
            is_known=bool(judged),
        ),
    )


def _uncounted_figures(found: IncidentPerformance) -> tuple[HeadlineFigure, ...]:
    """Return the incidents that are not counted."""
    return (
        HeadlineFigure(
            code="false_reports",
            label=_("False reports"),
            value=format_number(len(found.false_reports)),
            note=_count_before(found.before.false_reports),
            ids=found.false_reports,
        ),
        HeadlineFigure(
            code="merged",
            label=_("Merged"),
            value=format_number(len(found.merged)),
            ids=found.merged,
        ),
    )


def problem_figures(found: IncidentPerformance) -> tuple[HeadlineFigure, ...]:
    """Return the incidents with unusable times or open questions; none without any."""
    impossible = tuple(dict.fromkeys(key for each in found.intervals for key in each.impossible))
    duplicates = found.possible_duplicates
    rows = (
        ("impossible", _("Response time cannot be computed: wrong clock"), impossible),
        ("future", _("Reported in the future: in no period"), found.future),
        ("duplicates", _("Open, possibly the same event"), duplicates or ()),
        ("running", _("On the way, within the limit"), found.arrival.running),
        ("unknown", _("Limit set, time of arrival not known"), found.arrival.unknown),
    )
    figures = [
        HeadlineFigure(code=code, label=label, value=format_number(len(ids)), ids=ids)
        for code, label, ids in rows
        if ids
    ]
    if duplicates is None:
        label = _("Open, possibly the same event")
        figures.append(
            HeadlineFigure(code="duplicates", label=label, value=NO_VALUE, note=_("too many open"), is_known=False)
        )
    return tuple(figures)


def describe_counted_incidents(found: IncidentPerformance, mark: str = "") -> str:
    """Return the period and the number of incidents, with the mark of their exercise."""
    counted = ngettext("{n} incident", "{n} incidents", found.n).format(n=format_number(found.n))
    return " · ".join(part for part in (mark, describe_period(found.period), counted) if part)


def method_note() -> str:
    """Return how the figures are computed, in a few sentences."""
    return _(
        "An incident counts in the period of its report. False reports and merged incidents are not counted. "
        "Percentiles are interpolated (as PERCENTILE.INC); fewer than {n} incidents have none. The first time of a "
        "step counts. An incident of several OPDs counts for each of them."
    ).format(n=FEWEST_FOR_PERCENTILES)


def _count_before(ids: tuple[str, ...]) -> str:
    return _("before: {n}").format(n=format_number(len(ids)))


def _interval_note(figures: IntervalFigures, found: IncidentPerformance) -> str:
    before = next(each for each in found.before.intervals if each.interval is figures.interval)
    count = _("n = {n}").format(n=format_number(figures.n))
    if figures.n and figures.median_s is None:
        return f"{count}, {too_few_label()}"
    if before.median_s is None:
        return count
    return f"{count} · {_('before: {n}').format(n=describe_length(before.median_s))}"


def _limit_note(judged: int, before: float | None) -> str:
    count = _("n = {n}").format(n=format_number(judged))
    if 0 < judged < FEWEST_FOR_PERCENTILES:
        return f"{count}, {too_few_label()}"
    if before is None:
        return count
    return f"{count} · {_('before: {n}').format(n=f'{format_number(before * 100)} %')}"
