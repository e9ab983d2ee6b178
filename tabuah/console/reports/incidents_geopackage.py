"""Incidents as a GeoPackage (OGC 12-128r18): a point layer and, if needed, a layer of affected areas."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from tabuah.console.reports.errors import TypesettingFailed
from tabuah.console.reports.incident_columns import COLUMNS, ColumnType, ListedIncident, Value, read_value
from tabuah.console.reports.incidents_geojson import area_ring

INCIDENTS: Final = "incidents"
AREAS: Final = "affected_areas"
_UTC: Final = 100  # GDAL's flag for a time in UTC
_FAILURES: Final = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, OSError)


class GeoPackageField(msgspec.Struct, frozen=True, eq=False):
    """A column as an array, with a mask of unknown values."""

    values: NDArray[Any]
    missing: NDArray[np.bool_] | None = None


def encode_incidents_geopackage(items: Sequence[ListedIncident]) -> bytes:
    """Return the file: codes in English, times in UTC, EPSG:4326.

    Raises:
        TypesettingFailed: it could not be made, as when the disk for temporary files is full.
    """
    with tempfile.TemporaryDirectory(prefix="tabuah-") as folder:
        path = Path(folder) / "incidents.gpkg"
        try:
            _write_points(path, items)
            areas = [item for item in items if item.incident.area]
            if areas:
                _write_areas(path, areas)
            return path.read_bytes()
        except _FAILURES as error:
            raise TypesettingFailed(str(error)) from error


def _write_points(path: Path, items: Sequence[ListedIncident]) -> None:
    fields = {
        column.name: _make_field([read_value(column, item) for item in items], column.form) for column in COLUMNS
    }
    places = [item.incident.place for item in items]
    points = [shapely.to_wkb(shapely.Point(p.lon_deg, p.lat_deg)) if p else None for p in places]
    _write(path, INCIDENTS, points, fields, geometry_type="Point")


def _write_areas(path: Path, items: Sequence[ListedIncident]) -> None:
    shapes = [shapely.to_wkb(shapely.Polygon(area_ring(item.incident))) for item in items]
    fields = {
        "number": _make_field([item.incident.number for item in items], ColumnType.TEXT),
        "incident": _make_field([item.incident.id for item in items], ColumnType.TEXT),
        "exercise": _make_field([item.incident.exercise for item in items], ColumnType.FLAG),
        "exercise_id": _make_field([item.incident.exercise_id for item in items], ColumnType.TEXT),
    }
    _write(path, AREAS, shapes, fields, geometry_type="Polygon", append=True)


def _write(
    path: Path,
    layer: str,
    shapes: Sequence[bytes | None],
    fields: dict[str, GeoPackageField],
    *,
    geometry_type: str,
    append: bool = False,
) -> None:
    times = (name for name, field in fields.items() if field.values.dtype.kind == "M")
    pyogrio.raw.write(
        str(path),
        np.array([*shapes, None], dtype=object)[:-1],  # the None prevents numpy from making a bytes array
        [field.values for field in fields.values()],
        list(fields),
        field_mask=[field.missing for field in fields.values()],
        layer=layer,
        driver="GPKG",
        geometry_type=geometry_type,
        crs="EPSG:4326",
        append=append,
        gdal_tz_offsets={name: np.full(len(shapes), _UTC, dtype=np.int64) for name in times},
    )


def _make_field(values: Sequence[Value], form: ColumnType) -> GeoPackageField:
    missing = np.array([value is None for value in values], dtype=np.bool_)
    match form:
        case ColumnType.COUNT:
            return GeoPackageField(np.array([value or 0 for value in values], dtype=np.int64), missing)
        case ColumnType.DEGREES:
            return GeoPackageField(
                np.array([np.nan if value is None else value for value in values], dtype=np.float64), missing
            )
        case ColumnType.FLAG:
            return GeoPackageField(np.array([bool(value) for value in values], dtype=np.bool_))
        case ColumnType.MOMENT:
            naive = [v.astimezone(UTC).replace(tzinfo=None) for v in values if isinstance(v, datetime)]
            return GeoPackageField(np.array(naive, dtype="datetime64[ms]"))
    texts = ["" if value is None else str(value).replace("\0", "") for value in values]
    return GeoPackageField(np.array(texts, dtype=object))
