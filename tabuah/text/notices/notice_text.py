"""Titles and texts of outgoing notices, and the names of their states."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import msgspec

from tabuah.gis.places import Place
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.notices.settings import NoticeOccasion
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.resources.regency import current_regency
from tabuah.text.alarms.alarm_status import describe_group_size, escalation_contact_name
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.incidents.places import describe_located_place
from tabuah.text.notices.work_text import WorkPart, work_lines, work_title

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
    NoticeOccasion.DISPATCH: N_("dispatch"),
    NoticeOccasion.DISPOSITION: N_("disposition"),
    NoticeOccasion.TASK: N_("task"),
    NoticeOccasion.DUE: N_("time limit run out"),
    NoticeOccasion.HELP: N_("request for help"),
    NoticeOccasion.TEST: N_("test"),
}


class AlarmPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice says about one alarm group.

    Attributes:
        alarm: the alarm that leads it.
        group: the whole group.
        station, rule: of the alarm, if known.
        escalated_to: the name of the escalation step; empty for a new alarm.
        place: of the alarm, if it has a position and the server a map.
    """

    alarm: Alarm
    group: AlarmGroup
    station: Station | None = None
    rule: Rule | None = None
    escalated_to: str = ""
    place: Place | None = None


NoticePart: TypeAlias = AlarmPart | WorkPart


class NoticeText(msgspec.Struct, frozen=True):
    """Title and text of a notice."""

    title: str
    text: str


def notice_text(parts: Sequence[NoticePart]) -> NoticeText:
    """Return the notice of one alarm group or the work on one incident, or the summary of several, worst first.

    Every part is in the text. That of an exercise begins with LATIHAN, in each language.
    """
    first, more = parts[0], len(parts) - 1
    title = _part_title(first) if isinstance(first, AlarmPart) else work_title(first)
    if more:
        title = f"{title} ({_more_text(parts).format(n=more)})"
    paragraphs = ["\n".join(_part_lines(part) if isinstance(part, AlarmPart) else work_lines(part)) for part in parts]
    is_exercise = first.alarm.exercise if isinstance(first, AlarmPart) else first.exercise
    return _finished(title, [*paragraphs, *_meanings(parts)], is_exercise=is_exercise)


def _more_text(parts: Sequence[NoticePart]) -> str:
    n = len(parts) - 1
    if all(isinstance(part, AlarmPart) for part in parts):
        return ngettext("and {n} more alarm group", "and {n} more alarm groups", n)
    return ngettext("and {n} more matter", "and {n} more matters", n)


def _meanings(parts: Sequence[NoticePart]) -> Iterator[str]:
    """Yield the sentences that say what the message is not."""
    if any(isinstance(part, AlarmPart) for part in parts):
        yield _alarm_end()
    if any(isinstance(part, WorkPart) for part in parts):
        yield _(
            "This message and its confirmation are no receipt and no report of the work. Give these in Tabuah, by"
            " radio or by a call. Do not reply to it."
        )


def _alarm_end() -> str:
    return _("This message does not acknowledge the alarm; the control room does. Do not reply to it.")


def trial_text(name: str, *, is_exercise: bool = False) -> NoticeText:
    """Return the notice by which a person tries the channels of a contact."""
    text = _("This is a test of the notices to {name}. Nothing has happened.").format(name=name)
    return _finished(_("Test of notices"), [text, _alarm_end()], is_exercise=is_exercise)


def with_link(text: str, link: str) -> str:
    """Return a text with the link by which its recipient confirms it."""
    return f"{text.rstrip()}\n\n{_('Confirm that you have read this: {link}').format(link=link)}\n"


def _finished(title: str, paragraphs: Sequence[str], *, is_exercise: bool) -> NoticeText:
    mark = "LATIHAN · " if is_exercise else ""
    sender = f"Tabuah · {current_regency().name}"
    whole = f"{mark}{' '.join(title.split())}"
    head = f"LATIHAN – {_('an exercise, not a real event')}" if is_exercise else ""
    text = "\n\n".join(part for part in (head, *paragraphs, sender) if part)
    return NoticeText(whole[:LONGEST_TITLE], f"{text}\n")


def _part_title(part: AlarmPart) -> str:
    return f"{severity_label(part.alarm.severity)}: {alarm_title(part.alarm, part.station, part.rule)}"


def _part_lines(part: AlarmPart) -> list[str]:
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
    if part.place is not None and _names_place(part.place, station):
        lines.append(_("Place: {place}").format(place=describe_located_place(part.place)))
    if alarm.lon_deg is not None and alarm.lat_deg is not None:
        lines.append(_("Position: {lat}, {lon}").format(lat=f"{alarm.lat_deg:.5f}", lon=f"{alarm.lon_deg:.5f}"))
    others = len(part.group.alarms) - 1
    if others > 0:
        more = ngettext(
            "With it {n} more alarm of its group, {size}", "With it {n} more alarms of its group, {size}", others
        )
        lines.append(more.format(n=others, size=describe_group_size(part.group)))
    return lines


def _names_place(place: Place, station: Station | None) -> bool:
    """Return whether a located place is named: in the regency, and not against the nagari of the station."""
    if not place.inside_regency:  # a regency without a map of its own has the shipped one, which says nothing here
        return False
    known = station.nagari if station is not None else ""
    return not known or known.casefold() == place.nagari_name.casefold()


def delivery_state_label(state: str) -> str:
    """Return the name of the state of a delivery."""
    return _(_STATES.get(state, state))


def occasion_label(key: str) -> str:
    """Return the name of an occasion by its key, such as `escalation/2`; the entry of work is left out."""
    kind, _slash, step = key.partition("/")
    step = step if kind == NoticeOccasion.ESCALATION else ""
    label = _(_OCCASIONS.get(NoticeOccasion(kind), kind)) if kind in set(NoticeOccasion) else kind
    return f"{label} {step}".rstrip()
