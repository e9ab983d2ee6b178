"""Escalation: each step once, one alarm for a group, and never after an answer."""

import msgspec
import pytest
from support.sensor_samples import START, alarm, gauge, minutes

from tabuah.operations.alarms.alarm import Escalation
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.alarms.escalation import due_escalations, unanswered_since
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, EscalationPolicy
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role

CRITICAL, HIGH, ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def due(*alarms, at: float, policy: EscalationPolicy = DEFAULT_POLICY) -> list[tuple[str, int, str]]:
    found = due_escalations(alarms, {"SLK-AWLR-03": gauge()}, policy, minutes(at))
    return [(each.alarm.id, each.body.step, each.body.to) for each in found]


def asked(step: int) -> Escalation:
    return Escalation(step=step, to="x", role=Role.SUPERVISOR, at=START)


def test_escalation_critical_after_two_and_five_minutes():
    assert due(alarm(), at=1.99) == []
    assert due(alarm(), at=2) == [("a", 1, "Penyelia piket")]
    assert due(alarm(escalations=(asked(1),)), at=4.9) == []
    assert due(alarm(escalations=(asked(1),)), at=5) == [("a", 2, "Kalaksa BPBD")]
    assert due(alarm(escalations=(asked(1), asked(2))), at=600) == []


def test_escalation_overdue_steps_come_in_order():
    assert [step for _id, step, _to in due(alarm(), at=60)] == [1, 2]


def test_escalation_waits_longer_for_lower_severities():
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
def test_escalation_ends_by_answer_clearing_or_shelving(fields: dict):
    assert unanswered_since(alarm(**fields), minutes(60)) is None
    assert due(alarm(**fields), at=60) == []


def test_escalation_restarts_after_shelving_ignores_late_readings():
    shelved = alarm(shelved_until=minutes(30))
    assert due(shelved, at=31) == []
    assert [step for _id, step, _to in due(shelved, at=32)] == [1]
    late = alarm(onset_at=minutes(-300), raised_at=minutes(10))
    assert due(late, at=11) == []


def test_escalation_picks_worst_longest_unanswered_of_group():
    ladder = [alarm(id="3", rule="r3", severity=ATTENTION), alarm(id="2", rule="r2", severity=HIGH), alarm(id="1")]
    later = alarm(id="0", rule="r0", station="X", parameter="x", raised_at=minutes(1), onset_at=minutes(1))
    assert due(*ladder, later, at=2) == [("1", 1, "Penyelia piket")]


def test_escalation_moves_to_next_of_group():
    lead = alarm(id="1", acknowledged_at=minutes(1), acknowledged_by="ani")
    second = alarm(id="2", rule="r2", severity=HIGH)
    assert due(lead, second, at=10) == [("2", 1, "Penyelia piket")]


def test_escalation_is_separate_for_each_cause():
    other = alarm(id="b", cause="air/SLK-PMU-01", parameter="pm25_ugm3", station="SLK-PMU-01")
    assert [found[0] for found in due(alarm(), other, at=2)] == ["a", "b"]


def test_escalation_policy_rejects_unordered_steps():
    text = (
        b'{"type": "escalation", "steps": {"critical": [{"after_s": 300, "to": "A"}, {"after_s": 120, "to": "B"}]}}'
    )
    with pytest.raises(msgspec.ValidationError, match="later and later"):
        msgspec.json.decode(text, type=EscalationPolicy)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text.replace(b"300", b"0"), type=EscalationPolicy)


def test_escalation_step_records_waiting_time():
    (found,) = due_escalations([alarm()], {}, DEFAULT_POLICY, minutes(3))
    assert found.body == AlarmEscalated(step=1, to="Penyelia piket", waited_s=180.0, role=Role.SUPERVISOR)
