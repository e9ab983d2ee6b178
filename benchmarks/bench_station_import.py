"""Benchmark of importing 2,000 stations from CSV and XLSX: from the file to saved entries.

Run with `python benchmarks/bench_station_import.py`. Every gauge names the next one downstream, in rivers of 20.
The file is read, checked against the shipped outline of the regency and saved as signed entries.
"""

import argparse
import os
import random
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Final

from goals import ResultLine, save_results, show_results

from tabuah.console.stations.registration_context import registration_context
from tabuah.console.stations.table_file import read_table, write_table
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.import_plan import RowState, plan_import
from tabuah.operations.stations.station import River, Station, StationKind
from tabuah.operations.stations.station_table import usual_parameter
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore

os.environ["TABUAH_KEYRING"] = "file"
STATIONS: Final = 2_000
GAUGES_A_RIVER: Final = 20
MOST_S: Final = 5.0
ADMINISTRATOR: Final = Identity(
    server_url="http://127.0.0.1:1", server="uji", server_public_key="", user="admin", role=Role.ADMIN
)


def station(number: int) -> Station:
    """Return a gauge with thresholds, inside of the regency."""
    place = random.Random(number)
    ends = number % GAUGES_A_RIVER == GAUGES_A_RIVER - 1
    return Station(
        code=f"UJI-AWLR-{number:04}",
        name=f"AWLR Uji {number}",
        kind=StationKind.RIVER,
        lon_deg=round(place.uniform(100.68, 100.76), 5),
        lat_deg=round(place.uniform(-1.0, -0.92), 5),
        parameters=(usual_parameter("stage_m"), usual_parameter("rain_mm"), usual_parameter("battery_v")),
        river=River(
            name=f"Batang {number // GAUGES_A_RIVER}",
            downstream="" if ends else f"UJI-AWLR-{number + 1:04}",
            lag_s=1800.0,
            thresholds_m={RiverLevel.SIAGA_3: 2.0, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_1: 3.2},
            thresholds_source="BWS",
        ),
    )


def import_once(file: Path) -> tuple[float, float]:
    """Return the seconds until all stations are saved, and the CPU seconds of that."""
    with tempfile.TemporaryDirectory() as folder, closing(ConsoleStore(Path(folder))) as store:
        store.remember_identity(ADMINISTRATOR)
        began, began_cpu = time.perf_counter(), time.process_time()
        plan = plan_import(read_table(file), registration_context(store, REAL_WORLD))
        store.save_all(plan.drafts(reason="uji"))
        took = time.perf_counter() - began, time.process_time() - began_cpu
        assert plan.count(RowState.NEW) == STATIONS, plan.refused[:1]
    return took


def main() -> None:
    """Measure both file types."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    stations = [station(number) for number in range(STATIONS)]
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("csv", "xlsx"):
            file = Path(folder) / f"stations.{suffix}"
            write_table(file, stations)
            measured = [import_once(file) for _ in range(runs)]
            saved, cpu = (median(column) for column in zip(*measured, strict=True))
            reached = f"{saved:.2f} s ({cpu:.2f} s of CPU)"
            lines.append(
                ResultLine(f"{STATIONS} stations from {suffix}", f"≤ {MOST_S:g} s", reached, saved <= MOST_S)
            )
    show_results(lines)
    save_results("station_import", lines)


if __name__ == "__main__":
    main()
