"""Default rules of a new server; all can be changed.

Sources:
    River: the thresholds are each gauge's own (BWS, PUPR); the rules only name the level.
    Rain: BMKG classes: a day 20/50/100/150 mm (sedang, lebat, sangat lebat, ekstrem), an hour
        above 20 mm sangat lebat.
    Shaking: SIG-BMKG (2016): III from 89 gal, IV from 168 gal; 1 g = 980.665 gal. MMI IV from
        0.0276 g after Worden et al. (2012), doi 10.1785/0120110156.
    PM2.5: classes of ISPU, Permen LHK P.14/2020, 24-hour means: 55.4, 150.4 and 250.4 µg/m³.
    Rain and landslides: no official number exists for Kabupaten Solok or West Sumatra. 61 mm a
        day and 91 mm in three days trigger landslides in the most prone areas of Indonesia:
        Hidayat and Zahro (2020), Jurnal Sumber Daya Air 16(1), Balai Litbang Sabo; found with
        satellite rain (TRMM), which is coarser than a gauge. For hours the worldwide lower bound:
        Caine (1980), Geografiska Annaler A 62, I = 14.82 D^-0.39 mm/h for D hours: 15 mm in one
        hour, 29 mm in three.
    Slope: no official number exists; initial values to be set for each slope.
    Forecast: levels only, like the river rules. The error of a forecast is measured for every
        gauge; a gauge with too little data has no forecast.
"""

from typing import Final

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, AlarmSeverity, RiverLevel
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    ForecastLevel,
    Neighbours,
    NeighbourSums,
    PartPlace,
    RateOfChange,
    RiverStage,
    Rule,
    Silence,
    Threshold,
)

CAINE: Final = "Caine (1980), I = 14,82·D^-0,39: batas bawah sedunia; belum ada angka resmi daerah"
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


def _rain_part(limit_mm: float, hours: float, *, radius_m: float = 0.0) -> CombinationPart:
    condition = Accumulation(limit=limit_mm, window_s=hours * _HOUR_S, hysteresis=round(limit_mm * 0.2, 1))
    where = PartPlace.NEAR if radius_m else PartPlace.HERE
    return CombinationPart(parameter="rain_mm", condition=condition, where=where, radius_m=radius_m)


def _rain_after_rain() -> Rule:
    """Intense rain in an hour triggers a slide after days of rain."""
    return Rule(
        id="longsor-hujan-susulan",
        name="Hujan lebat setelah tiga hari basah",
        parameter="rain_mm",
        condition=Combination(parts=(_rain_part(15.0, 1), _rain_part(91.0, 72)), within_s=1800.0),
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
        condition=Combination(parts=(wet, _rain_part(29.0, 3, radius_m=5 * _KM_M)), within_s=1800.0),
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
        condition=Combination(parts=(rising, _rain_part(20.0, 1, radius_m=15 * _KM_M)), within_s=_HOUR_S),
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


_DAY_S: Final = 86_400.0
_BMKG_DAY: Final = "BMKG, kelas hujan harian 50/100/150 mm"
_ISPU: Final = "ISPU, Permen LHK P.14/2020 (kelas rata-rata 24 jam)"
_LOCAL: Final = "Nilai awal; sesuaikan untuk tiap lereng"


def default_rules() -> tuple[Rule, ...]:
    """Return all default rules, most severe first within each hazard."""
    return (
        *_river(),
        *default_forecast_rules(),
        *_rain(),
        *_landslide_rain(),
        *_slope(),
        *_shaking(),
        *_air(),
        *default_multi_series_rules(),
        _silence(),
    )


def _river() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=f"tma-siaga-{level.value[-1]}",
            name=f"TMA Siaga {level.value[-1]}",
            parameter="stage_m",
            condition=RiverStage(level=level, hysteresis_m=0.1, for_s=for_s),
            severity=SEVERITY_OF_RIVER_LEVEL[level],
            hazard=Hazard.FLOOD,
            source="Ambang tiap pos duga air (BWS/PUPR)",
        )
        for level, for_s in ((RiverLevel.SIAGA_1, 120.0), (RiverLevel.SIAGA_2, 120.0), (RiverLevel.SIAGA_3, 300.0))
    )


def _rain() -> tuple[Rule, ...]:
    hour = Rule(
        id="hujan-1-jam",
        name="Hujan sangat lebat dalam 1 jam",
        parameter="rain_mm",
        condition=Accumulation(limit=20.0, window_s=_HOUR_S, hysteresis=10.0),
        severity=AlarmSeverity.ATTENTION,
        hazard=Hazard.FLASH_FLOOD,
        source="BMKG, hujan per jam: di atas 20 mm sangat lebat",
    )
    steps = (
        ("ekstrem", 150.0, AlarmSeverity.CRITICAL),
        ("sangat-lebat", 100.0, AlarmSeverity.HIGH),
        ("lebat", 50.0, AlarmSeverity.ATTENTION),
    )
    return (hour, *(_rain_day(word, limit, severity) for word, limit, severity in steps))


def _rain_day(word: str, limit_mm: float, severity: AlarmSeverity) -> Rule:
    return Rule(
        id=f"hujan-24-jam-{word}",
        name=f"Hujan {word.replace('-', ' ')} dalam 24 jam",
        parameter="rain_mm",
        condition=Accumulation(limit=limit_mm, window_s=_DAY_S, hysteresis=limit_mm * 0.2),
        severity=severity,
        hazard=Hazard.LANDSLIDE,
        source=_BMKG_DAY,
    )


def _landslide_rain() -> tuple[Rule, ...]:
    steps = (
        ("3-jam", "3 jam", 29.0, 3, CAINE),
        ("1-hari", "24 jam", 61.0, 24, SABO),
        ("3-hari", "3 hari", 91.0, 72, SABO),
    )
    return tuple(
        Rule(
            id=f"longsor-hujan-{word}",
            name=f"Hujan pemicu longsor, {text}",
            parameter="rain_mm",
            condition=Accumulation(limit=limit_mm, window_s=hours * _HOUR_S, hysteresis=round(limit_mm * 0.2, 1)),
            severity=AlarmSeverity.ATTENTION,
            hazard=Hazard.LANDSLIDE,
            source=source,
        )
        for word, text, limit_mm, hours, source in steps
    )


def _slope() -> tuple[Rule, ...]:
    def tilt(word: str, limit_deg: float, severity: AlarmSeverity) -> Rule:
        condition = Threshold(limit=limit_deg, hysteresis=limit_deg * 0.2, for_s=300.0)
        return _slope_rule(f"kemiringan-{word}", f"Lereng bergerak ({word})", "tilt_deg", condition, severity)

    soil = Threshold(limit=90.0, hysteresis=5.0, for_s=900.0)
    return (
        tilt("besar", 2.0, AlarmSeverity.CRITICAL),
        tilt("nyata", 1.0, AlarmSeverity.HIGH),
        _slope_rule("tanah-jenuh", "Tanah jenuh air", "soil_moisture_pct", soil, AlarmSeverity.ATTENTION),
    )


def _slope_rule(rule_id: str, name: str, parameter: str, condition: Threshold, severity: AlarmSeverity) -> Rule:
    return Rule(
        id=rule_id,
        name=name,
        parameter=parameter,
        condition=condition,
        severity=severity,
        hazard=Hazard.LANDSLIDE,
        source=_LOCAL,
    )


def _shaking() -> tuple[Rule, ...]:
    """Clear only when the ground is quiet again, so that one earthquake is one episode."""
    steps = (
        ("gempa-merusak", "Guncangan merusak", 0.171, AlarmSeverity.CRITICAL, "SIG-BMKG IV, 168 gal"),
        ("gempa-kuat", "Guncangan kuat", 0.091, AlarmSeverity.HIGH, "SIG-BMKG III, 89 gal"),
        ("gempa-terasa", "Guncangan terasa", 0.028, AlarmSeverity.ATTENTION, "MMI IV, Worden dkk. (2012)"),
    )
    return tuple(
        Rule(
            id=rule_id,
            name=name,
            parameter="pga_g",
            condition=Threshold(limit=limit_g, hysteresis=round(limit_g - 0.005, 3)),
            severity=severity,
            hazard=Hazard.EARTHQUAKE,
            source=source,
        )
        for rule_id, name, limit_g, severity, source in steps
    )


def _air() -> tuple[Rule, ...]:
    steps = (
        ("berbahaya", 250.4, AlarmSeverity.CRITICAL),
        ("sangat-tidak-sehat", 150.4, AlarmSeverity.HIGH),
        ("tidak-sehat", 55.4, AlarmSeverity.ATTENTION),
    )
    return tuple(
        Rule(
            id=f"pm25-{word}",
            name=f"Udara {word.replace('-', ' ')}",
            parameter="pm25_ugm3",
            condition=Threshold(limit=limit, hysteresis=round(limit * 0.1, 1), for_s=_HOUR_S),
            severity=severity,
            hazard=Hazard.HEALTH,
            source=_ISPU,
        )
        for word, limit, severity in steps
    )


def _silence() -> Rule:
    return Rule(
        id="tanpa-data",
        name="Stasiun tanpa data",
        parameter="",
        condition=Silence(for_s=1800.0),
        severity=AlarmSeverity.ATTENTION,
        source="Setengah jam, atau tiga kali jeda kirim",
    )


_WITHIN_S: Final = 3 * 3600.0
_SOURCE: Final = "Prakiraan dari riwayat tiap pos; galatnya diukur dengan uji mundur"


def default_forecast_rules() -> tuple[Rule, ...]:
    """Return a rule for each level that requires evacuation, one severity below the level's own."""
    steps = ((RiverLevel.SIAGA_1, AlarmSeverity.HIGH), (RiverLevel.SIAGA_2, AlarmSeverity.ATTENTION))
    return tuple(
        Rule(
            id=f"prakiraan-siaga-{level.value[-1]}",
            name=f"Prakiraan Siaga {level.value[-1]}",
            parameter="stage_m",
            condition=ForecastLevel(level=level, within_s=_WITHIN_S, hysteresis_m=0.2),
            severity=severity,
            hazard=Hazard.FLOOD,
            source=_SOURCE,
        )
        for level, severity in steps
    )
