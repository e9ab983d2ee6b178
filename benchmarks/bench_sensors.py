"""Sensors, rules, alarms and charts: what was asked beside what was reached, all in one table.

Run with `python benchmarks/bench_sensors.py`, or `make bench-sensors`. It runs the parts one after the other, which
run alone as well (`make bench-mqtt`, `bench-readings`, `bench-console_readings`, `bench-charts`, `bench-rules`,
`bench-alarms`). `--quick` takes fewer of everything; `--kept` only prints what the parts have kept.
"""

import argparse
import sys
from typing import Final

from asked import run_parts, show_kept

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "bench_mqtt.py": ("--runs", "1", "--minutes", "10", "--seconds", "5"),
    "bench_readings.py": ("--runs", "1", "--minutes", "20"),
    "bench_console_readings.py": (),
    "bench_charts.py": (),
    "bench_rules.py": (),
    "bench_alarms.py": (),
}  # with the options of a quick run
TABLE: Final = ("mqtt", "readings", "charts", "console-readings", "rules", "alarms")


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--kept", action="store_true", help="run nothing; print what was kept")
    options = parser.parse_args()
    parts = PARTS if options.quick else dict.fromkeys(PARTS, ())
    failed = [] if options.kept else run_parts(parts)
    show_kept("Sensors", TABLE, failed)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
