"""Photos and documents of a station in words: what each is about, where it stands, who added it, what was removed."""

from collections.abc import Mapping

from PySide6.QtGui import QImage

from tabuah.console.attachment_words import short_standing, size_words, standing_words
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.labels import label_of
from tabuah.operations.reasons import reason_words
from tabuah.operations.stations.files import FileRemoval, FileTopic, StationFile
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.attachments import AttachmentState, Standing
from tabuah.widgets.stations.file_values import FileItem, FilesView
from tabuah.widgets.values import Choice, Level

States = Mapping[str, AttachmentState]  # where each file stands, by SHA-256
Pictures = Mapping[str, QImage]


def files_view(station: Station, snapshot: RoomSnapshot, states: States, pictures: Pictures) -> FilesView:
    """Everything that the page says of a station's files; what is not read yet is shown without its state."""
    files = station.files
    may_add = may_write(snapshot.role, "station.attachment_added")
    return FilesView(
        files=tuple(_item(file, snapshot, states, pictures) for file in reversed(files.kept)),
        removed=tuple(_removed(file, files.removals[file.entry]) for file in reversed(files.removed)),
        add_reason="" if may_add else reason_words("role_forbids"),
    )


def topic_choices() -> tuple[Choice, ...]:
    """What a file may be about, each with its number as key."""
    return tuple(
        Choice(code=topic.value, label=label_of(topic), key=str(number)) for number, topic in enumerate(FileTopic, 1)
    )


def file_name(file: StationFile) -> str:
    """What a file is called: what its author wrote of it, else its own name."""
    return file.attachment.caption or file.attachment.name


def _item(file: StationFile, snapshot: RoomSnapshot, states: States, pictures: Pictures) -> FileItem:
    attached, state = file.attachment, states.get(file.attachment.sha256)
    standing = standing_words(state) if state is not None else ""
    return FileItem(
        id=file.entry,
        name=file_name(file),
        note=" · ".join(part for part in (size_words(attached.size), standing) if part),
        picture=pictures.get(attached.sha256),
        waits=short_standing(state) if state is not None else "",
        level=Level.HIGH if state is not None and state.state is Standing.FAILED else None,
        about="" if file.topic is FileTopic.OTHER else label_of(file.topic),
        added=_("{name}, {time}").format(name=file.by, time=format_moment(file.at)),
        is_photo=attached.is_photo,
        is_here=state is None or state.is_here,
        kept_reason=_kept_reason(file, snapshot),
    )


def _kept_reason(file: StationFile, snapshot: RoomSnapshot) -> str:
    """Why this person cannot remove a file; empty where they can."""
    if not may_write(snapshot.role, "station.attachment_removed"):
        return reason_words("role_forbids")
    is_own = snapshot.identity is not None and snapshot.identity.user == file.by
    return reason_words("attachment_of_another") if snapshot.role is Role.FIELD and not is_own else ""


def _removed(file: StationFile, removal: FileRemoval) -> str:
    told = _("{file}: {reason} ({name}, {time})")
    return told.format(file=file_name(file), reason=removal.reason, name=removal.by, time=format_moment(removal.at))
