"""Fold of station entries."""

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationEdited,
    StationRegistered,
)
from tabuah.operations.stations.files import NO_FILES, FileRemoval, StationFile
from tabuah.operations.stations.station import Station


def fold_station(station: Station | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Station | None:
    """Return the station after an accepted entry; its files are kept when it is written again."""
    if isinstance(body, StationRegistered | StationEdited):
        files = station.files if station is not None else NO_FILES
        return msgspec.structs.replace(body.station, exercise=entry.exercise, files=files)
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
