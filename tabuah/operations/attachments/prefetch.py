"""Attachments of entries, and which files a console downloads by itself."""

from typing import Final

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Entry
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.entry_bodies import StationAttachmentAdded
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue

ATTACHING_KINDS: Final = ("incident.attached", "station.attachment_added")


def attachment_in(entry: Entry) -> Attachment | None:
    """Return the attachment of an entry; None if it has none or cannot be read."""
    if entry.kind not in ATTACHING_KINDS:
        return None
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    match body:
        case IncidentAttached():
            return clamp(body)
        case StationAttachmentAdded():
            return clamp(body.attachment)
    return None


def prefetched_attachments(value: SubjectValue | None) -> tuple[Attachment, ...]:
    """Return the attachments to download by default: of open incidents and of stations."""
    match value:
        case Incident(is_open=True):
            return tuple(map(clamp, value.attachments))
        case Station():
            return tuple(clamp(file.attachment) for file in value.files.kept)
    return ()


def on_demand_attachments(value: SubjectValue | None) -> tuple[Attachment, ...]:
    """Return the attachments to download on request: of closed incidents, and removed files."""
    match value:
        case Incident(is_open=False):
            return tuple(map(clamp, value.attachments))
        case Station():
            return tuple(clamp(file.attachment) for file in value.files.removed)
    return ()
