"""The figures of a period as the window shows them: tiles, tables with the ids behind each number, incident lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.performance import Dimension, IncidentGroup, IncidentPerformance
from tabuah.operations.incidents.response_times import Interval, IntervalFigures
from tabuah.resources.localisation import _, format_number, format_recent_moment
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.figures import figure_label
from tabuah.text.incidents.performance import (
    HeadlineFigure,
    describe_counted_incidents,
    describe_length,
    dimension_label,
    group_label,
    headline_figures,
    interval_label,
    method_note,
    percentile_text,
    place_extent,
    place_title,
    problem_figures,
)
from tabuah.widgets.incidents.performance_values import (
    IncidentLine,
    IncidentPerformanceView,
    NumberBar,
    NumberCell,
    NumberTable,
    NumberTile,
)

MOST_LINES: Final = 500  # of the list of incidents; the XLSX file has all
_PAGES: Final = (
    *(Dimension.HAZARD, Dimension.NAGARI, Dimension.HOUR, Dimension.OPD, Dimension.KECAMATAN, Dimension.SEVERITY),
    *(Dimension.STATUS, Dimension.WEEKDAY, Dimension.CHANNEL, Dimension.DAY, Dimension.MONTH),
)
_SHORT: Final = {Dimension.HOUR: 2, Dimension.WEEKDAY: 3, Dimension.DAY: 5}  # letters of a label below a bar


def incident_performance_view(
    found: IncidentPerformance, *, people: Mapping[str, str], mark: str = ""
) -> IncidentPerformanceView:
    """Return the figures for display."""
    return IncidentPerformanceView(
        heading=describe_counted_incidents(found, mark),
        tiles=tuple(_tile(figure) for figure in headline_figures(found)),
        tables=(
            _interval_table(found),
            *(_group_table(each, found.groups[each]) for each in _PAGES if each in found.groups),
            _place_table(found),
            _people_table(found, people),
            _unit_table(found),
            _hour_table(found),
            _other_table(found),
        ),
    )


def incident_lines(ids: Iterable[str], known: Mapping[str, Incident], now: datetime) -> tuple[IncidentLine, ...]:
    """Return the incidents behind a number in its order, `MOST_LINES` at most."""
    found = [known[key] for key in ids if key in known][:MOST_LINES]
    return tuple(_line(incident, now) for incident in found)


def _line(incident: Incident, now: datetime) -> IncidentLine:
    place = incident.place
    where = ", ".join(part for part in (place.nagari, place.kecamatan) if part) if place else ""
    return IncidentLine(
        id=incident.id,
        level=LEVEL_OF_SEVERITY[incident.severity],
        text=incident.title,
        about=" · ".join(part for part in (incident.number, where) if part),
        at=format_recent_moment(incident.reported_at, now, zone=False),
        author=code_label(incident.status),
        names=(incident.title, where),
    )


def _tile(figure: HeadlineFigure) -> NumberTile:
    return NumberTile(
        code=figure.code,
        label=figure.label,
        value=figure.value,
        note=figure.note,
        ids=figure.ids,
        is_known=figure.is_known,
    )


def _interval_table(found: IncidentPerformance) -> NumberTable:
    columns = (
        _("Interval"), _("n"), _("Median"), _("90th percentile"), _("Longest"), _("Not recorded"),
        _("Cannot be computed"), _("Median before"),
    )  # fmt: skip
    rows = tuple(
        (
            _name(interval_label(each.interval), each.measured),
            _count(each.measured),
            _times(each, each.median_s),
            _times(each, each.p90_s),
            NumberCell(text=describe_length(each.longest_s), ids=each.measured[:1]),
            _count(each.missing),
            _count(each.impossible),
            NumberCell(text=percentile_text(before, before.median_s)),
        )
        for each, before in zip(found.intervals, found.before.intervals, strict=True)
    )
    return NumberTable(code="intervals", label=_("Response times"), columns=columns, rows=rows, note=method_note())


def _group_table(dimension: Dimension, groups: Sequence[IncidentGroup]) -> NumberTable:
    rows = []
    for group in groups:
        times = {each.interval: each for each in group.intervals}
        response, whole = times[Interval.RESPONSE], times[Interval.DURATION]
        rows.append(
            (
                _name(group_label(dimension, group.code), group.ids),
                _count(group.ids),
                _count(response.measured),
                _times(response, response.median_s),
                _times(response, response.p90_s),
                _times(whole, whole.median_s),
            )
        )
    return NumberTable(
        code=dimension.value,
        label=dimension_label(dimension),
        columns=(
            dimension_label(dimension), _("Incidents"), _("Arrivals"), _("Report to arrival, median"),
            _("90th percentile"), _("Report to close, median"),
        ),
        rows=tuple(rows),
        bars=tuple(NumberBar(label=_bar_label(dimension, group.code), count=group.n) for group in groups),
    )  # fmt: skip


def _bar_label(dimension: Dimension, code: str) -> str:
    label = group_label(dimension, code)
    return label[: _SHORT[dimension]] if dimension in _SHORT else label


def _place_table(found: IncidentPerformance) -> NumberTable:
    rows = tuple(
        (_name(place_title(each), each.ids), _count(each.ids), NumberCell(text=place_extent(each), ids=each.ids))
        for each in found.recurring
    )
    return NumberTable(
        code="recurring",
        label=_("Recurring places"),
        columns=(_("Place"), _("Incidents"), _("Extent")),
        rows=rows,
        places=tuple((each.lon_deg, each.lat_deg) for each in found.recurring),
        note=_("At least three incidents of one hazard in the period. L shows the place on the map."),
    )


def _people_table(found: IncidentPerformance, people: Mapping[str, str]) -> NumberTable:
    rows = tuple(
        (
            _name(people.get(each.user) or each.user, (*each.reported, *each.moved)),
            _count(each.reported),
            NumberCell(text=format_number(each.steps), ids=each.moved),
        )
        for each in found.people
    )
    return NumberTable(
        code="people",
        label=_("Workload by person"),
        columns=(_("Person"), _("Reports"), _("Status changes")),
        rows=rows,
        note=_("Numbers of records, not a measure of a person."),
    )


def _unit_table(found: IncidentPerformance) -> NumberTable:
    rows = tuple(
        (
            _name(each.unit, each.ids),
            _count(each.ids),
            NumberCell(text=describe_length(each.busy_s), ids=each.ids),
            _count(each.impossible),
        )
        for each in found.units
    )
    return NumberTable(
        code="units",
        label=_("Workload by unit"),
        columns=(_("Unit"), _("Missions"), _("On missions"), _("Cannot be computed")),
        rows=rows,
    )


def _hour_table(found: IncidentPerformance) -> NumberTable:
    rows = tuple(
        (
            _name(group_label(Dimension.HOUR, str(each.hour)), each.ids),
            NumberCell(text=format_number(each.actions), ids=each.ids),
            _count(each.ids),
        )
        for each in found.hours
    )
    return NumberTable(
        code="hours",
        label=_("Workload by hour"),
        columns=(_("Hour"), _("Reports and status changes"), _("Incidents")),
        rows=rows,
        bars=tuple(NumberBar(label=f"{each.hour:02d}", count=each.actions) for each in found.hours),
    )


def _other_table(found: IncidentPerformance) -> NumberTable:
    """Return the problems and the impact."""
    rows = (
        *((_name(e.label, e.ids), NumberCell(text=e.value, ids=e.ids)) for e in problem_figures(found)),
        *(
            (_name(figure_label(each.code), each.ids), NumberCell(text=format_number(each.total), ids=each.ids))
            for each in found.impact
        ),
    )
    return NumberTable(
        code="other",
        label=_("To be checked; casualties and damage"),
        columns=(_("Figure"), _("Value")),
        rows=rows,
        note="" if rows else _("Nothing to be checked, and no casualties or damage stated."),
    )


def _name(text: str, ids: Iterable[str]) -> NumberCell:
    return NumberCell(text=text, ids=tuple(dict.fromkeys(ids)), is_number=False)


def _count(ids: tuple[str, ...]) -> NumberCell:
    return NumberCell(text=format_number(len(ids)), ids=ids)


def _times(figures: IntervalFigures, seconds: float | None) -> NumberCell:
    return NumberCell(text=percentile_text(figures, seconds), ids=figures.measured)
