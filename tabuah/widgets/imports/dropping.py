"""Which of the files that are dragged over the map are map files; a Shapefile counts once, with all its parts."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_number

MAP_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".kml", ".kmz")
_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd")


def map_files(dragged: QMimeData) -> tuple[Path, ...]:
    """The map files on this computer among what is dragged; a lone part of a Shapefile is one, to be told why not."""
    files = [Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile()]
    whole = [file for file in files if file.suffix.lower() in MAP_SUFFIXES]
    known = {file.with_suffix("") for file in whole}
    lone = [file for file in files if file.suffix.lower() in _PARTS and file.with_suffix("") not in known]
    return (*whole, *lone[:1])


def drop_words(files: tuple[Path, ...]) -> str:
    """What letting go of them does."""
    if len(files) == 1:
        return _("Import {file}").format(file=files[0].name)
    return ngettext("Import {n} map file", "Import {n} map files", len(files)).format(n=format_number(len(files)))
