"""Attachment actions of incidents.

Add files by dialog or drop, offer the position of a photo, open files.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.attached_files import (
    MANY_FILES,
    copy_for_opening,
    files_dialog,
    prepare_files,
)
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.file_dialogs import open_file
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.gis.geodesy import distance_m
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import attach_to_incident, edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.scope import IncidentAction
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.attachments.attachment_text import (
    describe_attached_files,
    describe_known_files,
    describe_photo_origin,
    photo_position_title,
    preparing_text,
)
from tabuah.text.incidents.action_messages import moved_text, outside_reason_required
from tabuah.text.incidents.incident_text import place_text
from tabuah.widgets.incidents.incident_panel import IncidentPanel

if TYPE_CHECKING:
    from tabuah.operations.attachments.transfer import PhotoOrigin
    from tabuah.storage.attachments.prepared_file import PreparedFile

_NEAR_M: Final = 100.0  # a photo taken this close adds nothing to the known place


class AttachmentActions(QObject):
    """Adds and opens the files of an incident."""

    def __init__(self, context: WindowContext, panel: IncidentPanel, window: QWidget) -> None:
        super().__init__(panel)
        self._context, self._window = context, window
        panel.attachment_requested.connect(self._on_attachment_requested)

    def begin(self) -> None:
        """Ask for files."""
        incident = self._context.incident
        if incident is None:
            return
        dialog = files_dialog(self._window, incident.number)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.setProperty("incident", incident.id)
        dialog.open()

    def attach(self, incident_id: str, files: Sequence[Path]) -> None:
        """Attach files to an incident, all or none."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None or not files:
            return
        if len(files) > MANY_FILES:
            self._context.notifier.inform(preparing_text(len(files)))
        self._context.work.run(
            lambda _context: prepare_files(incident, files),
            on_done=lambda prepared: self._save(incident_id, prepared),
            on_error=self._context.notifier.error,
        )

    def _save(self, incident_id: str, prepared: Sequence["PreparedFile"]) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        from tabuah.storage.attachments.prepared_file import split_new_and_known  # noqa: PLC0415 - loads Pillow

        prepared, known = split_new_and_known(prepared, incident.attachments)
        if known:
            self._context.notifier.inform(
                describe_known_files([file.attachment.name for file in known], incident.number)
            )
        if not prepared:
            return

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(describe_attached_files(len(prepared), incident.number))
            self._offer_position(incident_id, prepared)

        self._context.save(lambda store: _attachment_drafts(store, incident, prepared), on_saved=on_saved)

    def _offer_position(self, incident_id: str, prepared: Sequence["PreparedFile"]) -> None:
        """Offer the position of the first photo that has one, if it differs from the incident's."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        origin = next((file.origin for file in prepared if file.origin.position is not None), None)
        scope = self._context.state.snapshot.personal_scope
        if incident is None or origin is None or not may_write(scope.role, "incident.edited"):
            return
        if scope.refusal(incident, IncidentAction.PLACE):
            return
        if not _is_news(incident, *_position(origin)):
            return
        place = self._context.places.suggestion_at(*_position(origin))
        question = Question(
            title=photo_position_title(incident.number),
            text=" ".join(
                part
                for part in (
                    describe_photo_origin(origin, place.detail),
                    self._context.places.outside_question(place),
                )
                if part
            ),
            confirm=_("Use as place"),
            field=_("Reason") if self._context.places.outside_question(place) else "",
            required=outside_reason_required(),
        )
        self._context.confirm.ask(question, lambda reason: self._use_position(incident_id, origin, reason))

    def _use_position(self, incident_id: str, origin: "PhotoOrigin", outside_reason: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        place = self._context.places.place_at(*_position(origin), outside_reason=outside_reason)
        message = moved_text(incident.number, place_text(place))
        before = incident.place
        undo = partial(self._move_back, incident_id, before) if before is not None else None
        self._context.save_draft(
            edit_incident(incident, IncidentEdited(place=place)),
            on_saved=lambda _saved: self._context.notifier.done(message, undo=undo),
        )

    def _move_back(self, incident_id: str, place: IncidentPlace) -> None:
        """Undo: write the former place as a new entry."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            message = moved_text(incident.number, place_text(place))
            draft = edit_incident(incident, IncidentEdited(place=place))
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _on_files_selected(self, names: list[str]) -> None:
        incident_id = str(self.sender().property("incident"))
        self.attach(incident_id, [Path(name) for name in names])

    def _on_attachment_requested(self, sha256: str) -> None:
        incident = self._context.incident
        attachment = next((a for a in incident.attachments if a.sha256 == sha256), None) if incident else None
        if attachment is not None:
            self._context.store.run(
                lambda store: copy_for_opening(store, attachment), on_done=self._on_copied, on_error=self._on_not_here
            )

    def _on_copied(self, file: Path) -> None:
        if not open_file(file):
            self._context.notifier.warn_not_opened(file)

    def _on_not_here(self, error: Exception) -> None:
        """Report a file that is not stored here; it is requested with priority."""
        self._context.notifier.error(error)
        self._context.sync_soon()


def _attachment_drafts(store: ConsoleStore, incident: Incident, prepared: Sequence["PreparedFile"]) -> list[Draft]:
    for file in prepared:
        file.keep(store.attachments.files)
    return [attach_to_incident(incident, file.attachment) for file in prepared]


def _position(origin: "PhotoOrigin") -> tuple[float, float]:
    assert origin.position is not None
    return origin.position


def _is_news(incident: Incident, lon_deg: float, lat_deg: float) -> bool:
    place = incident.place
    return place is None or distance_m(place.lon_deg, place.lat_deg, lon_deg, lat_deg) > _NEAR_M
