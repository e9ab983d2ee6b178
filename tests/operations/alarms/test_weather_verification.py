"""Verification of weather warnings against the rain gauges of each kecamatan."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from support.bulletin_samples import MOMENT, sample_warning
from support.sensor_samples import alarm, rain_gauge

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.verification import RainGauge, rain_gauges, rain_rules, verify_warnings
from tabuah.operations.alarms.verification_score import VerificationScore
from tabuah.operations.bulletins.bulletin import KnownWarning
from tabuah.operations.feeds.cap_alert import CapMessageType
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.default_rules import default_rules

SINCE, UNTIL = MOMENT - timedelta(hours=1), MOMENT + timedelta(hours=12)
RULES = {rule.id: rule for rule in default_rules()}
IN_KUBUNG = RainGauge(code="ARR-1", lon_deg=100.63, lat_deg=-0.83)
IN_AREA = RainGauge(code="ARR-2", lon_deg=100.75, lat_deg=-0.92)  # of the sample's ring
GAUGES = {"Kubung": (IN_KUBUNG,), "Lembang Jaya": (IN_AREA,), "Tigo Lurah": ()}


def known(
    *kecamatan: str, exercise: bool = False, withdrawn_at: datetime | None = None, **changes: Any
) -> KnownWarning:
    issued = sample_warning(kecamatan=kecamatan, **changes)
    return KnownWarning(id="w", issued=issued, told_at=MOMENT, withdrawn_at=withdrawn_at, exercise=exercise)


def passed(minutes: float, *, station: str = "ARR-1", rule: str = "hujan-1-jam", **fields: Any) -> Alarm:
    at = MOMENT + timedelta(minutes=minutes)
    known: dict[str, Any] = {
        "station": station,
        "rule": rule,
        "onset_at": at,
        "raised_at": at,
        "parameter": "rain_mm",
    }
    return alarm(**(known | fields))


def verified(*warnings: KnownWarning, alarms: tuple[Alarm, ...] = (), **known: Any) -> VerificationScore:
    return verify_warnings(warnings, alarms, gauges=GAUGES, rules=RULES, since=SINCE, until=UNTIL, **known)


def told(found: VerificationScore) -> dict[str, list[str]]:
    kinds = ("hits", "misses", "false_alarms", "late", "open", "unmeasured")
    return {kind: [case.place for case in getattr(found, kind)] for kind in kinds if getattr(found, kind)}


def test_named_kecamatan_with_rain_is_a_hit():
    found = verified(known("KUBUNG", "LEMBANG  JAYA"), alarms=(passed(40),))
    assert told(found) == {"hits": ["Kubung"], "false_alarms": ["Lembang Jaya"]}
    assert found.lead_s == (2400,)


def test_rain_without_warning_is_missed_there():
    assert told(verified(known("KUBUNG"), alarms=(passed(40, station="ARR-2"),))) == {
        "misses": ["Lembang Jaya"],
        "false_alarms": ["Kubung"],
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"rule": "longsor-hujan-3-hari"},  # what three days add up to
        {"rule": "tma-siaga-1"},
        {"rule": "gone"},
        {"exercise": True},
        {"station": "elsewhere"},
    ],
)
def test_rules_on_other_rain_are_ignored(fields: dict[str, Any]):
    assert told(verified(known("KUBUNG"), alarms=(passed(40, **fields),))) == {"false_alarms": ["Kubung"]}


def test_late_warning_has_not_warned():
    late = known("KUBUNG", sent=MOMENT + timedelta(minutes=50))
    assert told(verified(late, alarms=(passed(40),))) == {"misses": ["Kubung"], "late": ["Kubung"]}
    over = passed(10, cleared_at=MOMENT + timedelta(minutes=45))
    assert told(verified(late, alarms=(over,))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_withdrawn_warning_no_longer_holds():
    taken_back = known("KUBUNG", withdrawn_at=MOMENT + timedelta(minutes=30))
    assert told(verified(taken_back, alarms=(passed(40),))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_warning_without_end_is_limited():
    endless = known("KUBUNG", expires=None)
    assert told(verified(endless, alarms=(passed(5 * 60),))) == {"hits": ["Kubung"]}
    assert told(verified(endless, alarms=(passed(7 * 60),))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_unnamed_warning_uses_gauges_in_area():
    assert told(verified(known(), alarms=(passed(40, station="ARR-2"),))) == {"hits": ["Lembang Jaya"]}


@pytest.mark.parametrize(
    "other",
    [
        known("KUBUNG", exercise=True),
        known("KUBUNG", event="Angin Kencang", headline="Angin kencang"),
        known("KUBUNG", message=CapMessageType.CANCEL),
        known("Padang Utara"),
    ],
)
def test_non_rain_and_exercise_warnings_are_excluded(other: KnownWarning):
    assert told(verified(other)) == {}


def test_kecamatan_without_gauge_is_unmeasured():
    assert told(verified(known("TIGO LURAH"))) == {"unmeasured": ["Tigo Lurah"]}


def silence(from_min: float, until_min: float | None, **fields: Any) -> Alarm:
    end = None if until_min is None else MOMENT + timedelta(minutes=until_min)
    return passed(from_min, rule="tanpa-data", cleared_at=end, **fields)


def test_silent_gauge_is_unmeasured():
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, 125),))) == {"unmeasured": ["Kubung"]}
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, None),))) == {"unmeasured": ["Kubung"]}
    link = silence(-5, 125, station="", silenced=("ARR-1",))
    assert told(verified(known("KUBUNG"), alarms=(link,))) == {"unmeasured": ["Kubung"]}
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, 100),))) == {"false_alarms": ["Kubung"]}


def test_gauge_under_maintenance_is_unmeasured():
    work = MaintenanceWindow(
        id="m", stations=("ARR-1",), since=MOMENT + timedelta(minutes=60), until=MOMENT + timedelta(hours=3),
        reason="", planned_by="ani", planned_at=MOMENT, exercise=False,
    )  # fmt: skip
    assert told(verified(known("KUBUNG"), maintenance=(work,))) == {"false_alarms": ["Kubung"]}
    assert told(verified(known("KUBUNG"), maintenance=(work,), alarms=(silence(-5, 60),))) == {
        "unmeasured": ["Kubung"]
    }


def test_rain_rules_have_hourly_windows():
    assert [rule.id for rule in rain_rules(RULES.values())] == ["hujan-1-jam", "longsor-hujan-3-jam"]


def test_gauges_are_listed_by_kecamatan():
    gazetteer = Gazetteer(load_base_map())
    nagari = gazetteer.nagari("13.02.10.2001")
    here = rain_gauge("SLK-ARR-77", lon_deg=nagari.lon_deg)
    found = rain_gauges([_moved(here, nagari.lat_deg), _moved(here, nagari.lat_deg, exercise=True)], gazetteer)
    assert len(found) == 14
    assert {name: [gauge.code for gauge in here] for name, here in found.items() if here} == {
        nagari.kecamatan_name: ["SLK-ARR-77"]
    }


def _moved(station: Any, lat_deg: float, **fields: Any) -> Any:
    known = {name: getattr(station, name) for name in station.__struct_fields__}
    return type(station)(**(known | {"lat_deg": lat_deg} | fields))
