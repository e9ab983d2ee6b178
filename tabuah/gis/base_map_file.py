"""Map file: all layers of a base map in one uncompressed .npz, read by slicing a few arrays."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.array_file import UNREADABLE, read_arrays, write_arrays
from tabuah.gis.base_map import NO_ATTRIBUTES, BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.errors import MapFileError
from tabuah.resources.localisation import _
from tabuah.resources.regency import regency_map_file

FORMAT_VERSION: Final = 1
_ARRAYS: Final = ("manifest", "coordinates", "offsets", "owners")


def shipped_map() -> Path:
    """Return the path of the map that ships with Tabuah."""
    return Path(str(files("tabuah.resources"))) / "map" / "regency.npz"


def load_base_map(path: Path | None = None) -> BaseMap:
    """Read a map file, by default that of the regency in use.

    Raises:
        MapFileError: the file is missing, damaged, or written by another version.
    """
    source = path or regency_map_file() or shipped_map()
    try:
        manifest, *arrays = read_arrays(source, _ARRAYS)
        return _base_map(json.loads(manifest.tobytes()), *arrays)
    except FileNotFoundError as error:
        raise MapFileError(_describe_missing(source)) from error
    except UNREADABLE as error:
        message = _("The map file {path} is damaged or from another version. Build it again with: make map")
        raise MapFileError(message.format(path=source)) from error


def _describe_missing(path: Path) -> str:
    if path == regency_map_file():
        return _("The map {path} of the regency is missing. The next log-in fetches it.").format(path=path)
    return _("The map file {path} is missing. Build it with: make map").format(path=path)


def write_base_map(base_map: BaseMap, path: Path) -> None:
    """Write a map file atomically; the same map always gives the same bytes."""
    levels = [level for layer in base_map.layers for level in layer.levels]
    contents = {
        "manifest": np.frombuffer(json.dumps(_manifest(base_map), ensure_ascii=False).encode(), dtype=np.uint8),
        "coordinates": _joined([level.coordinates_m for level in levels], np.zeros((0, 2), dtype="<f8")),
        "offsets": _joined([level.offsets for level in levels], np.zeros(0, dtype="<i8")),
        "owners": _joined([level.feature_of_part for level in levels], np.zeros(0, dtype="<i4")),
    }
    write_arrays(path, contents)


def _joined(arrays: list[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([empty, *arrays]).astype(empty.dtype)


def _manifest(base_map: BaseMap) -> dict[str, Any]:
    return {
        "version": FORMAT_VERSION,
        "bounds_m": base_map.bounds_m,
        "attribution": base_map.attribution,
        "notes": base_map.notes,
        "layers": [_layer_record(layer) for layer in base_map.layers],
    }


def _layer_record(layer: MapLayer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind.value,
        "approximate": layer.approximate,
        "scales_m": [layer.min_scale_m, None if layer.max_scale_m == float("inf") else layer.max_scale_m],
        "features": [_feature_record(feature) for feature in layer.features],
        "levels": [[v.tolerance_m, len(v.coordinates_m), len(v.feature_of_part)] for v in layer.levels],
    }


def _feature_record(feature: Feature) -> list[Any]:
    """Return the manifest record of a feature; attributes only where there are some, as in older files."""
    record = [feature.code, feature.name, *feature.label_m, feature.rank, feature.note]
    return [*record, dict(feature.attributes)] if feature.attributes else record


def _base_map(
    manifest: dict[str, Any],
    coordinates: NDArray[np.float64],
    offsets: NDArray[np.int64],
    owners: NDArray[np.int32],
) -> BaseMap:
    if manifest["version"] != FORMAT_VERSION:
        raise ValueError(f"map file version {manifest['version']}, expected {FORMAT_VERSION}")
    cutter = _Cutter(coordinates, offsets, owners)
    layers = tuple(_layer(record, cutter) for record in manifest["layers"])
    west, south, east, north = manifest["bounds_m"]
    return BaseMap(
        layers=layers,
        bounds_m=(west, south, east, north),
        attribution=tuple(manifest["attribution"]),
        notes=tuple(manifest["notes"]),
    )


class _Cutter:
    """Splits the joined arrays back into levels, in the order in which they were joined."""

    def __init__(
        self, coordinates: NDArray[np.float64], offsets: NDArray[np.int64], owners: NDArray[np.int32]
    ) -> None:
        self._coordinates, self._offsets, self._owners = coordinates, offsets, owners
        self._vertex = self._offset = self._part = 0

    def next_level(self, tolerance_m: float, vertices: int, parts: int) -> LevelOfDetail:
        level = LevelOfDetail(
            tolerance_m=tolerance_m,
            coordinates_m=self._coordinates[self._vertex : self._vertex + vertices],
            offsets=self._offsets[self._offset : self._offset + parts + 1],
            feature_of_part=self._owners[self._part : self._part + parts],
        )
        if len(level.coordinates_m) != vertices or len(level.offsets) != parts + 1 or level.offsets[-1] != vertices:
            raise ValueError("the arrays are shorter than the manifest says")
        self._vertex += vertices
        self._offset += parts + 1
        self._part += parts
        return level


def _layer(record: dict[str, Any], cutter: _Cutter) -> MapLayer:
    least_m, most_m = record["scales_m"]
    return MapLayer(
        name=record["name"],
        kind=LayerKind(record["kind"]),
        levels=tuple(cutter.next_level(*level) for level in record["levels"]),
        features=tuple(
            Feature(
                code=code, name=name, label_m=(x_m, y_m), rank=rank, note=note, attributes=(*more, NO_ATTRIBUTES)[0]
            )
            for code, name, x_m, y_m, rank, note, *more in record["features"]
        ),
        approximate=record["approximate"],
        min_scale_m=least_m,
        max_scale_m=float("inf") if most_m is None else most_m,
    )
