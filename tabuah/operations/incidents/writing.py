"""How a value comes into a guarded field, and how one knows that its author had not seen the present one."""

from typing import Any

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.fields import DELETED, GUARDED_FIELDS, read_value, value_text
from tabuah.operations.incidents.incident import Conflict, Incident, Writing


def writing_of(entry: Entry, value: object) -> Writing:
    """What `entry` wrote, as history keeps it."""
    return Writing(
        entry=entry.id, device=entry.device, actor=entry.actor, at=entry.happened_at, value=value_text(value)
    )


def guarded_values(body: IncidentEdited) -> dict[str, object]:
    """The guarded fields that an edit writes, with the values it wants."""
    wanted = {field: getattr(body, field) for field in GUARDED_FIELDS}
    return {field: value for field, value in wanted.items() if value is not msgspec.UNSET}


def find_writing(incident: Incident, field: str, entry_id: str) -> Writing | None:
    """The value that an entry gave a field, in force or only proposed; None when it gave none."""
    for writing in reversed(incident.writings.get(field, ())):
        if writing.entry == entry_id:
            return writing
    return None


def open_conflict_with(incident: Incident, field: str, entry_id: str) -> Conflict | None:
    """The unsettled conflict of `field` that the entry belongs to."""
    for conflict in incident.open_conflicts:
        if conflict.field == field and entry_id in conflict.members:
            return conflict
    return None


def is_stale(incident: Incident, entry: Entry, field: str, value: object) -> bool:
    """Whether the author of `entry` wrote `field` without having seen its present value.

    Writing the value that already stands is no quarrel, and a device never quarrels with itself: its chain proves
    that it knew its own earlier entry.
    """
    writings = incident.writings.get(field)
    base = entry.base.get(field, "")
    if not writings or writings[-1].entry == base:
        return False
    if open_conflict_with(incident, field, base):
        return True
    return writings[-1].device != entry.device and writings[-1].value != value_text(value)


def deletes_unseen_work(incident: Incident, entry: Entry) -> bool:
    """Whether a deletion would bury something that its author had not seen; `base["deleted"]` is the last seen."""
    return entry.base.get(DELETED, "") != incident.last_entry and incident.last_device != entry.device


def write(incident: Incident, field: str, writing: Writing) -> Incident:
    """Put a value into force; conflicts that are open on the field see it as what now stands."""
    conflicts = tuple(
        msgspec.structs.replace(c, current=writing) if c.field == field and c.settled is None else c
        for c in incident.conflicts
    )
    changes: dict[str, Any] = {field: read_value(field, writing.value)}
    return msgspec.structs.replace(
        incident,
        writings={**incident.writings, field: (*incident.writings.get(field, ()), writing)},
        conflicts=conflicts,
        **changes,
    )


def open_or_join_conflict(incident: Incident, entry: Entry, field: str, value: object) -> Incident:
    """Record what `entry` proposes for `field` beside what stands."""
    base_id = entry.base.get(field, "")
    proposed = writing_of(entry, value)
    joined = open_conflict_with(incident, field, base_id)
    if joined:
        grown = msgspec.structs.replace(joined, proposed=proposed, members=(*joined.members, entry.id))
        conflicts = tuple(grown if c.id == joined.id else c for c in incident.conflicts)
    else:
        opened = Conflict(
            id=f"{entry.id}.{field}",
            field=field,
            base=find_writing(incident, field, base_id),
            current=_standing(incident, field),
            proposed=proposed,
            members=(entry.id,),
        )
        conflicts = (*incident.conflicts, opened)
    return msgspec.structs.replace(incident, conflicts=conflicts)


def _standing(incident: Incident, field: str) -> Writing:
    writings = incident.writings.get(field)
    if writings:
        return writings[-1]
    return Writing(
        entry=incident.last_entry,
        device=incident.device,
        actor=incident.reporter,
        at=incident.updated_at,
        value=value_text(getattr(incident, field)),
    )
