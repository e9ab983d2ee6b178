"""The document of an after-action report (laporan khusus), and its plain text."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final, TypeVar

from tabuah.console.reports import document, report_text
from tabuah.console.reports.after_action_report import AfterActionReport
from tabuah.console.reports.after_action_tables import damage_totals, limit_name
from tabuah.operations.after_action.after_action import AfterActionScope
from tabuah.operations.after_action.chronology import ChronologyLine
from tabuah.operations.after_action.decision_records import DecisionRecord
from tabuah.operations.after_action.delays import IncidentDelays, LimitResult
from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import (
    _,
    current_language,
    format_day,
    format_moment,
    format_number,
    format_short_day,
    format_time,
    ngettext,
)
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.text.after_action import after_action_text
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import scope_label, watermark_text
from tabuah.text.incidents.figure_groups import describe_group_total, describe_repeated
from tabuah.text.incidents.figures import figure_label, figure_unit, format_figure
from tabuah.text.incidents.performance import describe_length

ItemT = TypeVar("ItemT")

MOST_LINES: Final = 1_500  # of the chronology in the PDF; the workbook has all
_COMPARED: Final = (Status.VERIFIED, Status.ASSIGNED, Status.ON_SCENE, Status.CONTAINED, Status.CLOSED)


def make_after_action_document(report: AfterActionReport) -> document.Document:
    """Return the document in the current language."""
    kind = after_action_title()
    as_of = report.found.as_of
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(report.office),
        kind=kind,
        title=report.heading,
        subtitle=describe_subject(report),
        chips=(),
        stamp=((_("Number"), report.number), (_("Data as of"), f"{format_time(as_of)}\n{format_day(as_of)}")),
        banners=_banners(report),
        watermark=watermark_text(report.world, report.exercises),
        steps=(),
        tiles=_tiles(report),
        blocks=_blocks(report),
        signatures=report_text.make_signatures(
            report.office,
            title=_("Supervisor, Pusdalops PB"),
            author=report_text.person_name(report.author, report.people),
            as_of=as_of,
        ),
        sources=(_("Sources: Tabuah's journal, as this console has it."), *after_action_text.method_notes()),
        running=f"{kind} · {report.heading}",
        audit=report_text.make_audit_line(report.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def after_action_title() -> str:
    return _("Special report: after the event")


def describe_subject(report: AfterActionReport) -> str:
    """Return number, place or number of incidents, and the period."""
    found = report.found
    parts = []
    if found.scope is AfterActionScope.INCIDENT:
        parts += [_first(report).number, report_text.describe_report_place(_first(report).place)]
    else:
        count = len(report.incidents)
        parts.append(ngettext("{n} incident", "{n} incidents", count).format(n=format_number(count)))
    if found.scope is not AfterActionScope.DAY:
        parts.append(f"{format_moment(found.since)} – {format_moment(found.until)}")
    return " · ".join(parts)


def make_after_action_text(report: AfterActionReport) -> str:
    """Return the whole report as plain text, for a message or a file."""
    sections: list[str] = [after_action_title(), report.heading, describe_subject(report)]
    sections += [f"{banner.title}: {banner.text}" for banner in _banners(report)]
    sections += [f"{_('Number')}: {report.number}", after_action_text.describe_counts(report.found)]
    for block in _blocks(report, most_lines=len(report.found.lines)):
        sections += ["", *_block_lines(block)]
    sections += ["", *after_action_text.method_notes(), report_text.make_audit_line(report.trace, report.number)]
    return "\n".join(sections) + "\n"


def _block_lines(block: document.Block) -> Iterator[str]:
    yield block.heading.upper()
    match block:
        case document.DocumentTable():
            for row in block.rows:
                cells = (cell.replace("\n", " · ") for cell in row.cells if cell)
                text = " | ".join(cells)
                yield f"[{text}]" if row.form == "group" else f"- {text}"
            if block.note:
                yield block.note
        case document.Prose():
            yield block.text


def _first(report: AfterActionReport) -> Incident:
    return next(iter(report.incidents.values()))


def _banners(report: AfterActionReport) -> tuple[document.Banner, ...]:
    banners = []
    if report.world.is_exercise:
        title = scope_label(report.world, report.exercises)
        banners.append(document.Banner(title=title, text=_("An exercise, no real event."), level="attention"))
    waiting = sum(line.known_at is None for line in report.found.lines)
    if waiting:
        text = ngettext(
            "{n} entry is only on this console so far.", "{n} entries are only on this console so far.", waiting
        )
        banners.append(document.Banner(title=_("NOT SYNCED"), text=text.format(n=waiting), level="high"))
    if report.incomplete:
        text = ngettext(
            "Older entries of {n} subject are not on this console. Open it once while connected, then make the"
            " report again.",
            "Older entries of {n} subjects are not on this console. Open them once while connected, then make the"
            " report again.",
            report.incomplete,
        )
        banners.append(document.Banner(title=_("INCOMPLETE"), text=text.format(n=report.incomplete), level="high"))
    return tuple(banners)


def _tiles(report: AfterActionReport) -> tuple[document.Tile, ...]:
    found = report.found
    limits = [limit.result for delays in found.delays for limit in delays.limits]
    missed = sum(result in (LimitResult.MISSED, LimitResult.OVERDUE) for result in limits)
    leads = [lead.before_report_s for lead in found.leads if lead.before_report_s is not None]
    lead = max(leads, default=None)
    return (
        document.Tile(value=format_number(len(found.decisions)), label=_("Decisions")),
        document.Tile(
            value=format_number(len(found.late)),
            label=_("Late arrivals"),
            note=_("of {n} entries").format(n=format_number(len(found.lines))),
        ),
        document.Tile(
            value=report_text.UNKNOWN if lead is None else describe_length(abs(lead)),
            label=_("Alarm lead time"),
            note=_lead_note(lead),
            known=lead is not None,
        ),
        document.Tile(
            value=format_number(missed) if limits else report_text.UNKNOWN,
            label=_("Missed time limits"),
            note=_("of {n} limits").format(n=len(limits)),
            known=bool(limits),
        ),
    )


def _lead_note(lead_s: float | None) -> str:
    if lead_s is None:
        return _("no alarm with a report")
    return _("before the first report") if lead_s >= 0 else _("after the first report")


def _blocks(report: AfterActionReport, *, most_lines: int = MOST_LINES) -> tuple[document.Block, ...]:
    delays = (_comparison(report),) if report.is_about_several else (_step_table(report),)
    found: list[document.Block | None] = [
        _damage_table(report),
        *delays,
        _limit_table(report),
        _lead_table(report),
        _decision_table(report),
        _late_table(report),
        _chronology(report, most_lines),
    ]
    return tuple(block for block in found if block is not None)


def _table(
    heading: str, columns: Iterable[tuple[str, float]], rows: Iterable[document.Row], note: str = ""
) -> document.DocumentTable | None:
    shown = tuple(rows)
    if not shown:
        return None
    made = tuple(document.DocumentColumn(title=title, width_mm=width) for title, width in columns)
    return document.DocumentTable(heading=heading, columns=made, rows=shown, note=note)


def _damage_table(report: AfterActionReport) -> document.Block | None:
    totals, groups = damage_totals(report)
    rows = []
    for total in totals:
        value, unit = format_figure(total.code, total.total), figure_unit(total.code)
        rows.append(document.Row(cells=(figure_label(total.code), value, unit, ", ".join(total.sources))))
        if found := groups.get(total.code):
            rows.append(document.Row(cells=(describe_group_total(found),), form="note"))
    repeated = dict.fromkeys(number for total in totals for number in total.repeated)
    note = " ".join((_("The newest statement of each incident, added up."), describe_repeated(list(repeated))))
    columns = ((_("Item"), 60.0), (_("Count"), 36.0), (_("Unit"), 18.0), (_("Source"), 0.0))
    return _table(_("Casualties and damage"), columns, rows, note.strip())


def _step_table(report: AfterActionReport) -> document.Block | None:
    rows = (
        document.Row(
            cells=(
                code_label(step.status),
                format_moment(step.at) if step.at else report_text.UNKNOWN,
                report.person(step.actor) if step.actor else "",
                after_action_text.describe_step_delay(step),
            )
        )
        for delays in report.found.delays
        for step in delays.steps
    )
    columns = ((_("Step"), 34), (_("Reached at"), 44), (_("By"), 0), (_("After the step before"), 44))
    return _table(_("Delays"), columns, rows)


def _comparison(report: AfterActionReport) -> document.Block | None:
    """Return a row for each incident with the time after the step before."""
    columns = ((_("Incident"), 0.0), *((code_label(status), 24.0) for status in _COMPARED))
    rows = (document.Row(cells=_compared_cells(report, delays)) for delays in report.found.delays)
    return _table(_("Delays"), columns, rows, _("Each length is the time since the step before that was reached."))


def _compared_cells(report: AfterActionReport, delays: IncidentDelays) -> tuple[str, ...]:
    incident = report.incidents[delays.incident]
    steps = {step.status: step for step in delays.steps}
    lengths = (
        after_action_text.describe_step_delay(steps[status]) if steps[status].at else report_text.UNKNOWN
        for status in _COMPARED
    )
    return (f"{incident.number}\n{incident.title}", *lengths)


def _limit_table(report: AfterActionReport) -> document.Block | None:
    rows = (
        document.Row(
            cells=(
                report.incident_number(delays.incident) if report.is_about_several else "",
                limit_name(report, limit),
                format_moment(limit.due_at),
                format_moment(limit.ended_at) if limit.ended_at else report_text.UNKNOWN,
                after_action_text.describe_limit_result(limit),
            )[0 if report.is_about_several else 1 :]
        )
        for delays in report.found.delays
        for limit in delays.limits
    )
    columns = ((_("Incident"), 33.0), (_("Limit"), 0.0), (_("Due"), 34.0), (_("Ended"), 34.0), (_("Result"), 34.0))
    return _table(_("Time limits"), columns[0 if report.is_about_several else 1 :], rows)


def _lead_table(report: AfterActionReport) -> document.Block | None:
    rows = (
        document.Row(
            cells=(
                f"{report.alarm_names.get(lead.first, lead.first)}\n{format_moment(lead.first_at)}",
                _join(after_action_text.describe_before_report(lead), report.incident_number(lead.report)),
                _join(after_action_text.describe_before_highest(lead), report.alarm_names.get(lead.highest, "")),
                _acknowledged(lead.first_at, lead.acknowledged_at),
            ),
        )
        for lead in report.found.leads
    )
    columns = (
        (_("First alarm"), 0.0),
        (_("First report"), 40.0),
        (_("Highest level"), 46.0),
        (_("Acknowledged"), 30.0),
    )
    forecasts = [text for lead in report.found.leads if (text := after_action_text.describe_forecast_lead(lead))]
    return _table(_("Alarm lead times"), columns, rows, "; ".join(forecasts))


def _acknowledged(raised_at: datetime, at: datetime | None) -> str:
    return (
        _("never")
        if at is None
        else _("after {length}").format(length=describe_length((at - raised_at).total_seconds()))
    )


def _decision_table(report: AfterActionReport) -> document.Block | None:
    columns = ((_("Time"), 15.0), (_("Decision"), 0.0), (_("Known then"), 82.0))
    found = report.found.decisions
    return _table(
        _("Decisions, and what was known"), columns, _by_day(found, lambda each: each.at, report, _decision_row)
    )


def _decision_row(report: AfterActionReport, each: DecisionRecord) -> document.Row:
    number = report.incident_number(each.incident) if report.is_about_several else ""
    text = report.entry_texts.get(each.entry, "")
    head = _join(number, after_action_text.decision_kind_label(each.kind), separator=" · ")
    return document.Row(
        cells=(
            format_time(each.at, zone=False),
            _join(head, text, report.who(each.actor, each.device)),
            _join(report.known_text(each), report.unknown_text(each)),
        )
    )


def _late_table(report: AfterActionReport) -> document.Block | None:
    rows = (
        document.Row(
            cells=(
                format_moment(line.written_at),
                format_moment(line.known_at) if line.known_at else _("not yet"),
                describe_length(line.late_s),
                _line_text(report, line),
            )
        )
        for line in report.found.late
    )
    columns = ((_("Written"), 32.0), (_("Known at the control room"), 32.0), (_("Delay"), 22.0), (_("Event"), 0.0))
    return _table(_("Late arrivals"), columns, rows)


def _chronology(report: AfterActionReport, most: int) -> document.Block | None:
    lines = report.found.lines
    note = ""
    if len(lines) > most:
        note = _("The first {shown} of {n} entries; the workbook (XLSX) has all.").format(
            shown=format_number(most), n=format_number(len(lines))
        )
    columns = ((_("Time ({zone})").format(zone=zone_label()), 20.0), (_("Event"), 0.0), (_("By"), 50.0))
    rows = _by_day(lines[:most], lambda line: line.at, report, _line_row)
    return _table(_("Chronology"), columns, rows, note)


def _line_row(report: AfterActionReport, line: ChronologyLine) -> document.Row:
    arrival = after_action_text.describe_arrival(line)
    return document.Row(
        cells=(
            format_time(line.at, zone=False),
            _join(_line_text(report, line), f"↪ {arrival}" if arrival else ""),
            report.who(line.actor, line.device),
        ),
    )


def _line_text(report: AfterActionReport, line: ChronologyLine) -> str:
    number = report.number_of(line) if report.is_about_several else ""
    return _join(number, report.line_text(line), separator=" · ")


def _by_day(
    items: Iterable[ItemT],
    moment_of: Callable[[ItemT], datetime],
    report: AfterActionReport,
    row_of: Callable[[AfterActionReport, ItemT], document.Row],
) -> Iterator[document.Row]:
    """Yield the rows of items with a heading for each day."""
    for _day, group in groupby(items, key=lambda item: moment_of(item).astimezone(home_zone()).date()):
        members = list(group)
        yield document.Row(cells=(format_short_day(moment_of(members[0])),), form="group")
        yield from (row_of(report, item) for item in members)


def _join(*parts: str, separator: str = "\n") -> str:
    return separator.join(part for part in parts if part)
