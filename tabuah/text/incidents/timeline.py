"""The timeline of an incident: its entries as text, in the current language."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.outcomes import (
    OUTCOME_OF_VERDICT,
    EntryOutcome,
    held_outcomes,
    is_server_decision,
    late_settlements,
    settled_conflict,
)
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.resources.fault_isolation import isolated
from tabuah.resources.localisation import _, format_recent_moment
from tabuah.text.code_labels import code_label
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.text.incidents.answers import describe_answered
from tabuah.text.incidents.figure_groups import describe_figure_groups
from tabuah.text.incidents.figures import FIGURE_LABELS, describe_figure, figure_label
from tabuah.text.incidents.incident_text import field_label
from tabuah.text.readings.measurements import time_or_date
from tabuah.text.sync.verdict_reasons import describe_reason


class TimelineEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the timeline; `verdict` is None while the server has not decided.

    `at` is when it happened. For the report it is the time of reporting; its text has the time of the incident.
    """

    entry: str
    at: datetime
    written_at: datetime
    actor: str
    device: str
    kind: str
    text: str
    verdict: Verdict | None
    outcome: EntryOutcome


def timeline_of(
    entries: Iterable[tuple[Entry, Verdict | None]], waiting: Iterable[str] = ()
) -> tuple[TimelineEvent, ...]:
    """Return the events of one incident's entries, sorted by when they happened.

    Args:
        entries: in server order.
        waiting: ids of deferred entries.
    """
    known = tuple(entries)
    ended, late = held_outcomes(known) | dict.fromkeys(waiting, EntryOutcome.DEFERRED), late_settlements(known)
    events = (
        _event(e, verdict, ended.get(e.id, OUTCOME_OF_VERDICT[verdict]), late.get(e.id)) for e, verdict in known
    )
    return sort_events(events)


def sort_events(events: Iterable[TimelineEvent]) -> tuple[TimelineEvent, ...]:
    """Sort events by when they happened."""
    return tuple(sorted(events, key=lambda event: (event.at, event.written_at, event.entry)))


def _event(entry: Entry, verdict: Verdict | None, outcome: EntryOutcome, settled_by: Entry | None) -> TimelineEvent:
    return TimelineEvent(
        entry=entry.id,
        at=entry.at if entry.kind == "incident.reported" else entry.happened_at,
        written_at=entry.at,
        actor=entry.actor,
        device=entry.device,
        kind=entry.kind,
        text=_text_of(entry, settled_by),
        verdict=verdict,
        outcome=outcome,
    )


def _text_of(entry: Entry, settled_by: Entry | None) -> str:
    with isolated("entry", entry.id):
        return describe_incident_entry(entry) if settled_by is None else _describe_late_settlement(entry, settled_by)
    return cannot_be_displayed(entry.kind)


def describe_incident_entry(entry: Entry) -> str:
    """Return one line for an entry; its kind if the entry cannot be read."""
    try:
        body = clamp(decode_body(entry))
    except MalformedBody:
        return entry.kind
    match body:
        case entry_bodies.IncidentReported():
            return _describe_report(entry, body)
        case entry_bodies.IncidentEdited():
            return _describe_edit(body)
        case entry_bodies.IncidentMoved():
            return _with_reason(_("Status: {status}").format(status=code_label(body.to)), body.reason)
        case entry_bodies.IncidentNoted() | entry_bodies.IncidentCallerChanged():
            return _describe_words(body)
        case entry_bodies.IncidentAttached():
            return _("Attached: {name}").format(name=body.caption or body.name)
        case entry_bodies.IncidentCounted() | entry_bodies.IncidentAnswered():
            return _describe_statement(body)
        case entry_bodies.IncidentMerged() | entry_bodies.IncidentGrouped():
            return _describe_belonging(body)
        case entry_bodies.IncidentDeleted():
            return _with_reason(_("Deleted"), body.reason)
    return _describe_end_of_wait(body) if is_server_decision(entry) else _describe_about_another(body, entry.kind)


def _describe_words(body: entry_bodies.IncidentNoted | entry_bodies.IncidentCallerChanged) -> str:
    """Return a note; of a restricted one and of a caller only that it is there."""
    if isinstance(body, entry_bodies.IncidentNoted):
        return body.text or _("Restricted note")
    return _("Caller changed") if body.caller else _("Caller removed")


def restricted_note_text(text: str) -> str:
    """Return the line of a restricted note for a person who may read it, such as a second caller."""
    return _("{text} (restricted)").format(text=text)


def _describe_report(entry: Entry, body: entry_bodies.IncidentReported) -> str:
    """Return the title, and the time of the incident where it is another than that of the report."""
    occurred = format_recent_moment(entry.happened_at, entry.at, zone=False)
    if occurred == format_recent_moment(entry.at, entry.at, zone=False):
        return _("Reported: {title}").format(title=body.title)
    return _("Reported (occurred {time}): {title}").format(time=occurred, title=body.title)


def _describe_belonging(body: entry_bodies.IncidentMerged | entry_bodies.IncidentGrouped) -> str:
    if isinstance(body, entry_bodies.IncidentMerged):
        return _with_reason(_("Merged into another incident"), body.reason)
    return _("Put under a parent event") if body.parent_event else _("Taken out of its parent event")


def _describe_end_of_wait(body: msgspec.Struct) -> str:
    if isinstance(body, EntryRefused):
        return _("Deferred entry was rejected: {reason}").format(reason=describe_reason(body.reason))
    return _("Deferred entry has taken effect: the entry it depends on has arrived")


def _describe_about_another(body: msgspec.Struct, kind: str) -> str:
    match body:
        case entry_bodies.ConflictSettled():
            choices = {
                "current": _("the current value"),
                "proposed": _("the proposed value"),
                "base": _("the previous value"),
            }
            field = field_label(body.conflict.rpartition(".")[2])
            return _("Conflict over {field} settled: {choice}").format(field=field, choice=choices[body.take])
        case EntryReleased():
            return _("Held entry released")
        case EntryRefused():
            return _with_reason(_("Held entry rejected"), body.reason)
    return kind


def _describe_late_settlement(entry: Entry, earlier: Entry) -> str:
    """Describe the second of two settlements: only the first one counts."""
    field = field_label(settled_conflict(entry).rpartition(".")[2])
    text = _("Conflict over {field} was already settled by {actor}: this choice was not applied")
    return text.format(field=field, actor=earlier.actor)


def _describe_edit(body: entry_bodies.IncidentEdited) -> str:
    given = {name: getattr(body, name) for name in body.__struct_fields__}
    parts = [
        f"{field_label(name)}: {describe_value(value)}" for name, value in given.items() if value is not msgspec.UNSET
    ]
    return " · ".join(parts)


def _describe_statement(body: entry_bodies.IncidentCounted | entry_bodies.IncidentAnswered) -> str:
    return describe_answered(body) if isinstance(body, entry_bodies.IncidentAnswered) else _describe_figures(body)


def _describe_figures(body: entry_bodies.IncidentCounted) -> str:
    given = {name: getattr(body.figures, name) for name in FIGURE_LABELS}
    parts = [f"{figure_label(name)} {describe_figure(name, n)}" for name, n in given.items() if n is not None]
    if body.groups is not msgspec.UNSET:
        parts += describe_figure_groups(body.groups)
    return f"{', '.join(parts)} ({body.source})"


def describe_value(value: object) -> str:
    """Return the text of a field's value."""
    match value:
        case Hazard() | Severity() | Status():
            return code_label(value)
        case IncidentPlace():
            named = ", ".join(name for name in (value.jorong, value.nagari, value.landmark) if name)
            return named or f"{value.lat_deg:.5f}, {value.lon_deg:.5f}"
        case bool():
            return _("yes") if value else _("no")
        case (str(), *_rest):
            return ", ".join(str(part) for part in value)
        case tuple():
            corners = len(value) - (len(value) > 1 and value[0] == value[-1])  # a closed ring repeats one
            return _("{n} corners").format(n=corners) if value else "–"
        case None:
            return "–"
    return str(value)


def _with_reason(text: str, reason: str) -> str:
    return f"{text} ({reason})" if reason else text


def outcome_label(outcome: EntryOutcome) -> str:
    words = {
        EntryOutcome.CONFLICT: _("conflict"),
        EntryOutcome.HELD: _("held: waits for a supervisor"),
        EntryOutcome.RELEASED: _("released by a supervisor"),
        EntryOutcome.REFUSED: _("refused by a supervisor"),
        EntryOutcome.DEFERRED: _("deferred: depends on another entry"),
        EntryOutcome.RESOLVED: _("was deferred: depended on another entry"),
        EntryOutcome.DEFERRED_REJECTED: _("was deferred, then rejected by the rules"),
        EntryOutcome.REJECTED: _("rejected by the rules"),
    }
    return words.get(outcome, "")


def describe_alarm_origin(onset_at: datetime, rule: str, now: datetime) -> str:
    """Return when an alarm was raised, and by which rule."""
    return _("{time} · rule {rule}").format(time=time_or_date(onset_at, now), rule=rule)


def describe_writing_time(written_at: datetime, now: datetime) -> str:
    """Return when an entry about an earlier event was written."""
    return _("written {time}").format(time=time_or_date(written_at, now))
