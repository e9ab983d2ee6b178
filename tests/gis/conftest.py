"""Fixtures: the shipped map, its gazetteer, and small GeoJSON files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tabuah.gis.base_map import BaseMap
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer

POINT = {"type": "Point", "coordinates": [100.65, -0.83]}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[100.6, -0.9], [100.7, -0.9], [100.7, -0.8], [100.6, -0.8], [100.6, -0.9]]],
}

Collection = Callable[..., dict[str, Any]]
Writer = Callable[..., Path]


@pytest.fixture(scope="session")
def base_map() -> BaseMap:
    return load_base_map()


@pytest.fixture(scope="session")
def gazetteer(base_map: BaseMap) -> Gazetteer:
    return Gazetteer(base_map)


@pytest.fixture
def collection() -> Collection:
    """Return a factory for feature collections whose features have the same properties."""

    def make(*geometries: Any, properties: dict[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
        features = [{"type": "Feature", "properties": properties or {}, "geometry": g} for g in geometries]
        return {"type": "FeatureCollection", **extra, "features": features}

    return make


@pytest.fixture
def geojson(tmp_path: Path, collection: Collection) -> Writer:
    """Return a writer of GeoJSON files."""

    def write(*geometries: Any, name: str = "peta.geojson", encoding: str = "utf-8", **extra: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(collection(*geometries, **extra), ensure_ascii=False), encoding=encoding)
        return path

    return write
