"""The fold of shelter entries."""

import msgspec
from msgspec import UNSET

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.shelters.conflict_policy import FIELDS
from tabuah.operations.shelters.entry_bodies import (
    ShelterAdded,
    ShelterClosed,
    ShelterCounted,
    ShelterCountWithdrawn,
    ShelterEdited,
    ShelterReopened,
)
from tabuah.operations.shelters.shelter import MAX_COUNTS, EvacueeCount, Shelter
from tabuah.operations.stations.station import Retirement


def fold_shelter(shelter: Shelter | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Shelter | None:
    """Return the shelter after an accepted entry."""
    if isinstance(body, ShelterAdded):
        return shelter or _added(entry, body)
    if shelter is None:
        return None
    changed = _changed(shelter, entry, body)
    return changed if changed is shelter else msgspec.structs.replace(changed, changed_at=entry.at)


def _changed(shelter: Shelter, entry: Entry, body: msgspec.Struct) -> Shelter:
    match body:
        case ShelterEdited():
            given = {name: getattr(body, name) for name in FIELDS if getattr(body, name) is not UNSET}
            return msgspec.structs.replace(shelter, **given)
        case ShelterCounted():
            return msgspec.structs.replace(shelter, counts=_with_count(shelter, entry, body))
        case ShelterCountWithdrawn():
            kept = tuple(count for count in shelter.counts if count.entry != body.count)
            return msgspec.structs.replace(shelter, counts=kept)
        case ShelterClosed():
            closed = Retirement(by=entry.actor, at=entry.happened_at, reason=body.reason)
            return msgspec.structs.replace(shelter, closed=closed)
        case ShelterReopened():
            return msgspec.structs.replace(shelter, closed=None)
    return shelter


def _added(entry: Entry, body: ShelterAdded) -> Shelter:
    return Shelter(
        id=subject_key(entry.subject),
        **{name: getattr(body, name) for name in FIELDS},
        opened_at=entry.happened_at,
        changed_at=entry.at,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


def _with_count(shelter: Shelter, entry: Entry, body: ShelterCounted) -> tuple[EvacueeCount, ...]:
    """Return the counts sorted by the time they were true, whatever the order in which they arrived."""
    count = EvacueeCount(
        entry=entry.id, at=entry.happened_at, actor=entry.actor, source=body.source, evacuees=body.evacuees
    )
    return tuple(sorted((*shelter.counts, count), key=lambda each: (each.at, each.entry))[-MAX_COUNTS:])
