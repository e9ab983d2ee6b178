"""The situation report of a parent event: totals, map, places, and its incidents."""

from collections.abc import Iterable, Sequence

from tabuah.console.reports import document, report_text
from tabuah.console.reports.event_sources import EventSources
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import _, current_language, format_day, format_number, format_time
from tabuah.resources.time_zone import home_zone
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, watermark_text
from tabuah.text.incidents.figures import figure_label
from tabuah.text.parent_events.event_text import counting_note, event_period, event_state, stated_text, total_lines


def event_number(sources: EventSources) -> str:
    """Return the number of the document: the event, and the minute of its data."""
    as_of = sources.as_of.astimezone(home_zone())
    return f"KEJADIAN/{sources.event.id[:8].upper()}/{as_of:%Y%m%d-%H%M}"


def make_event_document(sources: EventSources, pictures: ReportPictures) -> document.Document:
    """Return the document in the current language."""
    event, number = sources.event, event_number(sources)
    running = f"{_('Situation report')} · {event.title}"
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(sources.office),
        kind=_("Situation report of an event"),
        title=event.title,
        subtitle=f"{code_label(event.hazard)} · {event_period(event)}",
        chips=(document.Chip(text=event_state(event), level="attention" if event.is_open else "no_data"),),
        stamp=(
            (_("Number"), number),
            (_("Data as of"), f"{format_time(sources.as_of)}\n{format_day(sources.as_of)}"),
        ),
        banners=_banners(sources),
        watermark=watermark_text(scope_of(event), sources.exercises),
        steps=(),
        tiles=_tiles(sources),
        blocks=_blocks(sources, pictures),
        signatures=report_text.make_signatures(
            sources.office,
            title=_("Supervisor, Pusdalops PB"),
            author=report_text.person_name(sources.author, sources.people),
            as_of=sources.as_of,
        ),
        sources=_sources(sources, pictures),
        running=running,
        audit=report_text.make_audit_line(sources.trace, number),
        page_words=_("Page {page} of {pages}"),
    )


def _banners(sources: EventSources) -> tuple[document.Banner, ...]:
    banners = []
    if mark := exercise_mark(sources.event, sources.exercises):
        banners.append(document.Banner(title=mark, text=_("An exercise, no real event."), level="attention"))
    if not sources.totals.incidents:
        text = _("No incident belongs to this event yet.")
        banners.append(document.Banner(title=_("NO DATA"), text=text, level="no_data"))
    return tuple(banners)


def _tiles(sources: EventSources) -> tuple[document.Tile, ...]:
    totals = sources.totals
    figures = {each.code: each for each in totals.figures}
    tiles = [
        document.Tile(
            value=format_number(totals.incidents),
            label=_("Incidents"),
            note=_("{n} open").format(n=totals.open),
        )
    ]
    for code in ("deaths", "missing", "displaced_people"):
        stated = figures.get(code)
        tiles.append(
            document.Tile(
                value=report_text.format_count(stated.total if stated else None),
                label=figure_label(code),
                note=stated_text(stated.incidents, totals) if stated else _("not stated"),
                known=stated is not None,
            )
        )
    return tuple(tiles)


def _blocks(sources: EventSources, pictures: ReportPictures) -> tuple[document.Block, ...]:
    blocks: list[document.Block] = []
    if sources.event.description:
        blocks.append(document.Prose(heading=_("Description"), text=sources.event.description))
    rows = tuple(
        document.DocumentFact(label=line.label, value=line.value_with_note, wide=len(line.value_with_note) > 20)
        for line in total_lines(sources.totals)
    )
    blocks.append(document.DocumentFacts(heading=_("Totals"), rows=rows))
    if pictures.map_file or pictures.map_missing:
        blocks.append(_map_block(pictures))
    if sources.totals.places:
        blocks.append(_place_table(sources))
    members = sources.members
    blocks += _incident_blocks(sources, _("Incidents of the event"), members.counted)
    blocks += _incident_blocks(sources, _("Not counted: false or merged"), (*members.merged, *members.false_reports))
    return tuple(blocks)


def _map_block(pictures: ReportPictures) -> document.Picture:
    return document.Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map of the regency with the incidents of the event"),
        caption=" ".join((_("Incidents of the event; the colour is the severity."), *pictures.map_notes)),
        missing=pictures.map_missing,
    )


def _place_table(sources: EventSources) -> document.DocumentTable:
    return document.DocumentTable(
        heading=_("Affected nagari"),
        columns=(
            document.DocumentColumn(title=_("Nagari")),
            document.DocumentColumn(title=_("Kecamatan")),
            document.DocumentColumn(title=_("Incidents"), width_mm=24, right=True),
        ),
        rows=tuple(
            document.Row(cells=(place.nagari, place.kecamatan, format_number(place.incidents)))
            for place in sources.totals.places
        ),
    )


def _incident_blocks(sources: EventSources, heading: str, incidents: Sequence[Incident]) -> Iterable[document.Block]:
    if not incidents:
        return
    ordered = sorted(incidents, key=lambda each: (each.reported_at, each.id))
    yield document.DocumentTable(
        heading=heading,
        columns=(
            document.DocumentColumn(title=_("Reported"), width_mm=24),
            document.DocumentColumn(title=_("Number"), width_mm=33),
            document.DocumentColumn(title=_("Incident")),
            document.DocumentColumn(title=_("Severity"), width_mm=20),
            document.DocumentColumn(title=_("Status"), width_mm=26),
        ),
        rows=tuple(
            handle_each(
                "incident",
                ordered,
                lambda incident: _incident_row(sources, incident),
                name=lambda incident: incident.id,
                instead=lambda incident: document.Row(cells=("", incident.number, "", "", "")),
            )
        ),
    )


def _incident_row(sources: EventSources, incident: Incident) -> document.Row:
    local = incident.reported_at.astimezone(home_zone())
    place = report_text.describe_report_place(incident.place)
    return document.Row(
        cells=(
            f"{local:%d.%m.} {format_time(incident.reported_at, zone=False)}",
            incident.number,
            f"{code_label(incident.hazard)}: {incident.title}\n{place}",
            code_label(incident.severity),
            code_label(incident.status),
        ),
        mark=_("not synced") if incident.id in sources.pending else "",
    )


def _sources(sources: EventSources, pictures: ReportPictures) -> tuple[str, ...]:
    lines = [_("Sources: Tabuah's journal of incidents.")]
    if pictures.map_sources:
        lines.append(_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)))
    return (*lines, counting_note(sources.totals))
