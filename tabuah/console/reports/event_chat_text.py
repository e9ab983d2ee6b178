"""A parent event as a chat message for WhatsApp: state, totals, nagari and the worst open incidents."""

from typing import Final

from tabuah.console.reports.chat_format import bold, chat_line, chat_message
from tabuah.console.reports.event_sources import EventSources
from tabuah.operations.incidents.incident_list import sort_by_urgency
from tabuah.resources.localisation import _, format_day, format_time, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.incidents.incident_text import place_text
from tabuah.text.parent_events.event_text import event_period, event_state, total_lines

_SHOWN_INCIDENTS: Final = 5


def make_event_chat_text(sources: EventSources, number: str) -> str:
    """Return the message in the current language, with WhatsApp's bold marks; `number` is that of the document."""
    return chat_message((_head(sources), _totals(sources), _worst(sources)), _foot(sources, number))


def _head(sources: EventSources) -> str:
    event = sources.event
    lines = [bold(f"{_('Situation report')} · {code_label(event.hazard)}".upper())]
    if mark := exercise_mark(event, sources.exercises):
        lines.append(bold(chat_line(mark) + ": " + _("An exercise, no real event.")))
    lines += [chat_line(event.title), f"{_('Period')}: {event_period(event)}", f"{_('State')}: {event_state(event)}"]
    return "\n".join(lines)


def _totals(sources: EventSources) -> str:
    lines = (f"{line.label}: {chat_line(line.value_with_note)}" for line in total_lines(sources.totals))
    return "\n".join(lines)


def _worst(sources: EventSources) -> str:
    shown = sort_by_urgency(sources.members.open)[:_SHOWN_INCIDENTS]
    if not shown:
        return ""
    lines = [
        f"- {code_label(each.severity)}: {chat_line(each.title)}, {chat_line(place_text(each.place))} "
        f"({code_label(each.status).lower()})"
        for each in shown
    ]
    return "\n".join([_("Worst open incidents") + ":", *lines])


def _foot(sources: EventSources, number: str) -> str:
    as_of = _("data as of {time}").format(time=format_time(sources.as_of))
    lines = [f"{as_of[:1].upper()}{as_of[1:]}, {format_day(sources.as_of)}"]
    waiting = sum(each.id in sources.pending for each in sources.members.all)
    if waiting:
        text = ngettext("NOT SYNCED: {n} incident.", "NOT SYNCED: {n} incidents.", waiting)
        lines.append(text.format(n=waiting))
    return "\n".join([*lines, f"{_('Number')}: {number}", sources.office.unit[:120]])
