"""Entries of notices: who writes them, decisions, folds, worlds, and the acknowledgements of an alarm."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.judged_journal import MORNING, JudgedJournal, key_of

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.acknowledgement import (
    MOST_SUBJECTS,
    NoticeAcknowledged,
    NoticeAcknowledgement,
    acknowledgements_by_alarm,
)
from tabuah.operations.notices.drafts import acknowledge_notice
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION

ALARM, NOTICE, CONTACT = key_of(7), key_of(8), key_of(9)
REAL = SubjectWorld()


def confirmed(world: SubjectWorld = REAL, **fields: Any) -> Draft:
    known: dict[str, Any] = {"contact": CONTACT, "channel": "surel", "subjects": (f"alarm/{ALARM}",)}
    return acknowledge_notice(NOTICE, world=world, **(known | fields))


def with_alarm(**fields: Any) -> JudgedJournal:
    room = JudgedJournal(**fields)
    body = AlarmRaised(rule="r", station="", parameter="p", severity=AlarmSeverity.HIGH, onset_at=MORNING)
    assert room.write(room.server(), raise_alarm(ALARM, body, exercise=False)).verdict is Verdict.ACCEPTED
    return room


def test_notice_is_acknowledged_once_and_leaves_the_alarm_unacknowledged():
    room = with_alarm()
    assert room.write(room.server(), confirmed()).verdict is Verdict.ACCEPTED
    again = room.write(room.server(), confirmed(channel="sms"))
    assert (again.verdict, again.reason) == (Verdict.REJECTED, "already_acknowledged")
    notice = room.states[f"notice/{NOTICE}"].value
    assert isinstance(notice, NoticeAcknowledgement)
    assert (notice.contact, notice.channel, notice.alarms) == (CONTACT, "surel", (ALARM,))
    assert room.states[f"alarm/{ALARM}"].value.acknowledged_at is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVER])
def test_nobody_but_the_server_acknowledges_a_notice(role: Role):
    assert not may_write(role, "notice.acknowledged")


def test_older_rules_do_not_know_acknowledgements():
    room = with_alarm(decide_version=PROVENANCE_VERSION - 1)
    assert room.write(room.server(), confirmed()).reason == "unknown_kind"


def test_acknowledgement_is_in_the_world_of_its_alarms():
    room = with_alarm()
    decision = room.write(room.server(), confirmed(SubjectWorld(exercise=True, exercise_id="")))
    assert decision.verdict is Verdict.REJECTED


def test_acknowledgement_names_no_more_alarms_than_an_entry_can_have():
    body = msgspec.json.decode(
        confirmed(subjects=[f"alarm/{key_of(n)}" for n in range(MOST_SUBJECTS + 1)]).body, type=NoticeAcknowledged
    )
    assert len(body.alarms) == MOST_SUBJECTS
    assert len(msgspec.json.encode(body)) < 60 * 1024


def test_acknowledgement_names_other_subjects_besides_alarms():
    body = msgspec.json.decode(
        confirmed(subjects=[f"task/{ALARM}", f"alarm/{ALARM}", "unit/latihan-1~SAR-01"]).body, type=NoticeAcknowledged
    )
    assert (body.alarms, body.subjects) == ((ALARM,), (f"task/{ALARM}", "unit/latihan-1~SAR-01"))


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"alarms": [], "subjects": []},
        {"subjects": [f"alarm/{ALARM}"]},
        {"subjects": ["task"]},
        {"subjects": ["task/../x"]},
        {"subjects": [f"task/{'x' * 200}"]},
        {"alarms": [ALARM] * 600, "subjects": [f"task/{ALARM}"] * 600},
    ],
)
def test_acknowledgement_of_nothing_or_of_malformed_subjects_is_refused(named: dict[str, Any]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"contact": CONTACT, "channel": "surel", **named}, NoticeAcknowledged)


def test_acknowledgement_of_an_earlier_version_is_readable():
    text = f'{{"contact":"{CONTACT}","channel":"surel","alarms":["{ALARM}"]}}'
    body = msgspec.json.decode(text, type=NoticeAcknowledged)
    assert body.subjects == ()
    assert msgspec.json.encode(body).decode() == text  # the same bytes as before


def test_acknowledgement_of_a_task_is_in_the_world_of_the_task():
    room = JudgedJournal()
    incident = room.report(room.author("ani"))
    subject = f"incident/{incident.id}"
    other = room.write(room.server(), confirmed(SubjectWorld(exercise=True, exercise_id=""), subjects=(subject,)))
    assert other.verdict is Verdict.REJECTED
    assert room.write(room.server(), confirmed(subjects=(subject,))).verdict is Verdict.ACCEPTED
    assert room.states[f"notice/{NOTICE}"].value.subjects == (subject,)


def test_acknowledgements_of_an_alarm_have_each_contact_once():
    def of(number: int, contact: str, *alarms: str) -> NoticeAcknowledgement:
        at = MORNING + timedelta(minutes=number)
        return NoticeAcknowledgement(
            id=key_of(number), contact=contact, channel="sms", alarms=alarms, acknowledged_at=at
        )

    found = acknowledgements_by_alarm([of(3, "a", "x"), of(1, "b", "x", "y"), of(2, "a", "x")])
    assert [(each.contact, each.id) for each in found["x"]] == [("b", key_of(1)), ("a", key_of(2))]
    assert [each.contact for each in found["y"]] == ["b"]
