"""Dropped files: which of them are map files. A Shapefile counts once, with all its parts."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

MAP_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".kml", ".kmz")
_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd")


def map_files(dragged: QMimeData) -> tuple[Path, ...]:
    """Return the local map files of a drag.

    A Shapefile part without its .shp is returned, too, so that the import can report what is missing.
    """
    files = [Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile()]
    whole = [file for file in files if file.suffix.lower() in MAP_SUFFIXES]
    known = {file.with_suffix("") for file in whole}
    lone = [file for file in files if file.suffix.lower() in _PARTS and file.with_suffix("") not in known]
    return (*whole, *lone[:1])
