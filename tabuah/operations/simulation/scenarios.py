"""The scenarios: a storm over Gunung Talang, the Singkarak earthquakes of 2007, and a calm day."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tabuah.operations.simulation.ground_motion import Shock
from tabuah.operations.simulation.rainfall import RainCell
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station

_STORM_DURATION: Final = timedelta(hours=8)

# The main burst over the summit (100.68 E, 0.98 S) drifts north-north-east down the valley, a second one lies over
# the upper Lembang, with a wide light rain around both.
STORM_CELLS: Final = (
    RainCell(
        begins_s=0, to_peak_s=2400, shape=3, peak_mm_h=66, lon_deg=100.688, lat_deg=-0.975,
        east_ms=0.8, north_ms=1.7, radius_m=6000,
    ),
    RainCell(
        begins_s=3300, to_peak_s=1800, shape=3, peak_mm_h=32, lon_deg=100.705, lat_deg=-0.925,
        east_ms=0.5, north_ms=1.3, radius_m=4500,
    ),
    RainCell(
        begins_s=0, to_peak_s=4800, shape=2.5, peak_mm_h=6, lon_deg=100.700, lat_deg=-0.930,
        east_ms=0.8, north_ms=1.4, radius_m=18_000,
    ),
)  # fmt: skip

_STORM_WORLD: Final = World(cells=STORM_CELLS, start_moisture=0.33, silent_share=0.04)


def storm(stations: tuple[Station, ...], start_at: datetime, seed: int = 0) -> Scenario:
    """Return the storm: rain from `start_at`, Siaga 1 at Koto Baru about 2 h 25 min later, over in eight hours.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the rain (UTC).
        seed: changes the noise, not the storm.
    """
    return Scenario(
        name="storm", stations=stations, world=_STORM_WORLD, start_at=start_at, duration=_STORM_DURATION, seed=seed
    )


# The Singkarak doublet of 6 March 2007: two earthquakes on the Sumani segment, two hours apart.
_EARTHQUAKE_DURATION: Final = timedelta(hours=3)
_QUIET: Final = timedelta(minutes=5)  # before the first shock

# Mw 6.4 at 03:49:38 and Mw 6.3 at 05:49:25 UTC near the northern end of Danau Singkarak (USGS). Both have the same
# depth: catalogue depths of such shallow earthquakes are less certain than their difference.
FIRST_AT: Final = datetime(2007, 3, 6, 3, 49, 38, tzinfo=UTC)
SECOND_AT: Final = datetime(2007, 3, 6, 5, 49, 25, tzinfo=UTC)
_DEPTH_KM: Final = 15.0
SHOCKS: Final = (
    Shock(after_s=_QUIET.total_seconds(), lon_deg=100.50, lat_deg=-0.49, depth_km=_DEPTH_KM, magnitude=6.4),
    Shock(
        after_s=(SECOND_AT - FIRST_AT + _QUIET).total_seconds(),
        lon_deg=100.53, lat_deg=-0.49, depth_km=_DEPTH_KM, magnitude=6.3,
    ),
)  # fmt: skip

_EARTHQUAKE_WORLD: Final = World(shocks=SHOCKS, start_moisture=0.30)


def earthquake(stations: tuple[Station, ...], start_at: datetime = FIRST_AT - _QUIET, seed: int = 0) -> Scenario:
    """Return the doublet: the first shock five minutes after `start_at`, the second two hours later.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the scenario (UTC); the default is the real time.
        seed: changes the noise, not the earthquake.
    """
    return Scenario(
        name="earthquake",
        stations=stations,
        world=_EARTHQUAKE_WORLD,
        start_at=start_at,
        duration=_EARTHQUAKE_DURATION,
        seed=seed,
    )


_CALM_DURATION: Final = timedelta(hours=24)
DRIZZLE: Final = RainCell(
    begins_s=7 * 3600, to_peak_s=2400, shape=3, peak_mm_h=1.8, lon_deg=100.75, lat_deg=-1.02,
    east_ms=1.0, north_ms=0.6, radius_m=9000,
)  # fmt: skip

_CALM_WORLD: Final = World(cells=(DRIZZLE,), start_moisture=0.28)


def calm(stations: tuple[Station, ...], start_at: datetime, seed: int = 0) -> Scenario:
    """Return the calm day.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the day (UTC).
        seed: changes the noise.
    """
    return Scenario(
        name="calm", stations=stations, world=_CALM_WORLD, start_at=start_at, duration=_CALM_DURATION, seed=seed
    )
