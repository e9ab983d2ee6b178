"""What layers a map file holds, with how many features each, for somebody who must choose one."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.gis.basemap import LayerKind
from tabuah.gis.errors import LayerImportError
from tabuah.gis.layer_files import maps_in_archive, opened
from tabuah.gis.layer_import import kind_of_shape, shaped_layers
from tabuah.resources.catalogue import _

# Counting in an archive means unpacking it once for each map; beyond this only the names are told.
MOST_COUNTED: Final = 12


class LayerInFile(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that may be imported; `features` is None where they were not counted, `kind` where it is mixed."""

    name: str
    features: int | None = None
    kind: LayerKind | None = None


def layers_in(path: Path) -> tuple[LayerInFile, ...]:
    """The layers of a map file, or the maps of an archive, in the order in which they stand there.

    Raises:
        LayerImportError: the file cannot be read as map data.
    """
    maps = maps_in_archive(path)
    if len(maps) > 1:
        is_counted = len(maps) <= MOST_COUNTED
        return tuple(_in_archive(path, name) if is_counted else LayerInFile(name=name) for name in maps)
    return _layers_of(path, None)


def _in_archive(path: Path, name: str) -> LayerInFile:
    """One map of an archive; one that cannot be read is still listed, and says why once it is chosen."""
    try:
        layers = _layers_of(path, name)
    except LayerImportError:
        return LayerInFile(name=name)
    first = layers[0] if layers else LayerInFile(name=name)
    return LayerInFile(name=name, features=first.features, kind=first.kind)


def _layers_of(path: Path, layer: str | None) -> tuple[LayerInFile, ...]:
    from pyogrio import read_info  # noqa: PLC0415 (GDAL takes 100 ms to load and most runs need none of it)
    from pyogrio.errors import DataSourceError  # noqa: PLC0415

    try:
        with opened(path, layer) as file:
            names = shaped_layers(file)
            facts = [read_info(file.path, layer=name, force_feature_count=True) for name in names]
    except DataSourceError as error:
        message = _("{name} cannot be read as map data: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error)) from error
    return tuple(
        LayerInFile(name=name, features=int(each["features"]), kind=kind_of_shape(str(each["geometry_type"])))
        for name, each in zip(names, facts, strict=True)
    )
