"""Layers turned into painter paths, culled by an index; made once for each level of detail."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

from tabuah.gis.basemap import LevelOfDetail
from tabuah.widgets.map.viewport import Bounds

CHUNK: Final = 128  # vertices of one stroked piece: long strokes are slow, and a piece out of sight is not drawn
_ELEMENT: Final = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])  # how QDataStream writes a path element
_MOVE, _LINE = 0, 1


@dataclass(frozen=True, slots=True)
class PathSet:
    """Paths in EPSG:3857 metres with an index of their boxes."""

    paths: list[QPainterPath]
    tree: shapely.STRtree

    def within(self, bounds_m: Bounds) -> list[QPainterPath]:
        """The paths whose box touches `bounds_m`, in their own order."""
        found = np.sort(self.tree.query(shapely.box(*bounds_m)))
        return [self.paths[index] for index in found]


def fill_paths(level: LevelOfDetail) -> PathSet:
    """One path for each feature, holes and all."""
    owners = level.feature_of_part
    firsts = np.flatnonzero(np.diff(owners, prepend=owners[0] - 1)) if len(owners) else np.zeros(0, np.int64)
    ends = np.append(firsts[1:], len(owners))
    groups = [level.offsets[first : end + 1] for first, end in zip(firsts, ends, strict=True)]
    return _path_set(level.coordinates_m, groups)


def line_paths(level: LevelOfDetail, *, whole: bool = False) -> PathSet:
    """The lines, a border shared by two areas only once, cut into pieces of at most `CHUNK` vertices.

    `whole` ones are not cut, so that they keep the rhythm of their dashes.
    """
    groups: list[NDArray[np.int64]] = []
    for first, end in _runs(level):
        step = end - first if whole else CHUNK
        starts = range(first, max(end - 1, first + 1), max(step, 1))
        groups += [np.array([start, min(start + step + 1, end)]) for start in starts]
    return _path_set(level.coordinates_m, groups)


def _runs(level: LevelOfDetail) -> list[tuple[int, int]]:
    """First and end vertex of the longest lines in which no segment comes a second time."""
    points = level.coordinates_m
    if len(points) < 2:
        return []
    segments = np.ones(len(points) - 1, dtype=np.bool_)
    segments[level.offsets[1:-1] - 1] = False  # from the end of one part to the start of the next
    numbers = np.flatnonzero(segments)
    keys = _point_keys(points)
    _, firsts = np.unique(keys[numbers] + keys[numbers + 1], return_index=True)
    kept = numbers[np.sort(firsts)]
    breaks = np.flatnonzero(np.diff(kept) != 1) + 1
    return [(int(run[0]), int(run[-1]) + 2) for run in np.split(kept, breaks)]


def _point_keys(points: NDArray[np.float64]) -> NDArray[np.uint64]:
    """A number for each place, equal for places within a centimetre; mixed so that sums of two hardly collide.

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over both coordinates.
    """
    centimetres = np.rint(points * 100).astype(np.int64).astype(np.uint64)
    key: NDArray[np.uint64] = centimetres[:, 0] * np.uint64(0x9E3779B97F4A7C15) + centimetres[:, 1]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        key = (key ^ (key >> np.uint64(shift))) * np.uint64(factor)
    return key ^ (key >> np.uint64(31))


def path_of(coordinates_m: NDArray[np.float64], starts: NDArray[np.int64]) -> QPainterPath:
    """A path through `coordinates_m` (n, 2) that begins anew at each of `starts`; read in one go by Qt."""
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
    """Paths of `groups`, each the offsets of its parts with the end of the last one."""
    paths, boxes = [], []
    for offsets in groups:
        points = coordinates_m[offsets[0] : offsets[-1]]
        if len(points) == 0:
            continue
        paths.append(path_of(points, offsets[:-1] - offsets[0]))
        boxes.append((*points.min(axis=0), *points.max(axis=0)))
    corners = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    return PathSet(paths, shapely.STRtree(shapely.box(*corners.T)))
