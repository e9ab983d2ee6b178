"""The figures of a period as the window shows them: tiles, tables with the ids behind each number, incident lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.aid.aid_figures import AidFigure
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.performance import Dimension, IncidentGroup, IncidentPerformance
from tabuah.operations.incidents.recurring_places import RecurringPlace
from tabuah.operations.incidents.response_times import Interval, IntervalFigures
from tabuah.operations.incidents.workload import HourWorkload, PersonWorkload, UnitWorkload
from tabuah.resources.localisation import _, format_number, format_recent_moment
from tabuah.text.aid.aid_text import aid_field_label, describe_covered, format_quantity
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.figures import describe_figure, figure_label
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
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.incidents.performance_values import (
    IncidentPerformanceView,
    NumberBar,
    NumberCell,
    NumberTable,
    NumberTile,
)

ItemT = TypeVar("ItemT")
_Columns: TypeAlias = Sequence[tuple[str, Callable[[ItemT], NumberCell]]]  # titles, and the cells of an item
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
            _aid_table(found),
            _place_table(found),
            _people_table(found, people),
            _unit_table(found),
            _hour_table(found),
            _other_table(found),
        ),
    )


def incident_lines(ids: Iterable[str], known: Mapping[str, Incident], now: datetime) -> tuple[LevelLine, ...]:
    """Return the incidents behind a number in its order, `MOST_LINES` at most."""
    found = [known[key] for key in ids if key in known][:MOST_LINES]
    return tuple(_line(incident, now) for incident in found)


def _line(incident: Incident, now: datetime) -> LevelLine:
    place = incident.place
    where = ", ".join(part for part in (place.nagari, place.kecamatan) if part) if place else ""
    return LevelLine(
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
    intervals = tuple(zip(found.intervals, found.before.intervals, strict=True))
    columns: _Columns[tuple[IntervalFigures, IntervalFigures]] = (
        (_("Interval"), lambda each: _name(interval_label(each[0].interval), each[0].measured)),
        (_("n"), lambda each: _count(each[0].measured)),
        (_("Median"), lambda each: _median(each[0])),
        (_("90th percentile"), lambda each: _percentile_90(each[0])),
        (_("Longest"), lambda each: _value(describe_length(each[0].longest_s), each[0].measured[:1])),
        (_("Not recorded"), lambda each: _count(each[0].missing)),
        (_("Cannot be computed"), lambda each: _count(each[0].impossible)),
        (_("Median before"), lambda each: _value(percentile_text(each[1], each[1].median_s))),
    )
    return _table("intervals", _("Response times"), intervals, columns, note=method_note())


def _group_table(dimension: Dimension, groups: Sequence[IncidentGroup]) -> NumberTable:
    columns: _Columns[IncidentGroup] = (
        (dimension_label(dimension), lambda each: _name(group_label(dimension, each.code), each.ids)),
        (_("Incidents"), lambda each: _count(each.ids)),
        (_("Arrivals"), lambda each: _count(_interval(each, Interval.RESPONSE).measured)),
        (_("Report to arrival, median"), lambda each: _median(_interval(each, Interval.RESPONSE))),
        (_("90th percentile"), lambda each: _percentile_90(_interval(each, Interval.RESPONSE))),
        (_("Report to close, median"), lambda each: _median(_interval(each, Interval.DURATION))),
    )
    bars = tuple(NumberBar(label=_bar_label(dimension, group.code), count=group.n) for group in groups)
    return _table(dimension.value, dimension_label(dimension), groups, columns, bars=bars)


def _interval(group: IncidentGroup, interval: Interval) -> IntervalFigures:
    return next(each for each in group.intervals if each.interval is interval)


def _bar_label(dimension: Dimension, code: str) -> str:
    label = group_label(dimension, code)
    return label[: _SHORT[dimension]] if dimension in _SHORT else label


def _place_table(found: IncidentPerformance) -> NumberTable:
    columns: _Columns[RecurringPlace] = (
        (_("Place"), lambda each: _name(place_title(each), each.ids)),
        (_("Incidents"), lambda each: _count(each.ids)),
        (_("Extent"), lambda each: _value(place_extent(each), each.ids)),
    )
    note = _("At least three incidents of one hazard in the period. L shows the place on the map.")
    places = tuple((each.lon_deg, each.lat_deg) for each in found.recurring)
    return _table("recurring", _("Recurring places"), found.recurring, columns, places=places, note=note)


def _people_table(found: IncidentPerformance, people: Mapping[str, str]) -> NumberTable:
    columns: _Columns[PersonWorkload] = (
        (_("Person"), lambda each: _name(people.get(each.user) or each.user, (*each.reported, *each.moved))),
        (_("Reports"), lambda each: _count(each.reported)),
        (_("Status changes"), lambda each: _value(format_number(each.steps), each.moved)),
    )
    note = _("Numbers of records, not a measure of a person.")
    return _table("people", _("Workload by person"), found.people, columns, note=note)


def _unit_table(found: IncidentPerformance) -> NumberTable:
    columns: _Columns[UnitWorkload] = (
        (_("Unit"), lambda each: _name(each.unit, each.ids)),
        (_("Missions"), lambda each: _count(each.ids)),
        (_("On missions"), lambda each: _value(describe_length(each.busy_s), each.ids)),
        (_("Cannot be computed"), lambda each: _count(each.impossible)),
    )
    return _table("units", _("Workload by unit"), found.units, columns)


def _hour_table(found: IncidentPerformance) -> NumberTable:
    columns: _Columns[HourWorkload] = (
        (_("Hour"), lambda each: _name(group_label(Dimension.HOUR, str(each.hour)), each.ids)),
        (_("Reports and status changes"), lambda each: _value(format_number(each.actions), each.ids)),
        (_("Incidents"), lambda each: _count(each.ids)),
    )
    bars = tuple(NumberBar(label=f"{each.hour:02d}", count=each.actions) for each in found.hours)
    return _table("hours", _("Workload by hour"), found.hours, columns, bars=bars)


def _aid_table(found: IncidentPerformance) -> NumberTable:
    """Return needs and aid by item; each number opens the incidents behind it."""
    columns: _Columns[AidFigure] = (
        (aid_field_label("item"), lambda each: _name(f"{each.item} ({each.unit})", each.ids)),
        (_("Needed"), lambda each: _value(format_quantity(each.needed_milli), each.needing)),
        (_("Covered"), lambda each: _value(describe_covered(each), each.needing)),
        (_("Open need"), lambda each: _value(format_quantity(each.open_milli), each.short)),
        (_("Stock"), lambda each: _value(format_quantity(each.stock_milli), each.holding)),
    )
    note = "" if found.aid else _("No line of the aid ledger belongs to these incidents.")
    return _table("aid", _("Needs and aid"), found.aid, columns, note=note)


def _other_table(found: IncidentPerformance) -> NumberTable:
    """Return the problems and the impact."""
    figures = (
        *((each.label, each.value, each.ids) for each in problem_figures(found)),
        *((figure_label(each.code), describe_figure(each.code, each.total), each.ids) for each in found.impact),
    )
    columns: _Columns[tuple[str, str, tuple[str, ...]]] = (
        (_("Figure"), lambda each: _name(each[0], each[2])),
        (_("Value"), lambda each: _value(each[1], each[2])),
    )
    note = "" if figures else _("Nothing to be checked, and no casualties or damage stated.")
    return _table("other", _("To be checked; casualties and damage"), figures, columns, note=note)


def _table(
    code: str,
    label: str,
    items: Sequence[ItemT],
    columns: _Columns[ItemT],
    *,
    bars: tuple[NumberBar, ...] = (),
    places: tuple[tuple[float, float], ...] = (),
    note: str = "",
) -> NumberTable:
    """Return a table with a row for each item."""
    return NumberTable(
        code=code,
        label=label,
        columns=tuple(title for title, _cell in columns),
        rows=tuple(tuple(cell(item) for _title, cell in columns) for item in items),
        bars=bars,
        places=places,
        note=note,
    )


def _name(text: str, ids: Iterable[str]) -> NumberCell:
    return NumberCell(text=text, ids=tuple(dict.fromkeys(ids)), is_number=False)


def _count(ids: tuple[str, ...]) -> NumberCell:
    return _value(format_number(len(ids)), ids)


def _value(text: str, ids: tuple[str, ...] = ()) -> NumberCell:
    return NumberCell(text=text, ids=ids)


def _median(figures: IntervalFigures) -> NumberCell:
    return _value(percentile_text(figures, figures.median_s), figures.measured)


def _percentile_90(figures: IntervalFigures) -> NumberCell:
    return _value(percentile_text(figures, figures.p90_s), figures.measured)
