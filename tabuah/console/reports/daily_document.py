"""The document of the daily report."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tabuah.console.reports import document, report_text
from tabuah.console.reports.daily_report import DailyReport, DailySources
from tabuah.console.reports.disruption_blocks import make_disruption_table
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.report_figures import shows_total
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.calls.call import count_by_class
from tabuah.operations.exercises.scope import REAL_WORLD, InWorld
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.roster.duty import ShiftOfWeek
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import _, current_language, format_day, format_time, ngettext
from tabuah.resources.regency import current_regency
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, scope_label, watermark_text
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.text.incidents.figure_groups import describe_group_total, describe_repeated
from tabuah.text.incidents.figures import figure_label, figure_unit
from tabuah.text.roster.roster_text import swap_text


def make_daily_document(report: DailyReport, pictures: ReportPictures) -> document.Document:
    """Return the document of a day in the current language."""
    sources = report.sources
    as_of = f"{format_time(sources.as_of)}\n{format_day(sources.as_of)}"
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(sources.office),
        kind=_("Daily report"),
        title=format_day(report.day),
        subtitle=_("Incidents and alarms in {regency}, 00.00 to 24.00 {zone}").format(
            regency=current_regency().name, zone=zone_label()
        ),
        chips=tuple(
            document.Chip(text=f"{code_label(hazard)} {count}", level="information")
            for hazard, count in report.by_hazard
        ),
        stamp=((_("Number"), report.number), (_("Data as of"), as_of)),
        banners=_banners(report),
        watermark=watermark_text(sources.scope, sources.exercises),
        steps=(),
        tiles=_tiles(report),
        blocks=_blocks(report, pictures),
        signatures=_signatures(report),
        sources=_sources(pictures),
        running=f"{_('Daily report')} · {format_day(report.day)}",
        audit=report_text.make_audit_line(sources.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def _banners(report: DailyReport) -> tuple[document.Banner, ...]:
    sources, banners = report.sources, []
    if sources.scope.is_exercise:
        title = scope_label(sources.scope, sources.exercises)
        banners.append(document.Banner(title=title, text=_("An exercise, no real event."), level="attention"))
    elif sources.scope != REAL_WORLD:
        text = _("Exercises are listed apart and marked; no number of this report counts them.")
        banners.append(document.Banner(title=_("WITH EXERCISES"), text=text, level="attention"))
    if report.sources.as_of.astimezone(home_zone()).date() == report.day:
        banners.append(
            document.Banner(
                title=_("DAY NOT OVER"), text=_("What happens later is missing here."), level="information"
            )
        )
    waiting = sum(incident.id in report.sources.pending for incident in (*report.reported, *report.carried))
    if waiting:
        text = ngettext(
            "{n} incident of this report has entries that have not reached the server.",
            "{n} incidents of this report have entries that have not reached the server.",
            waiting,
        )
        banners.append(document.Banner(title=_("NOT SYNCED"), text=text.format(n=waiting), level="high"))
    return tuple(banners)


def _tiles(report: DailyReport) -> tuple[document.Tile, ...]:
    totals = dict(report.totals)
    return (
        document.Tile(value=report_text.format_count(len(report.reported)), label=_("Incidents reported")),
        document.Tile(value=report_text.format_count(len(report.ended)), label=_("Contained or closed")),
        document.Tile(
            value=report_text.format_count(report.still_open),
            label=_("Still open"),
            note=_("at the time of the data"),
        ),
        document.Tile(value=report_text.format_count(len(report.alarms)), label=_("Alarms")),
        document.Tile(
            value=report_text.format_count(totals["deaths"]), label=_("Deaths"), known=totals["deaths"] is not None
        ),
        document.Tile(
            value=report_text.format_count(totals["displaced_people"]),
            label=_("Displaced"),
            known=totals["displaced_people"] is not None,
        ),
    )


def _blocks(report: DailyReport, pictures: ReportPictures) -> tuple[document.Block, ...]:
    blocks: list[document.Block] = []
    if pictures.map_file or pictures.map_missing:
        blocks.append(_map_block(pictures))
    blocks.append(
        _incident_block(_("Reported on this day"), report, report.reported, none=_("No incident was reported."))
    )
    if report.carried:
        blocks.append(_incident_block(_("Open from earlier days"), report, report.carried, none=""))
    if report.reported:
        blocks.append(_totals_table(report))
    incidents = {each.id: each for each in report.sources.incidents}
    if disruptions := make_disruption_table(report.disruptions, now=report.sources.as_of, incidents=incidents):
        blocks.append(disruptions)
    blocks.append(_alarm_block(_("Alarms"), report, report.alarms))
    if report.calls:
        blocks.append(_call_table(report))
    if report.shifts:
        blocks.append(_crew_table(report))
    if report.not_counted:
        blocks.append(_incident_block(_("Not counted: false or merged"), report, report.not_counted, none=""))
    if report.exercises:
        blocks.append(_incident_block(_("Not counted: exercises"), report, report.exercises, none=""))
    if report.exercise_alarms:
        blocks.append(_alarm_block(_("Alarms of exercises"), report, report.exercise_alarms))
    return tuple(blocks)


def _map_block(pictures: ReportPictures) -> document.Picture:
    return document.Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map of the regency with the incidents of the day"),
        caption=" ".join([_("Incidents of the day and those still open."), *pictures.map_notes]),
        missing=pictures.map_missing,
    )


def _incident_block(heading: str, report: DailyReport, incidents: Sequence[Incident], *, none: str) -> document.Block:
    if not incidents:
        return document.Notes(heading=heading, items=((none, ""),))
    return document.DocumentTable(
        heading=heading,
        columns=(
            document.DocumentColumn(title=_("Reported"), width_mm=18),
            document.DocumentColumn(title=_("Number"), width_mm=33),
            document.DocumentColumn(title=_("Incident and place")),
            document.DocumentColumn(title=_("Severity"), width_mm=21),
            document.DocumentColumn(title=_("Status"), width_mm=26),
        ),
        rows=tuple(
            handle_each(
                "incident",
                incidents,
                lambda incident: _incident_row(report, incident),
                name=lambda incident: incident.id,
                instead=lambda incident: _faulty_row("", incident.number, cannot_be_displayed(), "", ""),
            )
        ),
    )


def _incident_row(report: DailyReport, incident: Incident) -> document.Row:
    local = incident.reported_at.astimezone(home_zone())
    time = format_time(incident.reported_at, zone=False)
    waiting = _("not synced") if incident.id in report.sources.pending else ""
    return document.Row(
        cells=(
            time if local.date() == report.day else f"{local:%d.%m.} {time}",
            incident.number,
            f"{code_label(incident.hazard)}: {incident.title}\n{report_text.describe_report_place(incident.place)}",
            code_label(incident.severity),
            code_label(incident.status),
        ),
        mark=" · ".join(mark for mark in (_exercise_mark(report.sources, incident), waiting) if mark),
    )


def _totals_table(report: DailyReport) -> document.DocumentTable:
    return document.DocumentTable(
        heading=_("Casualties and damage of the incidents reported on this day"),
        columns=(
            document.DocumentColumn(title=_("Item")),
            document.DocumentColumn(title=_("Count"), width_mm=24, right=True),
            document.DocumentColumn(title=_("Unit"), width_mm=40),
        ),
        rows=tuple(_total_rows(report)),
        note=" ".join(filter(None, (_totals_note(), describe_repeated(report.repeated)))),
    )


def _total_rows(report: DailyReport) -> Iterator[document.Row]:
    groups = {each.figure: each for each in report.groups}
    for code, value in report.totals:
        if shows_total(code, value):
            shown = report_text.format_known_figure(code, value)
            yield document.Row(cells=(figure_label(code), shown, figure_unit(code)))
        if code in groups:
            yield document.Row(cells=(describe_group_total(groups[code]),), form="note")


def _totals_note() -> str:
    return _(
        "Newest statement on each incident, added up; {dash}: no source has stated anything yet, which does not "
        "mean nought. The sources stand in the reports of the incidents."
    ).format(dash=report_text.UNKNOWN)


def _call_table(report: DailyReport) -> document.DocumentTable:
    return document.DocumentTable(
        heading=_("Call log of this day"),
        columns=(
            document.DocumentColumn(title=_("Call class")),
            document.DocumentColumn(title=_("Count"), width_mm=24, right=True),
        ),
        rows=tuple(
            document.Row(cells=(code_label(each), report_text.format_count(n)))
            for each, n in count_by_class(report.calls).items()
            if n
        ),
        note=_("Calls without a report. A normal call became an incident later."),
    )


def _crew_table(report: DailyReport) -> document.DocumentTable:
    return document.DocumentTable(
        heading=_("On duty on this day"),
        columns=(
            document.DocumentColumn(title=_("Shift"), width_mm=38),
            document.DocumentColumn(title=_("Crew"), width_mm=30),
            document.DocumentColumn(title=_("Supervisor"), width_mm=42),
            document.DocumentColumn(title=_("Members")),
        ),
        rows=tuple(_crew_row(report, each) for each in report.shifts),
    )


def _crew_row(report: DailyReport, each: ShiftOfWeek) -> document.Row:
    planned, people = each.shift.planned, report.sources.people
    assert planned is not None
    supervisor, *members = (report_text.person_name(name, people) for name in planned.crew.people)
    hours = f"{_day_time(each.starts_at)} – {_day_time(each.ends_at)}"
    return document.Row(cells=(hours, planned.crew.name, supervisor, ", ".join(members)), mark=swap_text(planned))


def _day_time(moment: datetime) -> str:
    return f"{moment.astimezone(home_zone()):%d.%m.} {format_time(moment, zone=False)}"


def _faulty_row(*cells: str) -> document.Row:
    """Return the row of an item that cannot be displayed."""
    return document.Row(cells=cells)


def _alarm_row(sources: DailySources, alarm: Alarm) -> document.Row:
    return document.Row(
        cells=(
            format_time(alarm.onset_at, zone=False),
            alarm_title(alarm, sources.stations.get(alarm.station), sources.rules.get(alarm.rule)),
            severity_label(alarm.severity),
            format_time(alarm.cleared_at, zone=False) if alarm.cleared_at else _("still active"),
        ),
        mark=_exercise_mark(sources, alarm),
    )


def _exercise_mark(sources: DailySources, item: InWorld) -> str:
    """Return the mark of an item of an exercise in a report that is not about this exercise alone."""
    return "" if sources.scope.is_exercise else exercise_mark(item, sources.exercises)


def _alarm_block(heading: str, report: DailyReport, alarms: Sequence[Alarm]) -> document.Block:
    if not alarms:
        return document.Notes(heading=heading, items=((_("No alarm began on this day."), ""),))
    sources = report.sources
    return document.DocumentTable(
        heading=heading,
        columns=(
            document.DocumentColumn(title=_("Since"), width_mm=18),
            document.DocumentColumn(title=_("Alarm")),
            document.DocumentColumn(title=_("Severity"), width_mm=24),
            document.DocumentColumn(title=_("Until"), width_mm=26),
        ),
        rows=tuple(
            handle_each(
                "alarm",
                sorted(alarms, key=lambda alarm: alarm.onset_at),
                lambda alarm: _alarm_row(sources, alarm),
                name=lambda alarm: alarm.id,
                instead=lambda alarm: _faulty_row("", cannot_be_displayed(alarm.station), "", ""),
            )
        ),
    )


def _signatures(report: DailyReport) -> tuple[document.Signature, ...]:
    sources = report.sources
    return report_text.make_signatures(
        sources.office,
        title=_("Duty officer, Pusdalops PB"),
        author=report_text.person_name(sources.author, sources.people),
        as_of=sources.as_of,
    )


def _sources(pictures: ReportPictures) -> tuple[str, ...]:
    lines = [_("Sources: Tabuah's journal of incidents and alarms.")]
    if pictures.map_sources:
        lines.append(_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)))
    return tuple(lines)
