"""Local coordinates in metres and approximate heights of the regency, for the weather."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tabuah.operations.simulation.arrays import Floats

ORIGIN_LON_DEG: Final = 100.7
ORIGIN_LAT_DEG: Final = -0.9
_METRES_PER_LAT_DEG: Final = 110_574.0  # WGS 84 at the equator; the regency ends at 1.4 degrees south
_METRES_PER_LON_DEG: Final = 111_306.0  # 111,320 cos(0.9 degrees)

# lon, lat, height (m): nagari points of geografis and the summit of Talang (VOTW)
_HEIGHTS: Final = np.array(
    [
        (100.603, -0.696, 363), (100.657, -0.836, 462), (100.655, -0.605, 464), (100.761, -0.784, 432),
        (100.593, -0.994, 1194), (100.681, -0.979, 2575), (100.716, -0.932, 1086), (100.753, -0.981, 1500),
        (100.776, -1.087, 1423), (100.689, -1.075, 1497), (100.808, -1.151, 1457), (100.871, -1.107, 1149),
        (100.916, -1.265, 1043), (100.864, -0.911, 890), (100.981, -0.910, 684), (101.102, -1.134, 565),
        (100.980, -1.192, 878), (100.877, -0.844, 485), (100.495, -0.680, 1243), (100.575, -0.842, 1000),
    ]
)  # fmt: skip


def local_m(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return metres east and north of the origin on a plane; error below 0.1 % over the regency."""
    east_m = (np.asarray(lon_deg, dtype=np.float64) - ORIGIN_LON_DEG) * _METRES_PER_LON_DEG
    north_m = (np.asarray(lat_deg, dtype=np.float64) - ORIGIN_LAT_DEG) * _METRES_PER_LAT_DEG
    return east_m, north_m


def height_m(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """Return rough heights by inverse squared distance to spot heights (Shepard, 1968); for temperatures only."""
    east, north = local_m(lon_deg, lat_deg)
    spot_east, spot_north = local_m(_HEIGHTS[:, 0], _HEIGHTS[:, 1])
    squared = (east[:, None] - spot_east) ** 2 + (north[:, None] - spot_north) ** 2
    weights = 1.0 / (squared + 500.0**2)
    return np.asarray((weights * _HEIGHTS[:, 2]).sum(axis=1) / weights.sum(axis=1))
