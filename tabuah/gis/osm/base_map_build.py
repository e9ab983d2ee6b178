"""Build of a base map from an OpenStreetMap extract: one pass, constant memory, resumable after a kill."""

import importlib.util
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm.base_map_file import BaseMapFile, BuildIdentity
from tabuah.gis.osm.feature_extractor import FeatureExtractor
from tabuah.resources.catalogue import _

if TYPE_CHECKING:
    from osmium.osm.types import OSMEntity

COMMIT_EVERY: Final = 5_000  # objects between two commits
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """Progress of a build: extract objects read and kept; `resumed_at` is where it resumed."""

    seen: int
    kept: int
    resumed_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltMap:
    """Result of a build: objects of each table, objects left out by reason, and where an earlier build resumed."""

    path: Path
    counts: dict[str, int]
    troubles: dict[str, int]
    resumed_at: int


def build_base_map(
    extract: Path, output: Path, *, bounds_deg: Bounds, on_progress: Callable[[BuildProgress], None] | None = None
) -> BuiltMap:
    """Build the GeoPackage `output`; an existing one is replaced only when the new one is complete.

    Node positions are kept in a sorted array on disk next to the output, 16 bytes a node.

    Args:
        extract: an .osm.pbf (or .osm, .osm.bz2) file, sorted as all extracts are.
        output: the base map.
        bounds_deg: west, south, east, north of the area to keep.
        on_progress: called every few thousand objects.

    Raises:
        MapBuildError: the extract is unreadable, has nothing in the area, or pyosmium is not installed.
    """
    if importlib.util.find_spec("osmium") is None:
        raise MapBuildError(_("Reading OpenStreetMap needs the package osmium: pip install 'tabuah[osm]'"))
    unfinished = output.with_name(output.name + ".part")
    nodes = output.with_name(output.name + ".nodes")
    identity = _identity(extract, bounds_deg)
    _remove(nodes)
    try:
        with closing(BaseMapFile(unfinished, identity)) as file:
            resumed_at = file.seen
            _fill(file, _objects(extract, nodes), bounds_deg, on_progress or _ignore_progress)
            counts, troubles = file.counts, file.troubles
            if not any(counts.values()):
                raise MapBuildError(_("{name} has no objects inside the map area.").format(name=extract.name))
            file.finish(bounds_deg)
    except (OSError, sqlite3.Error) as error:
        raise MapBuildError(_("The map cannot be written: {reason}").format(reason=error)) from error
    finally:
        _remove(nodes)
    unfinished.replace(output)
    return BuiltMap(path=output, counts=counts, troubles=troubles, resumed_at=resumed_at)


def _remove(nodes: Path) -> None:
    """Delete the node file. Windows keeps a file that is still open; the next build deletes it then."""
    with suppress(OSError):
        nodes.unlink(missing_ok=True)


def _identity(extract: Path, bounds_deg: Bounds) -> BuildIdentity:
    try:
        facts = extract.stat()
    except FileNotFoundError as error:
        raise MapBuildError(_("There is no file {path}.").format(path=extract)) from error
    if not extract.is_file() or not facts.st_size:
        raise MapBuildError(_("{name} is empty or not a file.").format(name=extract.name))
    return BuildIdentity(
        source=extract.name, size=facts.st_size, modified_ns=facts.st_mtime_ns, bounds_deg=bounds_deg
    )


def _objects(extract: Path, nodes: Path) -> "Iterator[OSMEntity]":
    """Yield all objects with one of our keys, including areas assembled from closed ways and relations."""
    import osmium  # noqa: PLC0415 (an extra that only this needs)

    from tabuah.gis.osm.tag_classes import KEYS  # noqa: PLC0415

    processor = (
        osmium.FileProcessor(str(extract))
        .with_locations(f"sparse_file_array,{nodes}")
        .with_areas(osmium.filter.KeyFilter(*KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    try:
        yield from processor
    except RuntimeError as error:
        message = _("{name} cannot be read as OpenStreetMap data: {reason}. It may be incomplete: download it again.")
        raise MapBuildError(message.format(name=extract.name, reason=error)) from error


def _fill(
    file: BaseMapFile,
    objects: "Iterator[OSMEntity]",
    bounds_deg: Bounds,
    on_progress: Callable[[BuildProgress], None],
) -> None:
    resumed_at = file.seen
    sorter = FeatureExtractor(bounds_deg, Counter(file.troubles))
    kept = sum(file.counts.values())
    seen = 0
    for seen, entity in enumerate(objects, start=1):
        if seen <= resumed_at:
            continue
        for feature in sorter.features(entity):
            file.add(feature)
            kept += 1
        if seen % COMMIT_EVERY == 0:
            file.commit(seen=seen, troubles=sorter.troubles)
            on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))
    file.commit(seen=seen, troubles=sorter.final_counts())
    on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))


def _ignore_progress(_progress: BuildProgress) -> None:
    """Discard progress."""
