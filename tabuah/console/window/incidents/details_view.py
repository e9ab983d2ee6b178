"""The details panel of one incident: steps, facts, figures, timeline and available status changes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec
from PySide6.QtGui import QImage

from tabuah.console.window.contacts.contact_items import incident_contact_items
from tabuah.console.window.incidents.conflict_cases import incident_number
from tabuah.console.window.incidents.figure_tiles import figure_tiles
from tabuah.console.window.incidents.incident_history import IncidentHistory
from tabuah.console.window.incidents.timeline_items import alarm_timeline_item, timeline_items
from tabuah.console.window.parent_events.related_items import related_incidents
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.tasks.task_items import incident_task_items
from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.attachments.transfer import AttachmentState, AttachmentStatus
from tabuah.operations.codes import FORWARD_STATUSES, Status
from tabuah.operations.contacts.incident_contacts import incident_contacts
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.clocks import Clock, running_clocks
from tabuah.operations.incidents.conflict_policy import STATUS
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import final_target
from tabuah.operations.incidents.scope_rules import action_of_status
from tabuah.operations.incidents.status_moves import check_move
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import IncidentAction
from tabuah.operations.units.check_ins import overdue_crews
from tabuah.operations.units.known_units import UnitIndex, unit_activities
from tabuah.resources.localisation import _, format_size, format_time
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.pending_work import BlockedEntry
from tabuah.text.attachments.attachment_text import describe_transfer, describe_transfer_briefly
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.facts import Facts
from tabuah.text.incidents import incident_panel
from tabuah.text.incidents.conflicts import describe_conflict
from tabuah.text.incidents.figure_groups import group_facts, group_notes
from tabuah.text.incidents.figures import figure_notes
from tabuah.text.incidents.incident_text import (
    certainty_text,
    place_text,
    status_action_label,
)
from tabuah.text.incidents.merges import merge_text
from tabuah.text.people.scope import PersonalScope, always_accepted_text
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.text.sync.held_and_rejected import describe_held_entry
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.text.units.unit_status import describe_assignment
from tabuah.widgets.contacts.values import ContactItem
from tabuah.widgets.incidents.values import IncidentDetails, IncidentStep, TimelineItem
from tabuah.widgets.values import ActionState, AttachmentItem, FactItem, Level


class DetailsSource(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The input of the details; `history` is None until it is read."""

    incident: Incident
    history: IncidentHistory | None
    pictures: Mapping[str, QImage]
    actions: tuple[ActionState, ...]
    places: PlaceNames = msgspec.field(default_factory=PlaceNames)
    call_reason: str = ""
    editors: tuple[str, ...] = ()  # users who edit it on other consoles
    impact: Facts = ()


def incident_details(source: DetailsSource, snapshot: ConsoleSnapshot, now: datetime) -> IncidentDetails:
    """Return the content of the incident panel."""
    incident = source.incident
    return IncidentDetails(
        id=incident.id,
        number=incident.number,
        title=incident.title,
        place=place_text(incident.place),
        certainty=certainty_text(incident.place),
        origin=incident_panel.describe_origin(incident),
        level=LEVEL_OF_SEVERITY[incident.severity],
        severity=code_label(incident.severity),
        steps=tuple(_step(incident, status) for status in FORWARD_STATUSES),
        step=incident.status.rank or 0,  # a merged or false report reaches only the first step
        facts=_facts(source, snapshot, now),
        figures=figure_tiles(incident),
        figure_notes=(*figure_notes(incident, now), *group_notes(incident)),
        conflicts=tuple(
            describe_conflict(conflict, lambda key: incident_number(snapshot, key))
            for conflict in incident.open_conflicts
        ),
        held=held_notices(snapshot, incident.id),
        timeline=_timeline(source, snapshot, now),
        attachments=_attachments(incident, source),
        contacts=_contacts(source, snapshot),
        tasks=incident_task_items(incident.id, snapshot, now),
        related=related_incidents(incident, snapshot),
        call_reason=source.call_reason,
        actions=source.actions,
        moves=status_choices(incident, snapshot.personal_scope),
        reports=report_choices(),
        notice=_notice(incident, source.history, snapshot),
        editing=incident_panel.describe_editors([_full_name(snapshot, user) for user in source.editors]),
        exercise=exercise_mark(incident, snapshot.exercises),
        pending=incident.id in snapshot.pending,
    )


def _full_name(snapshot: ConsoleSnapshot, user: str) -> str:
    known = snapshot.authority.users.get(user)
    return (known.full_name if known else "") or user


def _contacts(source: DetailsSource, snapshot: ConsoleSnapshot) -> tuple[ContactItem, ...]:
    personal = source.history.personal_numbers if source.history else {}
    found = incident_contacts(source.incident, snapshot.contacts.values())
    return incident_contact_items(found, source.places, personal)


def _step(incident: Incident, status: Status) -> IncidentStep:
    at = incident.status_times.get(status)
    if status is Status.REPORTED:
        at = incident.reported_at
    return IncidentStep(label=code_label(status), at=format_time(at) if at else "")


def _facts(source: DetailsSource, snapshot: ConsoleSnapshot, now: datetime) -> tuple[FactItem, ...]:
    incident, history = source.incident, source.history
    caller = history.caller if history else ""
    listed = (*incident_panel.list_incident_facts(incident, caller, now), *group_facts(incident, now), *source.impact)
    facts = [FactItem(label=label, value=value) for label, value in listed]
    clocks = [_clock_fact(clock, now) for clock in running_clocks(incident, now)]
    return (*_assigned(incident, snapshot, now), *clocks, *facts)


def _clock_fact(clock: Clock, now: datetime) -> FactItem:
    label, value = incident_panel.clock_fact(clock, now)
    return FactItem(label=label, value=value, level=Level.HIGH if clock.is_overdue else Level.ATTENTION)


def _assigned(incident: Incident, snapshot: ConsoleSnapshot, now: datetime) -> Iterator[FactItem]:
    """Yield the assigned units with their states, the overdue and endangered ones emphasised."""
    names = UnitIndex(snapshot.units.values())
    sent = {text: unit for text in incident.assignment if (unit := names.find(text)) is not None}
    known = unit_activities({unit.id: unit for unit in sent.values()}, snapshot.incidents.values()) if sent else ()
    by_id = {standing.unit.id: standing for standing in known}
    parts = [
        describe_assignment(text, by_id.get(sent[text].id) if text in sent else None, now)
        for text in incident.assignment
    ]
    doubled = any(standing.is_double_assigned for standing in known)
    label, value = incident_panel.assigned_units_fact(parts)
    level = Level.ATTENTION if doubled else None
    if any(standing.unit.help for standing in known):
        level = Level.CRITICAL
    elif overdue_crews(known, current_regency(), now):
        level = Level.HIGH
    if value:
        yield FactItem(label=label, value=value, level=level)


def _timeline(source: DetailsSource, snapshot: ConsoleSnapshot, now: datetime) -> tuple[TimelineItem, ...]:
    items = timeline_items(source.history, snapshot, now)
    alarm = snapshot.alarms.get(source.incident.alarm)
    if alarm is None:
        return items
    station = snapshot.stations.get(alarm.station)
    return (*items, alarm_timeline_item(alarm, station, snapshot.rule_of(alarm), now))


def _attachments(incident: Incident, source: DetailsSource) -> tuple[AttachmentItem, ...]:
    states = source.history.attachments if source.history else {}
    return tuple(
        _attachment(attachment, states.get(attachment.sha256), source.pictures.get(attachment.sha256))
        for attachment in reversed(incident.attachments)
    )


def _attachment(attached: Attachment, state: AttachmentState | None, picture: QImage | None) -> AttachmentItem:
    standing = describe_transfer(state) if state is not None else ""
    return AttachmentItem(
        id=attached.sha256,
        name=attached.caption or attached.name,
        note=" · ".join(part for part in (format_size(attached.size), standing) if part),
        picture=picture,
        waits=describe_transfer_briefly(state) if state is not None else "",
        level=Level.HIGH if state is not None and state.state is AttachmentStatus.FAILED else None,
    )


def _notice(incident: Incident, history: IncidentHistory | None, snapshot: ConsoleSnapshot) -> str:
    if history is not None and history.read_only:
        return incident_panel.describe_read_only_incident()
    target = final_target(incident.id, snapshot.incidents.get)
    if merged := merge_text(incident, incident_number(snapshot, target)):
        return merged
    if incident.status is Status.FALSE_REPORT:
        return incident_panel.false_report_text()
    report = snapshot.held_reports.get(incident.id)
    if report is not None:
        return incident_panel.describe_held_report(own=report.own)
    if history is not None and not history.is_whole:
        return incident_panel.describe_missing_entries()
    return _scope_notice(incident, snapshot.personal_scope)


def _scope_notice(incident: Incident, scope: PersonalScope) -> str:
    """Return why the person may not even describe an open incident; nothing for roles that change no incidents."""
    if not incident.is_open or not may_write(scope.role, "incident.edited"):
        return ""
    reason = scope.refusal(incident, IncidentAction.DESCRIBE)
    return f"{reason} {always_accepted_text()}" if reason else ""


_CHOICES: Final = (*FORWARD_STATUSES, Status.FALSE_REPORT)


def status_choices(incident: Incident, scope: PersonalScope) -> tuple[ActionState, ...]:
    """Return the statuses to choose from: the next step, later ones, then earlier ones and special ends.

    Those that the person may not choose have the reason.
    """
    ordered = sorted(
        (status for status in _CHOICES if status is not incident.status), key=lambda s: _order(incident, s)
    )
    return tuple(
        ActionState(
            code=status.value,
            label=status_action_label(incident, status),
            reason=_reason(incident, status, scope),
        )
        for status in ordered
    )


def report_choices() -> tuple[ActionState, ...]:
    """Return the kinds of report that can be made."""
    return (
        ActionState(code="awal", label=_("Initial report (PDF) …")),
        ActionState(code="perkembangan", label=_("Progress report (PDF) …")),
        ActionState(code="akhir", label=_("Final report (PDF) …")),
        ActionState(code="khusus", label=_("Special report: after the event …")),
        ActionState(code="chat", label=_("Copy as text for a chat")),
    )


def _order(incident: Incident, status: Status) -> tuple[int, int]:
    here, there = incident.status.rank, status.rank
    if there is None:
        return (2, 0)
    if here is None or there < here:
        return (1, -there)
    return (0, there)


def _reason(incident: Incident, status: Status, scope: PersonalScope) -> str:
    if not may_write(scope.role, "incident.moved"):
        return describe_reason("role_forbids")
    if code := check_move(incident, _move_of(incident, scope.actor), status, scope.role):
        return describe_reason(code)
    return scope.refusal(incident, action_of_status(incident.status, status))


def _move_of(incident: Incident, actor: str) -> Entry:
    """Return the entry that this person would write, to check it against the rules."""
    return Entry(
        id="",
        device=incident.last_device,
        n=0,
        prev="",
        actor=actor,
        grant="",
        subject="",
        kind="incident.moved",
        body=msgspec.Raw(b"{}"),
        at=incident.updated_at,
        base={STATUS: incident.last_writer(STATUS)},
    )


def held_notices(snapshot: ConsoleSnapshot, incident_id: str) -> tuple[str, ...]:
    """Return one sentence for each held entry of an incident; own entries are marked."""
    return tuple(_held_notice(aside, snapshot) for aside in snapshot.held_on(incident_id))


def _held_notice(aside: BlockedEntry, snapshot: ConsoleSnapshot) -> str:
    entry = aside.entry
    own = entry.device in snapshot.own_devices and snapshot.role is not Role.SUPERVISOR
    deferred = aside.reason in DEFERRAL_REASONS
    return describe_held_entry(describe_entry(entry), entry.actor, deferred=deferred, own=own)
