"""Errors of the geography package.

GeographyError
├── CoordinateError          a text or number that is not a position
├── PlaceError               a name that does not identify one place
│   ├── UnknownPlaceError
│   └── AmbiguousPlaceError
├── MapFileError             the map file is missing, damaged or of another version
├── MapSourceError           a source of the shipped map is missing or not as expected
├── LayerImportError         a map data file that cannot be imported as it is
│   └── SeveralLayersError   the file has several layers and none was selected
├── MapBuildError            an OpenStreetMap extract or a base map that cannot be used
├── RoadNetworkError         roads that make no network, or a network file that cannot be used
├── MapStyleError            an invalid style file
└── TileArchiveError         a tile archive that cannot be shown
    └── MissingTilesError    the archive does not exist
"""

from pathlib import Path

from tabuah.resources.localisation import _


class GeographyError(Exception):
    """Expected failure in geography; its message is written for the user."""


class CoordinateError(GeographyError, ValueError):
    """A text or number that is not a position."""


class PlaceError(GeographyError, LookupError):
    """A name that does not identify one place; `suggestions` are names that do."""

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class UnknownPlaceError(PlaceError):
    """No place has this name."""


class AmbiguousPlaceError(PlaceError):
    """Several places have this name; each suggestion identifies one of them."""


class MapFileError(GeographyError):
    """The map file is missing, damaged or of another version."""


class MapSourceError(GeographyError):
    """A source of the shipped map is missing or not as expected."""


class LayerImportError(GeographyError):
    """A map data file that cannot be imported as it is; `problems` name feature and reason, one each."""

    def __init__(self, message: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join((message, *problems)))
        self.message, self.problems = message, problems


class SeveralLayersError(LayerImportError):
    """A file with several layers of which one must be selected; the message names them."""


class MapBuildError(GeographyError):
    """An OpenStreetMap extract, or a base map built from one, that cannot be used."""


class RoadNetworkError(GeographyError):
    """Roads that make no network, or a network file that cannot be used."""


class MapStyleError(GeographyError):
    """An invalid style file; `line` counts from 1 and is 0 when unknown, `field` is the path in the file."""

    def __init__(self, path: Path, *, reason: str, line: int = 0, field: str = "") -> None:
        place = _("{file}, line {line}").format(file=path.name, line=line) if line else path.name
        super().__init__(f"{place} ({field}): {reason}." if field else f"{place}: {reason}.")
        self.line, self.field, self.reason = line, field, reason


class TileArchiveError(GeographyError):
    """A tile archive that cannot be shown; the message gives the reason."""


class MissingTilesError(TileArchiveError):
    """A tile archive that does not exist (any more)."""
