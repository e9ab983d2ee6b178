"""The declaration of stations."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key
from tabuah.operations.people.roles import GATEWAYS, SETUP, WORKERS, Role
from tabuah.operations.record_decisions import decide_change, decide_creation
from tabuah.operations.stations import entry_bodies as bodies
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationEdited,
    StationRegistered,
)
from tabuah.operations.stations.files import NO_FILES, FileRemoval, StationFile
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType


def decide_station(station: Station | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    match body:
        case StationRegistered():
            return decide_creation(station, entry, body.station.code)
        case StationEdited() if body.station.code != subject_key(entry.subject):
            return rejected("subject_of_another_name")
        case StationAttachmentRemoved() if station is not None:
            return _decide_file_removal(station, entry, body, context)
    return decide_change(station)


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
        return msgspec.structs.replace(
            body.station, exercise=entry.exercise, exercise_id=entry.exercise_id, files=files
        )
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
            creates=True,
        ),
        EntryKind(name="station.edited", body=bodies.StationEdited, writers=SETUP),
        EntryKind(name="station.attachment_added", body=bodies.StationAttachmentAdded, writers=WORKERS | SETUP),
        EntryKind(name="station.attachment_removed", body=bodies.StationAttachmentRemoved, writers=WORKERS | SETUP),
    ),
    decide=decide_station,
    fold=fold_station,
)
