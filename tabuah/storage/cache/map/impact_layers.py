"""Layers for the impact of an area: the base map of a console and the layers that it imported."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.area_codes import code_column, kemendagri_code, name_column
from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm.base_map_file import BaseMapFacts, StoredObject, read_base_map_facts, read_objects
from tabuah.gis.osm.tag_classes import BaseMapTable
from tabuah.gis.queries.impact import (
    MARGIN_M,
    AreaImpact,
    ImpactKind,
    ImpactLayer,
    ImpactObject,
    ImpactSource,
    compute_impact,
    margin_box,
)
from tabuah.resources.fault_isolation import isolated, record_fault
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.map.imported_layers import LayerFacts, imported_layers
from tabuah.storage.cache.map.maps import MapSignature, base_map_source, map_signature

OSM: Final = "OpenStreetMap"
POPULATION_COLUMNS: Final = ("population", "penduduk", "jumlah_penduduk", "jml_penduduk", "jiwa")
_MOST_PEOPLE: Final = 1e9
_CLASSES: Final = {
    ImpactKind.SCHOOLS: (BaseMapTable.FACILITIES, frozenset({"school"})),
    ImpactKind.HEALTH: (BaseMapTable.FACILITIES, frozenset({"puskesmas", "clinic", "hospital"})),
    ImpactKind.BRIDGES: (BaseMapTable.FACILITIES, frozenset({"bridge"})),
    ImpactKind.ROADS: (
        BaseMapTable.ROADS,
        frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "local", "service", "track"}),
    ),
}
_WORDS: Final = {  # in the name of an imported layer
    ImpactKind.SCHOOLS: frozenset({"sekolah", "pendidikan", "madrasah", "school", "schools"}),
    ImpactKind.HEALTH: frozenset(
        {"puskesmas", "pustu", "poskesri", "faskes", "kesehatan", "klinik", "rsud", "health", "clinics", "hospitals"}
    ),
    ImpactKind.BRIDGES: frozenset({"jembatan", "bridge", "bridges"}),
    ImpactKind.ROADS: frozenset({"jalan", "road", "roads"}),
}
_LINEAR: Final = 1  # the dimension of a line


class ImpactReader:
    """Computes impacts from the map files of a data directory, read again when they change; for one thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._signature: MapSignature | None = None
        self._imported: tuple[ImpactLayer, ...] = ()

    def read(self, area: BaseGeometry, *, margin_m: float = MARGIN_M) -> AreaImpact:
        """Return the impact of valid polygons in EPSG:4326.

        A damaged layer is left out and logged: its figures are not known.
        """
        signature = map_signature(self._directory)
        if signature != self._signature:
            self._imported, self._signature = tuple(read_imported_layers(self._directory)), signature
        built = tuple(_built_layers(self._directory, margin_box(area, margin_m)))
        return compute_impact(area, (*self._imported, *built), margin_m=margin_m)


def read_imported_layers(directory: Path) -> Iterator[ImpactLayer]:
    """Yield the imported layers that count for an impact, those with the population of the smallest areas first."""
    if not (directory / CACHE_NAME).is_file():
        return
    found: list[ImpactLayer] = []
    with imported_layers(directory) as layers:
        for facts in layers.list():
            with isolated("imported layer", facts.name, catch=(Exception,)):
                shapes, rows = layers.rows(facts.table)
                found += _layers_of(facts, shapes, rows)
    yield from sorted(found, key=_mean_area)


def _layers_of(facts: LayerFacts, shapes: Any, rows: list[dict[str, Any]]) -> Iterator[ImpactLayer]:
    if not rows:
        return
    source = ImpactSource(name=facts.name, dated_on=facts.imported_on)
    coded = code_column(rows)
    named = name_column(rows, len(kemendagri_code(rows[0][coded])) if coded else 0)
    names = [str(row.get(named) or "").strip() for row in rows]
    people = [_population(row) for row in rows]
    dimension = int(shapely.get_dimensions(shapes).max())
    for kind in _kinds(facts.name, dimension):
        objects = tuple(ImpactObject(shape=shape, name=name) for shape, name in zip(shapes, names, strict=True))
        yield ImpactLayer(kind=kind, source=source, objects=objects)
    if dimension != _LINEAR and any(number is not None for number in people):
        parts = zip(shapes, names, people, strict=True)
        objects = tuple(ImpactObject(shape=shape, name=name, people=number) for shape, name, number in parts)
        yield ImpactLayer(kind=ImpactKind.PEOPLE, source=source, objects=objects)


def _kinds(name: str, dimension: int) -> Iterator[ImpactKind]:
    """Yield the kind that the name of a layer says; roads are lines, schools and health posts are not."""
    words = set(re.split(r"[^a-z]+", name.lower()))
    for kind, known in _WORDS.items():
        is_line = dimension == _LINEAR
        fits = kind is ImpactKind.BRIDGES or is_line is (kind is ImpactKind.ROADS)
        if fits and words & known:
            yield kind
            return


def _population(row: Mapping[str, Any]) -> float | None:
    given = {str(name).lower(): value for name, value in row.items()}
    for name in POPULATION_COLUMNS:
        value = given.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_PEOPLE:
            return float(value)
    return None


def _mean_area(layer: ImpactLayer) -> tuple[bool, float]:
    """Return the order of layers: areas before points, smaller areas first."""
    areas = shapely.area(np.array([each.shape for each in layer.objects], dtype=object))
    mean = float(areas.mean()) if len(areas) else 0.0
    return not mean, mean


def _built_layers(directory: Path, box_deg: tuple[float, float, float, float]) -> Iterator[ImpactLayer]:
    path = base_map_source(directory)
    if path is None:
        return
    try:
        facts = read_base_map_facts(path)
        rows = {
            table: read_objects(path, table, within_deg=box_deg)
            for table in (BaseMapTable.FACILITIES, BaseMapTable.ROADS, BaseMapTable.PLACES)
        }
    except MapBuildError as error:
        record_fault("base map", str(path), error)
        return
    source = ImpactSource(name=OSM, dated_on=_day(facts))
    extent = shapely.box(*facts.bounds_deg)
    for kind, (table, classes) in _CLASSES.items():
        if facts.classes[table] & classes:  # none in the whole regency means that nobody has mapped them
            objects = tuple(_object(row) for row in rows[table] if row.kind in classes)
            yield ImpactLayer(kind=kind, source=source, objects=objects, extent=extent)
    places = tuple(_object(row) for row in rows[BaseMapTable.PLACES])
    yield ImpactLayer(kind=ImpactKind.PEOPLE, source=source, objects=places, extent=extent)


def _object(row: StoredObject) -> ImpactObject:
    return ImpactObject(shape=row.shape, name=row.name or row.ref, people=row.population)


def _day(facts: BaseMapFacts) -> date:
    return facts.extracted_at.astimezone(home_zone()).date()
