"""Makes the file of a day's report in one call."""

from datetime import date, datetime, time

from tabuah.console.reports.daily_document import daily_document
from tabuah.console.reports.daily_report import DailyReport, DailySources, make_daily_report
from tabuah.console.reports.gathering import people_of, trace_of
from tabuah.console.reports.illustrating import MAP_FILE, map_notes, no_graphics_words
from tabuah.console.reports.issuing import IssuedFile, map_content_of
from tabuah.console.reports.office import read_office
from tabuah.console.reports.pictures import Pictures
from tabuah.resources.formats import WIB
from tabuah.storage.cache.store import ConsoleStore


def issue_day(store: ConsoleStore, day: date | None) -> IssuedFile:
    """The report of a day in WIB, by default today, as PDF.

    Raises:
        ReportError: it cannot be made.
    """
    from tabuah.console.reports.typst_document import typeset  # noqa: PLC0415 - the typesetter takes time to load

    day = day or store.now().astimezone(WIB).date()
    sources = gather_day(store, day)
    report = make_daily_report(sources, day)
    pictures = illustrate_day(report, store)
    content = typeset(daily_document(report, pictures), pictures.files, made_at=sources.as_of)
    notes = (pictures.map_missing,) if pictures.map_missing else ()
    return IssuedFile(
        content=content, number=report.number, as_of=sources.as_of, incidents=len(report.reported), notes=notes
    )


def gather_day(store: ConsoleStore, day: date) -> DailySources:
    """All that this console knows and a report of the day may name: what was over before it is left in the cache."""
    return DailySources(
        incidents=tuple(store.archive.current(datetime.combine(day, time(), tzinfo=WIB))),
        pending=store.archive.pending(),
        alarms=tuple(store.alarms()),
        stations={station.code: station for station in store.stations()},
        rules={rule.id: rule for rule in store.rules()},
        as_of=store.now(),
        author=store.actor,
        office=read_office(store.directory),
        trace=trace_of(store),
        people=people_of(store),
    )


def illustrate_day(report: DailyReport, store: ConsoleStore) -> Pictures:
    """The map of the day; none where no incident has a place. Loads Qt."""
    shown = (*report.reported, *report.carried)
    if not any(incident.place for incident in shown):
        return Pictures()
    try:
        from tabuah.console.reports.map_figure import draw_overview, open_graphics  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return Pictures(map_missing=no_graphics_words(error))
    application = open_graphics()
    content = map_content_of(store)
    drawn = draw_overview(shown, content, exercise=False)
    del application
    return Pictures(
        files={MAP_FILE: drawn},
        map_file=MAP_FILE,
        map_notes=map_notes(content),
        map_sources=content.attribution(),
    )
