"""What is left after power cuts, three days without a line and a bad one then, and how soon everybody knows.

Run with `python benchmarks/bench_faults.py`. Servers and consoles that are killed are processes of their own; the bad
line stands between real sync code and a real server. Every run ends with the books: nothing that was acknowledged or
saved is lost or doubled, and all consoles come to one state hash; else it fails. `--quick` takes fewer of everything.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
os.environ["TABUAH_KEYRING"] = "file"

from asked import Line, keep, show
from faults_fan_out import fan_out
from faults_far_office import come_back
from faults_power import console_kills, server_kills

Part = Callable[[], list[Line]]
FULL: dict[str, Part] = {
    "server": lambda: server_kills(20),
    "console": lambda: console_kills(100),
    "fan-out": lambda: fan_out(200, 30.0),
    "far": lambda: come_back(5_000, 200),
}
QUICK: dict[str, Part] = {
    "server": lambda: server_kills(4),
    "console": lambda: console_kills(10),
    "fan-out": lambda: fan_out(200, 5.0),
    "far": lambda: come_back(500, 10),
}


def main() -> None:
    """Run the parts, print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--only", choices=FULL, action="append", help="one part; may be given several times")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # faults are what this is about
    parts = QUICK if options.quick else FULL
    for name in options.only or parts:
        print(f"{name} …", flush=True)
        lines = parts[name]()
        show(lines)
        keep(f"faults-{name}", lines)


if __name__ == "__main__":
    main()
