"""Map and photos of a document as bytes, with their notes; drawn where Qt can be loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.console.reports.incident_report import IncidentReport
from tabuah.resources.localisation import _

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent


class ReportPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo by its file name in the document."""

    file: str
    caption: str


class ReportPictures(msgspec.Struct, frozen=True, kw_only=True):
    """Map and photos of a report; `files` has their bytes by name, `map_missing` says why there is no map."""

    files: dict[str, bytes] = msgspec.field(default_factory=dict)
    map_file: str = ""
    map_notes: tuple[str, ...] = ()
    map_sources: tuple[str, ...] = ()
    map_missing: str = ""
    photos: tuple[ReportPhoto, ...] = ()


MAP_FILE: Final = "map.png"
BLOBS_FOLDER: Final = "blobs"


def draw_illustrations(report: IncidentReport, map_of: "Callable[[], MapContent]", directory: Path) -> ReportPictures:
    """Return the map and the photos of a report.

    Loads Qt and draws offscreen without a window. Call it in the thread of the application, if there is one.

    Args:
        report: the report.
        map_of: returns the console's map; called after Qt is loaded, and only if the incident has a place.
        directory: the console's data directory.
    """
    try:
        from tabuah.console.reports.map_figure import draw_incident_map, open_qt_graphics  # noqa: PLC0415 - loads Qt
        from tabuah.console.reports.photo_prints import prepare_photos  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return ReportPictures(map_missing=describe_missing_graphics(error))
    application = open_qt_graphics()
    prints = prepare_photos(report.incident.attachments, directory / BLOBS_FOLDER)
    files = {f"photo-{number}.jpg": content for number, (_attached, content) in enumerate(prints, start=1)}
    photos = tuple(
        ReportPhoto(file=file, caption=attached.caption or attached.name)
        for file, (attached, _content) in zip(files, prints, strict=True)
    )
    if report.incident.place is None:
        return ReportPictures(files=files, photos=photos)
    content = map_of()
    files[MAP_FILE] = draw_incident_map(report, content)
    del application
    return ReportPictures(
        files=files,
        map_file=MAP_FILE,
        map_notes=list_map_notes(content),
        map_sources=content.attribution(),
        photos=photos,
    )


def list_map_notes(content: "MapContent") -> tuple[str, ...]:
    """Return the notes of a map as sentences."""
    notes = (_(note) for note in content.base_map.notes) if content.base_map else ()
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes)


def describe_missing_graphics(error: ImportError) -> str:
    return _("No map: the graphics library cannot be loaded ({reason}).").format(reason=error)
