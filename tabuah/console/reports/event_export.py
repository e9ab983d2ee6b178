"""Export of a parent event as situation report (PDF), chat text, XLSX or CSV."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from tabuah.console.reports.event_chat_text import make_event_chat_text
from tabuah.console.reports.event_document import event_number, make_event_document
from tabuah.console.reports.event_sources import EventSources
from tabuah.console.reports.event_tables import event_tables
from tabuah.console.reports.illustrations import (
    MAP_FILE,
    ReportPictures,
    describe_missing_graphics,
    list_map_notes,
)
from tabuah.console.reports.report_export import ExportedFile
from tabuah.text.exercises.exercise_text import exercise_mark

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent


class EventFormat(StrEnum):
    """File formats of an event."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    CHAT = "txt"


def draw_event_map(sources: EventSources, map_of: "Callable[[], MapContent]") -> ReportPictures:
    """Draw the incidents of an event; no map where none has a place. Loads Qt.

    Call it in the thread of the application, if there is one; `map_of` is called after Qt is loaded.
    """
    shown = [incident for incident in sources.members.counted if incident.place is not None]
    if not shown:
        return ReportPictures()
    try:
        from tabuah.console.reports.map_figure import draw_overview_map, open_qt_graphics  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return ReportPictures(map_missing=describe_missing_graphics(error))
    application = open_qt_graphics()
    content = map_of()
    drawn = draw_overview_map(shown, content, watermark=content.watermark)
    del application
    return ReportPictures(
        files={MAP_FILE: drawn},
        map_file=MAP_FILE,
        map_notes=list_map_notes(content),
        map_sources=content.attribution(),
    )


def encode_event(
    sources: EventSources, *, file_format: EventFormat, pictures: ReportPictures | None = None
) -> ExportedFile:
    """Return an event as a file; `pictures` has the map of the PDF, see `draw_event_map`.

    Raises:
        ReportError: it cannot be made.
    """
    tables = event_tables(sources.event, sources.totals, mark=exercise_mark(sources.event, sources.exercises))
    match file_format:
        case EventFormat.CHAT:
            content = make_event_chat_text(sources, event_number(sources)).encode()
        case EventFormat.PDF:
            from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - takes time to load

            drawn = pictures or ReportPictures()
            content = typeset_pdf(make_event_document(sources, drawn), drawn.files, made_at=sources.as_of)
        case EventFormat.XLSX:
            from tabuah.console.reports.incidents_xlsx import encode_performance_xlsx  # noqa: PLC0415 - seldom needed

            content = encode_performance_xlsx(tables, sources.listed)
        case EventFormat.CSV:
            from tabuah.console.reports.csv_tables import encode_performance_csv  # noqa: PLC0415 - seldom needed

            content = encode_performance_csv(tables, sources.listed)
    return ExportedFile(
        content=content, number=event_number(sources), as_of=sources.as_of, incidents=sources.totals.incidents
    )
