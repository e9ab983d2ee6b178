"""Default rules about earthquakes, warnings and volcanoes; all can be changed.

Sources:
    Felt: SIG-BMKG (2016).
    Magnitude and distance, weather: no official number exists for Kabupaten Solok; initial values.
    Volcano: levels of PVMBG (Permen ESDM 15/2011). Gunung Talang has been at level II for years:
        raising to II is worth attention; III and IV mean danger to people.
"""

from typing import Final

from tabuah.operations.bulletins.rules import (
    BulletinCondition,
    BulletinRule,
    EarthquakeCondition,
    VolcanoCondition,
    WarningCondition,
)
from tabuah.operations.feeds.cap_alert import CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

_OWN_FIRST: Final = "Nilai awal Pusdalops; sesuaikan"
_SIG: Final = "SIG-BMKG (2016): III dirasakan nyata di dalam rumah, V dirasakan hampir semua orang"
_PVMBG: Final = "Tingkat aktivitas PVMBG, Permen ESDM 15/2011"

_CRITICAL, _HIGH, _ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def default_bulletin_rules() -> tuple[BulletinRule, ...]:
    """Return all default rules, most severe first in each group."""
    return (*default_earthquake_rules(), *default_warning_rules(), *default_volcano_rules())


def default_earthquake_rules() -> tuple[BulletinRule, ...]:
    """Return rules for felt earthquakes, and for strong ones nearby."""
    return (
        _rule("gempa-dirasakan-kuat", "Gempa dirasakan kuat", EarthquakeCondition(felt_mmi=5), _CRITICAL, _SIG),
        _rule(
            "gempa-kuat-dekat",
            "Gempa kuat di dekat kabupaten",
            EarthquakeCondition(magnitude=6.0, within_km=150.0),
            _CRITICAL,
        ),
        _rule("gempa-dirasakan", "Gempa dirasakan", EarthquakeCondition(felt_mmi=3), _HIGH, _SIG),
        _rule("gempa-dekat", "Gempa di dekat kabupaten", EarthquakeCondition(magnitude=5.0, within_km=100.0), _HIGH),
        _rule("gempa-lokal", "Gempa lokal", EarthquakeCondition(magnitude=4.0, within_km=50.0), _ATTENTION),
    )


def default_warning_rules() -> tuple[BulletinRule, ...]:
    """Return one rule for extreme and severe warnings, and one for moderate and unrated ones."""
    usual = WarningCondition(
        severities=(CapSeverity.MODERATE, CapSeverity.UNKNOWN),
        urgencies=(CapUrgency.IMMEDIATE, CapUrgency.EXPECTED, CapUrgency.UNKNOWN),
    )
    worst = WarningCondition(severities=(CapSeverity.EXTREME, CapSeverity.SEVERE))
    return (
        _rule("peringatan-ekstrem", "Peringatan cuaca ekstrem", worst, _HIGH),
        _rule("peringatan-cuaca", "Peringatan dini cuaca", usual, _ATTENTION),
    )


def default_volcano_rules() -> tuple[BulletinRule, ...]:
    """Return one rule for each level above normal."""
    return (
        _rule("gunung-api-awas", "Gunung api Awas", VolcanoCondition(level=VolcanoLevel.AWAS), _CRITICAL, _PVMBG),
        _rule("gunung-api-siaga", "Gunung api Siaga", VolcanoCondition(level=VolcanoLevel.SIAGA), _HIGH, _PVMBG),
        _rule(
            "gunung-api-waspada",
            "Gunung api Waspada",
            VolcanoCondition(level=VolcanoLevel.WASPADA),
            _ATTENTION,
            _PVMBG,
        ),
    )


def _rule(
    rule_id: str, name: str, condition: BulletinCondition, severity: AlarmSeverity, source: str = _OWN_FIRST
) -> BulletinRule:
    return BulletinRule(id=rule_id, name=name, condition=condition, severity=severity, source=source)
