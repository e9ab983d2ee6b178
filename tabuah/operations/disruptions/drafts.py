"""Drafts of disruption entries."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.disruptions.conflict_policy import FIELDS
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.entry_bodies import (
    DisruptionEdited,
    DisruptionEnded,
    DisruptionReported,
    DisruptionResumed,
)
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld

_REAL: Final = SubjectWorld()


def report_disruption(disruption_id: str, body: DisruptionReported, *, world: SubjectWorld = _REAL) -> Draft:
    """Report a disruption under a new id.

    Raises:
        NotPossible: the expected end lies before the beginning.
    """
    _check_period(body.began_at, body.expected_end)
    return Draft(
        subject=subject_of("disruption", disruption_id),
        kind="disruption.reported",
        body=encode_body(body),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )


def edit_disruption(disruption: Disruption, **given: Any) -> Draft:
    """Change the given fields that differ.

    Raises:
        NotPossible: nothing differs, or the expected end lies before the beginning.
    """
    changes = {name: given[name] for name in FIELDS if name in given and given[name] != getattr(disruption, name)}
    if not changes:
        raise NotPossible("nothing_changed")
    if "began_at" in changes or "expected_end" in changes:
        after = msgspec.structs.replace(disruption, **changes)
        _check_period(after.began_at, after.expected_end)
    return _draft(disruption, "disruption.edited", DisruptionEdited(**changes))


def end_disruption(disruption: Disruption, *, reason: str, ended_at: datetime | None = None) -> Draft:
    """Report the end of a disruption.

    Raises:
        NotPossible: it has ended already, the reason is missing, or the end lies before the beginning.
    """
    if not disruption.is_open:
        raise NotPossible("disruption_ended", disruption=disruption.name)
    _check_period(disruption.began_at, ended_at)
    body = DisruptionEnded(reason=_checked(reason))
    return _draft(disruption, "disruption.ended", body, occurred_at=ended_at)


def resume_disruption(disruption: Disruption, *, reason: str) -> Draft:
    """Report that an ended disruption continues.

    Raises:
        NotPossible: it has not ended, or the reason is missing.
    """
    if disruption.is_open:
        raise NotPossible("disruption_not_ended", disruption=disruption.name)
    return _draft(disruption, "disruption.resumed", DisruptionResumed(reason=_checked(reason)))


def _check_period(began_at: datetime, ended_at: datetime | None) -> None:
    if ended_at is not None and ended_at < began_at:
        raise NotPossible("ends_before_it_began")


def _checked(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("no_disruption_reason")
    return reason.strip()[:400]


def _draft(disruption: Disruption, kind: str, body: msgspec.Struct, *, occurred_at: datetime | None = None) -> Draft:
    return Draft(
        subject=subject_of("disruption", disruption.id),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=disruption.exercise,
        exercise_id=disruption.exercise_id,
    )
