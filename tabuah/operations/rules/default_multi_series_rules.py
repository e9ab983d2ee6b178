"""Default rules over several series; the sources of their numbers are listed in `default_rules`."""

from typing import Final

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Neighbours,
    NeighbourSums,
    PartPlace,
    RateOfChange,
    Rule,
    Threshold,
)

CAINE: Final = "Caine (1980), I = 14,82·D^-0,39: batas bawah sedunia; belum ada angka resmi untuk Sumatera Barat"
SABO: Final = "Hidayat & Zahro (2020), Balai Litbang Sabo: 61 mm/hari, 91 mm/3 hari; bukan angka resmi daerah"
NEIGHBOURS: Final = (
    "WMO-No. 8 (2023) jilid V, pemeriksaan konsistensi ruang; cara de Vos dkk. (2019), doi 10.1029/2019GL083731"
)
_FIRST: Final = "Nilai awal; sesuaikan dengan uji pada data lampau"
_HOUR_S: Final = 3600.0
_KM_M: Final = 1000.0


def default_multi_series_rules() -> tuple[Rule, ...]:
    """Return the combinations, then the neighbour comparisons."""
    return (
        _rain_after_rain(),
        _rain_on_wet_slope(),
        _rising_upstream(),
        _odd_temperature(),
        _clogged_gauge(),
        _running_gauge(),
    )


def _rain(limit_mm: float, hours: float, *, radius_m: float = 0.0) -> CombinationPart:
    condition = Accumulation(limit=limit_mm, window_s=hours * _HOUR_S, hysteresis=round(limit_mm * 0.2, 1))
    where = PartPlace.NEAR if radius_m else PartPlace.HERE
    return CombinationPart(parameter="rain_mm", condition=condition, where=where, radius_m=radius_m)


def _rain_after_rain() -> Rule:
    """Intense rain in an hour triggers a slide after days of rain."""
    return Rule(
        id="longsor-hujan-susulan",
        name="Hujan lebat setelah tiga hari basah",
        parameter="rain_mm",
        condition=Combination(parts=(_rain(15.0, 1), _rain(91.0, 72)), within_s=1800.0),
        severity=AlarmSeverity.HIGH,
        hazard=Hazard.LANDSLIDE,
        source=f"{SABO}; 1 jam: {CAINE}",
    )


def _rain_on_wet_slope() -> Rule:
    wet = CombinationPart(parameter="soil_moisture_pct", condition=Threshold(limit=90.0, hysteresis=5.0))
    return Rule(
        id="lereng-jenuh-hujan",
        name="Hujan lebat di lereng jenuh",
        parameter="soil_moisture_pct",
        condition=Combination(parts=(wet, _rain(29.0, 3, radius_m=5 * _KM_M)), within_s=1800.0),
        severity=AlarmSeverity.HIGH,
        hazard=Hazard.LANDSLIDE,
        source=f"{_FIRST}; hujan: {CAINE}",
    )


def _rising_upstream() -> Rule:
    rising = CombinationPart(
        parameter="stage_m",
        condition=RateOfChange(limit=0.5, window_s=1800.0, hysteresis=0.2),
        where=PartPlace.UPSTREAM,
    )
    return Rule(
        id="banjir-dari-hulu",
        name="Hulu naik cepat dan hujan",
        parameter="stage_m",
        condition=Combination(parts=(rising, _rain(20.0, 1, radius_m=15 * _KM_M)), within_s=_HOUR_S),
        severity=AlarmSeverity.ATTENTION,
        hazard=Hazard.FLOOD,
        source=f"{_FIRST}; hujan: BMKG, di atas 20 mm per jam sangat lebat",
    )


def _odd_temperature() -> Rule:
    """A height difference of 1,200 m means 8 °C, so less proves nothing in these mountains."""
    return Rule(
        id="suhu-janggal",
        name="Suhu menyimpang dari tetangga",
        parameter="temperature_c",
        condition=Neighbours(limit=8.0, radius_m=25 * _KM_M, nearest=5, spreads=3.0, hysteresis=2.0, for_s=_HOUR_S),
        severity=AlarmSeverity.ATTENTION,
        source=_FIRST,
    )


def _clogged_gauge() -> Rule:
    """A clogged gauge: three hours of rain all around it, and almost none in it."""
    return Rule(
        id="penakar-tersumbat",
        name="Penakar hujan kurang mencatat",
        parameter="rain_mm",
        condition=NeighbourSums(
            floor=20.0, window_s=3 * _HOUR_S, radius_m=15 * _KM_M, factor=10.0, spreads=2.0, for_s=1800.0
        ),
        severity=AlarmSeverity.ATTENTION,
        source=f"{NEIGHBOURS}; {_FIRST[0].lower()}{_FIRST[1:]}",
    )


def _running_gauge() -> Rule:
    """Only over a day: for an hour, a cloudburst can really stand over one gauge alone."""
    return Rule(
        id="penakar-berlebih",
        name="Penakar hujan mencatat berlebih",
        parameter="rain_mm",
        condition=NeighbourSums(
            floor=100.0, window_s=24 * _HOUR_S, radius_m=15 * _KM_M, factor=10.0, spreads=2.0, too_much=True
        ),
        severity=AlarmSeverity.ATTENTION,
        source=f"{NEIGHBOURS}; {_FIRST[0].lower()}{_FIRST[1:]}",
    )
