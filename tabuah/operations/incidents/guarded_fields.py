"""Guarded fields: writing values, and detecting that the author had not seen the present value."""

from typing import Any

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.conflict_policy import DELETED, GUARDED_FIELDS, decode_value, encode_value
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Conflict, FieldWrite, Incident


def field_write(entry: Entry, value: object) -> FieldWrite:
    return FieldWrite(
        entry=entry.id, device=entry.device, actor=entry.actor, at=entry.happened_at, value=encode_value(value)
    )


def guarded_values(body: IncidentEdited) -> dict[str, object]:
    """Return the guarded fields that an edit writes, with their values."""
    wanted = {field: getattr(body, field) for field in GUARDED_FIELDS}
    return {field: value for field, value in wanted.items() if value is not msgspec.UNSET}


def find_write(incident: Incident, field: str, entry_id: str) -> FieldWrite | None:
    """Return the value that an entry gave a field, in force or proposed; None if it gave none."""
    for writing in reversed(incident.writings.get(field, ())):
        if writing.entry == entry_id:
            return writing
    return None


def open_conflict_with(incident: Incident, field: str, entry_id: str) -> Conflict | None:
    """Return the open conflict of `field` that the entry belongs to."""
    for conflict in incident.open_conflicts:
        if conflict.field == field and entry_id in conflict.members:
            return conflict
    return None


def is_stale(incident: Incident, entry: Entry, field: str, value: object) -> bool:
    """Return whether the author of `entry` wrote `field` without having seen its present value.

    Writing the present value again is no conflict. A device never conflicts with itself: its chain
    proves that it knew its own earlier entry.
    """
    writings = incident.writings.get(field)
    base = entry.base.get(field, "")
    if not writings or writings[-1].entry == base:
        return False
    if open_conflict_with(incident, field, base):
        return True
    return writings[-1].device != entry.device and writings[-1].value != encode_value(value)


def deletes_unseen_work(incident: Incident, entry: Entry) -> bool:
    """Return whether a deletion would hide changes that its author had not seen.

    `base["deleted"]` is the last entry that the author saw.
    """
    return entry.base.get(DELETED, "") != incident.last_entry and incident.last_device != entry.device


def apply_write(incident: Incident, field: str, writing: FieldWrite) -> Incident:
    """Put a value into force; open conflicts on the field get it as their current value."""
    conflicts = tuple(
        msgspec.structs.replace(c, current=writing) if c.field == field and c.settled is None else c
        for c in incident.conflicts
    )
    changes: dict[str, Any] = {field: decode_value(field, writing.value)}
    return msgspec.structs.replace(
        incident,
        writings={**incident.writings, field: (*incident.writings.get(field, ()), writing)},
        conflicts=conflicts,
        **changes,
    )


def open_or_join_conflict(
    incident: Incident, entry: Entry, field: str, value: object, *, base_id: str | None = None
) -> Incident:
    """Record the value that `entry` proposes for `field` next to the current one.

    `base_id` is the entry that its author saw; by default the base of the field.
    """
    base_id = entry.base.get(field, "") if base_id is None else base_id
    proposed = field_write(entry, value)
    joined = open_conflict_with(incident, field, base_id)
    if joined:
        grown = msgspec.structs.replace(joined, proposed=proposed, members=(*joined.members, entry.id))
        conflicts = tuple(grown if c.id == joined.id else c for c in incident.conflicts)
    else:
        opened = Conflict(
            id=f"{entry.id}.{field}",
            field=field,
            base=find_write(incident, field, base_id),
            current=_standing(incident, field),
            proposed=proposed,
            members=(entry.id,),
        )
        conflicts = (*incident.conflicts, opened)
    return msgspec.structs.replace(incident, conflicts=conflicts)


def _standing(incident: Incident, field: str) -> FieldWrite:
    writings = incident.writings.get(field)
    if writings:
        return writings[-1]
    return FieldWrite(
        entry=incident.last_entry,
        device=incident.device,
        actor=incident.reporter,
        at=incident.updated_at,
        value=encode_value(getattr(incident, field)),
    )
