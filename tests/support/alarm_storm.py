"""Sample storm over three hundred stations with its side effects, and four alarms with other causes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Final

import msgspec

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.engine import INITIAL_STATE, evaluate
from tabuah.operations.rules.rule import Rule, Stuck
from tabuah.operations.rules.watches import Watch, watch_for_rule
from tabuah.operations.simulation.ground_motion import Shock
from tabuah.operations.simulation.rainfall import RainCell
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.slopes import POROSITY
from tabuah.operations.simulation.station_registry import read_places, simulated_stations
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station, StationKind

START: Final = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
STATIONS: Final = 300
WATCHED: Final = frozenset({"rain_mm", "stage_m", "soil_moisture_pct", "tilt_deg", "pga_g", "pm25_ugm3"})
POWER_LOST: Final = timedelta(minutes=15)  # after the start
POWERLESS: Final = 40

SMOKE: Final = "SLK-PMU-05"
STUCK: Final = "SLK-AWLR-14"  # the Batang Paninggahan, on the other side of the lake
OTHER_RIVER: Final = "SLK-AWLR-13"  # the Batang Hari, far in the south
SHAKEN: Final = "SLK-AKS-01"

# One convective system over Gunung Talang and the valley of the Lembang, four times as strong as in the demo.
STORM: Final = World(
    cells=(
        RainCell(
            begins_s=0, to_peak_s=2400, shape=3, peak_mm_h=110, lon_deg=100.688, lat_deg=-0.955,
            east_ms=0.8, north_ms=1.7, radius_m=9000,
        ),
        RainCell(
            begins_s=600, to_peak_s=2000, shape=3, peak_mm_h=90, lon_deg=100.655, lat_deg=-0.860,
            east_ms=0.5, north_ms=1.3, radius_m=8000,
        ),
    ),
    shocks=(Shock(after_s=2_500, lon_deg=100.60, lat_deg=-0.70, depth_km=8, magnitude=4.4),),
    start_moisture=0.44,
)  # fmt: skip

STUCK_RULE: Final = Rule(
    id="sensor-macet",
    name="Sensor macet",
    parameter="stage_m",
    condition=Stuck(for_s=1800.0),
    severity=AlarmSeverity.ATTENTION,
)


def rules() -> tuple[Rule, ...]:
    """Return the default rules of a new server and one for a stuck gauge."""
    return (*default_rules(), STUCK_RULE)


@dataclass
class AlarmStorm:
    """The stations and their readings, minute by minute."""

    stations: dict[str, Station] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text("utf-8")
        made = simulated_stations(read_places(places), how_many=STATIONS)
        self._story = Scenario(
            name="alarms", stations=made, world=STORM, start_at=START, duration=timedelta(hours=3), seed=1
        )
        self.stations = {s.code: msgspec.structs.replace(s, exercise=False) for s in made}
        near = sorted(
            (s for s in made if s.kind is not StationKind.RIVER and s.code not in (SMOKE, SHAKEN)),
            key=lambda s: (s.lon_deg - 100.688) ** 2 + (s.lat_deg + 0.955) ** 2,
        )
        self.powerless = {s.code for s in near[:POWERLESS]}

    def minutes(self, count: int) -> Iterator[tuple[datetime, list[Reading]]]:
        """Yield the readings of each minute, with its end."""
        for minute in range(count):
            begins, ends = START + timedelta(minutes=minute), START + timedelta(minutes=minute + 1)
            readings = (
                self._measured_reading(r)
                for r in self._story.readings_between(begins, ends)
                if r.parameter in WATCHED
            )
            yield ends, [reading for reading in readings if reading is not None]

    def _measured_reading(self, reading: Reading) -> Reading | None:
        """Return a reading of the storm, or one that replaces it for an independent cause."""
        since = reading.at - START
        if reading.station in self.powerless and since >= POWER_LOST:
            return None
        value = reading.value
        match reading.station, reading.parameter:
            case (_code, "soil_moisture_pct"):
                value = min(value / POROSITY, 100.0)  # of the field capacity, the unit of the rule
            case (code, "pm25_ugm3") if code == SMOKE:
                value = 180.0
            case (code, "stage_m") if code == STUCK:
                value = 0.71
            case (code, "stage_m") if code == OTHER_RIVER:
                value = 2.3 + since.total_seconds() * 2e-5 if since >= timedelta(minutes=30) else value
        return Reading(reading.station, reading.parameter, reading.at, round(value, 3))


class OverThreshold:
    """Counts the readings at or beyond the limit of any rule."""

    def __init__(self, stations: Iterable[Station]) -> None:
        made = [watch_for_rule(rule, station) for rule in rules() for station in stations]
        self._watches: dict[tuple[str, str], list[Watch]] = {}
        for watch in made:
            if isinstance(watch, Watch):
                self._watches.setdefault((watch.station, watch.parameter), []).append(watch)
        self._states = {(w.rule, w.station): INITIAL_STATE for watches in self._watches.values() for w in watches}
        self.count = 0

    def hear(self, readings: Iterable[Reading]) -> None:
        """Evaluate readings as the server does."""
        for reading in readings:
            judged = [self._is_over(w, reading) for w in self._watches[reading.station, reading.parameter]]
            self.count += any(judged)

    def _is_over(self, watch: Watch, reading: Reading) -> bool:
        key = (watch.rule, watch.station)
        self._states[key], _crossings = evaluate(watch, self._states[key], reading.at, reading.value)
        return self._states[key].reached_at is not None
