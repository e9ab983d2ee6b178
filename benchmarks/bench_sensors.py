"""Benchmarks of sensors, rules, alarms and charts in one table of goals and results.

Run with `python benchmarks/bench_sensors.py`, or `make bench-sensors`. It runs the parts one after
the other; each can run alone (`make bench-mqtt`, `bench-readings`, `bench-console_readings`,
`bench-charts`, `bench-rules`, `bench-alarms`). `--quick` runs smaller versions; `--kept` only
prints saved results.
"""

import argparse
import sys
from typing import Final

from goals import run_parts, show_kept

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
    """Run the selected parts and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--kept", action="store_true", help="run nothing; print the saved results")
    options = parser.parse_args()
    parts = PARTS if options.quick else dict.fromkeys(PARTS, ())
    failed = [] if options.kept else run_parts(parts)
    show_kept("Sensors", TABLE, failed)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
