"""The document of an incident report."""

from datetime import datetime

from tabuah.console.reports import document, impact_blocks, incident_blocks, relief_blocks, report_text
from tabuah.console.reports.disruption_blocks import make_disruption_table
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.printable import clean_line
from tabuah.console.reports.report_figures import ReportFigure, sum_known
from tabuah.resources.localisation import _, current_language, format_day, format_time, ngettext
from tabuah.resources.time_zone import zone_label
from tabuah.text.code_labels import code_label


def make_incident_document(report: IncidentReport, pictures: ReportPictures) -> document.Document:
    """Return the document of a report in the current language."""
    incident = report.incident
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(report.office),
        kind=f"{report_text.report_kind_name(report.kind)} · {code_label(incident.hazard)}",
        title=incident.title if clean_line(incident.title) else incident.number,
        subtitle=report_text.describe_report_place(incident.place),
        chips=(
            document.Chip(text=code_label(incident.severity), level=report_text.SEVERITY_LEVELS[incident.severity]),
            document.Chip(text=code_label(incident.status), level="accent"),
        ),
        stamp=(
            (_("Number"), report.number),
            (_("Data as of"), f"{format_time(report.as_of)}\n{format_day(report.as_of)}"),
        ),
        banners=list_banners(report),
        watermark=report.exercise_mark,
        steps=_steps(report),
        tiles=_tiles(report),
        blocks=_blocks(report, pictures),
        signatures=_signatures(report),
        sources=_sources(report, pictures),
        running=" · ".join(
            (report_text.report_kind_name(report.kind), incident.number, report_text.describe_data_time(report))
        ),
        audit=report_text.make_audit_line(report.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def list_banners(report: IncidentReport) -> tuple[document.Banner, ...]:
    """Return the notices at the top: exercise, unsynced entries and open conflicts."""
    banners = []
    if report.exercise_mark:
        banners.append(
            document.Banner(title=report.exercise_mark, text=_("An exercise, no real event."), level="attention")
        )
    if report.pending:
        message = ngettext(
            "{n} entry of this report has not reached the server and may still be rejected.",
            "{n} entries of this report have not reached the server and may still be rejected.",
            report.pending,
        )
        banners.append(document.Banner(title=_("NOT SYNCED"), text=message.format(n=report.pending), level="high"))
    if report.conflicts:
        message = _("There are conflicting values that are not settled yet; see below.")
        banners.append(document.Banner(title=_("IN CONFLICT"), text=message, level="high"))
    return tuple(banners)


def _steps(report: IncidentReport) -> tuple[document.StepMark, ...]:
    return tuple(
        document.StepMark(
            label=code_label(step.status),
            time=_step_time(step.at, report.as_of) if step.at else "",
            reached=step.reached,
        )
        for step in report.steps
    )


def _step_time(moment: datetime, as_of: datetime) -> str:
    return report_text.format_near_time(moment, as_of).removesuffix(f" {zone_label()}")


def _tiles(report: IncidentReport) -> tuple[document.Tile, ...]:
    lines = {line.code: line for line in (*report.casualties, *report.damage)}
    injured = sum_known((lines["injured_severe"].value, lines["injured_minor"].value))
    houses = sum_known(lines[code].value for code in ("houses_severe", "houses_moderate", "houses_minor"))
    households = lines["displaced_households"].value
    return (
        _tile(lines["deaths"].value, _("Deaths"), _source_note(lines["deaths"])),
        _tile(lines["missing"].value, _("Missing"), _source_note(lines["missing"])),
        _tile(injured, _("Injured"), _injury_note(lines, injured)),
        _tile(
            lines["displaced_people"].value,
            _("Displaced"),
            ngettext("{n} household", "{n} households", households).format(n=report_text.format_count(households))
            if households is not None
            else "",
        ),
        _tile(houses, _("Houses damaged"), _("severe, moderate and minor") if houses is not None else ""),
    )


def _tile(value: int | None, label: str, note: str) -> document.Tile:
    known = value is not None
    return document.Tile(
        value=report_text.format_count(value), label=label, note=note if known else _("no report yet"), known=known
    )


def _source_note(line: ReportFigure) -> str:
    return line.newest.source[:28] if line.newest else ""


def _injury_note(lines: dict[str, ReportFigure], injured: int | None) -> str:
    if injured is None:
        return ""
    severe, minor = lines["injured_severe"].value, lines["injured_minor"].value
    return _("{severe} severe, {minor} slight").format(
        severe=report_text.format_count(severe), minor=report_text.format_count(minor)
    )


def _blocks(report: IncidentReport, pictures: ReportPictures) -> tuple[document.Block, ...]:
    description = report.incident.description.strip()
    optional = (incident_blocks.make_change_table(report), incident_blocks.make_conflict_table(report))
    blocks: list[document.Block] = [incident_blocks.make_fact_block(report), _map_block(report, pictures)]
    if description:
        blocks.append(document.Prose(heading=_("Description"), text=description))
    blocks += [block for block in optional if block]
    blocks += [
        incident_blocks.make_figure_table(report),
        *impact_blocks.make_impact_blocks(report.impact),
        *_relief_blocks(report),
        *_disruption_blocks(report),
        *incident_blocks.make_note_blocks(report),
        incident_blocks.make_timeline_table(report),
    ]
    if pictures.photos:
        blocks.append(
            document.Gallery(heading=_("Photos"), items=tuple((p.file, p.caption) for p in pictures.photos))
        )
    blocks += [
        block
        for block in (incident_blocks.make_station_table(report), incident_blocks.make_attachment_table(report))
        if block
    ]
    return tuple(blocks)


def _relief_blocks(report: IncidentReport) -> list[document.Block]:
    relief, incident = report.relief, report.incident
    shelters = {each.id: each for each in relief.shelters}
    tables = (
        relief_blocks.make_shelter_table(relief.shelters),
        relief_blocks.make_aid_table(relief.lines, shelters, {incident.id: incident.number}),
    )
    return [table for table in tables if table is not None]


def _disruption_blocks(report: IncidentReport) -> list[document.Block]:
    table = make_disruption_table(report.relief.disruptions, now=report.as_of)
    return [table] if table is not None else []


def _map_block(report: IncidentReport, pictures: ReportPictures) -> document.Picture:
    place = report.incident.place
    notes = [_("Location of the incident and what stands around it; inset: the regency.")] if place else []
    return document.Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map around {place}").format(place=report_text.describe_report_place(place)),
        caption=" ".join([*notes, *pictures.map_notes]),
        missing=pictures.map_missing or _("No map: the place is not known yet."),
    )


def _signatures(report: IncidentReport) -> tuple[document.Signature, ...]:
    return report_text.make_signatures(
        report.office,
        title=_("Duty officer, Pusdalops PB"),
        author=report_text.person_name(report.author, report.people),
        as_of=report.as_of,
    )


def _sources(report: IncidentReport, pictures: ReportPictures) -> tuple[str, ...]:
    message = _(
        "Sources: Tabuah's incident journal; each figure as stated by the source beside it ({dash}: not stated)."
    )
    lines = [message.format(dash=report_text.UNKNOWN)]
    left_out = report.held + report.rejected
    if left_out:
        message = ngettext(
            "{n} entry was held or rejected by the server and is not in this report.",
            "{n} entries were held or rejected by the server and are not in this report.",
            left_out,
        )
        lines.append(message.format(n=left_out))
    if pictures.map_sources:
        lines.append(_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)))
    return tuple(lines)
