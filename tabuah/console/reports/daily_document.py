"""The document of one day: the report's value put into words."""

from collections.abc import Sequence

from tabuah.console.reports.daily_report import DailyReport
from tabuah.console.reports.document import (
    Banner,
    Block,
    Chip,
    Column,
    Document,
    Notes,
    Picture,
    Row,
    Signature,
    Table,
    Tile,
)
from tabuah.console.reports.pictures import Pictures
from tabuah.console.reports.wording import (
    UNKNOWN,
    audit_words,
    count_words,
    letterhead_of,
    person_words,
    place_words,
    unit_words,
)
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import figure_label
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _, current_language, ngettext
from tabuah.resources.formats import WIB, format_day, format_time


def daily_document(report: DailyReport, pictures: Pictures) -> Document:
    """Put a day into words in the current language."""
    sources = report.sources
    as_of = f"{format_time(sources.as_of)}\n{format_day(sources.as_of)}"
    return Document(
        language=current_language(),
        letterhead=letterhead_of(sources.office),
        kind=_("Daily report"),
        title=format_day(report.day),
        subtitle=_("Incidents and alarms in Kabupaten Solok, 00.00 to 24.00 WIB"),
        chips=tuple(
            Chip(text=f"{label_of(hazard)} {count}", level="information") for hazard, count in report.by_hazard
        ),
        stamp=((_("Number"), report.number), (_("Data as of"), as_of)),
        banners=_banners(report),
        watermark="",
        steps=(),
        tiles=_tiles(report),
        blocks=_blocks(report, pictures),
        signatures=_signatures(report),
        sources=_sources(pictures),
        running=f"{_('Daily report')} · {format_day(report.day)}",
        audit=audit_words(sources.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def _banners(report: DailyReport) -> tuple[Banner, ...]:
    banners = []
    if report.sources.as_of.astimezone(WIB).date() == report.day:
        banners.append(
            Banner(title=_("DAY NOT OVER"), text=_("What happens later is missing here."), level="information")
        )
    waiting = sum(incident.id in report.sources.pending for incident in (*report.reported, *report.carried))
    if waiting:
        told = ngettext(
            "{n} incident of this report has entries that have not reached the server.",
            "{n} incidents of this report have entries that have not reached the server.",
            waiting,
        )
        banners.append(Banner(title=_("NOT SYNCED"), text=told.format(n=waiting), level="high"))
    return tuple(banners)


def _tiles(report: DailyReport) -> tuple[Tile, ...]:
    totals = dict(report.totals)
    return (
        Tile(value=count_words(len(report.reported)), label=_("Incidents reported")),
        Tile(value=count_words(len(report.ended)), label=_("Contained or closed")),
        Tile(value=count_words(report.still_open), label=_("Still open"), note=_("at the time of the data")),
        Tile(value=count_words(len(report.alarms)), label=_("Alarms")),
        Tile(value=count_words(totals["deaths"]), label=_("Deaths"), known=totals["deaths"] is not None),
        Tile(
            value=count_words(totals["displaced_people"]),
            label=_("Displaced"),
            known=totals["displaced_people"] is not None,
        ),
    )


def _blocks(report: DailyReport, pictures: Pictures) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if pictures.map_file or pictures.map_missing:
        blocks.append(_map_block(pictures))
    blocks.append(
        _incident_block(_("Reported on this day"), report, report.reported, none=_("No incident was reported."))
    )
    if report.carried:
        blocks.append(_incident_block(_("Open from earlier days"), report, report.carried, none=""))
    if report.reported:
        blocks.append(_totals_table(report))
    blocks.append(_alarm_block(report))
    if report.set_aside:
        blocks.append(_incident_block(_("Not counted: false or merged"), report, report.set_aside, none=""))
    if report.exercises:
        blocks.append(_incident_block(_("Not counted: exercises"), report, report.exercises, none=""))
    return tuple(blocks)


def _map_block(pictures: Pictures) -> Picture:
    return Picture(
        heading=_("Map"),
        file=pictures.map_file,
        alt=_("Map of the regency with the incidents of the day"),
        caption=" ".join([_("Incidents of the day and those still open."), *pictures.map_notes]),
        missing=pictures.map_missing,
    )


def _incident_block(heading: str, report: DailyReport, incidents: Sequence[Incident], *, none: str) -> Block:
    if not incidents:
        return Notes(heading=heading, items=((none, ""),))
    return Table(
        heading=heading,
        columns=(
            Column(title=_("Reported"), width_mm=18),
            Column(title=_("Number"), width_mm=33),
            Column(title=_("Incident and place")),
            Column(title=_("Severity"), width_mm=21),
            Column(title=_("Status"), width_mm=26),
        ),
        rows=tuple(_incident_row(report, incident) for incident in incidents),
    )


def _incident_row(report: DailyReport, incident: Incident) -> Row:
    local = incident.reported_at.astimezone(WIB)
    time = format_time(incident.reported_at, zone=False)
    return Row(
        cells=(
            time if local.date() == report.day else f"{local:%d.%m.} {time}",
            incident.number,
            f"{label_of(incident.hazard)}: {incident.title}\n{place_words(incident.place)}",
            label_of(incident.severity),
            label_of(incident.status),
        ),
        mark=_("not synced") if incident.id in report.sources.pending else "",
    )


def _totals_table(report: DailyReport) -> Table:
    return Table(
        heading=_("Casualties and damage of the incidents reported on this day"),
        columns=(
            Column(title=_("Item")),
            Column(title=_("Count"), width_mm=24, right=True),
            Column(title=_("Unit"), width_mm=40),
        ),
        rows=tuple(
            Row(cells=(figure_label(code), count_words(value), unit_words(code))) for code, value in report.totals
        ),
        note=_(
            "Newest statement on each incident, added up; {dash}: no source has stated anything yet, which does not "
            "mean nought. The sources stand in the reports of the incidents."
        ).format(dash=UNKNOWN),
    )


def _alarm_block(report: DailyReport) -> Block:
    if not report.alarms:
        return Notes(heading=_("Alarms"), items=((_("No alarm began on this day."), ""),))
    sources = report.sources
    return Table(
        heading=_("Alarms"),
        columns=(
            Column(title=_("Since"), width_mm=18),
            Column(title=_("Alarm")),
            Column(title=_("Severity"), width_mm=24),
            Column(title=_("Until"), width_mm=26),
        ),
        rows=tuple(
            Row(
                cells=(
                    format_time(alarm.onset_at, zone=False),
                    alarm_title(alarm, sources.stations.get(alarm.station), sources.rules.get(alarm.rule)),
                    severity_word(alarm.severity),
                    format_time(alarm.cleared_at, zone=False) if alarm.cleared_at else _("still active"),
                )
            )
            for alarm in sorted(report.alarms, key=lambda alarm: alarm.onset_at)
        ),
    )


def _signatures(report: DailyReport) -> tuple[Signature, ...]:
    office = report.sources.office
    number = _("NIP {number}").format(number=office.signatory_id) if office.signatory_id else "NIP"
    return (
        Signature(
            above=_("Drawn up by"),
            title=_("Duty officer, Pusdalops PB"),
            name=person_words(report.sources.author, report.sources.people),
            below="",
        ),
        Signature(
            above=f"{office.place}, {format_day(report.sources.as_of).partition(', ')[2]}",
            title=office.signatory_title,
            name=office.signatory_name,
            below=number,
        ),
    )


def _sources(pictures: Pictures) -> tuple[str, ...]:
    lines = [_("Sources: Tabuah's journal of incidents and alarms.")]
    if pictures.map_sources:
        lines.append(_("Map data: {sources}.").format(sources=" · ".join(pictures.map_sources)))
    return tuple(lines)
