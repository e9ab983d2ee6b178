"""File of a road network: arrays without pickles, checked when they are read."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.gis.array_file import UNREADABLE, read_arrays, write_arrays
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.roads.road_network import ROAD_CLASSES, RoadNetwork, RoadSource
from tabuah.resources.localisation import _

FORMAT_VERSION: Final = 1
MAX_BYTES: Final = 512 * 1024 * 1024
_ARRAYS: Final = ("manifest", "ends", "lengths_m", "classes", "name_of", "corners_deg", "offsets", "components")


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    source: RoadSource
    built_at: datetime
    names: tuple[str, ...]


def write_network(network: RoadNetwork, path: Path) -> None:
    """Write a network; a file of that path is replaced when everything is written.

    Raises:
        OSError: it could not be written.
    """
    manifest = _Manifest(
        version=FORMAT_VERSION, source=network.source, built_at=network.built_at, names=network.names
    )
    write_arrays(
        path,
        {
            "manifest": np.frombuffer(msgspec.json.encode(manifest), dtype=np.uint8),
            "ends": network.ends.astype("<i4"),
            "lengths_m": network.lengths_m.astype("<f8"),
            "classes": network.classes.astype("u1"),
            "name_of": network.name_of.astype("<i4"),
            "corners_deg": network.corners_deg.astype("<f8"),
            "offsets": network.offsets.astype("<i8"),
            "components": network.components.astype("<i4"),
        },
    )


def read_network(path: Path) -> RoadNetwork:
    """Read a network.

    Raises:
        RoadNetworkError: the file is missing, damaged, or of another version.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        manifest, *arrays = read_arrays(path, _ARRAYS)
        return _network(msgspec.json.decode(manifest.tobytes(), type=_Manifest), *arrays)
    except FileNotFoundError as error:
        message = _("There is no road network. Build it with: tabuah map roads build")
        raise RoadNetworkError(message) from error
    except (*UNREADABLE, msgspec.MsgspecError) as error:
        message = _("The road network {path} is damaged or from another version. Build it again with: {command}")
        raise RoadNetworkError(message.format(path=path, command="tabuah map roads build")) from error


def _network(
    manifest: _Manifest,
    ends: NDArray[Any],
    lengths_m: NDArray[Any],
    classes: NDArray[Any],
    name_of: NDArray[Any],
    corners_deg: NDArray[Any],
    offsets: NDArray[Any],
    components: NDArray[Any],
) -> RoadNetwork:
    if manifest.version != FORMAT_VERSION:
        raise ValueError(f"version {manifest.version}, expected {FORMAT_VERSION}")
    edges = len(lengths_m)
    _check(edges > 0 and ends.shape == (edges, 2) and ends.dtype == np.int32)
    _check(lengths_m.dtype == np.float64 and bool((np.isfinite(lengths_m) & (lengths_m >= 0)).all()))
    _check(classes.shape == (edges,) and classes.dtype == np.uint8 and int(classes.max()) < len(ROAD_CLASSES))
    _check(name_of.shape == (edges,) and name_of.dtype == np.int32)
    _check(int(name_of.min()) >= 0 and int(name_of.max()) < len(manifest.names))
    _check(corners_deg.ndim == 2 and corners_deg.shape[1] == 2 and corners_deg.dtype == np.float64)
    _check(bool(np.isfinite(corners_deg).all()))
    _check(offsets.shape == (edges + 1,) and offsets.dtype == np.int64)
    _check(offsets[0] == 0 and offsets[-1] == len(corners_deg) and int(np.diff(offsets).min()) >= 2)
    # Junctions are numbered without gaps, so no file makes the reader allocate more than its own size.
    _check(int(ends.min()) == 0 and int(ends.max()) < 2 * edges)
    _check(components.shape == (edges,) and components.dtype == np.int32)
    _check(int(components.min()) == 0 and int(components.max()) < edges)
    return RoadNetwork(
        source=manifest.source,
        built_at=manifest.built_at,
        ends=ends,
        lengths_m=lengths_m,
        classes=classes,
        names=manifest.names,
        name_of=name_of,
        corners_deg=corners_deg,
        offsets=offsets,
        components=components,
    )


def _check(is_valid: bool) -> None:
    if not is_valid:
        raise ValueError("the arrays do not belong together")
