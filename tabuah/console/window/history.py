"""What is read of one incident when it is opened: its timeline, who called, its pictures; on the cache thread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from tabuah.console.clock_words import marked
from tabuah.operations.attachments import Attachment
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import TimelineEvent, timeline_of
from tabuah.storage.cache.attachments import AttachmentState
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore

_THUMB: QSize = QSize(184, 136)  # twice the size it is shown at


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentHistory:
    """Of one incident, at one version of the store."""

    incident: str
    events: tuple[TimelineEvent, ...] = ()
    caller: str = ""
    attachments: Mapping[str, AttachmentState] = field(default_factory=dict)  # where each stands, by SHA-256
    read_only: bool = False  # changed by a newer version of Tabuah
    held: int = 0
    is_whole: bool = True  # else older entries are at the server and come with the next sync


def read_history(store: ConsoleStore, incident_id: str) -> IncidentHistory:
    """The history of an incident, oldest event first; what is missing of it is asked for."""
    subject = subject_of("incident", incident_id)
    store.histories.want(subject)
    entries = store.entries_of(subject)
    state = store.state(subject)
    first = entries[0][0].id if entries else ""
    return IncidentHistory(
        incident=incident_id,
        events=marked(timeline_of(entries, state.waiting), store.misdated(entries)),
        caller=store.personal_of(first).get("caller", "") if first else "",
        attachments=_attachment_states(store, state.value),
        read_only=bool(state.unknown_kinds),
        held=len(state.held),
        is_whole=store.histories.state_of(subject) is HistoryState.WHOLE,
    )


def _attachment_states(store: ConsoleStore, value: object) -> Mapping[str, AttachmentState]:
    return store.attachments.states(value.attachments) if isinstance(value, Incident) else {}


def read_pictures(blobs: Path, attachments: Iterable[Attachment]) -> dict[str, QImage]:
    """Small pictures of the attachments that are here, by SHA-256; what is no picture is left out.

    The thumbnail comes long before its photo.
    """
    pictures = {}
    for attachment in attachments:
        files = [blob_path(blobs, sha256) for sha256 in (attachment.thumbnail, attachment.sha256) if sha256]
        file = next((file for file in files if file.is_file()), None)
        if attachment.is_photo and file is not None:
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
