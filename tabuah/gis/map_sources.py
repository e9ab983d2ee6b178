"""Reads the files in resources/sources: the shapes and points from which the shipped map is built."""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.errors import MapSourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFeature:
    """One feature of a source; `shape` is in degrees (EPSG:4326)."""

    shape: BaseGeometry
    properties: dict[str, Any]

    @property
    def name(self) -> str:
        """The name as the source writes it, empty where it has none."""
        return str(self.properties.get("name", ""))


def shipped_sources() -> Path:
    """Where the sources that come with Tabuah lie."""
    return Path(str(files("tabuah.resources"))) / "sources"


def read_shapes(path: Path) -> list[SourceFeature]:
    """Read a GeoJSON source.

    Raises:
        MapSourceError: the file is missing or is no GeoJSON.
    """
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        return [
            SourceFeature(
                shape=shapely.from_geojson(json.dumps(feature["geometry"])), properties=feature["properties"]
            )
            for feature in collection["features"]
        ]
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise MapSourceError(f"{path} cannot be read: {error}") from error


def read_points(path: Path) -> list[SourceFeature]:
    """Read a CSV source with columns `lon` and `lat` in degrees.

    Raises:
        MapSourceError: the file is missing, or a row has no position.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return [
                SourceFeature(shape=shapely.Point(float(row["lon"]), float(row["lat"])), properties=dict(row))
                for row in csv.DictReader(lines)
            ]
    except (OSError, ValueError, KeyError) as error:
        raise MapSourceError(f"{path} cannot be read: {error}") from error
