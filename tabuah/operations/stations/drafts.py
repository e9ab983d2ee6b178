"""Drafts of station entries."""

from datetime import datetime

import msgspec

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationChanged,
    StationRegistered,
)
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.station import Station


def register_station(station: Station) -> Draft:
    """Register a new station, in the exercise that it belongs to."""
    return _draft(station, "station.registered", StationRegistered(station=station))


def station_in_exercise(station: Station, exercise_id: str) -> Station:
    """Return a copy of a station for an exercise, with a code of its own."""
    river = station.river
    if river is not None and river.downstream:
        river = msgspec.structs.replace(river, downstream=code_in_exercise(river.downstream, exercise_id))
    code = code_in_exercise(station.code, exercise_id)
    return msgspec.structs.replace(station, code=code, river=river, exercise=True, exercise_id=exercise_id)


def attach_to_station(
    station: Station,
    attachment: Attachment,
    *,
    topic: FileTopic = FileTopic.OTHER,
    taken_at: datetime | None = None,
) -> Draft:
    """Attach a photo or document; `taken_at` is when a photo was taken, if known."""
    body = StationAttachmentAdded(attachment=attachment, topic=topic)
    return _draft(station, "station.attachment_added", body, occurred_at=taken_at)


def remove_from_station(station: Station, file: StationFile, *, reason: str) -> Draft:
    """Remove a file from a station.

    Raises:
        NotPossible: the reason is missing.
    """
    if not reason.strip():
        raise NotPossible("no_removal_reason")
    body = StationAttachmentRemoved(entry=file.entry, reason=reason.strip()[:400])
    return _draft(station, "station.attachment_removed", body)


def assign_gateway(station: Station, gateway: str, *, reason: str) -> Draft:
    """Name the account that sends the readings of a station; an empty one means that none may.

    Raises:
        NotPossible: the reason is missing.
    """
    if not reason.strip():
        raise NotPossible("no_assignment_reason")
    return _draft(station, "station.changed", StationChanged(reason=reason.strip()[:400], gateway=gateway.strip()))


def _draft(station: Station, kind: str, body: msgspec.Struct, *, occurred_at: datetime | None = None) -> Draft:
    return Draft(
        subject=subject_of("station", station.code),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=station.exercise,
        exercise_id=station.exercise_id,
    )
