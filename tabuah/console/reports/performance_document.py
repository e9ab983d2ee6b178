"""The document of incident performance: letterhead, headline figures, response times, groups and places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

import msgspec

from tabuah.console.reports import document, report_text
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.incident_columns import ColumnType, Value
from tabuah.console.reports.incident_report import JournalReference
from tabuah.console.reports.office import Office
from tabuah.console.reports.performance_tables import (
    FigureTable,
    aid_table,
    interval_table,
    people_table,
    recurring_table,
    unit_table,
)
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.performance import Dimension, IncidentPerformance, PerformanceRequest
from tabuah.operations.incidents.response_times import Interval
from tabuah.resources.localisation import (
    _,
    current_language,
    format_day,
    format_number,
    format_short_day,
    format_time,
)
from tabuah.resources.regency import current_regency
from tabuah.resources.time_zone import home_zone
from tabuah.text.exercises.exercise_text import scope_label, watermark_text
from tabuah.text.incidents.figures import describe_figure, figure_label, format_amount
from tabuah.text.incidents.performance import (
    describe_length,
    describe_period,
    dimension_label,
    group_label,
    headline_figures,
    method_note,
    percentile_text,
    problem_figures,
)

_GROUPED: Final = (Dimension.HAZARD, Dimension.OPD, Dimension.KECAMATAN, Dimension.NAGARI, Dimension.CHANNEL)
_MOST_ROWS: Final = 15  # of a table; the XLSX file has all
_TILES: Final = ("incidents", "open", "response", "arrival_limit")  # four have space for their notes
_INTERVAL_WIDTHS_MM: Final = (46.0, 10.0, 16.0, 20.0, 16.0, 18.0, 22.0, 17.0)
_PLACE_WIDTHS_MM: Final = (0.0, 26.0, 18.0, 22.0, 22.0)
_AID_WIDTHS_MM: Final = (0, 16, 18, 18, 20, 18, 18, 24)


class PerformanceAuthor(Protocol):
    """Author, office and time of a document, with the names that it needs."""

    @property
    def as_of(self) -> datetime: ...
    @property
    def author(self) -> str: ...
    @property
    def office(self) -> Office: ...
    @property
    def trace(self) -> JournalReference: ...
    @property
    def people(self) -> Mapping[str, str]: ...
    @property
    def exercises(self) -> Mapping[str, Exercise]: ...


def performance_number(found: IncidentPerformance) -> str:
    """Return the number of the document: the period and the minute of its data."""
    since, until, as_of = (
        each.astimezone(home_zone()) for each in (found.period.since, found.period.until, found.as_of)
    )
    return f"KINERJA/{since:%Y%m%d}-{until:%Y%m%d}/{as_of:%Y%m%d-%H%M}"


def make_performance_document(
    found: IncidentPerformance, sources: PerformanceAuthor, request: PerformanceRequest, pictures: ReportPictures
) -> document.Document:
    """Return the document in the current language."""
    mark = scope_label(request.scope, sources.exercises)
    number = performance_number(found)
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(sources.office),
        kind=_("Performance report"),
        title=f"{format_short_day(found.period.since)} – {format_short_day(found.period.until)}",
        subtitle=" · ".join(
            (
                _("Incidents and response times in {regency}").format(regency=current_regency().name),
                describe_period(found.period),
            )
        ),
        chips=(),
        stamp=(
            (_("Number"), number),
            (_("Data as of"), f"{format_time(sources.as_of)}\n{format_day(sources.as_of)}"),
        ),
        banners=_banners(found, mark, is_exercise=request.scope.is_exercise),
        watermark=watermark_text(request.scope, sources.exercises),
        steps=(),
        tiles=tuple(
            document.Tile(value=each.value, label=each.label, note=each.note, known=each.is_known)
            for each in headline_figures(found)
            if each.code in _TILES
        ),
        blocks=_blocks(found, sources.people, pictures),
        signatures=_signatures(sources),
        sources=(_("Sources: Tabuah's journal of incidents and units."), *_map_sources(pictures), method_note()),
        running=f"{_('Performance report')} · {describe_period(found.period)}",
        audit=report_text.make_audit_line(sources.trace, number),
        page_words=_("Page {page} of {pages}"),
    )


def _banners(found: IncidentPerformance, mark: str, *, is_exercise: bool) -> tuple[document.Banner, ...]:
    banners = []
    if mark:
        text = _("An exercise, no real event.") if is_exercise else _("Exercises are counted in these figures.")
        banners.append(document.Banner(title=mark, text=text, level="attention"))
    if not found.n:
        banners.append(
            document.Banner(
                title=_("NO DATA"),
                text=_("No incident is known here for this period. That does not mean that none happened."),
                level="no_data",
            )
        )
    return tuple(banners)


def _blocks(
    found: IncidentPerformance, people: Mapping[str, str], pictures: ReportPictures
) -> tuple[document.Block, ...]:
    others = (*(each for each in headline_figures(found) if each.code not in _TILES), *problem_figures(found))
    facts = tuple(document.DocumentFact(label=each.label, value=each.value) for each in others)
    blocks: list[document.Block] = [
        _block(_without_count_before(interval_table(found)), widths_mm=_INTERVAL_WIDTHS_MM),
        document.DocumentFacts(heading=_("More figures, and incidents to check"), rows=facts),
    ]
    if pictures.map_file or pictures.map_missing:
        blocks.append(_map_block(pictures))
    blocks += [_group_block(found, dimension) for dimension in _GROUPED if found.groups.get(dimension)]
    if found.impact:
        rows = tuple(
            document.DocumentFact(
                label=figure_label(each.code),
                value=f"{describe_figure(each.code, each.total)} ({_count(len(each.ids))})",
            )
            for each in found.impact
        )
        blocks.append(document.DocumentFacts(heading=_("Casualties and damage"), rows=rows))
    if (aid := aid_table(found)).rows:
        blocks.append(_block(aid, widths_mm=_AID_WIDTHS_MM))
    if (places := recurring_table(found)).rows:
        blocks.append(_block(places, widths_mm=_PLACE_WIDTHS_MM))
    blocks += [_block(table) for table in (people_table(found, people), unit_table(found)) if table.rows]
    return tuple(blocks)


def _without_count_before(table: FigureTable) -> FigureTable:
    """Return the response times without the number of incidents before, for which the page is too narrow."""
    return msgspec.structs.replace(
        table,
        columns=(*table.columns[:-2], table.columns[-1]),
        rows=tuple((*row[:-2], row[-1]) for row in table.rows),
    )


def _map_block(pictures: ReportPictures) -> document.Picture:
    return document.Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map of the regency with the incidents of the period"),
        caption=" ".join((_("Incidents of the period, by hazard; the colour is the severity."), *pictures.map_notes)),
        missing=pictures.map_missing,
    )


def _group_block(found: IncidentPerformance, dimension: Dimension) -> document.DocumentTable:
    groups = found.groups[dimension]
    rows = []
    for group in groups[:_MOST_ROWS]:
        times = {each.interval: each for each in group.intervals}
        response, whole = times[Interval.RESPONSE], times[Interval.DURATION]
        cells = (
            group_label(dimension, group.code),
            format_number(group.n),
            format_number(response.n),
            percentile_text(response, response.median_s),
            percentile_text(response, response.p90_s),
            percentile_text(whole, whole.median_s),
        )
        rows.append(document.Row(cells=cells))
    return document.DocumentTable(
        heading=dimension_label(dimension),
        columns=(
            document.DocumentColumn(title=""),
            document.DocumentColumn(title=_("Incidents"), width_mm=20, right=True),
            document.DocumentColumn(title=_("Arrivals"), width_mm=20, right=True),
            document.DocumentColumn(title=_("Report to arrival, median"), width_mm=30, right=True),
            document.DocumentColumn(title=_("90th percentile"), width_mm=30, right=True),
            document.DocumentColumn(title=_("Report to close, median"), width_mm=30, right=True),
        ),
        rows=tuple(rows),
        note=_left_out(len(groups)),
    )


def _block(table: FigureTable, *, widths_mm: tuple[float, ...] = ()) -> document.DocumentTable:
    widths = (*widths_mm, *(0.0 for _column in table.columns))
    rows = [
        document.Row(cells=tuple(_cell(value, c.form) for value, c in zip(row, table.columns, strict=True)))
        for row in table.rows[:_MOST_ROWS]
    ]
    return document.DocumentTable(
        heading=table.name,
        columns=tuple(
            document.DocumentColumn(title=column.title, width_mm=width, right=column.form is not ColumnType.TEXT)
            for column, width in zip(table.columns, widths, strict=False)
        ),
        rows=tuple(rows),
        note=_left_out(len(table.rows)),
    )


def _cell(value: Value, form: ColumnType) -> str:
    match value:
        case None:
            return describe_length(None)
        case int() | float() if form is ColumnType.AMOUNT:
            return format_amount(value)
        case int() | float():
            return format_number(value, digits={ColumnType.DECIMAL: 1, ColumnType.DEGREES: 4}.get(form, 0))
    return str(value)


def _map_sources(pictures: ReportPictures) -> tuple[str, ...]:
    if not pictures.map_sources:
        return ()
    return (_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)),)


def _left_out(rows: int) -> str:
    if rows <= _MOST_ROWS:
        return ""
    return _("The first {n} of {all}; the XLSX file has all.").format(n=_MOST_ROWS, all=rows)


def _count(n: int) -> str:
    return _("n = {n}").format(n=format_number(n))


def _signatures(sources: PerformanceAuthor) -> tuple[document.Signature, ...]:
    return report_text.make_signatures(
        sources.office,
        title=_("Supervisor, Pusdalops PB"),
        author=report_text.person_name(sources.author, sources.people),
        as_of=sources.as_of,
    )
