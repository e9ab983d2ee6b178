"""Which earthquakes, warnings and volcano levels are alarms, by rules that are data."""

from datetime import timedelta

import msgspec
import pytest
from bulletin_samples import MOMENT, PLACES, REGION, level, quake, warning

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.proposing import draft_incident_from
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.bulletins.alarming import alarm_of_earthquake, alarm_of_volcano, alarm_of_warning
from tabuah.operations.bulletins.bodies import EarthquakeReported, FeltAt, WarningIssued
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rules import BulletinRule, Shaking, felt_here
from tabuah.operations.bulletins.volcano import LevelStatement, Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.codes import Channel, Hazard
from tabuah.operations.feeds.cap_values import CapSeverity
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

RULES = default_bulletin_rules()
SOON = MOMENT + timedelta(minutes=5)
FAR = {"lon_deg": 123.27, "lat_deg": -8.51}  # Lembata
OFF_PADANG = {"lon_deg": 99.6, "lat_deg": -1.3}  # about 130 km away


def known(account: EarthquakeReported) -> KnownEarthquake:
    return KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=SOON, told_at=SOON)


def shaken(account: EarthquakeReported, *, now=SOON, rules=RULES) -> AlarmRaised | None:
    return alarm_of_earthquake(known(account), rules, region=REGION, own_places=PLACES, now=now)


def warned(issued: WarningIssued, *, now=SOON) -> AlarmRaised | None:
    found = KnownWarning(id=issued.identifier, issued=issued, told_at=SOON)
    return alarm_of_warning(found, RULES, region=REGION, now=now)


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
        (quake(magnitude=6.2, **OFF_PADANG), "gempa-kuat-dekat"),
        (quake(magnitude=5.1), "gempa-dekat"),
        (quake(magnitude=4.0), "gempa-lokal"),
        (quake("Solok", magnitude=3.1), "gempa-dirasakan"),
        (quake("Kab. Solok", magnitude=5.9, **OFF_PADANG), "gempa-dirasakan"),
        (quake(magnitude=3.9), None),
        (quake(magnitude=5.9, **OFF_PADANG), None),
        (quake("Lembata", magnitude=7.4, **FAR), None),
        (quake("Kota Solok", "Solok Selatan", magnitude=3.0), None),
    ],
)
def test_the_first_rules_tell_what_is_near_or_felt_from_what_is_not(account: EarthquakeReported, rule: str | None):
    raised = shaken(account)
    assert (raised.rule if raised else None) == rule


def test_felt_strongly_is_critical_however_small_it_was():
    account = msgspec.structs.replace(quake(magnitude=4.4), felt=(FeltAt("Kubung", 4, 5),))
    raised = shaken(account)
    assert raised is not None
    assert (raised.rule, raised.severity) == ("gempa-dirasakan-kuat", AlarmSeverity.CRITICAL)


def test_an_earthquake_that_becomes_known_half_a_day_late_wakes_nobody():
    assert shaken(quake(), now=MOMENT + timedelta(hours=11)) is not None
    assert shaken(quake(), now=MOMENT + timedelta(hours=13)) is None


def test_a_rule_that_asks_for_nothing_raises_nothing():
    empty = BulletinRule(id="kosong", name="Kosong", condition=Shaking(), severity=AlarmSeverity.HIGH)
    assert shaken(quake("Solok"), rules=(empty,)) is None


def test_felt_reports_of_other_governments_are_not_ours():
    felt = [FeltAt("Kota Solok", 5, 5), FeltAt("Solok Selatan", 6, 6), FeltAt("KAB. SOLOK", 2, 3), FeltAt("Kubung")]
    assert felt_here(felt, PLACES) == 3
    assert felt_here(felt[:2], PLACES) is None


def test_an_epicentre_outside_becomes_an_incident_at_a_place_of_ours():
    inside, outside = shaken(quake(magnitude=5.1)), shaken(quake(magnitude=6.2, **OFF_PADANG))
    assert inside is not None
    assert outside is not None
    assert (inside.lon_deg, inside.lat_deg) == (100.66, -0.85)
    assert (outside.lon_deg, outside.lat_deg) == (REGION.lon_deg, REGION.lat_deg)


def test_a_warning_that_touches_the_regency_is_an_alarm_at_a_place_that_it_covers():
    raised = warned(warning())
    assert raised is not None
    assert (raised.rule, raised.severity, raised.hazard) == (
        "peringatan-cuaca",
        AlarmSeverity.ATTENTION,
        Hazard.EXTREME_WEATHER,
    )
    assert 100.6 < raised.lon_deg < 100.8
    assert warned(warning(severity=CapSeverity.EXTREME)).severity is AlarmSeverity.HIGH


def test_a_warning_elsewhere_a_minor_one_and_one_that_is_over_are_none():
    elsewhere = (((122.1, 0.9), (122.2, 0.9), (122.2, 0.8), (122.1, 0.9)),)
    assert warned(warning(rings=elsewhere)) is None
    assert warned(warning(severity=CapSeverity.MINOR)) is None
    assert warned(warning(), now=MOMENT + timedelta(hours=3)) is None


def test_a_warning_that_names_our_kecamatan_counts_whatever_its_shape():
    assert warned(warning(rings=(), kecamatan=("KUBUNG",))) is not None
    assert warned(warning(rings=(), kecamatan=("DENGILO",))) is None


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
def test_a_raised_level_is_an_alarm_until_it_is_lowered(levels: str, severity: AlarmSeverity | None):
    raised = alarm_of_volcano(volcano(*map(VolcanoLevel, levels.split())), RULES)
    assert (raised.severity if raised else None) == severity


def test_the_same_level_stated_anew_is_the_same_alarm():
    one, two = VolcanoLevel.NORMAL, VolcanoLevel.WASPADA
    first, again = alarm_of_volcano(volcano(one, two), RULES), alarm_of_volcano(volcano(one, two, two), RULES)
    assert first is not None
    assert first == again


def test_titles_and_the_incident_of_an_alarm_name_what_was_told():
    raised = shaken(quake(magnitude=5.1))
    assert raised is not None
    facts = {name: getattr(raised, name) for name in raised.__struct_fields__}
    alarm = Alarm(id="a", raised_at=SOON, exercise=False, **facts)
    assert alarm_title(alarm, None) == "Gempa M 5,1 pukul 14.30 WIB · Pusat gempa di darat 5 km timur laut Solok"
    proposal = draft_incident_from(alarm, None)
    assert (proposal.hazard, proposal.channel) == (Hazard.EARTHQUAKE, Channel.FEED)
    assert "Disampaikan: Pusat gempa di darat" in proposal.evidence
    assert level(VolcanoLevel.AWAS).level.rank == 4
