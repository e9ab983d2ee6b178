"""The Singkarak doublet of 6 March 2007: two earthquakes on the Sumani segment, two hours apart."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tabuah.operations.simulation.ground_motion import Shock
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station

DURATION: Final = timedelta(hours=3)
QUIET: Final = timedelta(minutes=5)  # before the first shock

# Mw 6.4 at 03:49:38 and Mw 6.3 at 05:49:25 UTC near the northern end of Danau Singkarak (USGS). Both have the same
# depth: catalogue depths of such shallow earthquakes are less certain than their difference.
FIRST_AT: Final = datetime(2007, 3, 6, 3, 49, 38, tzinfo=UTC)
SECOND_AT: Final = datetime(2007, 3, 6, 5, 49, 25, tzinfo=UTC)
DEPTH_KM: Final = 15.0
SHOCKS: Final = (
    Shock(after_s=QUIET.total_seconds(), lon_deg=100.50, lat_deg=-0.49, depth_km=DEPTH_KM, magnitude=6.4),
    Shock(
        after_s=(SECOND_AT - FIRST_AT + QUIET).total_seconds(),
        lon_deg=100.53, lat_deg=-0.49, depth_km=DEPTH_KM, magnitude=6.3,
    ),
)  # fmt: skip

WORLD: Final = World(shocks=SHOCKS, start_moisture=0.30)


def earthquake(stations: tuple[Station, ...], start_at: datetime = FIRST_AT - QUIET, seed: int = 0) -> Scenario:
    """Return the doublet: the first shock five minutes after `start_at`, the second two hours later.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the scenario (UTC); the default is the real time.
        seed: changes the noise, not the earthquake.
    """
    return Scenario(
        name="earthquake", stations=stations, world=WORLD, start_at=start_at, duration=DURATION, seed=seed
    )
