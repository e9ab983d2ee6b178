"""Builds a base map of an extract of OpenStreetMap: one pass, memory that does not grow, continued after a kill."""

import importlib.util
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm.base_map_file import BaseMapFile, Identity
from tabuah.gis.osm.sorting import Sorter
from tabuah.resources.catalogue import _

if TYPE_CHECKING:
    from osmium.osm.types import OSMEntity

STEP: Final = 5_000  # objects between two moments that survive a kill
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """How far a build is: objects of the extract looked at and objects kept; `resumed_at` where it went on."""

    seen: int
    kept: int
    resumed_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltMap:
    """What was built: objects of each table, what was left out by reason, and where an earlier build went on."""

    path: Path
    counts: dict[str, int]
    troubles: dict[str, int]
    resumed_at: int


def build_base_map(
    extract: Path, output: Path, *, bounds_deg: Bounds, on_progress: Callable[[BuildProgress], None] | None = None
) -> BuiltMap:
    """Build the GeoPackage `output`; an earlier one stays as it is until the new one is whole.

    The places of nodes stand in a sorted array on disk beside the output, at 16 bytes a node.

    Args:
        extract: an .osm.pbf (or .osm, .osm.bz2) file, sorted as all extracts are.
        output: the base map.
        bounds_deg: west, south, east, north of what is kept.
        on_progress: told every few thousand objects.

    Raises:
        MapBuildError: the extract cannot be read, holds nothing here, or pyosmium is not installed.
    """
    if importlib.util.find_spec("osmium") is None:
        raise MapBuildError(_("To read OpenStreetMap the package osmium is needed: pip install 'tabuah[osm]'"))
    unfinished = output.with_name(output.name + ".part")
    nodes = output.with_name(output.name + ".nodes")
    identity = _identity(extract, bounds_deg)
    _remove(nodes)
    try:
        with closing(BaseMapFile(unfinished, identity)) as file:
            resumed_at = file.seen
            _fill(file, _objects(extract, nodes), bounds_deg, on_progress or _silent)
            counts, troubles = file.counts, file.troubles
            if not any(counts.values()):
                raise MapBuildError(_("{name} holds nothing inside the area of the map.").format(name=extract.name))
            file.finish(bounds_deg)
    except (OSError, sqlite3.Error) as error:
        raise MapBuildError(_("The map cannot be written: {reason}").format(reason=error)) from error
    finally:
        _remove(nodes)
    unfinished.replace(output)
    return BuiltMap(path=output, counts=counts, troubles=troubles, resumed_at=resumed_at)


def _remove(nodes: Path) -> None:
    """Windows keeps a file while something still looks into it; the next build removes it then."""
    with suppress(OSError):
        nodes.unlink(missing_ok=True)


def _identity(extract: Path, bounds_deg: Bounds) -> Identity:
    try:
        facts = extract.stat()
    except FileNotFoundError as error:
        raise MapBuildError(_("There is no file {path}.").format(path=extract)) from error
    if not extract.is_file() or not facts.st_size:
        raise MapBuildError(_("{name} is empty or no file.").format(name=extract.name))
    return Identity(source=extract.name, size=facts.st_size, modified_ns=facts.st_mtime_ns, bounds_deg=bounds_deg)


def _objects(extract: Path, nodes: Path) -> "Iterator[OSMEntity]":
    """All objects with one of our keys, areas assembled from closed ways and relations among them."""
    import osmium  # noqa: PLC0415 (an extra that only this needs)

    from tabuah.gis.osm.classes import KEYS  # noqa: PLC0415

    processor = (
        osmium.FileProcessor(str(extract))
        .with_locations(f"sparse_file_array,{nodes}")
        .with_areas(osmium.filter.KeyFilter(*KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    try:
        yield from processor
    except RuntimeError as error:
        message = _(
            "{name} cannot be read as OpenStreetMap data: {reason}. It may have been cut off: fetch it again."
        )
        raise MapBuildError(message.format(name=extract.name, reason=error)) from error


def _fill(
    file: BaseMapFile,
    objects: "Iterator[OSMEntity]",
    bounds_deg: Bounds,
    on_progress: Callable[[BuildProgress], None],
) -> None:
    resumed_at = file.seen
    sorter = Sorter(bounds_deg, Counter(file.troubles))
    kept = sum(file.counts.values())
    seen = 0
    for seen, entity in enumerate(objects, start=1):
        if seen <= resumed_at:
            continue
        for feature in sorter.features(entity):
            file.add(feature)
            kept += 1
        if seen % STEP == 0:
            file.commit(seen=seen, troubles=sorter.troubles)
            on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))
    file.commit(seen=seen, troubles=sorter.told_at_end())
    on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))


def _silent(_progress: BuildProgress) -> None:
    """Nobody is told."""
