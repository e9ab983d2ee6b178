"""Alarm titles, groups by cause and place, and incident proposals."""

from datetime import timedelta

import msgspec
import pytest
from support.sensor_samples import START, alarm, gauge, minutes, rain_gauge

from tabuah.operations.alarms.alarm import alarm_cause
from tabuah.operations.alarms.alarm_groups import group_alarms, quieted_alarms
from tabuah.operations.alarms.drafts import acknowledge_alarm, link_alarm, shelve_alarm
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Neighbours, Rule, Stuck
from tabuah.resources.localisation import set_language
from tabuah.text.alarms.alarm_status import describe_storm
from tabuah.text.alarms.evidence import evidence_summary
from tabuah.text.alarms.incident_proposal import describe_evidence, propose_incident
from tabuah.text.alarms.titles import alarm_title

RULES = {rule.id: rule for rule in default_rules()}
CRITICAL, HIGH, ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def rain(**fields: object):
    known = {
        "rule": "hujan-1-jam",
        "parameter": "rain_mm",
        "station": "SLK-ARR-01",
        "cause": "rain/SLK-ARR-01",
        "value": 24.6,
        "limit": 20.0,
        "unit": "mm",
        "lon_deg": 100.7,
        "lat_deg": -1.08,
        "severity": ATTENTION,
        "hazard": Hazard.FLASH_FLOOD,
        "title": "ARR Alahan Panjang",
    }
    return alarm(**(known | fields))


def test_title_gives_quantity_place_and_value():
    assert alarm_title(alarm(), gauge()) == "Tinggi muka air Batang Lembang 3,42 m · Siaga 1"
    told = alarm_title(rain(), rain_gauge(), RULES["hujan-1-jam"])
    assert told == "Hujan 1 jam ARR Alahan Panjang 24,6 mm · ambang 20,0 mm"
    set_language("en")
    assert alarm_title(alarm(), gauge()) == "Water level Batang Lembang 3.42 m · Siaga 1"


def test_title_falls_back_to_alarm_fields():
    assert alarm_title(alarm(), None) == "Tinggi muka air AWLR Koto Baru 3,42 m · ambang 3,20 m"


def test_silence_and_lost_link_titles_give_start():
    silence = alarm(cause="silence/SLK-AWLR-03", value=None, limit=None)
    lost = alarm(cause="link/gerbang-pupr", station="", value=None, limit=None, title="gerbang-pupr")
    assert alarm_title(silence, gauge()) == "AWLR Koto Baru: tanpa data sejak 14.00 WIB"
    assert alarm_title(lost, None) == "Sambungan gerbang-pupr terputus: tidak ada data sejak 14.00 WIB"


def test_lost_feed_reason_is_shown_and_proposed():
    lost = alarm(cause="link/auto", station="", value=None, limit=None, title="BMKG", reason="server menjawab 500")
    assert evidence_summary(lost) == "server menjawab 500"
    assert "Sebab: server menjawab 500" in describe_evidence(lost, None).splitlines()
    assert evidence_summary(alarm(reason="server menjawab 500")) == ""


def test_frozen_feed_is_not_a_lost_link():
    frozen = alarm(cause="link/auto", station="", value=None, limit=48, unit="h", title="BMKG")
    assert alarm_title(frozen, None) == "BMKG membeku: tidak ada yang baru sejak 24 Nov 2026 14.00 WIB"
    assert "lebih dari 48 jam" in evidence_summary(frozen)


def test_gauge_levels_form_group_led_by_worst():
    ladder = [
        alarm(id="3", rule="tma-siaga-3", severity=ATTENTION, limit=2.0),
        alarm(id="1"),
        alarm(id="2", rule="tma-siaga-2", severity=HIGH, limit=2.6),
    ]
    (group,) = group_alarms(ladder, {"SLK-AWLR-03": gauge()})
    assert [a.id for a in group.alarms] == ["1", "2", "3"]
    assert group.quieted == {"2": "1", "3": "1"}
    assert {alarm_cause(RULES[f"tma-siaga-{n}"], gauge()) for n in (1, 2, 3)} == {"stage/SLK-AWLR-03"}


def test_lower_level_sounds_after_worse_one_clears():
    ladder = [alarm(id="2", severity=HIGH), alarm(id="1", cleared_at=minutes(9))]
    assert quieted_alarms(ladder) == {}


def test_gauges_are_grouped_by_river():
    stations = {s.code: s for s in (gauge(), gauge("SLK-AWLR-04"), gauge("SLK-AWLR-10", river="Batang Gumanti"))}
    alarms = [alarm(id=c, station=c, cause=f"stage/{c}") for c in stations]
    groups = group_alarms(alarms, stations)
    assert [sorted(a.id for a in g.alarms) for g in groups] == [["SLK-AWLR-03", "SLK-AWLR-04"], ["SLK-AWLR-10"]]


def test_earthquake_alarms_are_one_group_per_earthquake():
    shaken = [
        alarm(id=f"{k}-{i}", station=f"S-{i}", cause=f"shaking/S-{i}", parameter="pga_g", onset_at=at)
        for k, at in enumerate((START, START + timedelta(hours=2)))
        for i in range(30)
    ]
    assert [len(g.alarms) for g in group_alarms(shaken, {})] == [30, 30]


def test_rain_alarms_are_grouped_by_place():
    near = rain(id="near", station="SLK-ARR-02", cause="rain/SLK-ARR-02", lon_deg=100.75)
    far = rain(id="far", station="SLK-ARR-09", cause="rain/SLK-ARR-09", lon_deg=101.1)
    assert [len(g.alarms) for g in group_alarms([rain(), near, far], {})] == [2, 1]


def test_exercise_alarms_never_share_a_real_group():
    assert len(group_alarms([alarm(), alarm(id="b", exercise=True)], {})) == 2


def test_groups_are_sorted_worst_first():
    over = alarm(id="over", cause="stage/x", cleared_at=minutes(1))
    groups = group_alarms([rain(id="rain"), over, alarm(id="flood")], {})
    assert [g.lead.id for g in groups] == ["flood", "rain", "over"]


def test_incident_proposal_has_place_time_severity_evidence():
    proposal = propose_incident(alarm(exercise=True), gauge(), RULES["tma-siaga-1"])
    assert (proposal.hazard, proposal.severity, proposal.occurred_at) == (Hazard.FLOOD, Severity.SEVERE, START)
    assert (proposal.lon_deg, proposal.lat_deg, proposal.exercise) == (100.62, -0.82, True)
    assert proposal.title == "Tinggi muka air Batang Lembang 3,42 m pukul 14.00 · Siaga 1"
    assert "Terukur 3,42 m, ambang 3,20 m." in proposal.evidence
    assert "AWLR Koto Baru (SLK-AWLR-03)" in proposal.evidence
    report = proposal.report("SLK-7K3A-0001", None)
    assert (report.channel, report.alarm) == (Channel.SENSOR, "a")


def test_title_with_braces_is_harmless():
    odd = msgspec.structs.replace(gauge(), name="{time} {0}")
    assert "{time} {0}" in propose_incident(alarm(), odd).evidence


def test_alarm_acknowledged_once_and_shelved_with_reason():
    assert acknowledge_alarm(alarm()).kind == "alarm.acknowledged"
    assert link_alarm(alarm(), "0192").subject == "alarm/a"
    with pytest.raises(NotPossible, match="already_acknowledged name='sari'"):
        acknowledge_alarm(alarm(acknowledged_at=START, acknowledged_by="sari"))
    with pytest.raises(NotPossible, match="no_shelving_reason"):
        shelve_alarm(alarm(), until=minutes(10), reason=" ", now=START)
    for until in (START, START + timedelta(hours=25)):
        with pytest.raises(NotPossible, match="shelved_too_long n=24"):
            shelve_alarm(alarm(), until=until, reason="perbaikan", now=START)
    assert shelve_alarm(alarm(), until=minutes(30), reason="perbaikan", now=START).kind == "alarm.shelved"


def test_sensor_fault_is_not_grouped_with_weather():
    jammed = Rule(
        id="macet",
        name="Macet",
        parameter="rain_mm",
        condition=Stuck(for_s=3600),
        severity=ATTENTION,
    )
    odd = msgspec.structs.replace(jammed, condition=Neighbours(limit=20.0, radius_m=15_000))
    for rule in (jammed, odd):
        assert alarm_cause(rule, rain_gauge()) == "sensor/SLK-ARR-01"
    doubtful = rain(id="doubtful", cause="sensor/SLK-ARR-01")
    assert [group.family for group in group_alarms([rain(), doubtful], {})] == ["rain", "sensor"]


def test_storm_group_spans_hazards_with_counts():
    slope = rain(
        id="slope", station="SLK-TLT-01", parameter="tilt_deg", cause="slope/SLK-TLT-01", onset_at=minutes(50)
    )
    river = alarm(id="river", lon_deg=100.72, lat_deg=-1.1, onset_at=minutes(90))
    (group,) = group_alarms([rain(), slope, river], {"SLK-AWLR-03": gauge()})
    assert (group.family, group.lead.id) == ("storm", "river")
    assert group.families == {"rain": 1, "slope": 1, "stage": 1}
    set_language("en")
    assert describe_storm(group) == "one storm: 1 rain, 1 slope, 1 gauge"


@pytest.mark.parametrize(
    "fields",
    [
        {"lon_deg": 101.1},
        {"onset_at": minutes(60 * 13)},
        {"onset_at": minutes(-60)},
        {"lon_deg": None, "lat_deg": None},
    ],
)
def test_river_far_from_rain_is_own_group(fields: dict):
    river = alarm(id="river", **({"lon_deg": 100.72, "lat_deg": -1.1, "onset_at": minutes(90)} | fields))
    assert len(group_alarms([rain(), river], {"SLK-AWLR-03": gauge()})) == 2


def test_river_and_tributary_are_one_group():
    upper = gauge("SLK-AWLR-04")
    assert upper.river is not None
    upper = msgspec.structs.replace(upper, river=msgspec.structs.replace(upper.river, downstream="SLK-AWLR-05"))
    lower = gauge("SLK-AWLR-05", river="Batang Sumani")
    stations = {s.code: s for s in (upper, lower, gauge("SLK-AWLR-13", river="Batang Hari"))}
    alarms = [alarm(id=c, station=c, cause=f"stage/{c}") for c in stations]
    groups = group_alarms(alarms, stations)
    assert sorted(len(group.alarms) for group in groups) == [1, 2]


def test_circular_rivers_are_harmless():
    one, other = gauge("SLK-AWLR-04", river="A"), gauge("SLK-AWLR-05", river="B")
    assert one.river is not None
    assert other.river is not None
    one = msgspec.structs.replace(one, river=msgspec.structs.replace(one.river, downstream=other.code))
    other = msgspec.structs.replace(other, river=msgspec.structs.replace(other.river, downstream=one.code))
    stations = {s.code: s for s in (one, other)}
    assert len(group_alarms([alarm(id=c, station=c, cause=f"stage/{c}") for c in stations], stations)) >= 1
