"""Drafts of the entries of the aid ledger."""

from datetime import datetime
from typing import Final

from tabuah.operations.aid.aid_line import AidLine, AidValues, has_valid_quantity
from tabuah.operations.aid.entry_bodies import AidCorrected, AidRecorded
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld

_REAL: Final = SubjectWorld()


def record_aid(line_id: str, values: AidValues, *, at: datetime | None = None, world: SubjectWorld = _REAL) -> Draft:
    """Record a line under a new id.

    Raises:
        NotPossible: the quantity is zero.
    """
    if not has_valid_quantity(values):
        raise NotPossible("aid_quantity")
    return Draft(
        subject=subject_of("aid", line_id),
        kind="aid.recorded",
        body=encode_body(AidRecorded(values=values)),
        occurred_at=at,
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )


def correct_aid(line: AidLine, values: AidValues | None, *, reason: str, at: datetime | None = None) -> Draft:
    """Correct a line, or cancel it with None; the version before stays visible.

    Raises:
        NotPossible: nothing differs, the reason is missing, or the quantity is zero.
    """
    if values == line.values and (at is None or at == line.current.at):
        raise NotPossible("nothing_changed")
    if not reason.strip():
        raise NotPossible("no_correction_reason")
    if values is not None and not has_valid_quantity(values):
        raise NotPossible("aid_quantity")
    body = AidCorrected(corrects=line.current.entry, reason=reason.strip()[:400], values=values, at=at)
    return Draft(
        subject=subject_of("aid", line.id),
        kind="aid.corrected",
        body=encode_body(body),
        exercise=line.exercise,
        exercise_id=line.exercise_id,
    )
