"""Weather warnings are held against the rain gauges of each kecamatan that they name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bulletin_samples import MOMENT, warning
from sensors import alarm, rain_gauge

from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.score import Score
from tabuah.operations.alarms.weather_verifying import RainGauge, rain_gauges, rain_rules, verify_warnings
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.cap_values import CapMessageType
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.defaults import default_rules

SINCE, UNTIL = MOMENT - timedelta(hours=1), MOMENT + timedelta(hours=12)
RULES = {rule.id: rule for rule in default_rules()}
IN_KUBUNG = RainGauge(code="ARR-1", lon_deg=100.63, lat_deg=-0.83)
IN_AREA = RainGauge(code="ARR-2", lon_deg=100.75, lat_deg=-0.92)  # of the sample's ring
GAUGES = {"Kubung": (IN_KUBUNG,), "Lembang Jaya": (IN_AREA,), "Tigo Lurah": ()}


def known(
    *kecamatan: str, exercise: bool = False, withdrawn_at: datetime | None = None, **changes: Any
) -> KnownWarning:
    issued = warning(kecamatan=kecamatan, **changes)
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


def verified(*warnings: KnownWarning, alarms: tuple[Alarm, ...] = (), **known: Any) -> Score:
    return verify_warnings(warnings, alarms, gauges=GAUGES, rules=RULES, since=SINCE, until=UNTIL, **known)


def told(found: Score) -> dict[str, list[str]]:
    kinds = ("hits", "misses", "false_alarms", "late", "open", "unmeasured")
    return {kind: [case.place for case in getattr(found, kind)] for kind in kinds if getattr(found, kind)}


def test_a_kecamatan_that_was_named_and_had_the_rain_is_a_hit_and_the_other_a_false_alarm():
    found = verified(known("KUBUNG", "LEMBANG  JAYA"), alarms=(passed(40),))
    assert told(found) == {"hits": ["Kubung"], "false_alarms": ["Lembang Jaya"]}
    assert found.lead_s == (2400,)


def test_rain_without_a_warning_is_missed_where_it_fell():
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
def test_what_says_nothing_of_the_next_hours_rain_proves_nothing(fields: dict[str, Any]):
    assert told(verified(known("KUBUNG"), alarms=(passed(40, **fields),))) == {"false_alarms": ["Kubung"]}


def test_a_warning_that_came_late_has_not_warned():
    late = known("KUBUNG", sent=MOMENT + timedelta(minutes=50))
    assert told(verified(late, alarms=(passed(40),))) == {"misses": ["Kubung"], "late": ["Kubung"]}
    over = passed(10, cleared_at=MOMENT + timedelta(minutes=45))
    assert told(verified(late, alarms=(over,))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_one_that_was_taken_back_holds_no_longer():
    taken_back = known("KUBUNG", withdrawn_at=MOMENT + timedelta(minutes=30))
    assert told(verified(taken_back, alarms=(passed(40),))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_one_without_an_end_is_not_believed_for_ever():
    endless = known("KUBUNG", expires=None)
    assert told(verified(endless, alarms=(passed(5 * 60),))) == {"hits": ["Kubung"]}
    assert told(verified(endless, alarms=(passed(7 * 60),))) == {"misses": ["Kubung"], "false_alarms": ["Kubung"]}


def test_one_that_names_no_kecamatan_is_for_those_whose_gauges_lie_in_its_area():
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
def test_exercises_wind_cancellations_and_other_places_are_no_warnings_of_rain_here(other: KnownWarning):
    assert told(verified(other)) == {}


def test_where_nothing_measures_nobody_can_tell():
    assert told(verified(known("TIGO LURAH"))) == {"unmeasured": ["Tigo Lurah"]}


def silence(from_min: float, until_min: float | None, **fields: Any) -> Alarm:
    end = None if until_min is None else MOMENT + timedelta(minutes=until_min)
    return passed(from_min, rule="tanpa-data", cleared_at=end, **fields)


def test_a_gauge_that_was_silent_all_the_time_has_seen_nothing():
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, 125),))) == {"unmeasured": ["Kubung"]}
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, None),))) == {"unmeasured": ["Kubung"]}
    link = silence(-5, 125, station="", silenced=("ARR-1",))
    assert told(verified(known("KUBUNG"), alarms=(link,))) == {"unmeasured": ["Kubung"]}
    assert told(verified(known("KUBUNG"), alarms=(silence(-5, 100),))) == {"false_alarms": ["Kubung"]}


def test_nor_one_that_was_worked_on_or_both_in_turn():
    work = MaintenanceWindow(
        id="m", stations=("ARR-1",), since=MOMENT + timedelta(minutes=60), until=MOMENT + timedelta(hours=3),
        reason="", planned_by="ani", planned_at=MOMENT, exercise=False,
    )  # fmt: skip
    assert told(verified(known("KUBUNG"), maintenance=(work,))) == {"false_alarms": ["Kubung"]}
    assert told(verified(known("KUBUNG"), maintenance=(work,), alarms=(silence(-5, 60),))) == {
        "unmeasured": ["Kubung"]
    }


def test_the_limits_are_those_of_hours():
    assert [rule.id for rule in rain_rules(RULES.values())] == ["hujan-1-jam", "longsor-hujan-3-jam"]


def test_each_gauge_stands_in_the_kecamatan_of_its_place():
    gazetteer = Gazetteer(load_basemap())
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
