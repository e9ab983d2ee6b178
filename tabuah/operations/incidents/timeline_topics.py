"""Topics of the lines of a timeline, by the kind of their entry."""

from enum import StrEnum
from typing import Final


class TimelineTopic(StrEnum):
    """What a line of the timeline of an incident is about."""

    NOTES = "notes"
    FIGURES = "figures"
    UNITS = "units"
    STATUS = "status"  # report, status, changed fields and their conflicts
    PHOTOS = "photos"
    ALARMS = "alarms"  # with the evidence of sensors
    TASKS = "tasks"
    SHELTERS = "shelters"
    DISRUPTIONS = "disruptions"
    MESSAGES = "messages"  # that are about the incident, and their answers


_BY_KIND: Final = {
    "incident.noted": TimelineTopic.NOTES,
    "incident.answered": TimelineTopic.NOTES,
    "incident.caller_changed": TimelineTopic.NOTES,
    "incident.counted": TimelineTopic.FIGURES,
    "incident.attached": TimelineTopic.PHOTOS,
}
_BY_SUBJECT: Final = {
    "unit": TimelineTopic.UNITS,
    "alarm": TimelineTopic.ALARMS,
    "notice": TimelineTopic.ALARMS,
    "task": TimelineTopic.TASKS,
    "shelter": TimelineTopic.SHELTERS,
    "disruption": TimelineTopic.DISRUPTIONS,
    "message": TimelineTopic.MESSAGES,
}


def topic_of_kind(kind: str) -> TimelineTopic:
    """Return the topic of an entry kind; other kinds are about the status and the fields of the incident."""
    return _BY_KIND.get(kind) or _BY_SUBJECT.get(kind.partition(".")[0], TimelineTopic.STATUS)
