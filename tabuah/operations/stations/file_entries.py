"""Station file entries: decision and fold."""

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.entry_bodies import StationAttachmentAdded, StationAttachmentRemoved
from tabuah.operations.stations.files import FileRemoval, StationFile
from tabuah.operations.stations.station import Station


def check_file_removal(station: Station | None, entry: Entry, body: StationAttachmentRemoved, role: Role) -> str:
    """Return the reason code for rejecting a removal; empty if it is possible.

    A field office may remove only files that its own user added; other roles any file.
    """
    if station is None:
        return "unknown_subject"
    if role is not Role.FIELD:
        return ""
    file = station.files.find(body.entry)
    return "" if file is not None and file.by == entry.actor else "attachment_of_another"


def fold_station_file(station: Station, entry: Entry, body: msgspec.Struct) -> Station:
    """Return the station after an accepted entry on one of its files."""
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
