"""Sensors, rules, alarms and charts: what was asked beside what was reached, all in one table.

Run with `python benchmarks/bench_sensors.py`, or `make bench-sensors`. It runs the parts one after the other, which
run alone as well (`make bench-mqtt`, `bench-readings`, `bench-console_readings`, `bench-charts`, `bench-rules`,
`bench-alarms`). `--quick` takes fewer of everything; `--kept` only prints what the parts have kept.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from asked import Line, kept, show

HERE: Final = Path(__file__).parent
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "bench_mqtt.py": ("--runs", "1", "--minutes", "10", "--seconds", "5"),
    "bench_readings.py": ("--runs", "1", "--minutes", "20"),
    "bench_console_readings.py": (),
    "bench_charts.py": (),
    "bench_rules.py": (),
    "bench_alarms.py": (),
}  # with the options of a quick run
TABLE: Final = ("mqtt", "readings", "charts", "console-readings", "rules", "alarms")


def run_parts(*, quick: bool) -> list[str]:
    """Run everything; the parts that failed."""
    failed = []
    for script, options in PARTS.items():
        print(f"\n== {script}", flush=True)
        command = [sys.executable, str(HERE / script), *(options if quick else ())]
        if subprocess.run(command, cwd=HERE.parent, check=False).returncode:
            failed.append(script)
    return failed


def print_table(failed: Sequence[str]) -> None:
    """All lines that are kept, and where they come from."""
    lines: list[Line] = []
    sources = []
    for name in TABLE:
        found, source = kept(name)
        lines += found or [Line(name, "", "not measured yet", False)]
        sources.append(f"{name}: {source or 'nothing kept'}")
    print("\nSensors: asked and reached\n")
    show(lines)
    print(*sources, sep="\n")
    for script in failed:
        print(f"{script} FAILED; its lines are those of an earlier run")


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--kept", action="store_true", help="run nothing; print what was kept")
    options = parser.parse_args()
    failed = [] if options.kept else run_parts(quick=options.quick)
    print_table(failed)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
