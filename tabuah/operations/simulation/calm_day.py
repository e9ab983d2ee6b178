"""Calm day scenario: sun, a valley breeze, and an afternoon drizzle that moves no river."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.simulation.rainfall import RainCell
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station

DURATION: Final = timedelta(hours=24)
DRIZZLE: Final = RainCell(
    begins_s=7 * 3600, to_peak_s=2400, shape=3, peak_mm_h=1.8, lon_deg=100.75, lat_deg=-1.02,
    east_ms=1.0, north_ms=0.6, radius_m=9000,
)  # fmt: skip

WORLD: Final = World(cells=(DRIZZLE,), start_moisture=0.28)


def calm(stations: tuple[Station, ...], start_at: datetime, seed: int = 0) -> Scenario:
    """Return the calm day.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the day (UTC).
        seed: changes the noise.
    """
    return Scenario(name="calm", stations=stations, world=WORLD, start_at=start_at, duration=DURATION, seed=seed)
