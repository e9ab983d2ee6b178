"""What is decided about an entry on a station's files, and what it does to them."""

import msgspec

from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Entry
from tabuah.operations.stations.bodies import StationAttachmentAdded, StationAttachmentRemoved
from tabuah.operations.stations.files import FileRemoval, StationFile
from tabuah.operations.stations.station import Station


def refusal_of_removal(station: Station | None, entry: Entry, body: StationAttachmentRemoved, role: Role) -> str:
    """Why a removal is not possible, as a stable code; empty where it is.

    Whoever keeps stations removes anything; a field office only what one of its own people has added.
    """
    if station is None:
        return "unknown_subject"
    if role is not Role.FIELD:
        return ""
    file = station.files.find(body.entry)
    return "" if file is not None and file.by == entry.actor else "attachment_of_another"


def fold_station_file(station: Station, entry: Entry, body: msgspec.Struct) -> Station:
    """The station after an accepted entry about one of its files."""
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
