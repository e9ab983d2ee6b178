"""Benchmark of rule evaluation: readings per second of CPU time with every kind of rule, calm and in a storm.

Run with `python benchmarks/bench_rules.py`. It evaluates as the server does, without storing:
10,000 series, each with five rules of its own kind, every series once a minute. The goal is 5 % of
one core: 3,334 readings per second of CPU time. Process time makes the result independent of other
load.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from goals import ResultLine, save_results, show_results

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Condition,
    Neighbours,
    PartPlace,
    RateOfChange,
    Rule,
    Stuck,
    Threshold,
)
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.server.readings.registry import ReadingsRegistry
from tabuah.server.readings.rule_evaluation import RuleEvaluation, WatchStates
from tabuah.storage.journal.identifiers import new_uuid

SERIES: Final = 10_000
SHARE: Final = 0.05  # of one core
ASKED_PER_S: Final = SERIES / 60 / SHARE
START: Final = datetime(2026, 11, 24, tzinfo=UTC)
_SPACING_DEG: Final = 0.01
_WIDE: Final = 100


class _Kind(msgspec.Struct, frozen=True):
    """A kind of station, with its values on a calm day and in a storm."""

    kind: StationKind
    parameter: str
    calm: float
    storm: float


KINDS: Final = (
    _Kind(StationKind.RAIN, "rain_mm", 0.0, 1.5),
    _Kind(StationKind.RIVER, "stage_m", 1.0, 3.4),
    _Kind(StationKind.SOIL, "soil_moisture_pct", 60.0, 94.0),
    _Kind(StationKind.WEATHER, "temperature_c", 24.0, 20.0),
)


def stations(series: int) -> list[Station]:
    """Return stations on a grid of about a kilometre, one series each, kinds in turn."""
    return [_station(number, KINDS[number % len(KINDS)]) for number in range(series)]


def _station(number: int, kind: _Kind) -> Station:
    row, column = divmod(number, _WIDE)
    measured = Parameter(code=kind.parameter, unit="", expected_interval_s=60, valid_min=-50, valid_max=200)
    return Station(
        code=f"B-{number:05d}",
        name=f"Pos {number}",
        kind=kind.kind,
        lon_deg=100.0 + column * _SPACING_DEG,
        lat_deg=-1.5 + row * _SPACING_DEG,
        parameters=(measured,),
    )


def rules() -> list[Rule]:
    """Return five rules a kind: threshold, change, stuck sensor, neighbour comparison and a combination."""
    rain = CombinationPart(
        parameter="rain_mm",
        condition=Accumulation(limit=20, window_s=3600, hysteresis=10),
        where=PartPlace.NEAR,
        radius_m=3_000,
    )
    made: list[Rule] = []
    for kind in KINDS:
        limit = (kind.calm + kind.storm) / 2
        falling = kind.storm < kind.calm
        own = CombinationPart(
            parameter=kind.parameter, condition=Threshold(limit=limit, hysteresis=0.1, falling=falling)
        )
        conditions: tuple[Condition, ...] = (
            Threshold(limit=limit, hysteresis=0.1, for_s=120, falling=falling),
            RateOfChange(limit=abs(kind.storm - kind.calm) / 2, window_s=1800, falling=falling),
            Stuck(for_s=3600, resting_at=kind.calm),
            Neighbours(limit=50, radius_m=6_000, spreads=3),
            Combination(parts=(own, rain), within_s=1800),
        )
        made += [
            Rule(
                id=f"{kind.kind.value}-{number}",
                name="",
                parameter=kind.parameter,
                condition=condition,
                severity=AlarmSeverity.HIGH,
            )
            for number, condition in enumerate(conditions)
        ]
    return made


def minute_of(known: list[Station], minute: int, *, storm: bool) -> Iterator[Reading]:
    """Yield one reading of every series; small variations make every minute different."""
    at = START + timedelta(minutes=minute)
    for number, station in enumerate(known):
        kind = KINDS[number % len(KINDS)]
        value = kind.storm if storm else kind.calm
        waver = 0.0 if value == 0 else (number * 7 + minute * 3) % 10 / 1000
        yield Reading(station.code, kind.parameter, at, value + waver)


class Run(msgspec.Struct, frozen=True):
    """Result of one run."""

    judged: int
    took_s: float
    drafts: int

    @property
    def per_s(self) -> float:
        """Return the readings evaluated per second of CPU time."""
        return self.judged / self.took_s


def run(registry: ReadingsRegistry, known: list[Station], *, minutes: int, storm: bool) -> Run:
    """Evaluate a warm-up of fifteen calm minutes, then the measured minutes."""
    book = WatchStates()
    took_s, judged, drafts, warm_up = 0.0, 0, 0, 15
    for minute in range(warm_up + minutes):
        readings = list(minute_of(known, minute, storm=storm and minute >= warm_up))
        began_s = time.process_time()
        changes = RuleEvaluation(book, registry, lambda: new_uuid(START))
        changes.judge(readings)
        changes.commit()
        if minute >= warm_up:
            took_s += time.process_time() - began_s
            judged += len(readings)
            drafts += len(changes.drafts)
    return Run(judged, took_s, drafts)


def line_of(what: str, found: Run) -> ResultLine:
    """Return one line of the table."""
    share = 100 * SERIES / 60 / found.per_s
    return ResultLine(
        what=f"{what}, {found.drafts:,} alarms",
        asked=f"≥ {ASKED_PER_S:,.0f} readings/s of a core ({SHARE:.0%})",
        reached=f"{found.per_s:,.0f} ({share:.2f} %)",
        is_reached=found.per_s >= ASKED_PER_S,
    )


def main() -> None:
    """Measure, print and save the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--series", type=int, default=SERIES)
    options = parser.parse_args()
    known, registry = stations(options.series), ReadingsRegistry()
    began_s = time.process_time()
    registry.learn([*known, *rules()])
    learnt_s = time.process_time() - began_s
    what = f"rules: {options.series:,} series × 5 rules once a minute"
    calm = run(registry, known, minutes=options.minutes, storm=False)
    storm = run(registry, known, minutes=options.minutes, storm=True)
    lines = [line_of(f"{what}, calm", calm), line_of(f"{what}, storm everywhere", storm)]
    show_results(lines)
    print(
        f"{len(registry.watches):,} watches, {len(registry.multi_watches):,} over several series, "
        f"learnt in {learnt_s:.1f} s"
    )
    save_results("rules", lines, learnt_s=round(learnt_s, 2))


if __name__ == "__main__":
    main()
