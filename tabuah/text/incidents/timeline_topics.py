"""Names of the topics of a timeline."""

from collections.abc import Mapping
from typing import Final

from tabuah.operations.incidents.timeline_topics import TimelineTopic
from tabuah.resources.localisation import N_, _

_LABELS: Final[Mapping[TimelineTopic, str]] = {
    TimelineTopic.NOTES: N_("Notes and answers"),
    TimelineTopic.FIGURES: N_("Casualties and damage"),
    TimelineTopic.UNITS: N_("Steps of units"),
    TimelineTopic.STATUS: N_("Status and changes"),
    TimelineTopic.PHOTOS: N_("Photos and files"),
    TimelineTopic.ALARMS: N_("Alarms and sensors"),
    TimelineTopic.TASKS: N_("Tasks and dispositions"),
    TimelineTopic.SHELTERS: N_("Shelters"),
    TimelineTopic.DISRUPTIONS: N_("Closed roads and outages"),
    TimelineTopic.MESSAGES: N_("Messages and their answers"),
}


def topic_label(topic: TimelineTopic) -> str:
    return _(_LABELS[topic])
