"""Attaching: a photo or another file, by the dialog or dropped on the details; and opening one."""

import mimetypes
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.console.window.workplace import Workplace
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import IncidentAttached
from tabuah.operations.incidents.gestures import attach_to_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _, ngettext
from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.details.incident_details import IncidentPanel

OPENED: Final = "opened"


class Attaching(QObject):
    """Files of an incident."""

    def __init__(self, place: Workplace, panel: IncidentPanel, window: QWidget) -> None:
        super().__init__(panel)
        self._at, self._window = place, window
        panel.attachment_requested.connect(self._on_attachment_requested)

    def begin(self) -> None:
        """Ask for files."""
        incident = self._at.incident
        if incident is None:
            return
        dialog = QFileDialog(self._window, _("Attach to {number}").format(number=incident.number))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        pictures = _("Pictures")
        dialog.setNameFilters([f"{pictures} (*.jpg *.jpeg *.png *.webp *.heic)", f"{_('All files')} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.setProperty("incident", incident.id)
        dialog.open()

    def attach(self, incident_id: str, files: Sequence[Path]) -> None:
        """Attach files to an incident, all or none."""
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None or not files:
            return
        told = ngettext("{n} file attached to {number}.", "{n} files attached to {number}.", len(files))
        text = told.format(n=len(files), number=incident.number)
        self._at.save(
            lambda store: _attached(store, incident, files), on_saved=lambda _saved: self._at.teller.done(text)
        )

    def _on_files_selected(self, names: list[str]) -> None:
        incident_id = str(self.sender().property("incident"))
        self.attach(incident_id, [Path(name) for name in names])

    def _on_attachment_requested(self, sha256: str) -> None:
        incident = self._at.incident
        attachment = next((a for a in incident.attachments if a.sha256 == sha256), None) if incident else None
        if attachment is None:
            return
        name, directory = Path(attachment.name).name, self._at.directory
        self._at.work.run(
            lambda _context: _copy_for_opening(directory, sha256, name), on_done=_open, on_error=self._at.teller.error
        )


def _attached(store: ConsoleStore, incident: Incident, files: Sequence[Path]) -> list[Draft]:
    blobs = BlobStore(store.directory / "blobs")
    return [attach_to_incident(incident, _kept(blobs, file)) for file in files]


def _kept(blobs: BlobStore, file: Path) -> IncidentAttached:
    try:
        blob = blobs.add_file(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BlobError(
            _("{file} cannot be read: {reason}. Nothing was attached.").format(file=file, reason=reason)
        ) from error
    return IncidentAttached(
        sha256=blob.sha256,
        name=file.name[-200:],
        media_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        size=blob.size,
    )


def _copy_for_opening(directory: Path, sha256: str, name: str) -> Path:
    """Other programs need the file under its own name."""
    source = BlobStore(directory / "blobs").path_of(sha256)
    if not source.is_file():
        raise BlobError(_("{name} has not come here yet; it is fetched with the next sync.").format(name=name))
    target = directory / OPENED / sha256[:12] / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
