"""Benchmark of the default rules' watches for 2,000 stations: in one kecamatan, and all at one point.

Run with `make bench-watches`. A server builds them when it starts and when a station or rule changes. Every station
measures rain; a quarter of them each also water level, soil moisture and temperature. Times are CPU seconds.
"""

import argparse
import random
import resource
import time
from statistics import median
from typing import Final

from goals import ResultLine, save_results, show_results

from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.default_rules import default_multi_series_rules, default_rules
from tabuah.operations.stations.station import River, Station, StationKind
from tabuah.operations.stations.station_table import usual_parameter
from tabuah.server.readings.registry import ReadingsRegistry

STATIONS: Final = 2_000
MOST_CPU_S: Final = 10.0
CENTRE_DEG: Final = (100.70, -0.95)
PLACES: Final = (("in one kecamatan, 15 × 15 km", 0.07), ("at one point", 0.0))
INSTRUMENTS: Final = (
    (StationKind.RAIN, ("rain_mm",)),
    (StationKind.RIVER, ("stage_m", "rain_mm")),
    (StationKind.SOIL, ("soil_moisture_pct", "rain_mm")),
    (StationKind.WEATHER, ("temperature_c", "rain_mm")),
)
THRESHOLDS_M: Final = {RiverLevel.SIAGA_3: 2.0, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_1: 3.2}


def station(number: int, spread_deg: float) -> Station:
    """Return a station; twenty gauges after each other are one river."""
    place = random.Random(number)
    kind, parameters = INSTRUMENTS[number % len(INSTRUMENTS)]
    ends = number % 80 >= 76
    river = River(name="Batang Uji", downstream="" if ends else f"UJI-{number + 4:04}", thresholds_m=THRESHOLDS_M)
    return Station(
        code=f"UJI-{number:04}",
        name=f"Pos {number}",
        kind=kind,
        lon_deg=round(CENTRE_DEG[0] + place.uniform(-spread_deg, spread_deg), 5),
        lat_deg=round(CENTRE_DEG[1] + place.uniform(-spread_deg, spread_deg), 5),
        parameters=tuple(map(usual_parameter, parameters)),
        river=river if kind is StationKind.RIVER else None,
    )


def learn(spread_deg: float, stations: int) -> tuple[float, int]:
    """Return the CPU seconds until the registry is ready, and the number of its watches over several series."""
    values = [*(station(number, spread_deg) for number in range(stations)), *default_rules()]
    values += default_multi_series_rules()
    registry = ReadingsRegistry()
    began = time.process_time()
    registry.learn(values)
    return time.process_time() - began, len(registry.multi_watches)


def main() -> None:
    """Measure both places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--stations", type=int, default=STATIONS)
    arguments = parser.parse_args()
    lines = []
    for place, spread_deg in PLACES:
        measured = [learn(spread_deg, arguments.stations) for _run in range(arguments.runs)]
        cpu_s, watches = median(cpu for cpu, _watches in measured), measured[0][1]
        reached = f"{cpu_s:.1f} s of CPU, {watches:,} watches over several series"
        what = f"{arguments.stations:,} stations {place}"
        lines.append(ResultLine(what, f"≤ {MOST_CPU_S:g} s", reached, cpu_s <= MOST_CPU_S))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines.append(ResultLine("memory, at most", "stated", f"{peak_mb} MB", True))
    show_results(lines)
    save_results("watches", lines)


if __name__ == "__main__":
    main()
