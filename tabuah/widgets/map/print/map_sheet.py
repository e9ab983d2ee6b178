"""Map sheet: the content, texts, paper and scale of a printed map."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.widgets.map.content import MapContent, MarkerClass
from tabuah.widgets.map.viewport import Bounds

PX_PER_MM: Final = 100 / 25.4  # the unit of a sheet: 0.01 inch
PRINT_RATIO: Final = 3.0  # device pixels to a unit: 300 dpi


class Paper(StrEnum):
    """Paper size of a sheet."""

    A4 = "A4"
    A3 = "A3"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return the long and the short side (ISO 216)."""
        return {Paper.A4: (297.0, 210.0), Paper.A3: (420.0, 297.0)}[self]


class Grid(StrEnum):
    """Grid lines on the map."""

    DEGREES = "degrees"
    UTM = "utm"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapKeys:
    """Texts of the legend: incident classes, and hazard letters."""

    incident_classes: Mapping[MarkerClass, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapSheet:
    """A map for paper.

    Args:
        bounds_m: EPSG:3857, shown completely at the next round scale; None for the regency.
        scale: the scale number for a fixed scale around the centre of the bounds.
        data_at: the moment whose state is drawn.
    """

    content: MapContent
    title: str
    subtitle: str
    office: tuple[str, ...]
    author: str
    data_at: datetime
    printed_at: datetime
    keys: MapKeys = field(default_factory=MapKeys)
    paper: Paper = Paper.A4
    landscape: bool = True
    bounds_m: Bounds | None = None
    scale: float | None = None
    grid: Grid = Grid.DEGREES

    @property
    def size_px(self) -> tuple[int, int]:
        """Return width and height of the sheet in its unit."""
        long, short = (round(side * PX_PER_MM) for side in self.paper.size_mm)
        return (long, short) if self.landscape else (short, long)
