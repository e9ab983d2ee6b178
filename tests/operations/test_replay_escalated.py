"""An escalation is one of the things that a replay of the past stops at."""

import msgspec
from sensors import START, alarm, minutes

from tabuah.operations.alarms.alarm import Escalation
from tabuah.operations.authority.roles import Role
from tabuah.operations.replay.happenings import Deed, happenings_of, worth_a_stop
from tabuah.operations.replay.story import Step, Story
from tabuah.operations.subjects import SubjectState


def test_the_story_of_an_alarm_tells_that_somebody_was_asked_and_not_that_it_was_looked_at():
    raised = alarm()
    asked = Escalation(step=1, to="Penyelia piket", role=Role.SUPERVISOR, at=minutes(2))
    escalated = msgspec.structs.replace(raised, escalations=(asked,))
    answered = msgspec.structs.replace(escalated, acknowledged_at=minutes(3), acknowledged_by="ani")
    values = [(START, raised), (minutes(2), escalated), (minutes(3), answered)]
    story = Story({}, [Step(at=at, subject="alarm/a", state=SubjectState(value=value)) for at, value in values])
    found = happenings_of(story)
    assert [(each.at, each.deed) for each in found] == [(START, Deed.RAISED), (minutes(2), Deed.ESCALATED)]
    assert worth_a_stop(found) == (START, minutes(2))
