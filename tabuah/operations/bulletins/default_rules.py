"""The rules about earthquakes, warnings and volcanoes that a new server starts with; all are data and can be changed.

Sources:
    Felt: SIG-BMKG (2016).
    Magnitude and distance, weather: no official number exists for Kabupaten Solok; first values to be adjusted.
    Volcano: the levels are PVMBG's (Permen ESDM 15/2011). Gunung Talang has stood at II for years: that it is raised
        to II is worth knowing, III and IV mean that people are in danger.
"""

from typing import Final

from tabuah.operations.bulletins.rules import BulletinCondition, BulletinRule, Restless, Shaking, Warned
from tabuah.operations.feeds.cap_values import CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

_OWN_FIRST: Final = "Nilai awal Pusdalops; sesuaikan"
_SIG: Final = "SIG-BMKG (2016): III dirasakan nyata di dalam rumah, V dirasakan hampir semua orang"
_PVMBG: Final = "Tingkat aktivitas PVMBG, Permen ESDM 15/2011"

_CRITICAL, _HIGH, _ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def default_bulletin_rules() -> tuple[BulletinRule, ...]:
    """All of them: earthquakes, warnings, volcanoes, the worst first."""
    return (*default_earthquake_rules(), *default_warning_rules(), *default_volcano_rules())


def default_earthquake_rules() -> tuple[BulletinRule, ...]:
    """What was felt here, and what was strong and near."""
    return (
        _rule("gempa-dirasakan-kuat", "Gempa dirasakan kuat", Shaking(felt_mmi=5), _CRITICAL, _SIG),
        _rule(
            "gempa-kuat-dekat", "Gempa kuat di dekat kabupaten", Shaking(magnitude=6.0, within_km=150.0), _CRITICAL
        ),
        _rule("gempa-dirasakan", "Gempa dirasakan", Shaking(felt_mmi=3), _HIGH, _SIG),
        _rule("gempa-dekat", "Gempa di dekat kabupaten", Shaking(magnitude=5.0, within_km=100.0), _HIGH),
        _rule("gempa-lokal", "Gempa lokal", Shaking(magnitude=4.0, within_km=50.0), _ATTENTION),
    )


def default_warning_rules() -> tuple[BulletinRule, ...]:
    """Warnings that need preparing, and the others that are not minor."""
    usual = Warned(
        severities=(CapSeverity.MODERATE, CapSeverity.UNKNOWN),
        urgencies=(CapUrgency.IMMEDIATE, CapUrgency.EXPECTED, CapUrgency.UNKNOWN),
    )
    worst = Warned(severities=(CapSeverity.EXTREME, CapSeverity.SEVERE))
    return (
        _rule("peringatan-ekstrem", "Peringatan cuaca ekstrem", worst, _HIGH),
        _rule("peringatan-cuaca", "Peringatan dini cuaca", usual, _ATTENTION),
    )


def default_volcano_rules() -> tuple[BulletinRule, ...]:
    """One for each level above normal."""
    return (
        _rule("gunung-api-awas", "Gunung api Awas", Restless(level=VolcanoLevel.AWAS), _CRITICAL, _PVMBG),
        _rule("gunung-api-siaga", "Gunung api Siaga", Restless(level=VolcanoLevel.SIAGA), _HIGH, _PVMBG),
        _rule("gunung-api-waspada", "Gunung api Waspada", Restless(level=VolcanoLevel.WASPADA), _ATTENTION, _PVMBG),
    )


def _rule(
    rule_id: str, name: str, condition: BulletinCondition, severity: AlarmSeverity, source: str = _OWN_FIRST
) -> BulletinRule:
    return BulletinRule(id=rule_id, name=name, condition=condition, severity=severity, source=source)
