"""Photos and documents of a station as items: topic, transfer state, author, and removed files."""

from collections.abc import Mapping

from PySide6.QtGui import QImage

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.attachments.transfer import AttachmentState, AttachmentStatus
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import format_size
from tabuah.text.attachments.attachment_text import describe_transfer, describe_transfer_briefly
from tabuah.text.code_labels import code_label
from tabuah.text.stations.station_text import describe_file_origin, describe_file_removal
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.stations.values import StationFileItem, StationFilesContent
from tabuah.widgets.values import Choice, Level

States = Mapping[str, AttachmentState]  # state of each file, by SHA-256
Pictures = Mapping[str, QImage]


def files_view(
    station: Station, snapshot: ConsoleSnapshot, states: States, pictures: Pictures
) -> StationFilesContent:
    """Return the files section of the station page; states that are not read yet are left out."""
    files = station.files
    may_add = may_write(snapshot.role, "station.attachment_added")
    return StationFilesContent(
        files=tuple(_item(file, snapshot, states, pictures) for file in reversed(files.kept)),
        removed=tuple(
            describe_file_removal(file_name(file), files.removals[file.entry]) for file in reversed(files.removed)
        ),
        add_reason="" if may_add else describe_reason("role_forbids"),
    )


def topic_choices() -> tuple[Choice, ...]:
    """Return the topics of a file, each with its number as key."""
    return tuple(
        Choice(code=topic.value, label=code_label(topic), key=str(number))
        for number, topic in enumerate(FileTopic, 1)
    )


def file_name(file: StationFile) -> str:
    """Return the caption of a file, or else its file name."""
    return file.attachment.caption or file.attachment.name


def _item(file: StationFile, snapshot: ConsoleSnapshot, states: States, pictures: Pictures) -> StationFileItem:
    attached, state = file.attachment, states.get(file.attachment.sha256)
    standing = describe_transfer(state) if state is not None else ""
    return StationFileItem(
        id=file.entry,
        name=file_name(file),
        note=" · ".join(part for part in (format_size(attached.size), standing) if part),
        picture=pictures.get(attached.sha256),
        waits=describe_transfer_briefly(state) if state is not None else "",
        level=Level.HIGH if state is not None and state.state is AttachmentStatus.FAILED else None,
        about="" if file.topic is FileTopic.OTHER else code_label(file.topic),
        added=describe_file_origin(file),
        is_photo=attached.is_photo,
        is_here=state is None or state.is_here,
        kept_reason=_kept_reason(file, snapshot),
    )


def _kept_reason(file: StationFile, snapshot: ConsoleSnapshot) -> str:
    """Return why this person may not remove a file; empty if they may."""
    if not may_write(snapshot.role, "station.attachment_removed"):
        return describe_reason("role_forbids")
    is_own = snapshot.identity is not None and snapshot.identity.user == file.by
    return describe_reason("attachment_of_another") if snapshot.role is Role.FIELD and not is_own else ""
