"""Live map objects as array values: stations, incidents, units and an affected area."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.values import Level


class MarkerKind(StrEnum):
    """Kind of a marker that can be hovered and selected."""

    STATION = "station"
    INCIDENT = "incident"
    UNIT = "unit"


class MarkerClass(IntEnum):
    """Severity class of a marker. Where several share a pixel, the highest is drawn.

    No data ranks above normal, so that an unknown state is never hidden under green.
    """

    NORMAL = 0
    INFORMATION = 1
    NO_DATA = 2
    ATTENTION = 3
    HIGH = 4
    CRITICAL = 5

    @staticmethod
    def of(level: Level) -> "MarkerClass":
        """Return the class of a level."""
        return _OF_LEVEL[level]

    @property
    def level(self) -> Level:
        """Return the level, which has colour and shape."""
        return Level[self.name]


_OF_LEVEL: Final = {each.level: each for each in MarkerClass}
_NOTHING: Final = np.zeros(0, dtype=np.float64)
_NO_CLASSES: Final = np.zeros(0, dtype=np.uint8)
_NO_FLAGS: Final = np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StationMarkers:
    """All stations: position in degrees (EPSG:4326) and `MarkerClass` by index.

    `names`, `values` and `ages` are formatted texts for the hover card; any lazy sequence, or empty.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    classes: NDArray[np.uint8] = field(default_factory=_NO_CLASSES.copy)
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()
    worked_on: frozenset[int] = frozenset()  # by index: stations under maintenance, drawn with a wrench

    def __post_init__(self) -> None:
        _check_lengths(len(self.ids), self.lon_deg, self.lat_deg, self.classes)

    def details(self, index: int) -> tuple[str, str, str]:
        """Return name, value and age of one station for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentMarkers:
    """All incidents: position in degrees, `MarkerClass` of the severity, and the letter in the mark.

    `letter_of[i]` is an index into `letters` (the hazards' letters). `closed` incidents are drawn
    hollow; `pending` ones carry a mark until they are synced.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    classes: NDArray[np.uint8] = field(default_factory=_NO_CLASSES.copy)
    letter_of: NDArray[np.uint8] = field(default_factory=_NO_CLASSES.copy)
    closed: NDArray[np.bool_] = field(default_factory=_NO_FLAGS.copy)
    pending: NDArray[np.bool_] = field(default_factory=_NO_FLAGS.copy)
    letters: tuple[str, ...] = ()
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()

    def __post_init__(self) -> None:
        arrays = (self.lon_deg, self.lat_deg, self.classes, self.letter_of, self.closed, self.pending)
        _check_lengths(len(self.ids), *arrays)

    def details(self, index: int) -> tuple[str, str, str]:
        """Return title, status or place, and age of one incident for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMarkers:
    """All units with a position: call sign, whether busy (drawn filled), whether the position is old.

    `heading_deg` is clockwise from north, NaN if unknown. `trails` are earlier positions, oldest
    first, (n, 2) degrees. `old` units are drawn grey, because their current position is unknown.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    busy: NDArray[np.bool_] = field(default_factory=_NO_FLAGS.copy)
    old: NDArray[np.bool_] = field(default_factory=_NO_FLAGS.copy)
    heading_deg: NDArray[np.float64] = field(default_factory=_NOTHING.copy)
    trails: tuple[NDArray[np.float64], ...] = ()
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not len(self.heading_deg):
            object.__setattr__(self, "heading_deg", np.full(len(self.ids), np.nan))
        if not len(self.old):
            object.__setattr__(self, "old", np.zeros(len(self.ids), dtype=np.bool_))
        _check_lengths(len(self.ids), self.lon_deg, self.lat_deg, self.busy, self.old, self.heading_deg)

    def details(self, index: int) -> tuple[str, str, str]:
        """Return call sign, state and position age of one unit for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


Markers = StationMarkers | IncidentMarkers | UnitMarkers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AffectedArea:
    """A polygon drawn dashed: `rings` of (n, 2) degrees (EPSG:4326), outer first, holes after it."""

    rings: tuple[NDArray[np.float64], ...]
    marker_class: MarkerClass = MarkerClass.CRITICAL


def _check_lengths(count: int, *arrays: NDArray[np.generic]) -> None:
    if any(array.shape != (count,) for array in arrays):
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"every array must hold one value for each of {count} ids, got {shapes}")


def _text(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""
