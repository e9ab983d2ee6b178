"""The pictures of a document: drawn where Qt can be loaded, else said to be missing."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.pictures import Photo, Pictures
from tabuah.resources.catalogue import _

if TYPE_CHECKING:
    from tabuah.widgets.map.content import MapContent

MAP_FILE: Final = "map.png"
BLOBS_FOLDER: Final = "blobs"


def illustrate(report: IncidentReport, map_of: "Callable[[], MapContent]", directory: Path) -> Pictures:
    """The map and the photos of a report.

    Loads Qt; without a window it draws offscreen. Call it in the thread that owns the application, if there is one.

    Args:
        report: the report.
        map_of: gives the console's map; called once Qt is there, and only if the incident has a place.
        directory: the console's data directory.
    """
    try:
        from tabuah.console.reports.map_figure import draw_incident_map, open_graphics  # noqa: PLC0415 - loads Qt
        from tabuah.console.reports.photo_prints import photo_prints  # noqa: PLC0415 - loads Qt
    except ImportError as error:  # a system library that Qt needs is not installed
        return Pictures(map_missing=no_graphics_words(error))
    application = open_graphics()
    prints = photo_prints(report.incident.attachments, directory / BLOBS_FOLDER)
    files = {f"photo-{number}.jpg": content for number, (_attached, content) in enumerate(prints, start=1)}
    photos = tuple(
        Photo(file=file, caption=attached.caption or attached.name)
        for file, (attached, _content) in zip(files, prints, strict=True)
    )
    if report.incident.place is None:
        return Pictures(files=files, photos=photos)
    content = map_of()
    files[MAP_FILE] = draw_incident_map(report, content)
    del application
    return Pictures(
        files=files,
        map_file=MAP_FILE,
        map_notes=map_notes(content),
        map_sources=content.attribution(),
        photos=photos,
    )


def map_notes(content: "MapContent") -> tuple[str, ...]:
    """What must be said of a map, as sentences."""
    notes = (_(note) for note in content.basemap.notes) if content.basemap else ()
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes)


def no_graphics_words(error: ImportError) -> str:
    """Why there is no map."""
    return _("No map: the graphics library cannot be loaded ({reason}).").format(reason=error)
