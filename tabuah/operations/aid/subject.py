"""The declaration of the lines of the aid ledger."""

from typing import Final

import msgspec

from tabuah.operations.aid.aid_line import MAX_CORRECTIONS, AidLine, AidVersion, has_valid_quantity
from tabuah.operations.aid.entry_bodies import AidCorrected, AidRecorded
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.people.roles import WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_aid(line: AidLine | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    """Accept a new line once, and corrections; a field office corrects only lines of its own users' hand."""
    is_settlement = isinstance(body, ConflictSettled)
    if context.decide_version < PROVENANCE_VERSION:  # older versions do not know the ledger
        return rejected("unknown_subject" if is_settlement else "unknown_kind")
    if isinstance(body, AidRecorded):
        if line is not None:
            return rejected("already_exists")
        return ACCEPT if has_valid_quantity(body.values) else rejected("aid_quantity")
    if line is None:
        return rejected("unknown_subject")
    return _decide_correction(line, entry, body, context) if isinstance(body, AidCorrected) else _NO_CONFLICT


_NO_CONFLICT: Final = rejected("unknown_conflict")  # a line has none


def _decide_correction(line: AidLine, entry: Entry, body: AidCorrected, context: DecisionContext) -> Decision:
    if context.role is Role.FIELD and line.versions[0].by != entry.actor:
        return rejected("aid_of_another")
    if len(line.versions) > MAX_CORRECTIONS:
        return rejected("too_many_corrections")
    if body.values is not None and not has_valid_quantity(body.values):
        return rejected("aid_quantity")
    return ACCEPT


def fold_aid(line: AidLine | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> AidLine | None:
    """Return the line after an accepted entry: a correction is one more version."""
    if isinstance(body, AidRecorded) and line is None:
        version = AidVersion(
            entry=entry.id, by=entry.actor, at=entry.happened_at, written_at=entry.at, values=body.values
        )
        return AidLine(
            id=subject_key(entry.subject),
            versions=(version,),
            exercise=entry.exercise,
            exercise_ref=entry.exercise_ref,
        )
    if isinstance(body, AidCorrected) and line is not None:
        version = AidVersion(
            entry=entry.id,
            by=entry.actor,
            at=body.at or line.current.at,
            written_at=entry.at,
            values=body.values,
            reason=body.reason,
            corrects=body.corrects,
        )
        return msgspec.structs.replace(line, versions=(*line.versions, version))
    return line


AID: Final = SubjectType(
    name="aid",
    state=AidLine,
    kinds=(
        EntryKind(name="aid.recorded", body=AidRecorded, writers=WORKERS, creates=True),
        EntryKind(name="aid.corrected", body=AidCorrected, writers=WORKERS, reference="corrects"),
    ),
    decide=decide_aid,
    fold=fold_aid,
    key=UUID_KEY,
)
