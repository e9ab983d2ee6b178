"""Import of map layers from GeoJSON, GeoPackage, Shapefile and KML: the whole file, checked, or nothing."""

import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from tabuah.gis.area_codes import code_column, kemendagri_code, name_column
from tabuah.gis.errors import LayerImportError, SeveralLayersError
from tabuah.gis.import_progress import ImportProgress, ImportStage, OnProgress, ignore_progress, progress_counter
from tabuah.gis.imported_layer import ImportedFeature, ImportedLayer
from tabuah.gis.layer_checks import ImportFindings, check_shapes, decode_shapes
from tabuah.gis.layer_files import MAX_FEATURES, MapFile, latin_note, open_map_file
from tabuah.resources.localisation import _

MAX_VERTICES: Final = 5_000_000


def read_layer(path: Path, layer: str | None = None, *, on_progress: OnProgress = ignore_progress) -> ImportedLayer:
    """Read one layer of a file, convert it to EPSG:4326 and check every feature.

    Args:
        path: a GeoJSON, GeoPackage, Shapefile (.shp, or .zip of its parts) or KML (.kml, .kmz) file.
        layer: layer or archived map to read, where there are several.
        on_progress: receives stage and progress.

    Raises:
        LayerImportError: states problem, feature and remedy; nothing is imported.
    """
    findings = ImportFindings()
    on_progress(ImportProgress(stage=ImportStage.READING))
    with open_map_file(path, layer) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # GDAL warnings; our own checks name the feature
        # pyogrio 0.13 creates unit-less times, which numpy 2.5 deprecates; remove with the next pyogrio
        warnings.filterwarnings("ignore", "The 'generic' unit for NumPy timedelta", DeprecationWarning)
        findings.notes.extend(file.notes)
        name, system, binary, rows = _read(file, layer, path, findings, on_progress)
    on_checked = progress_counter(ImportStage.CHECKING, on_progress)
    on_checked(0, len(binary))
    shapes = decode_shapes(binary, findings)
    findings.raise_if_any(path.name)
    if int(shapely.get_num_coordinates(shapes).sum()) > MAX_VERTICES:
        raise _too_much(path, MAX_VERTICES)
    shapes = check_shapes(shapes, system, findings, on_checked=on_checked)
    findings.raise_if_any(path.name)
    return ImportedLayer(
        name=name,
        features=_features(shapes, rows),
        notes=tuple(findings.notes),
        repaired=len(findings.repaired),
    )


def _read(
    file: MapFile, layer: str | None, path: Path, findings: ImportFindings, on_progress: OnProgress
) -> tuple[str, str | None, np.ndarray[Any, Any], list[dict[str, Any]]]:
    """Return name, reference system, WKB shapes and attributes of a layer as GDAL reads them."""
    from pyogrio import read_info  # noqa: PLC0415 (GDAL takes 100 ms to load and most runs need none of it)
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - as above

    try:
        name = _layer_name(file, layer, path)
        info = read_info(file.path, layer=name)
        if info["driver"] not in file.drivers:
            raise LayerImportError(
                _("The content of {name} does not match its file extension.").format(name=path.name)
            )
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


def _read_raw(file: MapFile, name: str, findings: ImportFindings) -> tuple[Any, Any, Any, Any]:
    """Read with the declared encoding, else UTF-8, else Windows-1252."""
    from pyogrio.raw import read  # noqa: PLC0415 - loads GDAL

    declared = file.path.with_suffix(".cpg").exists() or "ESRI Shapefile" not in file.drivers
    try:
        return tuple(read(file.path, layer=name, encoding=None if declared else "UTF-8"))
    except UnicodeDecodeError:
        findings.notes.append(latin_note())
        return tuple(read(file.path, layer=name, encoding="CP1252"))


def _layer_name(file: MapFile, layer: str | None, path: Path) -> str:
    names = spatial_layers(file)
    if not names:
        raise LayerImportError(_("{name} has no layer with shapes.").format(name=path.name))
    if len(names) == 1 and (layer is None or file.path.suffix != ".gpkg"):
        return names[0]
    if layer in names:
        return str(layer)
    message = _("{name} has these layers: {layers}. Specify one.")
    raise SeveralLayersError(message.format(name=path.name, layers=", ".join(names)))


def spatial_layers(file: MapFile) -> list[str]:
    """Return the layers of the file that have geometries; attribute-only tables are left out."""
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
    """Return a plain Python value for a numpy one; missing numbers and dates become None."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain


def _too_much(path: Path, limit: int) -> LayerImportError:
    message = _("{name} has more than {limit} features or vertices. Clip it to the regency first.")
    return LayerImportError(message.format(name=path.name, limit=limit))
