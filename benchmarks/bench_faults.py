"""Benchmark of faults: loss after power cuts, a return after three days offline, fan-out, and attackers.

Run with `python benchmarks/bench_faults.py`. Killed servers and consoles are separate processes;
the poor connection is between real sync code and a real server. Every run checks that no
acknowledged or saved entry is lost or duplicated and that all consoles have one state hash;
otherwise it fails. `--quick` runs a smaller version.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
os.environ["TABUAH_KEYRING"] = "file"

from faults_attack import attacked
from faults_fan_out import fan_out
from faults_offline_office import return_online
from faults_process_kills import console_kills, server_kills
from goals import ResultLine, save_results, show_results

Part = Callable[[], list[ResultLine]]
FULL: dict[str, Part] = {
    "server": lambda: server_kills(20),
    "console": lambda: console_kills(100),
    "fan-out": lambda: fan_out(200, 30.0),
    "far": lambda: return_online(5_000, 200),
    "attack": lambda: attacked(60.0),
}
QUICK: dict[str, Part] = {
    "server": lambda: server_kills(4),
    "console": lambda: console_kills(10),
    "fan-out": lambda: fan_out(200, 5.0),
    "far": lambda: return_online(500, 10),
    "attack": lambda: attacked(15.0),
}


def main() -> None:
    """Run the parts, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--only", choices=FULL, action="append", help="one part; may be given several times")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # faults are expected here
    parts = QUICK if options.quick else FULL
    for name in options.only or parts:
        print(f"{name} …", flush=True)
        lines = parts[name]()
        show_results(lines)
        save_results(f"faults-{name}", lines)


if __name__ == "__main__":
    main()
