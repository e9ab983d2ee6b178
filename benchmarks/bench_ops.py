"""Benchmarks of an operator's shift in one table of goals and results.

Run with `python benchmarks/bench_ops.py`, or `make bench-ops`. It runs the parts one after the other; the played
shift takes 12 minutes. `--quick` plays its worst hour only and repeats less; `--kept` only prints saved results.
"""

import argparse
import sys
from typing import Final

from goals import run_parts, show_kept

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "ops_start.py": (),
    "ops_paint.py": (),
    "ops_operator.py": (),
    "ops_shift.py": (),
}
QUICK: Final[dict[str, tuple[str, ...]]] = {
    "ops_start.py": ("--runs", "1"),
    "ops_paint.py": ("--runs", "4"),
    "ops_operator.py": ("--runs", "1"),
    "ops_shift.py": ("--hour", "--speed", "240"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the worst hour only, fewer repetitions")
    parser.add_argument("--kept", action="store_true", help="only print saved results")
    options = parser.parse_args()
    failed = [] if options.kept else run_parts(QUICK if options.quick else PARTS)
    show_kept("Operator's shift", [name.removesuffix(".py") for name in PARTS], failed)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
