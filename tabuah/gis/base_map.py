"""Base map for the canvas: styled layers, each with precomputed levels of detail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

NO_ATTRIBUTES: Final[Mapping[str, str | float]] = {}  # shared by all features without attributes
DETAIL: Final = "tabuah:detail"  # attribute of a feature that the map query shows; no column of an imported file


class LayerKind(StrEnum):
    """Geometry kind of a layer, which defines how its coordinates are joined."""

    POLYGON = "polygon"
    LINE = "line"
    POINT = "point"


class LevelOfDetail(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One simplification of a layer, for drawing at `tolerance_m` metres a pixel or coarser.

    Coordinates are EPSG:3857 metres, float64, shape (n, 2). Part i is
    `coordinates_m[offsets[i]:offsets[i + 1]]` and belongs to feature `feature_of_part[i]`. Polygon
    rings are closed and follow each other, outer ring first.
    """

    tolerance_m: float
    coordinates_m: NDArray[np.float64]
    offsets: NDArray[np.int64]
    feature_of_part: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Properties of one feature besides its shape; `label_m` is the label position in EPSG:3857 metres.

    `attributes` come from the imported file and select symbols by class or by value.
    """

    code: str
    name: str
    label_m: tuple[float, float]
    rank: int = 0  # lower ranks are labelled first
    note: str = ""
    attributes: Mapping[str, str | float] = field(default_factory=lambda: NO_ATTRIBUTES, hash=False)


class MapLayer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One layer: `name` selects its style, `levels` run from the finest to the coarsest.

    Layers compare by identity: arrays cannot be compared as values, and a map that is read again must
    be redrawn.
    """

    name: str
    kind: LayerKind
    levels: tuple[LevelOfDetail, ...]
    features: tuple[Feature, ...]
    approximate: bool = False  # drawn dashed: "perkiraan, bukan batas resmi" (estimate, not an official boundary)
    min_scale_m: float = 0.0  # drawn only between these ground sizes of one pixel, metres at the equator
    max_scale_m: float = float("inf")

    def level_for(self, metres_per_pixel: float) -> LevelOfDetail:
        """Return the coarsest level whose error stays under 0.7 pixels at `metres_per_pixel`."""
        best = self.levels[0]
        for level in self.levels:
            if level.tolerance_m <= 0.7 * metres_per_pixel:
                best = level
        return best


class BaseMap(msgspec.Struct, frozen=True, kw_only=True):
    """All layers from bottom to top, with attribution and notes."""

    layers: tuple[MapLayer, ...]
    bounds_m: tuple[float, float, float, float]  # west, south, east, north of the regency, EPSG:3857
    attribution: tuple[str, ...]
    notes: tuple[str, ...] = ()  # for example "roads not imported yet"
