"""Attached files in a window: made ready to be attached, opened under a name that fits them, saved as a copy."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.console.window.file_dialogs import open_dialog
from tabuah.operations.attachments import Attachment
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _, ngettext
from tabuah.storage.blobs.errors import BlobNotSaved, KindRefused
from tabuah.storage.blobs.kinds import FileKind, kind_of, safe_name
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.storage.attachments.preparing import PreparedFile

OPENED: Final = "opened"
MANY_FILES: Final = 3  # they take a while


def files_dialog(window: QWidget, name: str) -> QFileDialog:
    """Asks for the files that are to be attached to what is called `name`."""
    filters = [f"{_('Pictures')} (*.jpg *.jpeg *.png *.webp *.heic *.heif)", f"{_('All files')} (*)"]
    return open_dialog(window, _("Attach to {number}").format(number=name), filters=filters, many=True)


def made_ready(owner: Incident | Station, files: Sequence[Path], *, caption: str = "") -> list["PreparedFile"]:
    """Files as they can be attached to something, all or none; this takes a while."""
    from tabuah.storage.attachments.preparing import check_room, prepare_file  # noqa: PLC0415 - loads Pillow

    check_room(owner, len(files))
    return [prepare_file(file, caption=caption) for file in files]


def known_words(known: Sequence["PreparedFile"], name: str) -> str:
    """What is told of files that are attached to what is called `name` already."""
    told = ngettext(
        "{names} is attached to {number} already.", "{names} are attached to {number} already.", len(known)
    )
    return told.format(names=", ".join(file.attachment.name for file in known), number=name)


def attached_words(news: Sequence["PreparedFile"], name: str) -> str:
    """What is told of files that are attached now."""
    told = ngettext("{n} file attached to {number}.", "{n} files attached to {number}.", len(news))
    return told.format(n=len(news), number=name)


def copy_for_opening(store: ConsoleStore, attachment: Attachment) -> Path:
    """Other programs need the file under a name, and by that they must not take it for a program."""
    source = store.attachments.file_of(attachment)
    kind = kind_of(source.read_bytes())
    if kind is None:
        raise KindRefused(_("{name} is of a kind that is not opened from here.").format(name=attachment.name))
    target = store.directory / OPENED / attachment.sha256[:12] / safe_name(attachment.name, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def save_copy(store: ConsoleStore, attachment: Attachment, target: Path) -> Path:
    """A copy where a person wants it.

    Raises:
        BlobMissing, DamagedBlob: see `Attachments.file_of`.
        BlobNotSaved: it could not be written there.
    """
    source = store.attachments.file_of(attachment)
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BlobNotSaved(_("The attachment was not saved: {reason}").format(reason=reason)) from error
    return target


def offered_name(attachment: Attachment) -> str:
    """The name under which a copy is offered: whatever a foreign console has called it, never that of a program."""
    known = attachment.media_type in tuple(FileKind)
    return safe_name(attachment.name, FileKind(attachment.media_type) if known else FileKind.TEXT)


def open_file(file: Path) -> None:
    """Show a file in the program that this computer has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
