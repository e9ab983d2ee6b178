"""Takes in map data from GeoJSON, GeoPackage, Shapefile and KML: all of it, checked, or nothing."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.area_codes import code_column, kemendagri_code, name_column
from tabuah.gis.basemap import LayerKind, MapLayer
from tabuah.gis.errors import LayerImportError, SeveralLayersError
from tabuah.gis.import_progress import (
    ImportProgress,
    ImportStage,
    OnDone,
    OnProgress,
    count_for_nobody,
    counting,
    tell_nobody,
)
from tabuah.gis.layer_checks import Findings, checked, decoded
from tabuah.gis.layer_files import MapFile, latin_note, opened
from tabuah.gis.layers.attributes import drawn_attributes
from tabuah.gis.levels_of_detail import simplify_alone, simplify_together
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.places import Boundary
from tabuah.resources.catalogue import _

MAX_FEATURES: Final = 200_000
MAX_VERTICES: Final = 5_000_000
AREA_CODE_LENGTHS: Final = (8, 13)  # kecamatan, nagari

_KIND_OF_SHAPE: Final = {
    "Point": LayerKind.POINT,
    "MultiPoint": LayerKind.POINT,
    "LineString": LayerKind.LINE,
    "LinearRing": LayerKind.LINE,
    "MultiLineString": LayerKind.LINE,
    "Polygon": LayerKind.POLYGON,
    "MultiPolygon": LayerKind.POLYGON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeature:
    """One feature of a file: its number there (from 1), its shape in EPSG:4326, its attributes as they were."""

    number: int
    shape: BaseGeometry
    properties: Mapping[str, Any]
    code: str = ""
    name: str = ""

    @property
    def kind(self) -> LayerKind:
        """Point, line or polygon."""
        return _KIND_OF_SHAPE[self.shape.geom_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLayer:
    """A layer that was read and checked; `notes` say in the user's language what was changed on the way.

    `repaired` counts the features whose shape had to be mended.
    """

    name: str
    features: tuple[ImportedFeature, ...]
    notes: tuple[str, ...] = ()
    repaired: int = 0

    @property
    def kinds(self) -> tuple[LayerKind, ...]:
        """The kinds of shapes that occur, each once, areas first."""
        present = {feature.kind for feature in self.features}
        return tuple(kind for kind in LayerKind if kind in present)

    def to_map_layer(
        self, name: str | None = None, kind: LayerKind | None = None, *, on_level: OnDone = count_for_nobody
    ) -> MapLayer:
        """Build the drawable layer with its levels of detail.

        Args:
            name: picks the style; by default the layer's own name.
            kind: which shapes to take from a mixed layer; by default the first of `kinds`.
            on_level: told after each level of detail.
        """
        wanted = kind or self.kinds[0]
        shapes = [
            NamedShape(shape=f.shape, code=f.code, name=f.name, attributes=drawn_attributes(f.properties))
            for f in self.features
            if f.kind is wanted
        ]
        share_edges = wanted is LayerKind.POLYGON and shapely.coverage_is_valid([s.shape for s in shapes])
        simplify = simplify_together if share_edges else simplify_alone
        return make_layer(name or self.name, wanted, shapes, simplify=simplify, on_level=on_level)

    def boundaries(self, regency_code: str) -> tuple[Boundary, ...]:
        """The areas of a regency's kecamatan and nagari, by their codes; several parts of one code become one.

        Raises:
            LayerImportError: the layer has no area with such a code.
        """
        parts: dict[str, list[ImportedFeature]] = {}
        for feature in self.features:
            ours = feature.code.startswith(f"{regency_code}.") and len(feature.code) in AREA_CODE_LENGTHS
            if ours and feature.kind is LayerKind.POLYGON:
                parts.setdefault(feature.code, []).append(feature)
        if not parts:
            message = _("{name} has no kecamatan or nagari areas with codes that begin with {code}.")
            raise LayerImportError(message.format(name=self.name, code=regency_code))
        return tuple(
            Boundary(code=code, name=own[0].name, shape=shapely.union_all([f.shape for f in own]))
            for code, own in sorted(parts.items())
        )


def read_layer(path: Path, layer: str | None = None, *, on_progress: OnProgress = tell_nobody) -> ImportedLayer:
    """Read one layer of a file, convert it to EPSG:4326 and check every feature.

    Args:
        path: a GeoJSON, GeoPackage, Shapefile (.shp, or .zip of its parts) or KML (.kml, .kmz) file.
        layer: which layer or archived map, where there are several.
        on_progress: told what is being done, and how far it is.

    Raises:
        LayerImportError: with what is wrong, where, and what to do; nothing is taken in then.
    """
    findings = Findings()
    on_progress(ImportProgress(stage=ImportStage.READING))
    with opened(path, layer) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's doubts; our own checks name the feature
        # pyogrio 0.13 makes unit-less times, which numpy 2.5 is giving up; can go with the next pyogrio
        warnings.filterwarnings("ignore", "The 'generic' unit for NumPy timedelta", DeprecationWarning)
        findings.notes.extend(file.notes)
        name, system, binary, rows = _read(file, layer, path, findings, on_progress)
    on_checked = counting(ImportStage.CHECKING, on_progress)
    on_checked(0, len(binary))
    shapes = decoded(binary, findings)
    findings.raise_if_any(path.name)
    if int(shapely.get_num_coordinates(shapes).sum()) > MAX_VERTICES:
        raise _too_much(path, MAX_VERTICES)
    shapes = checked(shapes, system, findings, on_checked=on_checked)
    findings.raise_if_any(path.name)
    return ImportedLayer(
        name=name,
        features=_features(shapes, rows),
        notes=tuple(findings.notes),
        repaired=len(findings.mended),
    )


def _read(
    file: MapFile, layer: str | None, path: Path, findings: Findings, on_progress: OnProgress
) -> tuple[str, str | None, np.ndarray[Any, Any], list[dict[str, Any]]]:
    """Name, reference system, WKB shapes and attributes of a layer as GDAL reads them."""
    from pyogrio import read_info  # noqa: PLC0415 (GDAL takes 100 ms to load and most runs need none of it)
    from pyogrio.errors import DataSourceError  # noqa: PLC0415

    try:
        name = _layer_name(file, layer, path)
        info = read_info(file.path, layer=name)
        if info["driver"] not in file.drivers:
            raise LayerImportError(_("{name} is not what its ending says.").format(name=path.name))
        if info["features"] > MAX_FEATURES:
            raise _too_much(path, MAX_FEATURES)
        on_progress(ImportProgress(stage=ImportStage.READING, total=max(0, int(info["features"]))))
        meta, _fids, binary, columns = _read_raw(file, name, findings)
    except DataSourceError as error:
        message = _("{name} cannot be read as map data: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error)) from error
    if not len(binary):
        raise LayerImportError(_("{name} has no features.").format(name=path.name))
    rows = [dict(zip(meta["fields"], map(_plain, values), strict=True)) for values in zip(*columns, strict=True)] or [
        {} for _shape in binary
    ]
    own_name = name if file.drivers == {"GPKG"} else path.stem
    return own_name, meta["crs"], binary, rows


def _read_raw(file: MapFile, name: str, findings: Findings) -> tuple[Any, Any, Any, Any]:
    """Read with the encoding that is declared, else UTF-8, else Windows-1252."""
    from pyogrio.raw import read  # noqa: PLC0415

    declared = file.path.with_suffix(".cpg").exists() or "ESRI Shapefile" not in file.drivers
    try:
        return tuple(read(file.path, layer=name, encoding=None if declared else "UTF-8"))
    except UnicodeDecodeError:
        findings.notes.append(latin_note())
        return tuple(read(file.path, layer=name, encoding="CP1252"))


def _layer_name(file: MapFile, layer: str | None, path: Path) -> str:
    names = shaped_layers(file)
    if not names:
        raise LayerImportError(_("{name} has no layer with shapes.").format(name=path.name))
    if len(names) == 1 and (layer is None or file.path.suffix != ".gpkg"):
        return names[0]
    if layer in names:
        return str(layer)
    message = _("{name} has these layers: {layers}. Say which one.")
    raise SeveralLayersError(message.format(name=path.name, layers=", ".join(names)))


def kind_of_shape(geometry_type: str) -> LayerKind | None:
    """The kind of a type of shapes as GDAL names it, "3D Polygon" too; None where a layer mixes them."""
    return _KIND_OF_SHAPE.get(geometry_type.removeprefix("2.5D ").removeprefix("3D ").split(" ")[0])


def shaped_layers(file: MapFile) -> list[str]:
    """The layers of a file that have shapes; tables of mere attributes are none."""
    from pyogrio import list_layers  # noqa: PLC0415 - see above

    return [str(name) for name, kind in list_layers(file.path) if kind is not None]


def _features(shapes: np.ndarray[Any, Any], rows: list[dict[str, Any]]) -> tuple[ImportedFeature, ...]:
    coded = code_column(rows)
    codes = [kemendagri_code(row[coded]) if coded else "" for row in rows]
    named = name_column(rows, len(codes[0]))
    return tuple(
        ImportedFeature(
            number=number,
            shape=shape,
            properties=row,
            code=code,
            name=str(row[named] or "").strip() if named else "",
        )
        for number, (shape, row, code) in enumerate(zip(shapes, rows, codes, strict=True), start=1)
    )


def _plain(value: Any) -> Any:
    """A plain Python value for what numpy gives; missing numbers and dates become None."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain


def _too_much(path: Path, limit: int) -> LayerImportError:
    message = _("{name} holds more than {limit} features or vertices. Cut it to the regency first.")
    return LayerImportError(message.format(name=path.name, limit=limit))
