"""What a person's gesture on a station's files becomes, as drafts."""

from datetime import datetime

import msgspec

from tabuah.operations.attachments import Attachment
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.stations.bodies import StationAttachmentAdded, StationAttachmentRemoved
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _


def attach_to_station(
    station: Station,
    attachment: Attachment,
    *,
    topic: FileTopic = FileTopic.OTHER,
    taken_at: datetime | None = None,
) -> Draft:
    """A photo or a document, by its content; `taken_at` is when it was made, where that is known."""
    body = StationAttachmentAdded(attachment=attachment, topic=topic)
    return _draft(station, "station.attachment_added", body, occurred_at=taken_at)


def remove_from_station(station: Station, file: StationFile, *, reason: str) -> Draft:
    """A file that is not to be shown any more.

    Raises:
        NotPossible: there is no reason.
    """
    if not reason.strip():
        raise NotPossible("no_reason", _("Removing a file needs a reason."))
    body = StationAttachmentRemoved(entry=file.entry, reason=reason.strip()[:400])
    return _draft(station, "station.attachment_removed", body)


def _draft(station: Station, kind: str, body: msgspec.Struct, *, occurred_at: datetime | None = None) -> Draft:
    return Draft(
        subject=subject_of("station", station.code),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=station.exercise,
    )
