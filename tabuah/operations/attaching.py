"""What an entry attaches, whatever it is about, and which files of a subject should be at hand."""

from typing import Final

from tabuah.operations.attachments import Attachment
from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import IncidentAttached
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.bodies import StationAttachmentAdded
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectValue

ATTACHING_KINDS: Final = ("incident.attached", "station.attachment_added")


def attached_by(entry: Entry) -> Attachment | None:
    """What an entry attaches; None where it attaches nothing, or cannot be read."""
    if entry.kind not in ATTACHING_KINDS:
        return None
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    match body:
        case IncidentAttached():
            return body
        case StationAttachmentAdded():
            return body.attachment
    return None


def at_hand(value: SubjectValue | None) -> tuple[Attachment, ...]:
    """The attachments that a console keeps without being asked: of what is open, and of a station."""
    match value:
        case Incident(is_open=True):
            return value.attachments
        case Station():
            return tuple(file.attachment for file in value.files.kept)
    return ()


def put_away(value: SubjectValue | None) -> tuple[Attachment, ...]:
    """The attachments that come only when somebody wants to see them: of what is over, and what was removed."""
    match value:
        case Incident(is_open=False):
            return value.attachments
        case Station():
            return tuple(file.attachment for file in value.files.removed)
    return ()
