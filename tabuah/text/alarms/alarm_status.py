"""Text about the state of alarms and groups: acknowledgement, escalation, suppression, size and cause."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import UNSET

from tabuah.operations.alarms.alarm import RAIN, SLOPE, STAGE, STORM, Alarm, Escalation
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.alarms.escalation_policy import DUTY_SUPERVISOR, HEAD_OF_BPBD
from tabuah.operations.alarms.suppression import SuppressionCause
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import N_, _, format_age, format_recent_moment, ngettext

_SUPPRESSION_REASONS: Final[dict[str, str]] = {
    SuppressionCause.LINK: "its link is lost",
    SuppressionCause.LADDER: "a worse alarm speaks for it",
    SuppressionCause.SHELVED: "shelved",
    SuppressionCause.MAINTENANCE: "under maintenance",
}
_NAMED: Final = 3  # further alarms are counted


def describe_suppression_reason(why: SuppressionCause) -> str:
    return _(_SUPPRESSION_REASONS[why])


def describe_group_size(group: AlarmGroup) -> str:
    """Return the number of stations in a group: "12 stasiun"."""
    return ngettext("{n} station", "{n} stations", group.stations).format(n=group.stations)


def describe_storm(group: AlarmGroup) -> str:
    """Count the stations of a storm group by kind: "satu badai: 42 hujan, 7 pos air".

    Returns an empty text for other groups.
    """
    if group.family != STORM:
        return ""
    counted = (_family_count(family, n) for family, n in group.families.items())
    return _("one storm: {what}").format(what=", ".join(text for text in counted if text))


def _family_count(family: str, n: int) -> str:
    if family == RAIN:
        return _("{n} rain").format(n=n)
    if family == SLOPE:
        return ngettext("{n} slope", "{n} slopes", n).format(n=n)
    return ngettext("{n} gauge", "{n} gauges", n).format(n=n) if family == STAGE else ""


_OFFICES: Final = {DUTY_SUPERVISOR: N_("Duty supervisor"), HEAD_OF_BPBD: N_("Head of BPBD (Kalaksa)")}


def escalation_contact_name(to: str) -> str:
    """Return the displayed name of an escalation contact.

    The offices of the default policy are translated; names written by a supervisor are kept.
    """
    return _(_OFFICES[to]) if to in _OFFICES else to


def escalated_person(asked: Escalation) -> str:
    """Return whom an escalation asks: "Duty supervisor: Rina Wati (Regu B)"; without the roster, the office."""
    office = escalation_contact_name(asked.to)
    if not asked.person_on_duty:
        return office
    person = f"{asked.person_on_duty} ({asked.crew})" if asked.crew else asked.person_on_duty
    return _("{office}: {person}").format(office=office, person=person)


def describe_escalation(asked: Escalation, now: datetime, role: Role) -> str:
    """Describe who was notified and how long ago; a person with that role is addressed directly."""
    message = _("{name} notified {age} ago")
    if role is asked.role:
        message = _("Your response is requested · {name}, {age} ago")
    return message.format(name=escalated_person(asked), age=format_age(now - asked.at))


def describe_other_alarms(group: AlarmGroup) -> str:
    """Describe the other alarms of a group, so that none is hidden."""
    more = len(group.alarms) - 1
    message = ngettext("{n} more, same cause", "{n} more, same cause", more).format(n=more) if more else ""
    return " · ".join(part for part in (message, describe_storm(group)) if part)


def describe_alarm_state(alarm: Alarm, now: datetime) -> str:
    message = _("since {time}").format(time=format_recent_moment(alarm.onset_at, now, zone=False))
    if alarm.cleared_at is not None:
        message = _("cleared since {time}").format(time=format_recent_moment(alarm.cleared_at, now, zone=False))
    if ending := describe_ending(alarm):
        message += " · " + ending
    if alarm.acknowledged_at is not None:
        message += " · " + _("acknowledged by {name}").format(name=alarm.acknowledged_by)
    return message


def describe_onset(alarm: Alarm, now: datetime) -> str:
    return _("since {time}").format(time=format_recent_moment(alarm.onset_at, now))


def describe_clearing(alarm: Alarm, now: datetime) -> str:
    """Return since when an alarm is cleared; empty for an active one."""
    if alarm.cleared_at is None:
        return ""
    return _("cleared since {time}").format(time=format_recent_moment(alarm.cleared_at, now))


def describe_ending(alarm: Alarm) -> str:
    """Return who ended an alarm in place of its raiser, and why; empty for any other."""
    if alarm.ended_by is UNSET:
        return ""
    return _("ended by {name}: {reason}").format(name=alarm.ended_by, reason=alarm.end_reason)


def describe_suppression_end(until: datetime | None, now: datetime) -> str:
    """Return until when an alarm is suppressed; empty where no end is known."""
    return _("until {time}").format(time=format_recent_moment(until, now)) if until else ""


def acknowledged_label() -> str:
    return _("acknowledged")


def describe_acknowledgement(titles: Sequence[str]) -> str:
    """Return which alarms are acknowledged, by count and title.

    Example: "12 alarm ditanggapi: Hujan 1 jam ARR Selayo 35,4 mm; …; dan 9 lainnya".
    """
    n, more = len(titles), len(titles) - _NAMED
    text = ngettext("{n} alarm acknowledged: {titles}", "{n} alarms acknowledged: {titles}", n)
    named = "; ".join(titles[:_NAMED])
    if more > 0:
        named = ngettext("{titles}; and {n} other", "{titles}; and {n} others", more).format(titles=named, n=more)
    return text.format(n=n, titles=named)


def describe_left_open(n: int) -> str:
    """Return that alarms which have just come in stay open; empty if there are none."""
    if not n:
        return ""
    text = ngettext("{n} alarm has just come in and stays open.", "{n} alarms have just come in and stay open.", n)
    return text.format(n=n)


def just_arrived_reason() -> str:
    return _("This alarm has just come in: read it, then press again.")


def dropped_acknowledgement() -> str:
    return _("Another person logged in, so the acknowledgement was not recorded: acknowledge again.")


def describe_alarm_count(n: int) -> str:
    return ngettext("{n} alarm", "{n} alarms", n).format(n=n)


def describe_unacknowledged(severity: str) -> str:
    """Return the title of a notification of the desktop."""
    return _("{level}: needs acknowledgement").format(level=severity)


def no_alarm_reason() -> str:
    return _("There is no alarm.")


def linked_alarm_reason(number: str) -> str:
    """Return why no incident can be made of an alarm: it is in one; the number may be unknown here."""
    if not number:
        return _("An incident was made of this alarm already.")
    return _("An incident was made of this alarm already: {number}.").format(number=number)
