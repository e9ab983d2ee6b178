"""The details panel: one incident with its steps, facts, figures, timeline and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtGui import QImage

from tabuah.console.attachment_words import short_standing, size_words, standing_words
from tabuah.console.window.history import IncidentHistory
from tabuah.console.window.presenting.cards import clock_words
from tabuah.console.window.presenting.figures import figure_notes, figure_tiles
from tabuah.console.window.presenting.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.presenting.moves import move_states, report_states
from tabuah.console.window.presenting.places import certainty_words, place_line
from tabuah.console.window.presenting.timeline_items import alarm_item, timeline_items
from tabuah.console.window.presenting.trays import held_sentences
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.operations.attachments import Attachment
from tabuah.operations.codes import FORWARD, Status
from tabuah.operations.incidents.clocks import arrival_clock
from tabuah.operations.incidents.fields import field_label, read_value
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.incidents.timeline import value_words
from tabuah.operations.labels import label_of
from tabuah.operations.units.standing import UnitNames, UnitStanding, standings
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age, format_moment, format_time
from tabuah.storage.cache.attachments import AttachmentState, Standing
from tabuah.widgets.values import ActionState, AttachmentItem, Fact, IncidentDetails, Level, Step, TimelineItem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetailsSource:
    """What the details are made from; `history` is None until it was read."""

    incident: Incident
    history: IncidentHistory | None
    pictures: Mapping[str, QImage]
    actions: tuple[ActionState, ...]


def incident_details(source: DetailsSource, snapshot: RoomSnapshot, now: datetime) -> IncidentDetails:
    """Everything the panel shows."""
    incident = source.incident
    return IncidentDetails(
        id=incident.id,
        number=incident.number,
        title=incident.title,
        place=place_line(incident.place),
        certainty=certainty_words(incident.place),
        origin=_origin(incident),
        level=LEVEL_OF_SEVERITY[incident.severity],
        severity=label_of(incident.severity),
        steps=tuple(_step(incident, status) for status in FORWARD),
        step=incident.status.rank if incident.status.rank is not None else len(FORWARD) - 1,
        facts=_facts(incident, source.history, snapshot, now),
        figures=figure_tiles(incident),
        figure_notes=figure_notes(incident, now),
        conflicts=tuple(_conflict(conflict) for conflict in incident.open_conflicts),
        asides=held_sentences(snapshot, incident.id),
        timeline=_timeline(source, snapshot, now),
        attachments=_attachments(incident, source),
        actions=source.actions,
        moves=move_states(incident, snapshot.role, snapshot.actor),
        reports=report_states(),
        notice=_notice(incident, source.history, snapshot),
        exercise=incident.exercise,
        pending=incident.id in snapshot.pending,
    )


def _origin(incident: Incident) -> str:
    told = _("reported {time} by {channel}")
    return told.format(time=format_time(incident.reported_at), channel=label_of(incident.channel).lower())


def _step(incident: Incident, status: Status) -> Step:
    at = incident.status_times.get(status)
    if status is Status.REPORTED:
        at = incident.reported_at
    return Step(label=label_of(status), at=format_time(at) if at else "")


def _facts(
    incident: Incident, history: IncidentHistory | None, snapshot: RoomSnapshot, now: datetime
) -> tuple[Fact, ...]:
    place = incident.place
    clock = arrival_clock(incident, now)
    caller = history.caller if history else ""
    facts = [
        _assigned(incident, snapshot),
        Fact(label=_("Hazard"), value=label_of(incident.hazard)),
        Fact(label=_("Happened"), value=_happened(incident, now)),
        Fact(label=_("Jorong"), value=place.jorong if place else ""),
        Fact(label=_("Position"), value=format_decimal_degrees(place.lon_deg, place.lat_deg) if place else ""),
        Fact(label=_("Outside"), value=place.outside_reason if place else ""),
        Fact(label=_("Who called"), value=caller),
        Fact(label=_("Description"), value=incident.description),
    ]
    if clock is not None:
        due = _("on the scene by {time} · {clock}").format(time=format_time(clock.due_at), clock=clock_words(clock))
        facts.insert(1, Fact(label=_("Due"), value=due, level=Level.HIGH if clock.is_overdue else Level.ATTENTION))
    return tuple(fact for fact in facts if fact.value)


def _assigned(incident: Incident, snapshot: RoomSnapshot) -> Fact:
    """Who was sent; of those who are units, what each is doing, loud where one is sent to two places."""
    names = UnitNames(snapshot.units.values())
    sent = {text: unit for text in incident.assignment if (unit := names.unit_called(text)) is not None}
    known = standings({unit.id: unit for unit in sent.values()}, snapshot.incidents.values()) if sent else ()
    by_id = {standing.unit.id: standing for standing in known}
    told = [_sent_words(text, by_id.get(sent[text].id) if text in sent else None) for text in incident.assignment]
    doubled = any(standing.is_double for standing in known)
    return Fact(label=_("Units"), value=", ".join(told), level=Level.ATTENTION if doubled else None)


def _sent_words(text: str, standing: UnitStanding | None) -> str:
    if standing is None:
        return text
    doubled = _("sent to two places") if standing.is_double else ""
    told = ", ".join(part for part in (label_of(standing.state).lower(), doubled) if part)
    return f"{text} ({told})"


def _happened(incident: Incident, now: datetime) -> str:
    age = format_age(now - incident.occurred_at)
    return _("{moment} · {age} ago").format(moment=format_moment(incident.occurred_at), age=age)


def _conflict(conflict: Conflict) -> str:
    current, proposed = conflict.current, conflict.proposed
    told = _("{field}: {current} ({author}, {time}) or {proposed} ({other}, {other_time})")
    return told.format(
        field=field_label(conflict.field),
        current=value_words(read_value(conflict.field, current.value)),
        author=current.actor,
        time=format_time(current.at),
        proposed=value_words(read_value(conflict.field, proposed.value)),
        other=proposed.actor,
        other_time=format_time(proposed.at),
    )


def _timeline(source: DetailsSource, snapshot: RoomSnapshot, now: datetime) -> tuple[TimelineItem, ...]:
    items = timeline_items(source.history, snapshot, now)
    alarm = snapshot.alarms.get(source.incident.alarm)
    if alarm is None:
        return items
    station = snapshot.stations.get(alarm.station)
    return (*items, alarm_item(alarm, station, snapshot.rule_of(alarm), now))


def _attachments(incident: Incident, source: DetailsSource) -> tuple[AttachmentItem, ...]:
    states = source.history.attachments if source.history else {}
    return tuple(
        _attachment(attachment, states.get(attachment.sha256), source.pictures.get(attachment.sha256))
        for attachment in reversed(incident.attachments)
    )


def _attachment(attached: Attachment, state: AttachmentState | None, picture: QImage | None) -> AttachmentItem:
    standing = standing_words(state) if state is not None else ""
    return AttachmentItem(
        id=attached.sha256,
        name=attached.caption or attached.name,
        note=" · ".join(part for part in (size_words(attached.size), standing) if part),
        picture=picture,
        waits=short_standing(state) if state is not None else "",
        level=Level.HIGH if state is not None and state.state is Standing.FAILED else None,
    )


def _notice(incident: Incident, history: IncidentHistory | None, snapshot: RoomSnapshot) -> str:
    if history is not None and history.read_only:
        return _("Changed by a newer version of Tabuah: update it to work on this incident.")
    if incident.merged_into:
        target = snapshot.incidents.get(incident.merged_into)
        return _("Merged into {number}").format(number=target.number if target else incident.merged_into)
    if incident.status is Status.FALSE_REPORT:
        return _("False report")
    report = snapshot.held_reports.get(incident.id)
    if report is not None:
        own = _("Held: this report waits for a supervisor. It is safe, and nobody else has it yet.")
        return own if report.own else _("Held: this report exists for nobody until a supervisor releases it.")
    if history is not None and not history.is_whole:
        return _("Older entries of this incident are not here yet; they come when there is a line to the server.")
    return ""
