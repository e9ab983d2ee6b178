"""The check of a KML file, element by element, before GDAL reads the whole of it into memory."""

from pathlib import Path
from typing import Final
from xml.parsers import expat

from tabuah.gis.errors import LayerImportError
from tabuah.resources.localisation import _, format_number

MAX_KML_BYTES: Final = 64_000_000  # GDAL needs ten times as much memory
MAX_ELEMENTS: Final = 3_000_000  # GDAL keeps each one: about 200 bytes
MAX_DEPTH: Final = 100
_PIECE_BYTES: Final = 1 << 16


def check_kml(path: Path, *, max_features: int) -> None:
    """Check the number of elements and features, their nesting, and that no entity is defined.

    A text that is not XML is left to GDAL, which names the line.

    Raises:
        LayerImportError: one of the limits is exceeded, or entities are defined.
    """
    counter = _ElementCounter(path.name, max_features)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.EntityDeclHandler = counter.declare_entity
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                parser.Parse(piece, False)
    except expat.ExpatError:
        return


class _ElementCounter:
    """Counts elements while they are read."""

    def __init__(self, name: str, max_features: int) -> None:
        self._name, self._max_features = name, max_features
        self._elements = self._features = self._depth = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """Count the start of an element."""
        self._elements += 1
        self._depth += 1
        self._features += tag.rpartition(":")[2] == "Placemark"
        if self._depth > MAX_DEPTH:
            message = _("{name} is nested more than {limit} levels deep and is not opened.")
            raise LayerImportError(message.format(name=self._name, limit=MAX_DEPTH))
        for count, limit in ((self._features, self._max_features), (self._elements, MAX_ELEMENTS)):
            if count > limit:
                message = _("{name} has more than {limit} features or elements. Clip it to the regency first.")
                raise LayerImportError(message.format(name=self._name, limit=format_number(limit)))

    def end(self, _tag: str) -> None:
        """Count the end of an element."""
        self._depth -= 1

    def declare_entity(self, *_declaration: object) -> None:
        """Refuse a definition that can multiply the text."""
        message = _("{name} defines its own XML entities. Such a file is not opened for safety.")
        raise LayerImportError(message.format(name=self._name))
