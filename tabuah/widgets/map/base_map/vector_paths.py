"""Painter paths of layers with a spatial index; built once for each level of detail."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

from tabuah.gis.base_map import LevelOfDetail
from tabuah.gis.box_index import BoxIndex
from tabuah.widgets.map.viewport import Bounds

CHUNK: Final = 128  # vertices per stroked piece: long strokes are slow, and pieces off screen are not drawn
_ELEMENT: Final = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])  # path element in the format of QDataStream
_MOVE, _LINE = 0, 1


class PathSet(msgspec.Struct, frozen=True):
    """Paths in EPSG:3857 metres with an index of their boxes."""

    paths: list[QPainterPath]
    boxes: BoxIndex

    def within(self, bounds_m: Bounds) -> list[QPainterPath]:
        """Return the paths whose box touches `bounds_m`, in their own order."""
        return [self.paths[index] for index in self.boxes.intersecting(bounds_m).tolist()]


class SegmentSet(msgspec.Struct, frozen=True):
    """Line segments in EPSG:3857 metres, x1, y1, x2, y2, with an index of the boxes of `CHUNK`s."""

    segments: NDArray[np.float64]  # shape (n, 4)
    boxes: BoxIndex

    def within(self, bounds_m: Bounds) -> list[NDArray[np.float64]]:
        """Return runs of `segments` whose boxes touch `bounds_m`, in order and as long as possible."""
        found = self.boxes.intersecting(bounds_m)
        if len(found) == 0:
            return []
        stretches = np.split(found, np.flatnonzero(np.diff(found) != 1) + 1)
        return [self.segments[each[0] * CHUNK : (each[-1] + 1) * CHUNK] for each in stretches]


def line_segments(level: LevelOfDetail, *, shared: bool, inner: bool = False) -> SegmentSet:
    """Return the lines as segments, near ones together.

    `shared` draws a border between two areas only once; `inner` draws only such borders.
    """
    points = level.coordinates_m
    kept = _distinct_segments(level, inner=inner) if shared else _segment_numbers(level)
    if len(kept) == 0:
        return SegmentSet(np.zeros((0, 4)), BoxIndex(np.zeros((0, 2)), np.zeros((0, 2))))
    kept = kept[np.argsort(_neighbourhoods(points[kept]), kind="stable")]
    segments = np.concatenate((points[kept], points[kept + 1]), axis=1)
    firsts = np.arange(0, len(segments), CHUNK)
    low = np.minimum.reduceat(np.minimum(segments[:, :2], segments[:, 2:]), firsts)
    high = np.maximum.reduceat(np.maximum(segments[:, :2], segments[:, 2:]), firsts)
    return SegmentSet(segments, BoxIndex(low, high))


def _neighbourhoods(points_m: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return the cell of each point on a 256 × 256 grid, numbered along a Z-order curve (Morton 1966)."""
    low = points_m.min(axis=0)
    size = np.maximum(points_m.max(axis=0) - low, 1e-9)
    cells = ((points_m - low) * (255 / size)).astype(np.uint16)
    spread = np.array([sum((n >> bit & 1) << 2 * bit for bit in range(8)) for n in range(256)], dtype=np.uint16)
    numbers: NDArray[np.uint16] = spread[cells[:, 0]] | spread[cells[:, 1]] << np.uint16(1)
    return numbers


class FillSet(msgspec.Struct, frozen=True):
    """Areas in EPSG:3857 metres with their boxes: single rings as points, others as paths."""

    areas: list[NDArray[np.float64] | QPainterPath]
    boxes: BoxIndex

    def within(self, bounds_m: Bounds) -> list[NDArray[np.float64] | QPainterPath]:
        """Return the areas whose box touches `bounds_m`, in their own order."""
        return [self.areas[index] for index in self.boxes.intersecting(bounds_m).tolist()]


def fill_areas(level: LevelOfDetail) -> FillSet:
    """Return each feature with all its rings. A single ring is not copied."""
    owners, points = level.feature_of_part, np.ascontiguousarray(level.coordinates_m)
    firsts = np.flatnonzero(np.diff(owners, prepend=owners[:1] - 1))
    ends = np.append(firsts[1:], len(owners))[: len(firsts)]
    filled = level.offsets[ends] > level.offsets[firsts]
    firsts, ends = firsts[filled], ends[filled]
    if len(firsts) == 0:
        return FillSet([], BoxIndex(np.zeros((0, 2)), np.zeros((0, 2))))
    starts = level.offsets[firsts]
    areas: list[NDArray[np.float64] | QPainterPath] = []
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        offsets = level.offsets[first : end + 1]
        ring = points[offsets[0] : offsets[-1]]
        areas.append(ring if end == first + 1 else path_of(ring, offsets[:-1] - offsets[0]))
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    return FillSet(areas, BoxIndex(low, high))


def line_paths(level: LevelOfDetail, *, whole: bool = False, inner: bool = False) -> PathSet:
    """Return the lines cut into pieces of at most `CHUNK` vertices; a shared border is drawn only once.

    `whole` lines are not cut, so that their dash pattern continues; `inner` returns only shared
    borders.
    """
    groups: list[NDArray[np.int64]] = []
    for first, end in _runs(level, inner=inner):
        step = end - first if whole else CHUNK
        starts = range(first, max(end - 1, first + 1), max(step, 1))
        groups += [np.array([start, min(start + step + 1, end)]) for start in starts]
    return _path_set(level.coordinates_m, groups)


def _runs(level: LevelOfDetail, *, inner: bool) -> list[tuple[int, int]]:
    """Return first and end vertex of the longest lines without repeated segments."""
    kept = _distinct_segments(level, inner=inner)
    if len(kept) == 0:
        return []
    breaks = np.flatnonzero(np.diff(kept) != 1) + 1
    return [(int(run[0]), int(run[-1]) + 2) for run in np.split(kept, breaks)]


def _segment_numbers(level: LevelOfDetail) -> NDArray[np.int64]:
    """Return the first vertices of all segments, in order."""
    count = max(0, len(level.coordinates_m) - 1)
    segments = np.ones(count, dtype=np.bool_)
    segments[level.offsets[1:-1] - 1] = False  # from the end of one part to the start of the next
    return np.flatnonzero(segments)


def _distinct_segments(level: LevelOfDetail, *, inner: bool) -> NDArray[np.int64]:
    """Return the first vertices of the distinct segments, in order; `inner` returns only repeated ones."""
    numbers = _segment_numbers(level)
    keys = _point_keys(level.coordinates_m)
    _, firsts, counts = np.unique(keys[numbers] + keys[numbers + 1], return_index=True, return_counts=True)
    if inner:
        firsts = firsts[counts > 1]
    distinct: NDArray[np.int64] = numbers[np.sort(firsts)]
    return distinct


def _point_keys(points: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return a hash of each place, equal for places within a centimetre.

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over both coordinates; sums of two hashes
    hardly collide.
    """
    centimetres = np.rint(points * 100).astype(np.int64).astype(np.uint64)
    key: NDArray[np.uint64] = centimetres[:, 0] * np.uint64(0x9E3779B97F4A7C15) + centimetres[:, 1]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        key = (key ^ (key >> np.uint64(shift))) * np.uint64(factor)
    return key ^ (key >> np.uint64(31))


def path_of(coordinates_m: NDArray[np.float64], starts: NDArray[np.int64]) -> QPainterPath:
    """Return a path through `coordinates_m` (n, 2) with a new part at each of `starts`."""
    count = len(coordinates_m)
    elements = np.empty(count, dtype=_ELEMENT)
    elements["type"] = _LINE
    elements["type"][starts] = _MOVE
    elements["x"] = coordinates_m[:, 0]
    elements["y"] = coordinates_m[:, 1]
    head = np.array([count], dtype=">i4").tobytes()
    tail = np.array([int(starts[-1]) if count else 0, 0], dtype=">i4").tobytes()  # start of the last part, odd-even
    path = QPainterPath()
    stream = QDataStream(QByteArray(head + elements.tobytes() + tail))
    stream >> path
    return path


def _path_set(coordinates_m: NDArray[np.float64], groups: list[NDArray[np.int64]]) -> PathSet:
    """Return paths of `groups`, each the offsets of its parts with the end of the last one."""
    paths, boxes = [], []
    for offsets in groups:
        points = coordinates_m[offsets[0] : offsets[-1]]
        if len(points) == 0:
            continue
        paths.append(path_of(points, offsets[:-1] - offsets[0]))
        boxes.append((*points.min(axis=0), *points.max(axis=0)))
    corners = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    return PathSet(paths, BoxIndex(corners[:, :2], corners[:, 2:]))
