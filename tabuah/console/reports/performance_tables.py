"""Incident performance as tables for XLSX, CSV and the PDF: summary, response times, groups, places and workload."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tabuah.console.reports.incident_columns import ColumnType, Value
from tabuah.operations.incidents.performance import Dimension, IncidentGroup, IncidentPerformance
from tabuah.operations.incidents.response_times import INTERVAL_STEPS, IntervalFigures
from tabuah.resources.localisation import _
from tabuah.text.aid.aid_text import aid_field_label
from tabuah.text.incidents.figures import figure_amount, figure_label
from tabuah.text.incidents.performance import (
    HeadlineFigure,
    describe_period,
    dimension_label,
    group_label,
    headline_figures,
    interval_label,
    method_note,
    place_extent,
    place_title,
    problem_figures,
)

_MINUTE_S = 60.0


class FigureColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column with its title, type and width in characters."""

    title: str
    form: ColumnType = ColumnType.TEXT
    width: int = 14


class FigureTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table; lengths are in minutes. `name` is the name of its sheet."""

    name: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


def performance_tables(
    found: IncidentPerformance,
    *,
    dimensions: Iterable[Dimension] | None = None,
    mark: str = "",
    people: Mapping[str, str] | None = None,
) -> tuple[FigureTable, ...]:
    """Return all tables; those by `dimensions` only, or by all.

    Args:
        found: the figures.
        dimensions: those of the tables by group; those that the period does not have are left out.
        mark: the exercise of the figures.
        people: full names by user name.
    """
    chosen = tuple(found.groups) if dimensions is None else tuple(d for d in found.groups if d in set(dimensions))
    return (
        summary_table(found, mark),
        interval_table(found),
        *(group_table(dimension, found.groups[dimension]) for dimension in chosen),
        aid_table(found),
        recurring_table(found),
        people_table(found, people or {}),
        unit_table(found),
        hour_table(found),
    )


def summary_table(found: IncidentPerformance, mark: str = "") -> FigureTable:
    """Return the period, the headline figures, problems, impact and the method."""
    figures = (*headline_figures(found), *problem_figures(found))
    rows: list[tuple[Value, ...]] = [
        *([(_("Exercise"), mark, "")] if mark else []),
        (_("Period"), describe_period(found.period), ""),
        (_("Compared with"), describe_period(msgspec.structs.replace(
            found.period, since=found.period.before_since, until=found.period.before_until)), ""),
        *((figure.label, *_value_and_note(figure)) for figure in figures),
        *(
            (figure_label(each.code), figure_amount(each.code, each.total), _("n = {n}").format(n=len(each.ids)))
            for each in found.impact
        ),
        (_("Method"), method_note(), ""),
    ]  # fmt: skip
    columns = (
        FigureColumn(title=_("Figure"), width=42),
        FigureColumn(title=_("Value"), width=30),
        FigureColumn(title=_("Note"), width=34),
    )
    return FigureTable(name=_("Summary"), columns=columns, rows=tuple(rows))


def aid_table(found: IncidentPerformance) -> FigureTable:
    """Return needs and aid by item: needed, covered, open and stock, with the incidents with an open need."""
    columns = (
        FigureColumn(title=aid_field_label("item"), width=28),
        FigureColumn(title=aid_field_label("unit"), width=10),
        FigureColumn(title=_("Needed"), form=ColumnType.AMOUNT),
        FigureColumn(title=_("Covered"), form=ColumnType.AMOUNT),
        FigureColumn(title=_("Covered (%)"), form=ColumnType.DECIMAL),
        FigureColumn(title=_("Open need"), form=ColumnType.AMOUNT),
        FigureColumn(title=_("Stock"), form=ColumnType.AMOUNT),
        FigureColumn(title=_("Incidents with an open need"), form=ColumnType.COUNT, width=20),
    )
    rows = tuple(
        (
            each.item,
            each.unit,
            each.needed_milli / 1_000,
            each.covered_milli / 1_000,
            None if each.covered_share is None else 100 * each.covered_share,
            each.open_milli / 1_000,
            each.stock_milli / 1_000,
            len(each.short),
        )
        for each in found.aid
    )
    return FigureTable(name=_("Needs and aid"), columns=columns, rows=rows)


def interval_table(found: IncidentPerformance) -> FigureTable:
    """Return the response times with those of the period before."""
    columns = (
        FigureColumn(title=_("Interval"), width=30),
        FigureColumn(title=_("n"), form=ColumnType.COUNT, width=8),
        _minutes(_("Median (min)")),
        _minutes(_("90th percentile (min)")),
        _minutes(_("Longest (min)")),
        FigureColumn(title=_("Not recorded"), form=ColumnType.COUNT),
        FigureColumn(title=_("Cannot be computed"), form=ColumnType.COUNT),
        FigureColumn(title=_("n before"), form=ColumnType.COUNT, width=10),
        _minutes(_("Median before (min)")),
    )
    rows = tuple(
        (
            interval_label(each.interval),
            each.n,
            *_lengths(each),
            _in_minutes(each.longest_s),
            len(each.missing),
            len(each.impossible),
            before.n,
            _in_minutes(before.median_s),
        )
        for each, before in zip(found.intervals, found.before.intervals, strict=True)
    )
    return FigureTable(name=_("Response times"), columns=columns, rows=rows)


def group_table(dimension: Dimension, groups: Sequence[IncidentGroup]) -> FigureTable:
    """Return the incidents of each group with all response times."""
    columns = [
        FigureColumn(title=dimension_label(dimension), width=28),
        FigureColumn(title=_("Incidents"), form=ColumnType.COUNT, width=10),
    ]
    for interval in INTERVAL_STEPS:
        label = interval_label(interval)
        columns += [
            FigureColumn(title=f"{label}: {_('n')}", form=ColumnType.COUNT),
            _minutes(f"{label}: {_('Median (min)')}"),
            _minutes(f"{label}: {_('90th percentile (min)')}"),
        ]
    rows = tuple(
        (
            group_label(dimension, group.code),
            group.n,
            *(value for each in group.intervals for value in (each.n, *_lengths(each))),
        )
        for group in groups
    )
    return FigureTable(name=dimension_label(dimension), columns=tuple(columns), rows=rows)


def recurring_table(found: IncidentPerformance) -> FigureTable:
    columns = (
        FigureColumn(title=_("Place"), width=40),
        FigureColumn(title=_("Extent"), width=16),
        FigureColumn(title=_("Incidents"), form=ColumnType.COUNT, width=10),
        FigureColumn(title=_("Longitude"), form=ColumnType.DEGREES),
        FigureColumn(title=_("Latitude"), form=ColumnType.DEGREES),
    )
    rows = tuple(
        (place_title(each), place_extent(each), len(each.ids), each.lon_deg, each.lat_deg) for each in found.recurring
    )
    return FigureTable(name=_("Recurring places"), columns=columns, rows=rows)


def people_table(found: IncidentPerformance, people: Mapping[str, str]) -> FigureTable:
    columns = (
        FigureColumn(title=_("Person"), width=28),
        FigureColumn(title=_("Reports"), form=ColumnType.COUNT),
        FigureColumn(title=_("Status changes"), form=ColumnType.COUNT),
    )
    rows = tuple((people.get(each.user) or each.user, len(each.reported), each.steps) for each in found.people)
    return FigureTable(name=_("Workload by person"), columns=columns, rows=rows)


def unit_table(found: IncidentPerformance) -> FigureTable:
    columns = (
        FigureColumn(title=_("Unit"), width=20),
        FigureColumn(title=_("Missions"), form=ColumnType.COUNT),
        _minutes(_("On missions (min)")),
        FigureColumn(title=_("Cannot be computed"), form=ColumnType.COUNT),
    )
    rows = tuple((each.unit, len(each.ids), each.busy_s / _MINUTE_S, len(each.impossible)) for each in found.units)
    return FigureTable(name=_("Workload by unit"), columns=columns, rows=rows)


def hour_table(found: IncidentPerformance) -> FigureTable:
    columns = (
        FigureColumn(title=_("Hour"), width=16),
        FigureColumn(title=_("Reports and status changes"), form=ColumnType.COUNT, width=18),
        FigureColumn(title=_("Incidents"), form=ColumnType.COUNT),
    )
    rows = tuple((group_label(Dimension.HOUR, str(e.hour)), e.actions, len(e.ids)) for e in found.hours)
    return FigureTable(name=_("Workload by hour"), columns=columns, rows=rows)


def _value_and_note(figure: HeadlineFigure) -> tuple[Value, Value]:
    return figure.value, figure.note


def _minutes(title: str) -> FigureColumn:
    return FigureColumn(title=title, form=ColumnType.DECIMAL, width=14)


def _in_minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / _MINUTE_S


def _lengths(each: IntervalFigures) -> tuple[float | None, float | None]:
    return _in_minutes(each.median_s), _in_minutes(each.p90_s)
