"""River gauges of the simulation: river network, catchments and their response to rain.

Schematic. The rivers and their order are real. Areas, travel times, ratings and thresholds are
invented, plausible for steep catchments of this size, and stand in for the data of BWS and PUPR.
"""

from typing import Final

import msgspec

from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.station import River

MUSKINGUM_X: Final = 0.2  # weight of the inflow in a reach's storage; 0 to 0.3 in natural rivers
NASH_RESERVOIRS: Final = 3


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """One gauge with the catchment between it and the gauges above it."""

    code: str
    place_code: str  # nagari of the gauge
    river: str
    downstream: str  # the gauge below, "" at the end
    lag_s: float  # travel time to it
    area_km2: float  # of the local catchment alone
    catchment_lon_deg: float
    catchment_lat_deg: float
    reservoir_s: float  # time constant of each Nash reservoir
    curve_number: float  # SCS curve number; higher gives more runoff
    base_flow_m3s: float  # from the local catchment alone
    rating_m: float  # stage at the base flow of the whole catchment
    rating_width: float  # a in Q = a (h - h0)^(5/3)
    siaga_m: tuple[float, float, float]  # stages of siaga 3, 2 and 1

    @property
    def as_river(self) -> River:
        """Return the river section of the station registry."""
        three, two, one = self.siaga_m
        levels = {RiverLevel.SIAGA_3: three, RiverLevel.SIAGA_2: two, RiverLevel.SIAGA_1: one}
        return River(name=self.river, downstream=self.downstream, lag_s=self.lag_s, thresholds_m=levels)


def _gauge(
    number: int,
    place: str,
    river: str,
    *,
    to: int | None,
    lag_min: float,
    area: float,
    centre: tuple[float, float],
    reservoir_min: float,
    base: float,
    stage: float,
    width: float,
    siaga: tuple[float, float, float],
    curve_number: float,
) -> Gauge:
    return Gauge(
        code=f"SLK-AWLR-{number:02d}",
        place_code=f"13.02.{place}",
        river=river,
        downstream=f"SLK-AWLR-{to:02d}" if to else "",
        lag_s=lag_min * 60,
        area_km2=area,
        catchment_lon_deg=centre[0],
        catchment_lat_deg=centre[1],
        reservoir_s=reservoir_min * 60,
        curve_number=curve_number,
        base_flow_m3s=base,
        rating_m=stage,
        rating_width=width,
        siaga_m=siaga,
    )


# fmt: off
GAUGES: Final = (
    # Batang Lembang from below Danau Dibawah past Koto Baru to Danau Singkarak, with its tributaries
    _gauge(1, "06.2003", "Batang Lembang", to=2, lag_min=30, area=48, centre=(100.722, -0.965), reservoir_min=14,
           base=1.9, stage=0.55, width=17, siaga=(1.6, 2.2, 2.8), curve_number=60),
    _gauge(2, "08.2001", "Batang Lembang", to=3, lag_min=22, area=46, centre=(100.715, -0.890), reservoir_min=15,
           base=1.6, stage=0.75, width=27, siaga=(1.9, 2.6, 3.2), curve_number=68),
    _gauge(3, "10.2001", "Batang Lembang", to=4, lag_min=18, area=34, centre=(100.680, -0.860), reservoir_min=16,
           base=1.2, stage=0.90, width=36, siaga=(2.0, 2.6, 3.2), curve_number=70),
    _gauge(4, "10.2002", "Batang Lembang", to=5, lag_min=55, area=24, centre=(100.640, -0.830), reservoir_min=18,
           base=0.8, stage=0.95, width=39, siaga=(2.1, 2.8, 3.5), curve_number=72),
    _gauge(5, "11.2001", "Batang Sumani", to=6, lag_min=25, area=70, centre=(100.610, -0.775), reservoir_min=24,
           base=2.0, stage=1.10, width=48, siaga=(2.4, 3.1, 3.8), curve_number=72),
    _gauge(6, "11.2004", "Batang Sumani", to=None, lag_min=0, area=18, centre=(100.605, -0.712), reservoir_min=20,
           base=0.5, stage=1.20, width=56, siaga=(2.4, 3.0, 3.6), curve_number=72),
    _gauge(7, "06.2005", "Batang Aia Koto Anau", to=2, lag_min=25, area=30, centre=(100.690, -0.935),
           reservoir_min=12, base=1.2, stage=0.50, width=15, siaga=(1.4, 1.9, 2.4), curve_number=60),
    _gauge(8, "07.2002", "Batang Gawan", to=9, lag_min=28, area=34, centre=(100.645, -0.940), reservoir_min=14,
           base=1.3, stage=0.50, width=16, siaga=(1.5, 2.0, 2.6), curve_number=60),
    _gauge(9, "07.2001", "Batang Gawan", to=5, lag_min=70, area=40, centre=(100.615, -0.895), reservoir_min=18,
           base=1.3, stage=0.70, width=24, siaga=(1.7, 2.3, 2.9), curve_number=68),
    # Batang Gumanti from the lakes' plateau to the south-east
    _gauge(10, "04.2001", "Batang Gumanti", to=11, lag_min=95, area=90, centre=(100.780, -1.060), reservoir_min=30,
           base=3.0, stage=0.80, width=26, siaga=(1.8, 2.4, 3.0), curve_number=70),
    _gauge(11, "17.2001", "Batang Gumanti", to=12, lag_min=110, area=110, centre=(100.860, -1.090), reservoir_min=30,
           base=3.4, stage=1.00, width=34, siaga=(2.2, 2.9, 3.6), curve_number=68),
    _gauge(12, "17.2003", "Batang Gumanti", to=None, lag_min=0, area=120, centre=(100.960, -1.160), reservoir_min=32,
           base=3.6, stage=1.10, width=42, siaga=(2.5, 3.3, 4.1), curve_number=66),
    # separate rivers
    _gauge(13, "03.2002", "Batang Hari", to=None, lag_min=0, area=140, centre=(100.880, -1.250), reservoir_min=34,
           base=4.5, stage=0.95, width=34, siaga=(2.2, 2.9, 3.6), curve_number=64),
    _gauge(14, "13.2001", "Batang Paninggahan", to=None, lag_min=0, area=58, centre=(100.470, -0.690),
           reservoir_min=16, base=2.0, stage=0.60, width=22, siaga=(1.6, 2.2, 2.8), curve_number=62),
    _gauge(15, "09.2003", "Batang Lasi", to=None, lag_min=0, area=80, centre=(100.780, -0.800), reservoir_min=20,
           base=2.4, stage=0.70, width=26, siaga=(1.7, 2.3, 3.0), curve_number=68),
)
# fmt: on

GAUGE_BY_CODE: Final = {gauge.code: gauge for gauge in GAUGES}


def upstream_first(gauges: tuple[Gauge, ...] = GAUGES) -> tuple[Gauge, ...]:
    """Return the gauges, each before the one below it."""
    ordered: list[Gauge] = []
    waiting = list(gauges)
    while waiting:
        targets = {gauge.downstream for gauge in waiting}
        ready = [gauge for gauge in waiting if gauge.code not in targets]
        if not ready:
            raise ValueError(f"the gauges flow in a circle: {', '.join(gauge.code for gauge in waiting)}")
        ordered += ready
        waiting = [gauge for gauge in waiting if gauge.code in targets]
    return tuple(ordered)
