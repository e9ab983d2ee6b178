"""An alarm that nobody answers asks somebody higher: each step once, one for a group, and never after an answer."""

import msgspec
import pytest
from sensors import START, alarm, gauge, minutes

from tabuah.operations.alarms.alarm import Escalation
from tabuah.operations.alarms.bodies import AlarmEscalated
from tabuah.operations.alarms.escalating import due_escalations, waiting_since
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, EscalationPolicy
from tabuah.operations.authority.roles import Role
from tabuah.operations.levels import AlarmSeverity

CRITICAL, HIGH, ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def due(*alarms, at: float, policy: EscalationPolicy = DEFAULT_POLICY) -> list[tuple[str, int, str]]:
    found = due_escalations(alarms, {"SLK-AWLR-03": gauge()}, policy, minutes(at))
    return [(each.alarm.id, each.body.step, each.body.to) for each in found]


def asked(step: int) -> Escalation:
    return Escalation(step=step, to="x", role=Role.SUPERVISOR, at=START)


def test_a_critical_alarm_asks_the_supervisor_after_two_minutes_and_the_head_after_five():
    assert due(alarm(), at=1.99) == []
    assert due(alarm(), at=2) == [("a", 1, "Penyelia piket")]
    assert due(alarm(escalations=(asked(1),)), at=4.9) == []
    assert due(alarm(escalations=(asked(1),)), at=5) == [("a", 2, "Kalaksa BPBD")]
    assert due(alarm(escalations=(asked(1), asked(2))), at=600) == []


def test_what_was_missed_meanwhile_is_due_in_its_order():
    assert [step for _id, step, _to in due(alarm(), at=60)] == [1, 2]


def test_a_lesser_alarm_waits_longer_and_the_least_for_ever():
    assert due(alarm(severity=HIGH), at=9.9) == []
    assert due(alarm(severity=HIGH), at=10) == [("a", 1, "Penyelia piket")]
    assert due(alarm(severity=ATTENTION), at=10_000) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"acknowledged_at": START, "acknowledged_by": "ani"},
        {"cleared_at": minutes(1)},
        {"shelved_until": minutes(90)},
    ],
)
def test_an_answer_an_end_or_a_shelving_stops_it(fields: dict):
    assert waiting_since(alarm(**fields), minutes(60)) is None
    assert due(alarm(**fields), at=60) == []


def test_after_shelving_it_waits_anew_and_late_readings_are_nobodys_delay():
    shelved = alarm(shelved_until=minutes(30))
    assert due(shelved, at=31) == []
    assert [step for _id, step, _to in due(shelved, at=32)] == [1]
    late = alarm(onset_at=minutes(-300), raised_at=minutes(10))
    assert due(late, at=11) == []


def test_the_worst_of_a_group_that_waits_longest_speaks_for_all():
    ladder = [alarm(id="3", rule="r3", severity=ATTENTION), alarm(id="2", rule="r2", severity=HIGH), alarm(id="1")]
    later = alarm(id="0", rule="r0", station="X", parameter="x", raised_at=minutes(1), onset_at=minutes(1))
    assert due(*ladder, later, at=2) == [("1", 1, "Penyelia piket")]


def test_an_answered_lead_lets_the_next_of_the_group_speak():
    lead = alarm(id="1", acknowledged_at=minutes(1), acknowledged_by="ani")
    second = alarm(id="2", rule="r2", severity=HIGH)
    assert due(lead, second, at=10) == [("2", 1, "Penyelia piket")]


def test_every_alarm_of_another_cause_speaks_for_itself():
    other = alarm(id="b", cause="air/SLK-PMU-01", parameter="pm25_ugm3", station="SLK-PMU-01")
    assert [found[0] for found in due(alarm(), other, at=2)] == ["a", "b"]


def test_a_policy_with_steps_in_the_wrong_order_is_none():
    text = (
        b'{"type": "escalation", "steps": {"critical": [{"after_s": 300, "to": "A"}, {"after_s": 120, "to": "B"}]}}'
    )
    with pytest.raises(msgspec.ValidationError, match="later and later"):
        msgspec.json.decode(text, type=EscalationPolicy)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text.replace(b"300", b"0"), type=EscalationPolicy)


def test_the_step_that_is_written_tells_how_long_nobody_answered():
    (found,) = due_escalations([alarm()], {}, DEFAULT_POLICY, minutes(3))
    assert found.body == AlarmEscalated(step=1, to="Penyelia piket", waited_s=180.0, role=Role.SUPERVISOR)
