"""Drafts of station entries."""

from datetime import datetime

import msgspec

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.stations.differences import CHANGEABLE, changed_fields
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationChanged,
    StationRegistered,
    StationRestored,
    StationRetired,
)
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.station import Station


def register_station(station: Station, *, by: str = "") -> Draft:
    """Register a new station, in the exercise that it belongs to.

    Here and below, `by` is the administrator for whom the server writes; empty for a person's own entry.
    """
    return _draft(station, "station.registered", StationRegistered(station=station, by=by))


def change_station(station: Station, after: Station, *, reason: str, by: str = "") -> Draft:
    """Change the fields in which `after` differs.

    Raises:
        NotPossible: nothing differs, or the reason is missing.
    """
    differing = changed_fields(station, after)
    values = {name: getattr(after, name) for name in CHANGEABLE if name in differing}
    if not values:
        raise NotPossible("nothing_changed")
    return _draft(station, "station.changed", StationChanged(reason=_checked(reason), by=by, **values))


def retire_station(station: Station, *, reason: str, by: str = "") -> Draft:
    """Take a station out of service.

    Raises:
        NotPossible: it is retired already, or the reason is missing.
    """
    if station.retired is not None:
        raise NotPossible("already_retired")
    return _draft(station, "station.retired", StationRetired(reason=_checked(reason), by=by))


def restore_station(station: Station, *, reason: str, by: str = "") -> Draft:
    """Put a retired station into service again.

    Raises:
        NotPossible: it is not retired, or the reason is missing.
    """
    if station.retired is None:
        raise NotPossible("not_retired")
    return _draft(station, "station.restored", StationRestored(reason=_checked(reason), by=by))


def _checked(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("no_station_reason")
    return reason.strip()[:400]


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
