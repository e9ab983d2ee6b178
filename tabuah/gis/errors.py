"""The errors of the geography package.

GeographyError
├── CoordinateError          a text or a number that is no position
├── PlaceError               a name that leads to no single place
│   ├── UnknownPlaceError
│   └── AmbiguousPlaceError
├── MapFileError             the map file is missing, damaged or of another version
├── MapSourceError           a source of the shipped map is missing or not as expected
├── LayerImportError         a file of map data that cannot be taken in as it is
│   └── SeveralLayersError   it holds several layers and nobody said which one is wanted
├── MapBuildError            an extract of OpenStreetMap or a base map that cannot be used
├── MapStyleError            a style file with a mistake in it
└── TileArchiveError         a file of map tiles that cannot be shown
    └── MissingTilesError    it is not there
"""

from pathlib import Path

from tabuah.resources.catalogue import _


class GeographyError(Exception):
    """An expected failure of geography; its message is for the person who asked."""


class CoordinateError(GeographyError, ValueError):
    """A text or a number that is no position."""


class PlaceError(GeographyError, LookupError):
    """A name that leads to no single place; `suggestions` are names that would."""

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class UnknownPlaceError(PlaceError):
    """No place has this name."""


class AmbiguousPlaceError(PlaceError):
    """Several places have this name; each suggestion names one of them alone."""


class MapFileError(GeographyError):
    """The map file is missing, damaged or of another version."""


class MapSourceError(GeographyError):
    """A source of the shipped map is missing or not as expected."""


class LayerImportError(GeographyError):
    """A file of map data that cannot be taken in as it is; `problems` name feature and reason, one each."""

    def __init__(self, message: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join((message, *problems)))
        self.message, self.problems = message, problems


class SeveralLayersError(LayerImportError):
    """A file of several layers of which one must be chosen; the message names them."""


class MapBuildError(GeographyError):
    """An extract of OpenStreetMap, or a base map made of one, that cannot be used."""


class MapStyleError(GeographyError):
    """A style file with a mistake; `line` counts from 1, 0 when it is not known; `field` is its path in the file."""

    def __init__(self, path: Path, *, reason: str, line: int = 0, field: str = "") -> None:
        place = _("{file}, line {line}").format(file=path.name, line=line) if line else path.name
        super().__init__(f"{place} ({field}): {reason}." if field else f"{place}: {reason}.")
        self.line, self.field, self.reason = line, field, reason


class TileArchiveError(GeographyError):
    """A file of map tiles that cannot be shown; the message says why."""


class MissingTilesError(TileArchiveError):
    """A file of map tiles that is not there (any more)."""
