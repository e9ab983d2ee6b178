"""What is read of one incident when it is opened: its timeline, who called, its pictures; on the cache thread."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import TimelineEvent, timeline_of
from tabuah.storage.cache.store import ConsoleStore

_THUMB: QSize = QSize(184, 136)  # twice the size it is shown at


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentHistory:
    """Of one incident, at one version of the store."""

    incident: str
    events: tuple[TimelineEvent, ...] = ()
    caller: str = ""
    read_only: bool = False  # changed by a newer version of Tabuah
    held: int = 0


def read_history(store: ConsoleStore, incident_id: str) -> IncidentHistory:
    """The history of an incident, oldest event first."""
    subject = subject_of("incident", incident_id)
    entries = store.entries_of(subject)
    state = store.state(subject)
    first = entries[0][0].id if entries else ""
    return IncidentHistory(
        incident=incident_id,
        events=timeline_of(entries),
        caller=store.personal_of(first).get("caller", "") if first else "",
        read_only=bool(state.unknown_kinds),
        held=len(state.held),
    )


def read_pictures(blobs: Path, incident: Incident) -> dict[str, QImage]:
    """Small pictures of the attachments that are here, by SHA-256; what is no picture is left out."""
    pictures = {}
    for attachment in incident.attachments:
        file = blob_path(blobs, attachment.sha256)
        if attachment.media_type.startswith("image/") and file.is_file():
            picture = read_thumbnail(file)
            if picture is not None:
                pictures[attachment.sha256] = picture
    return pictures


def blob_path(blobs: Path, sha256: str) -> Path:
    """Where an attachment lies."""
    return blobs / sha256


def read_thumbnail(file: Path) -> QImage | None:
    """A picture scaled down while it is read; None where it cannot be read."""
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(_THUMB, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    return None if image.isNull() else image
