"""Export of incident performance: reads the sources, measures, and encodes XLSX, CSV or PDF."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.console.reports.illustrations import (
    MAP_FILE,
    ReportPictures,
    describe_missing_graphics,
    list_map_notes,
)
from tabuah.console.reports.incident_columns import ListedIncident, join_rows
from tabuah.console.reports.incident_report import JournalReference
from tabuah.console.reports.office import Office, read_office
from tabuah.console.reports.performance_document import make_performance_document, performance_number
from tabuah.console.reports.performance_tables import performance_tables
from tabuah.console.reports.report_export import ExportedFile
from tabuah.console.reports.report_sources import read_full_names, read_journal_reference
from tabuah.operations.aid.aid_figures import AidLedger
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import incident_row
from tabuah.operations.incidents.performance import (
    Dimension,
    IncidentPerformance,
    PerformanceRequest,
    measure_incidents,
)
from tabuah.operations.units.missions import Mission, missions_of
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id, scope_label

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent

_MOST_DRAWN: Final = 1_000  # incidents on the map; more would only hide each other


class PerformanceFormat(StrEnum):
    """File formats of the performance figures."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"


class IncidentPerformanceSources(msgspec.Struct, frozen=True, kw_only=True):
    """All data of the console for the figures, as of `as_of`."""

    incidents: tuple[Incident, ...]
    missions: tuple[Mission, ...]
    ledger: AidLedger
    pending: frozenset[str]
    as_of: datetime
    author: str
    office: Office
    trace: JournalReference
    people: dict[str, str]
    exercises: dict[str, Exercise]

    def measure(self, request: PerformanceRequest) -> IncidentPerformance:
        return measure_incidents(
            self.incidents, request, as_of=self.as_of, missions=self.missions, ledger=self.ledger
        )

    def mark(self, request: PerformanceRequest) -> str:
        """Return the mark of the exercise of a request; empty for the real world."""
        return scope_label(request.scope, self.exercises)

    def listed(self, found: IncidentPerformance) -> tuple[ListedIncident, ...]:
        """Return the incidents behind the figures, also those that are not counted."""
        named = {*found.ids, *found.false_reports, *found.merged}
        incidents = sorted((each for each in self.incidents if each.id in named), key=lambda i: (i.reported_at, i.id))
        return join_rows(incidents, [incident_row(each, pending=each.id in self.pending) for each in incidents])


def read_performance_sources(store: ConsoleStore) -> IncidentPerformanceSources:
    return IncidentPerformanceSources(
        incidents=tuple(store.incidents()),
        missions=read_missions(store),
        ledger=AidLedger(lines=tuple(store.aid_lines()), shelters={each.id: each for each in store.shelters()}),
        pending=store.archive.pending(),
        as_of=store.now(),
        author=store.actor,
        office=read_office(store.directory),
        trace=read_journal_reference(store),
        people=read_full_names(store),
        exercises=exercises_by_id(store.exercises()),
    )


def read_missions(store: ConsoleStore) -> tuple[Mission, ...]:
    """Return the missions of all units, from their histories."""
    units = [unit.id for unit in store.units()]
    return tuple(each for unit in units for each in missions_of(unit, store.entries_of(f"unit/{unit}")))


def draw_performance_map(
    sources: IncidentPerformanceSources, request: PerformanceRequest, map_of: "Callable[[], MapContent]"
) -> ReportPictures:
    """Draw the newest incidents of the period; no map where none has a place. Loads Qt.

    Call it in the thread of the application, if there is one; `map_of` is called after Qt is loaded.
    """
    within = [i for i in request.scope.select(sources.incidents) if request.period.has(i.reported_at)]
    shown = [i for i in within if i.place is not None and i.status.is_counted]
    if not shown:
        return ReportPictures()
    try:
        from tabuah.console.reports.map_figure import draw_overview_map, open_qt_graphics  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return ReportPictures(map_missing=describe_missing_graphics(error))
    application = open_qt_graphics()
    content = map_of()
    newest = sorted(shown, key=lambda incident: incident.reported_at)[-_MOST_DRAWN:]
    drawn = draw_overview_map(newest, content, watermark=content.watermark)
    del application
    left_out = _("Only the newest {n} of {all}.").format(n=len(newest), all=len(shown))
    return ReportPictures(
        files={MAP_FILE: drawn},
        map_file=MAP_FILE,
        map_notes=(*([left_out] if len(newest) < len(shown) else []), *list_map_notes(content)),
        map_sources=content.attribution(),
    )


def encode_performance(
    sources: IncidentPerformanceSources,
    request: PerformanceRequest,
    *,
    file_format: PerformanceFormat,
    dimensions: Iterable[Dimension] | None = None,
    pictures: ReportPictures | None = None,
) -> ExportedFile:
    """Return the figures of a request as a file; `pictures` has the map of the PDF, see `draw_performance_map`.

    Raises:
        ReportError: it cannot be made.
    """
    found, mark = sources.measure(request), sources.mark(request)
    match file_format:
        case PerformanceFormat.PDF:
            from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - takes time to load

            drawn = pictures or ReportPictures()
            document = make_performance_document(found, sources, request, drawn)
            content = typeset_pdf(document, drawn.files, made_at=sources.as_of)
        case PerformanceFormat.XLSX:
            from tabuah.console.reports.incidents_xlsx import encode_performance_xlsx  # noqa: PLC0415 - seldom needed

            tables = performance_tables(found, dimensions=dimensions, mark=mark, people=sources.people)
            content = encode_performance_xlsx(tables, sources.listed(found))
        case PerformanceFormat.CSV:
            from tabuah.console.reports.csv_tables import encode_performance_csv  # noqa: PLC0415 - seldom needed

            tables = performance_tables(found, dimensions=dimensions, mark=mark, people=sources.people)
            content = encode_performance_csv(tables, sources.listed(found))
    return ExportedFile(content=content, number=performance_number(found), as_of=sources.as_of, incidents=found.n)
