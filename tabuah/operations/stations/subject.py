"""The declaration of stations."""

from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key
from tabuah.operations.people.roles import GATEWAYS, SETUP, SUPERVISORS, WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change, decide_creation
from tabuah.operations.stations import entry_bodies as bodies
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationChanged,
    StationEdited,
    StationRegistered,
)
from tabuah.operations.stations.files import NO_FILES, FileRemoval, StationFile
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType

MAX_ADDED: Final = 5_000  # attachments of a station, the removed ones included


def decide_station(station: Station | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    match body:
        case StationRegistered():
            return _decide_registration(station, entry, body, context)
        case StationChanged() if context.decide_version < PROVENANCE_VERSION:
            return rejected("unknown_kind")  # as servers decided that did not know it
        case StationEdited() if body.station.code != subject_key(entry.subject):
            return rejected("subject_of_another_name")
        case StationAttachmentAdded() if station is not None and _is_full(station, context):
            return rejected("too_many_attachments")
        case StationAttachmentRemoved() if station is not None:
            return _decide_file_removal(station, entry, body, context)
    return decide_change(station)


def _decide_registration(
    station: Station | None, entry: Entry, body: StationRegistered, context: DecisionContext
) -> Decision:
    """A gateway registers stations for itself only."""
    is_strict = context.decide_version >= PROVENANCE_VERSION
    if is_strict and context.role is Role.GATEWAY and body.station.gateway not in ("", entry.actor):
        return rejected("not_your_station")
    return decide_creation(station, entry, body.station.code)


def _is_full(station: Station, context: DecisionContext) -> bool:
    """Return whether a station has the maximum number of attachments; removed ones count."""
    if context.decide_version < PROVENANCE_VERSION:
        return False
    return len(station.files.kept) >= MAX_ATTACHMENTS or len(station.files.added) >= MAX_ADDED


def _decide_file_removal(
    station: Station, entry: Entry, body: StationAttachmentRemoved, context: DecisionContext
) -> Decision:
    """A field office may remove only files that its own user added; other roles any file."""
    if context.role is not Role.FIELD:
        return ACCEPT
    file = station.files.find(body.entry)
    return ACCEPT if file is not None and file.by == entry.actor else rejected("attachment_of_another")


def fold_station(station: Station | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Station | None:
    """Return the station after an accepted entry; its files are kept when it is written again."""
    if isinstance(body, StationRegistered | StationEdited):
        files = station.files if station is not None else NO_FILES
        gateway = body.station.gateway or (station.gateway if station is not None else "")
        return msgspec.structs.replace(
            body.station, exercise=entry.exercise, exercise_id=entry.exercise_id, files=files, gateway=gateway
        )
    if isinstance(body, StationChanged) and station is not None:
        return station if body.gateway is UNSET else msgspec.structs.replace(station, gateway=body.gateway)
    return None if station is None else _fold_file(station, entry, body)


def _fold_file(station: Station, entry: Entry, body: msgspec.Struct) -> Station:
    match body:
        case StationAttachmentAdded():
            file = StationFile(
                entry=entry.id, by=entry.actor, at=entry.happened_at, attachment=body.attachment, topic=body.topic
            )
            return msgspec.structs.replace(station, files=station.files.with_file(file))
        case StationAttachmentRemoved():
            removal = FileRemoval(by=entry.actor, at=entry.happened_at, reason=body.reason)
            return msgspec.structs.replace(station, files=station.files.without(body.entry, removal))
    return station


STATION: Final = SubjectType(
    name="station",
    state=Station,
    kinds=(
        EntryKind(
            name="station.registered",
            body=bodies.StationRegistered,
            writers=SETUP,
            exercise_writers=GATEWAYS,  # the simulator registers its stations
            named_exercise_writers=SUPERVISORS,  # the replay of a past day registers copies of the real ones
            creates=True,
        ),
        EntryKind(name="station.edited", body=bodies.StationEdited, writers=SETUP),
        EntryKind(name="station.changed", body=bodies.StationChanged, writers=SETUP),
        EntryKind(name="station.attachment_added", body=bodies.StationAttachmentAdded, writers=WORKERS | SETUP),
        EntryKind(name="station.attachment_removed", body=bodies.StationAttachmentRemoved, writers=WORKERS | SETUP),
    ),
    decide=decide_station,
    fold=fold_station,
)
