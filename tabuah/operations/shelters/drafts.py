"""Drafts of shelter entries."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.shelters.conflict_policy import FIELDS
from tabuah.operations.shelters.entry_bodies import (
    ShelterAdded,
    ShelterClosed,
    ShelterCounted,
    ShelterCountWithdrawn,
    ShelterEdited,
    ShelterReopened,
)
from tabuah.operations.shelters.evacuees import find_excess_groups
from tabuah.operations.shelters.shelter import Evacuees, Shelter

_REAL: Final = SubjectWorld()


def add_shelter(
    shelter_id: str, body: ShelterAdded, *, opened_at: datetime | None = None, world: SubjectWorld = _REAL
) -> Draft:
    """Add a shelter under a new id."""
    return Draft(
        subject=subject_of("shelter", shelter_id),
        kind="shelter.added",
        body=encode_body(body),
        occurred_at=opened_at,
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )


def edit_shelter(shelter: Shelter, **given: Any) -> Draft:
    """Change the given fields that differ.

    Raises:
        NotPossible: nothing differs.
    """
    changes = {name: given[name] for name in FIELDS if name in given and given[name] != getattr(shelter, name)}
    if not changes:
        raise NotPossible("nothing_changed")
    return _draft(shelter, "shelter.edited", ShelterEdited(**changes))


def count_evacuees(shelter: Shelter, evacuees: Evacuees, *, source: str, counted_at: datetime | None = None) -> Draft:
    """Count the people in a shelter.

    Raises:
        NotPossible: the source is missing, or a group is larger than all people.
    """
    if not source.strip():
        raise NotPossible("no_count_source")
    if find_excess_groups(evacuees):
        raise NotPossible("groups_exceed_people")
    body = ShelterCounted(source=source.strip(), evacuees=evacuees)
    return _draft(shelter, "shelter.counted", body, occurred_at=counted_at)


def withdraw_count(shelter: Shelter, entry_id: str, *, reason: str) -> Draft:
    """Withdraw a wrong count; the one before it counts again.

    Raises:
        NotPossible: the shelter has no such count, or the reason is missing.
    """
    if all(count.entry != entry_id for count in shelter.counts):
        raise NotPossible("no_such_count")
    body = ShelterCountWithdrawn(count=entry_id, reason=_checked(reason))
    return _draft(shelter, "shelter.count_withdrawn", body)


def close_shelter(shelter: Shelter, *, reason: str) -> Draft:
    """Close a shelter.

    Raises:
        NotPossible: it is closed already, or the reason is missing.
    """
    if not shelter.is_open:
        raise NotPossible("shelter_closed", shelter=shelter.name)
    return _draft(shelter, "shelter.closed", ShelterClosed(reason=_checked(reason)))


def reopen_shelter(shelter: Shelter, *, reason: str) -> Draft:
    """Open a closed shelter again.

    Raises:
        NotPossible: it is open, or the reason is missing.
    """
    if shelter.is_open:
        raise NotPossible("shelter_not_closed", shelter=shelter.name)
    return _draft(shelter, "shelter.reopened", ShelterReopened(reason=_checked(reason)))


def _checked(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("no_shelter_reason")
    return reason.strip()[:400]


def _draft(shelter: Shelter, kind: str, body: msgspec.Struct, *, occurred_at: datetime | None = None) -> Draft:
    return Draft(
        subject=subject_of("shelter", shelter.id),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=shelter.exercise,
        exercise_id=shelter.exercise_id,
    )
