"""List of the layers in a map file with their feature counts, for selection by the user."""

from pathlib import Path
from typing import Final

from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import LayerInFile
from tabuah.gis.imported_layer import kind_of_shape
from tabuah.gis.layer_files import list_archived_maps, open_map_file
from tabuah.gis.layer_import import spatial_layers
from tabuah.resources.localisation import _

# Counting in an archive unpacks it once for each map; beyond this limit only names are listed.
MAX_COUNTED: Final = 12


def list_file_layers(path: Path) -> tuple[LayerInFile, ...]:
    """Return the layers of a map file, or the maps of an archive, in file order.

    Raises:
        LayerImportError: the file cannot be read as map data.
    """
    maps = list_archived_maps(path)
    if len(maps) > 1:
        is_counted = len(maps) <= MAX_COUNTED
        return tuple(_in_archive(path, name) if is_counted else LayerInFile(name=name) for name in maps)
    return _layers_of(path, None)


def _in_archive(path: Path, name: str) -> LayerInFile:
    """Describe one map of an archive; an unreadable one is listed and gives its reason once selected."""
    try:
        layers = _layers_of(path, name)
    except LayerImportError:
        return LayerInFile(name=name)
    first = layers[0] if layers else LayerInFile(name=name)
    return LayerInFile(name=name, features=first.features, kind=first.kind)


def _layers_of(path: Path, layer: str | None) -> tuple[LayerInFile, ...]:
    from pyogrio import read_info  # noqa: PLC0415 (GDAL takes 100 ms to load and most runs need none of it)
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - as above

    try:
        with open_map_file(path, layer) as file:
            names = spatial_layers(file)
            facts = [read_info(file.path, layer=name, force_feature_count=True) for name in names]
    except DataSourceError as error:
        message = _("{name} cannot be read as map data: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error)) from error
    return tuple(
        LayerInFile(name=name, features=int(each["features"]), kind=kind_of_shape(str(each["geometry_type"])))
        for name, each in zip(names, facts, strict=True)
    )
