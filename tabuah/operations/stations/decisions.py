"""Decision on station entries."""

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.people.roles import Role
from tabuah.operations.record_decisions import decide_change, decide_creation
from tabuah.operations.stations.entry_bodies import StationAttachmentRemoved, StationEdited, StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_type import Author


def decide_station(station: Station | None, entry: Entry, body: msgspec.Struct, author: Author) -> Decision:
    match body:
        case StationRegistered():
            return decide_creation(station, entry, body.station.code)
        case StationEdited() if body.station.code != subject_key(entry.subject):
            return rejected("subject_of_another_name")
        case StationAttachmentRemoved() if station is not None:
            return _decide_file_removal(station, entry, body, author)
    return decide_change(station)


def _decide_file_removal(station: Station, entry: Entry, body: StationAttachmentRemoved, author: Author) -> Decision:
    """A field office may remove only files that its own user added; other roles any file."""
    if author.role is not Role.FIELD:
        return ACCEPT
    file = station.files.find(body.entry)
    return ACCEPT if file is not None and file.by == entry.actor else rejected("attachment_of_another")
