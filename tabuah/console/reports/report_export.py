"""Export of reports for commands: read the sources, make the report, draw and encode it in one call.

The window has its cache and its pictures in different threads and takes these steps itself:
`read_incident_sources` in the thread of the cache, `make_incident_report` anywhere,
`draw_illustrations` in the GUI thread, `encode_incident_pdf` anywhere.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.illustrations import ReportPictures, draw_illustrations
from tabuah.console.reports.impact_blocks import make_impact_table
from tabuah.console.reports.incident_columns import ListedIncident, join_rows
from tabuah.console.reports.incident_document import make_incident_document
from tabuah.console.reports.incident_report import IncidentReport, ReportKind, make_incident_report
from tabuah.console.reports.listed_impact import add_impact, impact_amounts
from tabuah.console.reports.report_sources import read_incident_sources
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, scope_of
from tabuah.operations.incidents.incident_list import incident_row
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent


class FileFormat(StrEnum):
    """File formats of one incident."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    CAP = "cap"
    TXT = "txt"


class ListFormat(StrEnum):
    """File formats of the incident list."""

    GPKG = "gpkg"
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A finished file in memory; `notes` describe missing parts."""

    content: bytes
    number: str
    as_of: datetime
    incidents: int = 1
    notes: tuple[str, ...] = ()


def export_incident(
    store: ConsoleStore, key: str, *, kind: ReportKind, file_format: FileFormat, since: datetime | None = None
) -> ExportedFile:
    """Return the report of an incident as a file.

    Raises:
        UnknownKey: no incident matches `key`.
        ReportError: the report cannot be made.
    """
    report = make_incident_report(read_incident_sources(store, key), kind, since=since)
    notes: tuple[str, ...] = ()
    match file_format:
        case FileFormat.PDF:
            scope = scope_of(report.incident)
            pictures = draw_illustrations(report, lambda: read_map_content(store, scope), store.directory)
            notes = (pictures.map_missing,) if pictures.map_missing else ()
            content = encode_incident_pdf(report, pictures)
        case FileFormat.TXT:
            content = make_chat_text(report).encode()
        case FileFormat.CAP:
            from tabuah.console.reports.cap_message import encode_incident_cap  # noqa: PLC0415 - seldom needed

            content = encode_incident_cap(report)
        case FileFormat.XLSX:
            from tabuah.console.reports.incidents_xlsx import encode_incident_xlsx  # noqa: PLC0415 - seldom needed

            tables = (make_impact_table(report.impact),) if report.impact else ()
            content = encode_incident_xlsx(_list_item(store, report), report.history, tables=tables)
        case _:
            content = encode_incident_table((_list_item(store, report),), ListFormat(file_format.value))
    return ExportedFile(content=content, number=report.number, as_of=report.as_of, notes=notes)


def export_incident_list(
    store: ConsoleStore,
    *,
    list_format: ListFormat,
    status: Status | None = None,
    scope: ExerciseScope = REAL_WORLD,
) -> ExportedFile:
    """Return the incidents in scope as a file, worst first."""
    items = [
        item
        for item in join_rows(store.incidents(), store.rows())
        if scope.has(item.incident) and (status is None or item.incident.status is status)
    ]
    items = add_impact(store.directory, items)
    return ExportedFile(
        content=encode_incident_table(items, list_format), number="", as_of=store.now(), incidents=len(items)
    )


def encode_incident_pdf(report: IncidentReport, pictures: ReportPictures) -> bytes:
    from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - the typesetter takes time to load

    return typeset_pdf(make_incident_document(report, pictures), pictures.files, made_at=report.as_of)


def encode_incident_table(
    items: "tuple[ListedIncident, ...] | list[ListedIncident]", list_format: ListFormat
) -> bytes:
    """Encode incidents as a table; each format loads its own library."""
    match list_format:
        case ListFormat.CSV:
            from tabuah.console.reports.csv_tables import encode_incidents_csv as write  # noqa: PLC0415 - see above
        case ListFormat.XLSX:
            from tabuah.console.reports.incidents_xlsx import encode_incidents_xlsx as write  # noqa: PLC0415 - see above
        case ListFormat.GEOJSON:
            from tabuah.console.reports.incidents_geojson import encode_incidents_geojson as write  # noqa: PLC0415 - see above
        case ListFormat.GPKG:
            from tabuah.console.reports.incidents_geopackage import encode_incidents_geopackage as write  # noqa: PLC0415 - see above
    return write(items)


def read_map_content(store: ConsoleStore, scope: ExerciseScope = REAL_WORLD) -> "MapContent":
    """Return the console's map in a scope, with imported boundaries and the age of its readings."""
    from tabuah.console.map.map_picture import map_content  # noqa: PLC0415 - loads Qt
    from tabuah.storage.cache.map.maps import load_maps  # noqa: PLC0415 - only documents need it

    return map_content(store, load_maps(store.directory), theme="light", scope=scope)


def _list_item(store: ConsoleStore, report: IncidentReport) -> ListedIncident:
    incident = report.incident
    row = incident_row(incident, pending=store.is_pending(subject_of("incident", incident.id)))
    impact = impact_amounts(report.impact.impact) if report.impact else {}
    return ListedIncident(incident=incident, row=row, merged_into=report.merged_into, impact=impact)
