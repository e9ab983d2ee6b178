"""Roads as junctions and the edges between them."""

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.reference_systems import to_utm

# From wide to narrow. Roads of layers without classes are unclassified.
ROAD_CLASSES: Final = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "local",
    "service",
    "track",
    "unclassified",
)


class RoadSourceKind(StrEnum):
    """Where roads come from: the base map of OpenStreetMap, or an imported layer of lines."""

    BASE_MAP = "base_map"
    LAYER = "layer"


class RoadSource(msgspec.Struct, frozen=True, kw_only=True):
    """The data that a network was built from.

    Attributes:
        kind, name: the base map, or the layer by its name.
        size, modified_ns: of the base map; of a layer, its number of features and the day of its import. Data that
            differ in them are newer.
        dated_at: the time of the data where it is known.
        with_tracks: whether tracks are roads.
        attribution: the text that must be shown with the map; empty if none.
    """

    kind: RoadSourceKind
    name: str
    size: int
    modified_ns: int
    dated_at: datetime | None = None
    with_tracks: bool = False
    attribution: str = ""


class RoadNetwork:
    """Junctions and edges; immutable, so that threads can share it.

    Attributes:
        source, built_at: the data and the time of the build.
        ends: the two junctions of each edge, shape (edges, 2).
        lengths_m: of the edges on the ellipsoid.
        classes: of the edges, as indices of `ROAD_CLASSES`.
        names, name_of: all names, and the index of each edge's name.
        corners_deg, offsets: the corners of edge `i` are `corners_deg[offsets[i]:offsets[i + 1]]`.
        components: of each edge; component 0 has the greatest length.
    """

    def __init__(
        self,
        *,
        source: RoadSource,
        built_at: datetime,
        ends: NDArray[np.int32],
        lengths_m: NDArray[np.float64],
        classes: NDArray[np.uint8],
        names: tuple[str, ...],
        name_of: NDArray[np.int32],
        corners_deg: NDArray[np.float64],
        offsets: NDArray[np.int64],
        components: NDArray[np.int32],
    ) -> None:
        self.source, self.built_at = source, built_at
        self.ends, self.lengths_m, self.classes = ends, lengths_m, classes
        self.names, self.name_of = names, name_of
        self.corners_deg, self.offsets, self.components = corners_deg, offsets, components

    @property
    def edge_count(self) -> int:
        return len(self.lengths_m)

    @property
    def junction_count(self) -> int:
        return int(self.ends.max()) + 1 if len(self.ends) else 0

    @property
    def component_count(self) -> int:
        return int(self.components.max()) + 1 if len(self.components) else 0

    @property
    def length_m(self) -> float:
        return float(self.lengths_m.sum())

    @property
    def largest_share(self) -> float:
        """Return the share of the length that the largest connected part has, from 0 to 1."""
        total = self.length_m
        return float(self.lengths_m[self.components == 0].sum()) / total if total else 0.0

    def lengths_by_class_m(self) -> dict[str, float]:
        """Return the length of each class that has roads, from wide to narrow."""
        sums = np.bincount(self.classes, weights=self.lengths_m, minlength=len(ROAD_CLASSES))
        return {name: float(length) for name, length in zip(ROAD_CLASSES, sums, strict=True) if length > 0}

    def name(self, edge: int) -> str:
        """Return the name of an edge, empty if it has none."""
        return self.names[int(self.name_of[edge])]

    def corners(self, edge: int) -> NDArray[np.float64]:
        """Return the corners of an edge in degrees, from its first junction to its second."""
        return self.corners_deg[self.offsets[edge] : self.offsets[edge + 1]]

    @cached_property
    def lines_utm(self) -> NDArray[np.object_]:
        """The edges as lines in metres of the regency's UTM zone."""
        x_m, y_m = to_utm(self.corners_deg[:, 0], self.corners_deg[:, 1])
        owners = np.repeat(np.arange(self.edge_count), np.diff(self.offsets))
        lines: NDArray[np.object_] = shapely.linestrings(np.column_stack((x_m, y_m)), indices=owners)
        return lines
