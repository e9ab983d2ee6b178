"""A convective storm over Gunung Talang that raises the Batang Lembang past Siaga 1 at Koto Baru."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.simulation.rainfall import RainCell
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station

DURATION: Final = timedelta(hours=8)

# The main burst over the summit (100.68 E, 0.98 S) drifts north-north-east down the valley, a second one lies over
# the upper Lembang, with a wide light rain around both.
CELLS: Final = (
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

WORLD: Final = World(cells=CELLS, start_moisture=0.33, silent_share=0.04)


def storm(stations: tuple[Station, ...], start_at: datetime, seed: int = 0) -> Scenario:
    """Return the storm: rain from `start_at`, Siaga 1 at Koto Baru about 2 h 25 min later, over in eight hours.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the rain (UTC).
        seed: changes the noise, not the storm.
    """
    return Scenario(name="storm", stations=stations, world=WORLD, start_at=start_at, duration=DURATION, seed=seed)
