"""Attached files in the window: preparation, opening and saving a copy."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.console.window.shared.file_dialogs import open_dialog
from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import BlobNotSaved, KindRefused
from tabuah.storage.blobs.file_kinds import FileKind, kind_of, safe_name
from tabuah.storage.cache.attachments import opened_folder
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.storage.attachments.prepared_file import PreparedFile

MANY_FILES: Final = 3  # preparing more files than this takes noticeable time


def files_dialog(window: QWidget, name: str) -> QFileDialog:
    """Return a dialog that asks for the files to attach to `name`."""
    filters = [f"{_('Pictures')} (*.jpg *.jpeg *.png *.webp *.heic *.heif)", f"{_('All files')} (*)"]
    return open_dialog(window, _("Attach to {number}").format(number=name), filters=filters, many=True)


def prepare_files(owner: Incident | Station, files: Sequence[Path], *, caption: str = "") -> list["PreparedFile"]:
    """Prepare files for attachment to an incident or station, all or none. Slow: call it on a worker."""
    from tabuah.storage.attachments.prepared_file import check_attachment_limit, prepare_file  # noqa: PLC0415 - loads Pillow

    check_attachment_limit(owner, len(files))
    return [prepare_file(file, caption=caption) for file in files]


def copy_for_opening(store: ConsoleStore, attachment: Attachment) -> Path:
    """Copy an attachment under a name that other programs recognise, and return the path.

    The name never has the suffix of a program, so that opening it cannot run code.
    """
    source = store.attachments.file_of(attachment)
    kind = kind_of(source.read_bytes())
    if kind is None:
        raise KindRefused(_("{name} is of a kind that is not opened from here.").format(name=attachment.name))
    target = opened_folder(store.directory, attachment.sha256) / safe_name(attachment.name, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def save_copy(store: ConsoleStore, attachment: Attachment, target: Path) -> Path:
    """Save a copy of an attachment as `target`.

    Raises:
        BlobMissing, DamagedBlob: see `Attachments.file_of`.
        BlobNotSaved: the copy cannot be written.
    """
    source = store.attachments.file_of(attachment)
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BlobNotSaved(_("The attachment was not saved: {reason}").format(reason=reason)) from error
    return target


def copy_name(attachment: Attachment) -> str:
    """Return a file name for a copy.

    It never has the suffix of a program, whatever the other console wrote.
    """
    known = attachment.media_type in tuple(FileKind)
    return safe_name(attachment.name, FileKind(attachment.media_type) if known else FileKind.TEXT)
