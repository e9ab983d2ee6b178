"""A replay stops at escalations."""

import msgspec
from support.sensor_samples import START, alarm, minutes

from tabuah.operations.alarms.alarm import Escalation
from tabuah.operations.people.roles import Role
from tabuah.operations.replay.events import ReplayEventKind, replay_events, stop_times
from tabuah.operations.replay.state_history import StateHistory, StateStep
from tabuah.operations.subject_state import SubjectState


def test_replay_shows_escalation_but_no_acknowledgement():
    raised = alarm()
    asked = Escalation(step=1, to="Penyelia piket", role=Role.SUPERVISOR, at=minutes(2))
    escalated = msgspec.structs.replace(raised, escalations=(asked,))
    answered = msgspec.structs.replace(escalated, acknowledged_at=minutes(3), acknowledged_by="ani")
    values = [(START, raised), (minutes(2), escalated), (minutes(3), answered)]
    story = StateHistory(
        {}, [StateStep(at=at, subject="alarm/a", state=SubjectState(value=value)) for at, value in values]
    )
    found = replay_events(story)
    assert [(each.at, each.kind) for each in found] == [
        (START, ReplayEventKind.RAISED),
        (minutes(2), ReplayEventKind.ESCALATED),
    ]
    assert stop_times(found) == (START, minutes(2))
