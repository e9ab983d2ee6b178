"""Benchmark of a start with the data of a busy office: 10,000 incidents, 100,000 notes and a million readings.

Run with `python benchmarks/ops_start.py`. Each start is a separate process, and an empty window is started before
each, as in `bench_start`. The first start of all, which compiles the modules, is not counted.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench_start import start_once
from goals import ResultLine, save_results, show_results
from operations_cache import write_operations_cache

MAX_RATIO = 4.0


def measure(directory: Path, runs: int) -> list[ResultLine]:
    write_operations_cache(directory)
    start_once(directory)
    starts = [start_once(directory) for _run in range(runs)]
    value = {name: median(start[name] for start in starts) for name in starts[0]}
    empty_s = value["empty_window_s"]

    def line(what: str, name: str, goal: float | None) -> ResultLine:
        ratio = value[name] / empty_s
        asked = f"≤ {goal:g} ×" if goal else ""
        return ResultLine(what, asked, f"{value[name]:.2f} s, {ratio:.1f} ×", goal is None or ratio <= goal)

    return [
        ResultLine("an empty Qt window", "", f"{empty_s:.2f} s", True),
        line("start to the sharp map, 10,000 incidents and 1,000,000 readings", "map_s", MAX_RATIO),
        line("… to the first frame with alarms, board and base map", "shown_s", None),
        line("… until commands and forms exist", "keys_s", None),
        ResultLine("… largest memory", "", f"{value['peak_mb']:.0f} MB", True),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder) / "data", options.runs)
    show_results(lines)
    save_results("ops_start", lines, runs=options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
