"""Parent events as the window shows them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.event_totals import EventTotals, event_totals
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _, format_number, format_recent_moment
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_number
from tabuah.text.incidents.incident_text import place_text
from tabuah.text.parent_events.event_text import (
    count_incidents,
    counting_note,
    describe_incidents,
    event_field_label,
    event_period,
    event_state,
    short_event_period,
    total_lines,
)
from tabuah.text.people.permissions import role_refusal
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.parent_events.values import EventAct, EventDetails, EventView
from tabuah.widgets.values import FactItem, Level

_WRITING: Mapping[EventAct, str] = {
    EventAct.OPEN: "parent_event.opened",
    EventAct.CHANGE: "parent_event.changed",
    EventAct.ADD: "incident.grouped",
    EventAct.REMOVE: "incident.grouped",
    EventAct.CLOSE: "parent_event.closed",
    EventAct.DELETE: "parent_event.deleted",
}


def listed_events(events: Iterable[ParentEvent], scope: ExerciseScope) -> list[ParentEvent]:
    """Return the events of a world that are not deleted, open ones first, then the latest beginning."""
    shown = [event for event in scope.select(events) if not event.deleted]
    return sorted(shown, key=lambda event: (not event.is_open, -event.began_at.timestamp(), event.id))


def event_lines(
    events: Iterable[ParentEvent], members: Mapping[str, EventIncidents], now: datetime
) -> tuple[LevelLine, ...]:
    """Return the rows of the events; `members` has the incidents of each."""
    return tuple(_event_line(each, members.get(each.id, EventIncidents()), now) for each in events)


def event_view(
    snapshot: ConsoleSnapshot,
    event: ParentEvent | None,
    members: EventIncidents,
    *,
    now: datetime,
    messages: Sequence[LevelLine] = (),
) -> EventView:
    """Return the view of the chosen event with the messages about it."""
    return EventView(
        details=EventDetails() if event is None else _details(event, members, messages, now),
        reasons=_reasons(snapshot, event, members),
    )


def incident_line(incident: Incident, now: datetime, *, remark: str = "") -> LevelLine:
    """Return the row of an incident; `remark` says why it does not count."""
    status = code_label(incident.status)
    return LevelLine(
        id=incident.id,
        level=LEVEL_OF_SEVERITY[incident.severity],
        text=incident.title,
        about=" · ".join(filter(None, (place_text(incident.place), ", ".join(incident.assignment)))),
        at=f"{status} · {remark}" if remark else status,
        author=f"{exercise_number(incident.number, exercise=incident.exercise)} · "
        f"{format_recent_moment(incident.reported_at, now, zone=False)}",
    )


def _event_line(event: ParentEvent, members: EventIncidents, now: datetime) -> LevelLine:
    totals = EventTotals(incidents=len(members.counted), open=len(members.open))  # the others take longer
    worst = max((each.severity for each in members.counted), key=lambda severity: severity.rank, default=None)
    level = Level.NO_DATA if not event.is_open or worst is None else LEVEL_OF_SEVERITY[worst]
    return LevelLine(
        id=event.id,
        level=level,
        text=event.title,
        about=f"{code_label(event.hazard)} · {short_event_period(event, now)}",
        at=_("open") if event.is_open else _("closed"),
        author=describe_incidents(totals) if event.is_open else count_incidents(totals),
    )


def _details(
    event: ParentEvent, members: EventIncidents, messages: Sequence[LevelLine], now: datetime
) -> EventDetails:
    totals = event_totals(members)
    ordered = sorted(members.counted, key=lambda each: (not each.is_open, -each.severity.rank, each.reported_at))
    others = (*members.merged, *members.false_reports)
    return EventDetails(
        title=event.title,
        state=event_state(event),
        facts=tuple(_facts(event, totals, len(messages))),
        note=counting_note(totals),
        incidents=(
            *(incident_line(each, now) for each in ordered),
            *(incident_line(each, now, remark=_("not counted")) for each in others),
        ),
        messages=tuple(messages),
        close_label=_("Close …") if event.is_open else _("Reopen …"),
    )


def _facts(event: ParentEvent, totals: EventTotals, messages: int) -> Iterable[FactItem]:
    yield FactItem(label=_("Period"), value=event_period(event))
    yield FactItem(label=event_field_label("hazard"), value=code_label(event.hazard))
    if event.close_reason:
        yield FactItem(label=_("Reason"), value=event.close_reason)
    for line in total_lines(totals):
        yield FactItem(label=line.label, value=line.value_with_note)
    if messages:
        yield FactItem(label=_("Messages"), value=format_number(messages))
    if event.description:
        yield FactItem(label=event_field_label("description"), value=event.description)


def _reasons(snapshot: ConsoleSnapshot, event: ParentEvent | None, members: EventIncidents) -> dict[EventAct, str]:
    reasons = {act: role_refusal(snapshot.role, kind) for act, kind in _WRITING.items()}
    if event is None:
        nothing = _("No event is selected.")
        return {
            act: reasons.get(act, "") if act is EventAct.OPEN else reasons.get(act) or nothing for act in EventAct
        }
    if not members.all:
        reasons[EventAct.REMOVE] = reasons[EventAct.REMOVE] or _("No incident belongs to this event yet.")
    if not members.all:
        reasons[EventAct.LIST] = _("No incident belongs to this event yet.")
    if not any(each.place is not None for each in members.counted):
        reasons[EventAct.MAP] = _("No incident of the event has a place.")
    return reasons
