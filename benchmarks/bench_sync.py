"""Benchmarks of sync in one table of goals and results.

Run with `python benchmarks/bench_sync.py`, or `make bench-sync`. It runs the parts one after the
other; each can run alone (`make bench-push`, `bench-console`, `bench-bootstrap`, `bench-faults`);
also the random histories of the tests. `--quick` runs smaller versions; `--kept` only prints saved
results.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from goals import ResultLine, run_parts, save_results, show_kept

HERE: Final = Path(__file__).parent
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "bench_push.py": (),
    "bench_console.py": (),
    "bench_bootstrap.py": ("--no-replay",),
    "bench_faults.py": (),
}
QUICK: Final[dict[str, tuple[str, ...]]] = {
    "bench_push.py": ("--runs", "1", "--requests", "20"),
    "bench_console.py": ("--runs", "1"),
    "bench_bootstrap.py": ("--no-replay", "--entries", "50000"),
    "bench_faults.py": ("--quick",),
}
TABLE: Final = (
    "faults-server", "faults-console", "faults-far", "push", "console", "faults-fan-out", "bootstrap", "histories",
)  # fmt: skip


def run_histories(count: int) -> None:
    """Run random histories of 3 to 5 consoles; each must converge."""
    environment = {**os.environ, "TABUAH_HISTORIES": str(count), "CI": "", "HYPOTHESIS_PROFILE": "default"}
    tests = "tests/histories/test_history_convergence.py"
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", tests, "-q", "-p", "no:cacheprovider"],
        env=environment,
        cwd=HERE.parent,
        check=False,
    )
    minutes = (time.monotonic() - began_s) / 60
    converged = done.returncode == 0
    reached = f"all {count:,} in {minutes:.1f} min" if converged else "some did not"
    save_results(
        "histories",
        [ResultLine("random histories converge", "300 in CI, 10,000 in the long run", reached, converged)],
    )


def main() -> None:
    """Run the selected parts and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--kept", action="store_true", help="run nothing; print the saved results")
    parser.add_argument("--histories", type=int, help="number of histories; 300, with --quick 60")
    options = parser.parse_args()
    failed: list[str] = []
    if not options.kept:
        parts, histories = (QUICK, 60) if options.quick else (PARTS, 300)
        failed = run_parts(parts)
        print("\n== histories", flush=True)
        run_histories(options.histories or histories)
    show_kept("Sync", TABLE, failed)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
