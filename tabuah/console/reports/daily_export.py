"""Export of the daily report as PDF."""

from datetime import date, datetime, time

from tabuah.console.reports.daily_document import make_daily_document
from tabuah.console.reports.daily_report import DailyReport, DailySources, make_daily_report
from tabuah.console.reports.illustrations import MAP_FILE, ReportPictures, describe_missing_graphics, list_map_notes
from tabuah.console.reports.office import read_office
from tabuah.console.reports.report_export import ExportedFile, read_map_content
from tabuah.console.reports.report_sources import read_full_names, read_journal_reference
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id


def export_daily_report(store: ConsoleStore, day: date | None, scope: ExerciseScope = REAL_WORLD) -> ExportedFile:
    """Return the report of a day in the regency's zone, by default today, as PDF.

    Raises:
        ReportError: it cannot be made.
    """
    from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - the typesetter takes time to load

    day = day or store.now().astimezone(home_zone()).date()
    sources = read_daily_sources(store, day, scope)
    report = make_daily_report(sources, day)
    pictures = draw_daily_map(report, store)
    content = typeset_pdf(make_daily_document(report, pictures), pictures.files, made_at=sources.as_of)
    notes = (pictures.map_missing,) if pictures.map_missing else ()
    return ExportedFile(
        content=content, number=report.number, as_of=sources.as_of, incidents=len(report.reported), notes=notes
    )


def read_daily_sources(store: ConsoleStore, day: date, scope: ExerciseScope = REAL_WORLD) -> DailySources:
    """Read the incidents and alarms that a report of the day may name.

    Incidents that ended before the day are not read from the cache.
    """
    return DailySources(
        incidents=tuple(store.archive.current(datetime.combine(day, time(), tzinfo=home_zone()))),
        pending=store.archive.pending(),
        alarms=tuple(store.alarms()),
        stations={station.code: station for station in store.stations()},
        rules={rule.id: rule for rule in store.rules()},
        as_of=store.now(),
        author=store.actor,
        office=read_office(store.directory),
        trace=read_journal_reference(store),
        people=read_full_names(store),
        scope=scope,
        exercises=exercises_by_id(store.exercises()),
        rosters=store.rosters(),
        calls=tuple(store.calls()),
        disruptions=tuple(store.disruptions()),
    )


def draw_daily_map(report: DailyReport, store: ConsoleStore) -> ReportPictures:
    """Draw the map of the day; no map where no incident has a place. Loads Qt."""
    shown = (*report.reported, *report.carried, *report.exercises)
    if not any(incident.place for incident in shown):
        return ReportPictures()
    try:
        from tabuah.console.reports.map_figure import draw_overview_map, open_qt_graphics  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return ReportPictures(map_missing=describe_missing_graphics(error))
    application = open_qt_graphics()
    content = read_map_content(store, report.sources.scope)
    drawn = draw_overview_map(shown, content, watermark=content.watermark)
    del application
    return ReportPictures(
        files={MAP_FILE: drawn},
        map_file=MAP_FILE,
        map_notes=list_map_notes(content),
        map_sources=content.attribution(),
    )
