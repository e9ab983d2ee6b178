"""Measure the incident performance figures of 10,000 incidents, compared with decoding them from the cache.

Run with `python benchmarks/bench_performance.py`. Decoding is the larger part of reading the incidents.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from goals import ResultLine, save_results, show_results

from tabuah.operations.codes import FORWARD_STATUSES, Channel, Hazard, Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.performance import PerformanceRequest, measure_incidents
from tabuah.operations.incidents.periods import own_period
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.subject_state import SubjectState, read_state, state_text

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
INCIDENTS = 10_000


def make_incident(number: int, chance: random.Random) -> Incident:
    """Return an incident of the last year that went some steps."""
    reported_at = NOW - timedelta(minutes=chance.uniform(600, 365 * 1440))
    reached = FORWARD_STATUSES[: chance.randint(1, len(FORWARD_STATUSES))]
    times = {step: reported_at + timedelta(minutes=8 * place) for place, step in enumerate(reached)}
    nagari = chance.randrange(74)
    place = IncidentPlace(
        lon_deg=100.5 + nagari % 9 * 0.06 + chance.gauss(0, 0.01),
        lat_deg=-1.2 + nagari // 9 * 0.07 + chance.gauss(0, 0.01),
        nagari=f"Nagari {nagari}",
        kecamatan=f"Kecamatan {nagari % 14}",
        certainty=PlaceCertainty.OFFICIAL,
    )
    return Incident(
        id=f"{number:08d}",
        number=f"SLK-AAAA-{number:05d}",
        hazard=chance.choice(list(Hazard)),
        title=f"Kejadian {number}",
        severity=chance.choice(list(Severity)),
        status=reached[-1],
        channel=chance.choice(list(Channel)),
        place=place,
        description="",
        occurred_at=reported_at,
        reported_at=reported_at,
        updated_at=max(times.values()),
        reporter=f"user-{number % 40}",
        device="d1",
        assignment=(f"OPD {number % 12}",) if len(reached) > 2 else (),
        status_times=times,
        status_actors={step: f"user-{(number + place) % 40}" for place, step in enumerate(reached)},
    )


def cpu_ms(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU time of a call."""
    times = []
    for _run in range(runs):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1e3)
    return median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--incidents", type=int, default=INCIDENTS)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chance = random.Random(4)
    incidents = [make_incident(number, chance) for number in range(options.incidents)]
    request = PerformanceRequest(period=own_period(NOW - timedelta(days=365), NOW, now=NOW))
    texts = [state_text(SubjectState(value=incident)) for incident in incidents]
    measuring = cpu_ms(lambda: measure_incidents(incidents, request, as_of=NOW), options.runs)
    reading = cpu_ms(lambda: [read_state(text) for text in texts], options.runs)
    n = f"{options.incidents:,}"
    lines = [
        ResultLine(f"figures of {n} incidents of one year, CPU", "stated", f"{measuring:,.0f} ms", True),
        ResultLine(f"decoding the folded states of {n} incidents, CPU", "stated", f"{reading:,.0f} ms", True),
        ResultLine("ratio", "stated", f"{measuring / reading:.1f} ×", True),
    ]
    show_results(lines)
    save_results("performance", lines)


if __name__ == "__main__":
    main()
