"""Makes the file of a report in one call, for commands: gathers, writes down, draws and sets.

A window, whose cache and whose pictures live in different threads, takes the same steps itself: `gather_incident` in
the cache's thread, `make_incident_report` anywhere, `illustrate` in the GUI thread, `incident_pdf` anywhere.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tabuah.console.reports.chat_text import chat_text
from tabuah.console.reports.gathering import gather_incident
from tabuah.console.reports.illustrating import illustrate
from tabuah.console.reports.incident_document import incident_document
from tabuah.console.reports.incident_report import IncidentReport, ReportKind, make_incident_report
from tabuah.console.reports.incident_table import ListedIncident, listed
from tabuah.console.reports.pictures import Pictures
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.listing import row_of
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent


class FileFormat(StrEnum):
    """The files that can be made of one incident."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    CAP = "cap"
    TXT = "txt"


class ListFormat(StrEnum):
    """The files that can be made of the list."""

    GPKG = "gpkg"
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFile:
    """A finished file in memory; `notes` say what is missing in it."""

    content: bytes
    number: str
    as_of: datetime
    incidents: int = 1
    notes: tuple[str, ...] = ()


def issue_incident(
    store: ConsoleStore, key: str, *, kind: ReportKind, file_format: FileFormat, since: datetime | None = None
) -> IssuedFile:
    """The report of one incident as a file.

    Raises:
        UnknownKey: no incident answers to `key`.
        ReportError: this report cannot be made.
    """
    report = make_incident_report(gather_incident(store, key), kind, since=since)
    notes: tuple[str, ...] = ()
    match file_format:
        case FileFormat.PDF:
            pictures = illustrate(report, lambda: map_content_of(store), store.directory)
            notes = (pictures.map_missing,) if pictures.map_missing else ()
            content = incident_pdf(report, pictures)
        case FileFormat.TXT:
            content = chat_text(report).encode()
        case FileFormat.CAP:
            from tabuah.console.reports.cap_message import incident_as_cap  # noqa: PLC0415 - seldom needed

            content = incident_as_cap(report)
        case FileFormat.XLSX:
            from tabuah.console.reports.xlsx_file import incident_as_xlsx  # noqa: PLC0415 - seldom needed

            content = incident_as_xlsx(_item(store, report), report.history)
        case _:
            content = table_file((_item(store, report),), ListFormat(file_format.value))
    return IssuedFile(content=content, number=report.number, as_of=report.as_of, notes=notes)


def issue_list(store: ConsoleStore, *, list_format: ListFormat, status: Status | None = None) -> IssuedFile:
    """The list of incidents as a file, worst first."""
    items = [
        item for item in listed(store.incidents(), store.rows()) if status is None or item.incident.status is status
    ]
    return IssuedFile(content=table_file(items, list_format), number="", as_of=store.now(), incidents=len(items))


def incident_pdf(report: IncidentReport, pictures: Pictures) -> bytes:
    """The document of a report as PDF."""
    from tabuah.console.reports.typst_document import typeset  # noqa: PLC0415 - the typesetter takes time to load

    return typeset(incident_document(report, pictures), pictures.files, made_at=report.as_of)


def table_file(items: "tuple[ListedIncident, ...] | list[ListedIncident]", list_format: ListFormat) -> bytes:
    """Incidents as a table in one of the formats; each loads its own library."""
    match list_format:
        case ListFormat.CSV:
            from tabuah.console.reports.csv_file import incidents_as_csv as write  # noqa: PLC0415
        case ListFormat.XLSX:
            from tabuah.console.reports.xlsx_file import incidents_as_xlsx as write  # noqa: PLC0415
        case ListFormat.GEOJSON:
            from tabuah.console.reports.geojson_file import incidents_as_geojson as write  # noqa: PLC0415
        case ListFormat.GPKG:
            from tabuah.console.reports.geopackage_file import incidents_as_geopackage as write  # noqa: PLC0415
    return write(items)


def map_content_of(store: ConsoleStore) -> "MapContent":
    """The console's map, with imported boundaries and the age of its readings."""
    from tabuah.console.map_picture import map_content  # noqa: PLC0415 - loads Qt
    from tabuah.storage.cache.maps import load_maps  # noqa: PLC0415 - only documents need it

    return map_content(store, load_maps(store.directory), theme="light")


def _item(store: ConsoleStore, report: IncidentReport) -> ListedIncident:
    pending = store.is_pending(subject_of("incident", report.incident.id))
    return ListedIncident(incident=report.incident, row=row_of(report.incident, pending=pending))
