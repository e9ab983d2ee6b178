"""The document of one incident: the report's value put into words, block by block."""

from tabuah.console.reports.document import (
    Banner,
    Block,
    Chip,
    Document,
    Gallery,
    Picture,
    Prose,
    Signature,
    StepMark,
    Tile,
)
from tabuah.console.reports.figure_lines import FigureLine, total
from tabuah.console.reports.incident_blocks import (
    attachment_table,
    change_table,
    conflict_table,
    facts_of,
    figure_table,
    history_table,
    remark_blocks,
    station_table,
)
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.pictures import Pictures
from tabuah.console.reports.wording import (
    SEVERITY_LEVELS,
    UNKNOWN,
    as_of_words,
    audit_words,
    count_words,
    kind_words,
    letterhead_of,
    person_words,
    place_words,
    time_near,
)
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _, current_language, ngettext
from tabuah.resources.formats import format_day, format_time


def incident_document(report: IncidentReport, pictures: Pictures) -> Document:
    """Put a report into words in the current language."""
    incident = report.incident
    return Document(
        language=current_language(),
        letterhead=letterhead_of(report.office),
        kind=f"{kind_words(report.kind)} · {label_of(incident.hazard)}",
        title=incident.title,
        subtitle=place_words(incident.place),
        chips=(
            Chip(text=label_of(incident.severity), level=SEVERITY_LEVELS[incident.severity]),
            Chip(text=label_of(incident.status), level="accent"),
        ),
        stamp=(
            (_("Number"), report.number),
            (_("Data as of"), f"{format_time(report.as_of)}\n{format_day(report.as_of)}"),
        ),
        banners=banners_of(report),
        watermark=_("SIMULATION") if incident.exercise else "",
        steps=_steps(report),
        tiles=_tiles(report),
        blocks=_blocks(report, pictures),
        signatures=_signatures(report),
        sources=_sources(report, pictures),
        running=f"{kind_words(report.kind)} · {incident.number} · {as_of_words(report)}",
        audit=audit_words(report.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def banners_of(report: IncidentReport) -> tuple[Banner, ...]:
    """What must be known first: that it is no real event, and what is not settled yet."""
    banners = []
    if report.incident.exercise:
        banners.append(Banner(title=_("SIMULATION"), text=_("An exercise, no real event."), level="attention"))
    if report.pending:
        told = ngettext(
            "{n} entry of this report has not reached the server; the server may still set it aside.",
            "{n} entries of this report have not reached the server; the server may still set them aside.",
            report.pending,
        )
        banners.append(Banner(title=_("NOT SYNCED"), text=told.format(n=report.pending), level="high"))
    if report.conflicts:
        told = _("Two people wrote different values, and nobody has settled yet which one holds: see below.")
        banners.append(Banner(title=_("IN CONFLICT"), text=told, level="high"))
    return tuple(banners)


def _steps(report: IncidentReport) -> tuple[StepMark, ...]:
    return tuple(
        StepMark(
            label=label_of(step.status),
            time=time_near(step.at, report.as_of).removesuffix(" WIB") if step.at else "",
            reached=step.reached,
        )
        for step in report.steps
    )


def _tiles(report: IncidentReport) -> tuple[Tile, ...]:
    lines = {line.code: line for line in (*report.casualties, *report.damage)}
    injured = total((lines["injured_severe"].value, lines["injured_minor"].value))
    houses = total(lines[code].value for code in ("houses_severe", "houses_moderate", "houses_minor"))
    households = lines["displaced_households"].value
    return (
        _tile(lines["deaths"].value, _("Deaths"), _said(lines["deaths"])),
        _tile(lines["missing"].value, _("Missing"), _said(lines["missing"])),
        _tile(injured, _("Injured"), _parts(lines, injured)),
        _tile(
            lines["displaced_people"].value,
            _("Displaced"),
            ngettext("{n} household", "{n} households", households).format(n=count_words(households))
            if households is not None
            else "",
        ),
        _tile(houses, _("Houses damaged"), _("severe, moderate and minor") if houses is not None else ""),
    )


def _tile(value: int | None, label: str, note: str) -> Tile:
    known = value is not None
    return Tile(value=count_words(value), label=label, note=note if known else _("no report yet"), known=known)


def _said(line: FigureLine) -> str:
    return line.newest.source[:28] if line.newest else ""


def _parts(lines: dict[str, FigureLine], injured: int | None) -> str:
    if injured is None:
        return ""
    severe, minor = lines["injured_severe"].value, lines["injured_minor"].value
    return _("{severe} severe, {minor} slight").format(severe=count_words(severe), minor=count_words(minor))


def _blocks(report: IncidentReport, pictures: Pictures) -> tuple[Block, ...]:
    description = report.incident.description.strip()
    optional = (change_table(report), conflict_table(report))
    blocks: list[Block] = [facts_of(report), _map_block(report, pictures)]
    if description:
        blocks.append(Prose(heading=_("Description"), text=description))
    blocks += [block for block in optional if block]
    blocks += [figure_table(report), *remark_blocks(report), history_table(report)]
    if pictures.photos:
        blocks.append(Gallery(heading=_("Photos"), items=tuple((p.file, p.caption) for p in pictures.photos)))
    blocks += [block for block in (station_table(report), attachment_table(report)) if block]
    return tuple(blocks)


def _map_block(report: IncidentReport, pictures: Pictures) -> Picture:
    place = report.incident.place
    notes = [_("Location of the incident and what stands around it; inset: the regency.")] if place else []
    return Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map around {place}").format(place=place_words(place)),
        caption=" ".join([*notes, *pictures.map_notes]),
        missing=pictures.map_missing or _("No map: the place is not known yet."),
    )


def _signatures(report: IncidentReport) -> tuple[Signature, ...]:
    office = report.office
    number = _("NIP {number}").format(number=office.signatory_id) if office.signatory_id else "NIP"
    return (
        Signature(
            above=_("Drawn up by"),
            title=_("Duty officer, Pusdalops PB"),
            name=person_words(report.author, report.people),
            below="",
        ),
        Signature(
            above=f"{office.place}, {format_day(report.as_of).partition(', ')[2]}",
            title=office.signatory_title,
            name=office.signatory_name,
            below=number,
        ),
    )


def _sources(report: IncidentReport, pictures: Pictures) -> tuple[str, ...]:
    told = _(
        "Sources: Tabuah's incident journal; each figure as stated by the source beside it ({dash}: not stated)."
    )
    lines = [told.format(dash=UNKNOWN)]
    left_out = report.held + report.rejected
    if left_out:
        told = ngettext(
            "{n} entry was held or rejected by the server and is not in this report.",
            "{n} entries were held or rejected by the server and are not in this report.",
            left_out,
        )
        lines.append(told.format(n=left_out))
    if pictures.map_sources:
        lines.append(_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)))
    return tuple(lines)
