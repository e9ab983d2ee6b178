"""Topics of timeline lines."""

import pytest

from tabuah.operations.incidents.timeline_topics import TimelineTopic, topic_of_kind


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("incident.noted", TimelineTopic.NOTES),
        ("incident.counted", TimelineTopic.FIGURES),
        ("incident.attached", TimelineTopic.PHOTOS),
        ("incident.moved", TimelineTopic.STATUS),
        ("conflict.settled", TimelineTopic.STATUS),
        ("unit.moved", TimelineTopic.UNITS),
        ("alarm.acknowledged", TimelineTopic.ALARMS),
        ("task.done", TimelineTopic.TASKS),
        ("shelter.counted", TimelineTopic.SHELTERS),
        ("disruption.ended", TimelineTopic.DISRUPTIONS),
        ("message.answered", TimelineTopic.MESSAGES),
        ("kind.of.a.newer.version", TimelineTopic.STATUS),
    ],
)
def test_topic_follows_from_the_kind(kind: str, topic: TimelineTopic) -> None:
    assert topic_of_kind(kind) is topic
