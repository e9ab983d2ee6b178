"""Alarm groups and texts of the alarm strip."""

from datetime import timedelta

import msgspec
import pytest
from support.window_fixture import GAUGE
from support.window_values import NOW

from tabuah.console.window.alarms.alarm_items import alarm_item, groups_in_strip, with_newest_value, worst_first
from tabuah.console.window.alarms.present_values import newest_readings
from tabuah.operations.alarms.alarm import Alarm, Escalation
from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import Accumulation, Condition, RateOfChange, Rule, Threshold
from tabuah.resources.localisation import set_language
from tabuah.text.alarms.alarm_status import describe_escalation
from tabuah.text.readings.measurements import describe_trend


def alarm(severity: AlarmSeverity, *, acknowledged: bool = False, rule: str = "", **changes: object) -> Alarm:
    onset = NOW - timedelta(minutes=9)
    first = Alarm(
        id=f"{severity}{rule}",
        rule=rule or f"rule-{severity}",
        station=GAUGE.code,
        parameter="stage_m",
        severity=severity,
        title="",
        onset_at=onset,
        raised_at=onset,
        value=3.42,
        limit=3.2,
        unit="m",
        hazard=Hazard.FLOOD,
        lon_deg=GAUGE.lon_deg,
        lat_deg=GAUGE.lat_deg,
        cause="",
        exercise=False,
        acknowledged_at=NOW if acknowledged else None,
    )
    return msgspec.structs.replace(first, **changes)


def test_alarm_groups_sort_unacknowledged_and_worst_first() -> None:
    critical = alarm(AlarmSeverity.CRITICAL, acknowledged=True, station="A", cause="stage/A")
    high = alarm(AlarmSeverity.HIGH, station="B", cause="stage/B")
    attention = alarm(AlarmSeverity.ATTENTION, station="C", cause="stage/C")
    groups = groups_in_strip([attention, critical, high], {}, NOW)
    assert [group.lead for group in groups] == [high, attention, critical]


def test_acknowledgement_names_worst_alarm_first() -> None:
    rain = alarm(AlarmSeverity.ATTENTION, onset_at=NOW)
    earlier, later = (alarm(AlarmSeverity.CRITICAL, onset_at=NOW - timedelta(minutes=m)) for m in (9, 5))
    assert worst_first([rain, earlier, later]) == [later, earlier, rain]


def test_alarm_groups_sort_exercise_last() -> None:
    drill, real = alarm(AlarmSeverity.CRITICAL, exercise=True), alarm(AlarmSeverity.ATTENTION, exercise=False)
    assert [group.lead for group in groups_in_strip([drill, real], {}, NOW)] == [real, drill]


def test_alarm_onset_shows_date_unless_today() -> None:
    def details(ago: timedelta) -> tuple[str, ...]:
        (group,) = groups_in_strip([alarm(AlarmSeverity.HIGH, onset_at=NOW - ago)], {}, NOW)
        return alarm_item(
            group, station=None, rule=None, incident=None, present=newest_readings({}), recent=(), now=NOW
        ).details

    assert "sejak 14.21" in details(timedelta(minutes=9))
    assert "sejak 23 Nov 2026 14.30 WIB" in details(timedelta(days=1))


def test_alarm_strip_hides_shelved_and_cleared() -> None:
    shelved = alarm(AlarmSeverity.HIGH, shelved_until=NOW + timedelta(minutes=5))
    over = alarm(AlarmSeverity.HIGH, rule="b", acknowledged=True, cleared_at=NOW)
    assert groups_in_strip([shelved, over], {}, NOW) == ()
    assert len(groups_in_strip([shelved], {}, NOW + timedelta(minutes=6))) == 1


@pytest.mark.parametrize(
    ("condition", "shown_m"),
    [
        (Threshold(limit=3.2), 3.6),
        (RateOfChange(limit=0.3, window_s=3600), 3.42),
        (Accumulation(limit=3.2, window_s=3600), 3.42),
    ],
)
def test_alarm_shows_newest_reading_unless_derived(condition: Condition, shown_m: float) -> None:
    raised = alarm(AlarmSeverity.HIGH)
    rule = Rule(id="muka-air", name="", parameter="stage_m", condition=condition, severity=AlarmSeverity.HIGH)
    (newest,) = readings((1, 3.6))
    present = newest_readings({(GAUGE.code, "stage_m"): newest})
    assert with_newest_value(raised, rule, present, NOW).value == shown_m


def readings(*values: tuple[float, float]) -> list[Reading]:
    """Return readings from pairs of minutes ago and metres."""
    return [Reading(GAUGE.code, "stage_m", NOW - timedelta(minutes=ago), value) for ago, value in values]


@pytest.mark.parametrize(
    ("to", "at_home", "abroad"),
    [
        ("Penyelia piket", "Penyelia piket dihubungi", "Duty supervisor notified"),
        ("Kalaksa BPBD", "Kalaksa BPBD dihubungi", "Head of BPBD (Kalaksa) notified"),
        ("Pak Dodi", "Pak Dodi dihubungi", "Pak Dodi notified"),
    ],
)
def test_escalation_text_uses_current_language(to: str, at_home: str, abroad: str) -> None:
    asked = Escalation(step=1, to=to, role=Role.SUPERVISOR, at=NOW - timedelta(minutes=2))
    assert describe_escalation(asked, NOW, Role.OPERATOR).startswith(at_home)
    set_language("en")
    assert describe_escalation(asked, NOW, Role.OPERATOR).startswith(abroad)


def test_escalation_text_names_the_supervisor_on_duty() -> None:
    asked = Escalation(
        step=1, to="Penyelia piket", role=Role.SUPERVISOR, at=NOW, person="rina", full_name="Rina Wati", crew="Regu B"
    )
    assert describe_escalation(asked, NOW, Role.OPERATOR).startswith("Penyelia piket: Rina Wati (Regu B) dihubungi")


def test_trend_text_needs_enough_readings() -> None:
    assert describe_trend("stage_m", "m", readings((20, 3.0), (10, 3.1), (0, 3.2)), NOW) == "naik 0,60 m/jam"
    assert describe_trend("stage_m", "m", readings((20, 3.2), (0, 3.1)), NOW) == "turun 0,30 m/jam"
    assert describe_trend("stage_m", "m", readings((20, 3.2), (0, 3.2)), NOW) == "tetap"
    assert describe_trend("stage_m", "m", readings((4, 3.0), (0, 3.2)), NOW) == ""
    assert describe_trend("stage_m", "m", readings((90, 1.0), (0, 3.2)), NOW) == ""
    assert describe_trend("rain_mm", "mm", readings((20, 3.0), (0, 3.2)), NOW) == ""
