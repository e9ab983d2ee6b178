"""The fold of disruption entries."""

import msgspec
from msgspec import UNSET

from tabuah.operations.disruptions.conflict_policy import FIELDS
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.entry_bodies import (
    DisruptionEdited,
    DisruptionEnded,
    DisruptionReported,
    DisruptionResumed,
)
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.stations.station import Retirement


def fold_disruption(
    disruption: Disruption | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> Disruption | None:
    """Return the disruption after an accepted entry."""
    if isinstance(body, DisruptionReported):
        return disruption or _reported(entry, body)
    if disruption is None:
        return None
    changed = _changed(disruption, entry, body)
    return changed if changed is disruption else msgspec.structs.replace(changed, changed_at=entry.at)


def _changed(disruption: Disruption, entry: Entry, body: msgspec.Struct) -> Disruption:
    match body:
        case DisruptionEdited():
            given = {name: getattr(body, name) for name in FIELDS if getattr(body, name) is not UNSET}
            return msgspec.structs.replace(disruption, **given)
        case DisruptionEnded():
            ended = Retirement(by=entry.actor, at=entry.happened_at, reason=body.reason)
            return msgspec.structs.replace(disruption, ended=ended)
        case DisruptionResumed():
            return msgspec.structs.replace(disruption, ended=None)
    return disruption


def _reported(entry: Entry, body: DisruptionReported) -> Disruption:
    return Disruption(
        id=subject_key(entry.subject),
        **{name: getattr(body, name) for name in FIELDS},
        changed_at=entry.at,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )
