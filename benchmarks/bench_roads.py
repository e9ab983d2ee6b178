"""Benchmark of distances by road: a network of 40,000 junctions, one incident and 100 units.

Run with `make bench-roads`. The network is a grid of winding roads with 10 % of its blocks missing, of a layer whose
ends miss one another by centimetres, and 50 roads are closed. Times are CPU seconds, medians of several runs.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from goals import ResultLine, save_results, show_results
from shapely import LineString

from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.network_build import LAYER_TOLERANCE_M, BuiltNetwork, RoadLine, build_network
from tabuah.gis.roads.network_file import read_network, write_network
from tabuah.gis.roads.road_distance import LonLat
from tabuah.gis.roads.road_network import RoadSource, RoadSourceKind
from tabuah.gis.roads.road_router import RoadRouter

SIDE: Final = 200
CORNER_DEG: Final = (100.30, -1.25)
BLOCK_DEG: Final = 0.003
GAP_DEG: Final = 2e-6  # 0.2 m
UNITS: Final = 100
CLOSURES: Final = 50
MOST_BUILD_S: Final = 10.0
MOST_LOAD_MS: Final = 1_000.0
MOST_ANSWER_MS: Final = 50.0
T = TypeVar("T")


def roads(chance: random.Random) -> list[RoadLine]:
    """Return the roads between neighbouring crossings; each has eight corners."""

    def road(x: int, y: int, east: int, north: int) -> RoadLine:
        corners = [
            (
                CORNER_DEG[0] + BLOCK_DEG * (x + east * step / 7) + chance.uniform(-GAP_DEG, GAP_DEG),
                CORNER_DEG[1] + BLOCK_DEG * (y + north * step / 7) + chance.uniform(-GAP_DEG, GAP_DEG),
            )
            for step in range(8)
        ]
        return RoadLine(shape=LineString(corners), name=f"Jalan {x if north else y}", kind="local")

    blocks = [(x, y, *way) for x in range(SIDE) for y in range(SIDE) for way in ((1, 0), (0, 1))]
    return [road(*block) for block in blocks if chance.random() < 0.9]


def place(chance: random.Random) -> LonLat:
    """Return a place somewhere between the roads."""
    width = BLOCK_DEG * SIDE
    return CORNER_DEG[0] + chance.uniform(0, width), CORNER_DEG[1] + chance.uniform(0, width)


def build(lines: list[RoadLine]) -> BuiltNetwork:
    """Build the network as of an imported layer."""
    source = RoadSource(kind=RoadSourceKind.LAYER, name="jalan", size=len(lines), modified_ns=1)
    return build_network(lines, source=source, built_at=datetime.now(UTC), tolerance_m=LAYER_TOLERANCE_M)


def timed(work: Callable[[], T], runs: int) -> tuple[float, T]:
    """Return the median of the CPU seconds, and the last result."""
    seconds = []
    for _run in range(runs):
        began = time.process_time()
        found = work()
        seconds.append(time.process_time() - began)
    return median(seconds), found


def main() -> None:
    """Measure the build, the file, and the answers for one incident."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    chance = random.Random(1)
    lines = roads(chance)
    build_s, built = timed(lambda: build(lines), min(runs, 3))
    network = built.network
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roads.npz"
        write_network(network, path)
        size_mb = path.stat().st_size / 1e6
        read_s, network = timed(lambda: read_network(path), runs)
        closures = [RoadClosure(id=str(number), corners=(place(chance),)) for number in range(CLOSURES)]
        router_s, _router = timed(lambda: RoadRouter(read_network(path), closures), runs)
    router = RoadRouter(network, closures)
    units = [place(chance) for _unit in range(UNITS)]
    first, again = [], []
    for _run in range(max(runs, 5)):
        incident = place(chance)  # the search from a place is kept
        first.append(timed(partial(router.distances, incident, units), 1)[0])
        again.append(timed(partial(router.distances, incident, units), 1)[0])
    answered = sum(each.distance_m is not None for each in router.distances(place(chance), units))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = f"{network.junction_count:,} junctions, {network.edge_count:,} roads, {built.joined_ends:,} joined ends"
    answer_ms, again_ms = median(first) * 1e3, median(again) * 1e3
    results = [
        ResultLine(f"build: {size}", f"≤ {MOST_BUILD_S:g} s", f"{build_s:.1f} s", build_s <= MOST_BUILD_S),
        ResultLine("read of the file", "stated", f"{read_s * 1e3:.0f} ms, {size_mb:.1f} MB", True),
        ResultLine(
            f"read and router around {CLOSURES} closed roads",
            f"≤ {MOST_LOAD_MS:g} ms",
            f"{router_s * 1e3:.0f} ms",
            router_s * 1e3 <= MOST_LOAD_MS,
        ),
        ResultLine(
            f"a new incident, {UNITS} units ({answered} by road)",
            f"≤ {MOST_ANSWER_MS:g} ms",
            f"{answer_ms:.0f} ms",
            answer_ms <= MOST_ANSWER_MS,
        ),
        ResultLine("the same incident again", "stated", f"{again_ms:.0f} ms", True),
        ResultLine("memory, at most", "stated", f"{peak_mb} MB", True),
    ]
    show_results(results)
    save_results("roads", results)


if __name__ == "__main__":
    main()
