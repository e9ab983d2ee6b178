"""Season of many days, dry and stormy: a river's history for fitting a forecast model."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tabuah.operations.simulation.rainfall import RainCell
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.world import World
from tabuah.operations.stations.station import Station

_DAY: Final = timedelta(days=1)
_WET_SHARE: Final = 0.7  # share of days with convective rain, as in the wet months
_MOST_CELLS: Final = 4
_LATEST_S: Final = 8 * 3600.0  # a flood must have run off by the end of its day
_WEST_DEG, _EAST_DEG, _SOUTH_DEG, _NORTH_DEG = 100.60, 100.82, -1.05, -0.78


def season(stations: tuple[Station, ...], start_at: datetime, *, days: int, seed: int = 0) -> Iterator[Scenario]:
    """Yield one scenario a day.

    Args:
        stations: the measuring stations; see `simulated_stations`.
        start_at: start of the first day (UTC).
        days: number of days.
        seed: changes weather and noise.
    """
    chance = np.random.default_rng(seed)
    for day in range(days):
        world = World(cells=_cells(chance), start_moisture=0.28 + 0.06 * chance.random())
        yield Scenario(
            name="season",
            stations=stations,
            world=world,
            start_at=start_at + day * _DAY,
            duration=_DAY,
            seed=seed * 10_007 + day,
        )


def _cells(chance: np.random.Generator) -> tuple[RainCell, ...]:
    """Return the rain of a day: none, or one to four cells, most of them light."""
    if chance.random() > _WET_SHARE:
        return ()
    return tuple(_cell(chance) for _ in range(1 + chance.integers(_MOST_CELLS)))


def _cell(chance: np.random.Generator) -> RainCell:
    return RainCell(
        begins_s=chance.uniform(0.0, _LATEST_S),
        to_peak_s=chance.uniform(1500.0, 7200.0),
        shape=chance.uniform(2.0, 3.5),
        peak_mm_h=min(60.0, float(chance.lognormal(np.log(20.0), 0.6))),
        lon_deg=chance.uniform(_WEST_DEG, _EAST_DEG),
        lat_deg=chance.uniform(_SOUTH_DEG, _NORTH_DEG),
        east_ms=chance.uniform(-0.5, 1.5),
        north_ms=chance.uniform(-0.5, 2.0),
        radius_m=chance.uniform(4000.0, 14_000.0),
    )
