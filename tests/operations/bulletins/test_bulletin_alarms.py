"""Alarms from earthquakes, warnings and volcano levels."""

from datetime import timedelta

import msgspec
import pytest
from support.bulletin_samples import MOMENT, PLACES, REGION, sample_earthquake, sample_volcano_level, sample_warning

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.alarms import alarm_for_earthquake, alarm_for_volcano, alarm_for_warning
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, LevelStatement, Volcano
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, WarningIssued
from tabuah.operations.bulletins.rules import (
    BulletinRule,
    EarthquakeCondition,
    default_bulletin_rules,
    local_intensity,
)
from tabuah.operations.codes import Channel, Hazard
from tabuah.operations.feeds.cap_alert import CapSeverity
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.text.alarms.incident_proposal import propose_incident
from tabuah.text.alarms.titles import alarm_title

RULES = default_bulletin_rules()
SOON = MOMENT + timedelta(minutes=5)
FAR = {"lon_deg": 123.27, "lat_deg": -8.51}  # Lembata
OFF_PADANG = {"lon_deg": 99.6, "lat_deg": -1.3}  # about 130 km away


def known(account: EarthquakeReported) -> KnownEarthquake:
    return KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=SOON, told_at=SOON)


def shaken(account: EarthquakeReported, *, now=SOON, rules=RULES) -> AlarmRaised | None:
    return alarm_for_earthquake(known(account), rules, region=REGION, own_places=PLACES, now=now)


def warned(issued: WarningIssued, *, now=SOON) -> AlarmRaised | None:
    found = KnownWarning(id=issued.identifier, issued=issued, told_at=SOON)
    return alarm_for_warning(found, RULES, region=REGION, now=now)


def volcano(*levels: VolcanoLevel) -> Volcano:
    statements = tuple(
        LevelStatement(
            level=level, stated_at=MOMENT + timedelta(hours=n), source="PVMBG", told_by="ani", told_at=SOON
        )
        for n, level in enumerate(levels)
    )
    return Volcano(id="261160", name="Gunung Talang", statements=statements, lon_deg=100.681, lat_deg=-0.979)


@pytest.mark.parametrize(
    ("account", "rule"),
    [
        (sample_earthquake(magnitude=6.2, **OFF_PADANG), "gempa-kuat-dekat"),
        (sample_earthquake(magnitude=5.1), "gempa-dekat"),
        (sample_earthquake(magnitude=4.0), "gempa-lokal"),
        (sample_earthquake("Solok", magnitude=3.1), "gempa-dirasakan"),
        (sample_earthquake("Kab. Solok", magnitude=5.9, **OFF_PADANG), "gempa-dirasakan"),
        (sample_earthquake(magnitude=3.9), None),
        (sample_earthquake(magnitude=5.9, **OFF_PADANG), None),
        (sample_earthquake("Lembata", magnitude=7.4, **FAR), None),
        (sample_earthquake("Kota Solok", "Solok Selatan", magnitude=3.0), None),
    ],
)
def test_default_rules_select_near_or_felt_earthquakes(account: EarthquakeReported, rule: str | None):
    raised = shaken(account)
    assert (raised.rule if raised else None) == rule


def test_strongly_felt_earthquake_is_critical():
    account = msgspec.structs.replace(sample_earthquake(magnitude=4.4), felt=(FeltAt("Kubung", 4, 5),))
    raised = shaken(account)
    assert raised is not None
    assert (raised.rule, raised.severity) == ("gempa-dirasakan-kuat", AlarmSeverity.CRITICAL)


def test_earthquake_after_twelve_hours_raises_nothing():
    assert shaken(sample_earthquake(), now=MOMENT + timedelta(hours=11)) is not None
    assert shaken(sample_earthquake(), now=MOMENT + timedelta(hours=13)) is None


def test_empty_condition_raises_nothing():
    empty = BulletinRule(id="kosong", name="Kosong", condition=EarthquakeCondition(), severity=AlarmSeverity.HIGH)
    assert shaken(sample_earthquake("Solok"), rules=(empty,)) is None


def test_felt_reports_of_other_governments_are_ignored():
    felt = [FeltAt("Kota Solok", 5, 5), FeltAt("Solok Selatan", 6, 6), FeltAt("KAB. SOLOK", 2, 3), FeltAt("Kubung")]
    assert local_intensity(felt, PLACES) == 3
    assert local_intensity(felt[:2], PLACES) is None


def test_outside_epicentre_gives_a_local_incident_place():
    inside, outside = shaken(sample_earthquake(magnitude=5.1)), shaken(sample_earthquake(magnitude=6.2, **OFF_PADANG))
    assert inside is not None
    assert outside is not None
    assert (inside.lon_deg, inside.lat_deg) == (100.66, -0.85)
    assert (outside.lon_deg, outside.lat_deg) == (REGION.lon_deg, REGION.lat_deg)


def test_warning_over_regency_raises_at_covered_place():
    raised = warned(sample_warning())
    assert raised is not None
    assert (raised.rule, raised.severity, raised.hazard) == (
        "peringatan-cuaca",
        AlarmSeverity.ATTENTION,
        Hazard.EXTREME_WEATHER,
    )
    assert 100.6 < raised.lon_deg < 100.8
    assert warned(sample_warning(severity=CapSeverity.EXTREME)).severity is AlarmSeverity.HIGH


def test_minor_distant_or_expired_warning_raises_nothing():
    elsewhere = (((122.1, 0.9), (122.2, 0.9), (122.2, 0.8), (122.1, 0.9)),)
    assert warned(sample_warning(rings=elsewhere)) is None
    assert warned(sample_warning(severity=CapSeverity.MINOR)) is None
    assert warned(sample_warning(), now=MOMENT + timedelta(hours=3)) is None


def test_warning_naming_our_kecamatan_raises():
    assert warned(sample_warning(rings=(), kecamatan=("KUBUNG",))) is not None
    assert warned(sample_warning(rings=(), kecamatan=("DENGILO",))) is None


@pytest.mark.parametrize(
    ("levels", "severity"),
    [
        ("I", None),
        ("II", None),
        ("III", AlarmSeverity.HIGH),
        ("I II", AlarmSeverity.ATTENTION),
        ("I II II", AlarmSeverity.ATTENTION),
        ("I II III", AlarmSeverity.HIGH),
        ("III IV", AlarmSeverity.CRITICAL),
        ("II III II", None),
        ("II III II II", None),
    ],
)
def test_raised_volcano_level_alarms_until_lowered(levels: str, severity: AlarmSeverity | None):
    raised = alarm_for_volcano(volcano(*map(VolcanoLevel, levels.split())), RULES)
    assert (raised.severity if raised else None) == severity


def test_repeated_volcano_level_is_the_same_alarm():
    one, two = VolcanoLevel.NORMAL, VolcanoLevel.WASPADA
    first, again = alarm_for_volcano(volcano(one, two), RULES), alarm_for_volcano(volcano(one, two, two), RULES)
    assert first is not None
    assert first == again


def test_alarm_title_and_incident_name_the_bulletin():
    raised = shaken(sample_earthquake(magnitude=5.1))
    assert raised is not None
    facts = {name: getattr(raised, name) for name in raised.__struct_fields__}
    alarm = Alarm(id="a", raised_at=SOON, exercise=False, **facts)
    assert alarm_title(alarm, None) == "Gempa M 5,1 pukul 14.30 WIB · Pusat gempa di darat 5 km timur laut Solok"
    proposal = propose_incident(alarm, None)
    assert (proposal.hazard, proposal.channel) == (Hazard.EARTHQUAKE, Channel.FEED)
    assert "Disampaikan: Pusat gempa di darat" in proposal.evidence
    assert sample_volcano_level(VolcanoLevel.AWAS).level.rank == 4
