"""Titles and texts of outgoing notices, and the names of their states."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.notices.settings import NoticeOccasion
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.resources.regency import current_regency
from tabuah.text.alarms.alarm_status import describe_group_size, escalation_contact_name
from tabuah.text.alarms.titles import alarm_title, severity_label

LONGEST_TITLE: Final = 200
_STATES: Final = {
    "waiting": N_("waiting"),
    "accepted": N_("accepted"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}
_OCCASIONS: Final = {
    NoticeOccasion.ALARM: N_("alarm"),
    NoticeOccasion.ESCALATION: N_("escalation"),
    NoticeOccasion.TEST: N_("test"),
}


class NoticePart(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice says about one alarm group.

    Attributes:
        alarm: the alarm that leads it.
        group: the whole group.
        station, rule: of the alarm, if known.
        escalated_to: the name of the escalation step; empty for a new alarm.
    """

    alarm: Alarm
    group: AlarmGroup
    station: Station | None = None
    rule: Rule | None = None
    escalated_to: str = ""


class NoticeText(msgspec.Struct, frozen=True):
    """Title and text of a notice."""

    title: str
    text: str


def notice_text(parts: Sequence[NoticePart]) -> NoticeText:
    """Return the notice of one group, or the summary of several, the most severe first.

    Every group is in the text. That of an exercise begins with LATIHAN, in each language.
    """
    title = _part_title(parts[0])
    if len(parts) > 1:
        more = ngettext("and {n} more alarm group", "and {n} more alarm groups", len(parts) - 1)
        title = f"{title} ({more.format(n=len(parts) - 1)})"
    paragraphs = ["\n".join(_part_lines(part)) for part in parts]
    return _finished(title, paragraphs, is_exercise=parts[0].alarm.exercise)


def trial_text(name: str, *, is_exercise: bool = False) -> NoticeText:
    """Return the notice by which a person tries the channels of a contact."""
    text = _("This is a test of the notices to {name}. Nothing has happened.").format(name=name)
    return _finished(_("Test of notices"), [text], is_exercise=is_exercise)


def with_link(text: str, link: str) -> str:
    """Return a text with the link by which its recipient confirms it."""
    return f"{text.rstrip()}\n\n{_('Confirm that you have read this: {link}').format(link=link)}\n"


def _finished(title: str, paragraphs: Sequence[str], *, is_exercise: bool) -> NoticeText:
    mark = "LATIHAN · " if is_exercise else ""
    end = _("This message does not acknowledge the alarm; the control room does. Do not reply to it.")
    sender = f"Tabuah · {current_regency().name}"
    whole = f"{mark}{' '.join(title.split())}"
    head = f"LATIHAN – {_('an exercise, not a real event')}" if is_exercise else ""
    text = "\n\n".join(part for part in (head, *paragraphs, end, sender) if part)
    return NoticeText(whole[:LONGEST_TITLE], f"{text}\n")


def _part_title(part: NoticePart) -> str:
    return f"{severity_label(part.alarm.severity)}: {alarm_title(part.alarm, part.station, part.rule)}"


def _part_lines(part: NoticePart) -> list[str]:
    alarm, station = part.alarm, part.station
    lines = [_part_title(part)]
    if part.escalated_to:
        to = escalation_contact_name(part.escalated_to)
        lines.append(_("Not acknowledged; escalated to: {to}").format(to=to))
    if station is not None:
        place = ", ".join(filter(None, (station.name, station.nagari)))
        lines.append(_("Station: {name}").format(name=place))
    lines.append(_("Since: {moment}").format(moment=format_moment(alarm.onset_at)))
    if alarm.cleared_at is not None:
        lines.append(_("Ended: {moment}").format(moment=format_moment(alarm.cleared_at)))
    if alarm.lon_deg is not None and alarm.lat_deg is not None:
        lines.append(_("Position: {lat}, {lon}").format(lat=f"{alarm.lat_deg:.5f}", lon=f"{alarm.lon_deg:.5f}"))
    others = len(part.group.alarms) - 1
    if others > 0:
        more = ngettext(
            "With it {n} more alarm of its group, {size}", "With it {n} more alarms of its group, {size}", others
        )
        lines.append(more.format(n=others, size=describe_group_size(part.group)))
    return lines


def delivery_state_label(state: str) -> str:
    """Return the name of the state of a delivery."""
    return _(_STATES.get(state, state))


def occasion_label(key: str) -> str:
    """Return the name of an occasion by its key, such as `escalation/2`."""
    kind, _slash, step = key.partition("/")
    label = _(_OCCASIONS.get(NoticeOccasion(kind), kind)) if kind in set(NoticeOccasion) else kind
    return f"{label} {step}".rstrip()
