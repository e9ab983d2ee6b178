"""Attaching: photos and other files, by the dialog or dropped on the details; their place offered; opening one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.attachment_words import origin_words
from tabuah.console.window.attached_files import (
    MANY_FILES,
    attached_words,
    copy_for_opening,
    files_dialog,
    known_words,
    made_ready,
    open_file,
)
from tabuah.console.window.confirm_card import Question
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.gis.geodesy import distance_m
from tabuah.operations.authority.roles import may_write
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import attach_to_incident, edit_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.details.incident_details import IncidentPanel

if TYPE_CHECKING:
    from tabuah.storage.attachments.origins import PhotoOrigin
    from tabuah.storage.attachments.preparing import PreparedFile

_NEAR_M: Final = 100.0  # a photo taken so near tells nothing new of the place


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
        dialog = files_dialog(self._window, incident.number)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.setProperty("incident", incident.id)
        dialog.open()

    def attach(self, incident_id: str, files: Sequence[Path]) -> None:
        """Attach files to an incident, all or none."""
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None or not files:
            return
        if len(files) > MANY_FILES:
            self._at.teller.inform(_("{n} files are made ready …").format(n=len(files)))
        self._at.work.run(
            lambda _context: made_ready(incident, files),
            on_done=lambda prepared: self._save(incident_id, prepared),
            on_error=self._at.teller.error,
        )

    def _save(self, incident_id: str, prepared: Sequence["PreparedFile"]) -> None:
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        from tabuah.storage.attachments.preparing import split_known  # noqa: PLC0415 - loads Pillow

        prepared, known = split_known(prepared, incident.attachments)
        if known:
            self._at.teller.inform(known_words(known, incident.number))
        if not prepared:
            return

        def on_saved(_saved: Saved) -> None:
            self._at.teller.done(attached_words(prepared, incident.number))
            self._offer_position(incident_id, prepared)

        self._at.save(lambda store: _attached(store, incident, prepared), on_saved=on_saved)

    def _offer_position(self, incident_id: str, prepared: Sequence["PreparedFile"]) -> None:
        """Where the first photo that knows it was taken, if that is news."""
        incident = self._at.room.snapshot.incidents.get(incident_id)
        origin = next((file.origin for file in prepared if file.origin.position is not None), None)
        if incident is None or origin is None or not may_write(self._at.room.snapshot.role, "incident.edited"):
            return
        if not _is_news(incident, *_position(origin)):
            return
        place = self._at.places.at(*_position(origin))
        question = Question(
            title=_("Use where the photo was taken as the place of {number}?").format(number=incident.number),
            text=" ".join(
                part for part in (origin_words(origin, place.detail), self._at.places.question(place)) if part
            ),
            confirm=_("Use as place"),
            field=_("Reason") if self._at.places.question(place) else "",
            required=_("Outside the regency a place needs a reason."),
        )
        self._at.confirm.ask(question, lambda reason: self._use_position(incident_id, origin, reason))

    def _use_position(self, incident_id: str, origin: "PhotoOrigin", outside_reason: str) -> None:
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        place = self._at.places.place_at(*_position(origin), outside_reason=outside_reason)
        told = _("{number} is now at {place}.").format(number=incident.number, place=place_line(place))
        draft = edit_incident(incident, IncidentEdited(place=place))
        self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))

    def _on_files_selected(self, names: list[str]) -> None:
        incident_id = str(self.sender().property("incident"))
        self.attach(incident_id, [Path(name) for name in names])

    def _on_attachment_requested(self, sha256: str) -> None:
        incident = self._at.incident
        attachment = next((a for a in incident.attachments if a.sha256 == sha256), None) if incident else None
        if attachment is not None:
            self._at.store.run(
                lambda store: copy_for_opening(store, attachment), on_done=open_file, on_error=self._on_not_here
            )

    def _on_not_here(self, error: Exception) -> None:
        """Told; what was asked for is fetched before the others."""
        self._at.teller.error(error)
        self._at.sync_soon()


def _attached(store: ConsoleStore, incident: Incident, prepared: Sequence["PreparedFile"]) -> list[Draft]:
    for file in prepared:
        file.keep(store.attachments.files)
    return [attach_to_incident(incident, file.attachment) for file in prepared]


def _position(origin: "PhotoOrigin") -> tuple[float, float]:
    assert origin.position is not None
    return origin.position


def _is_news(incident: Incident, lon_deg: float, lat_deg: float) -> bool:
    place = incident.place
    return place is None or distance_m(place.lon_deg, place.lat_deg, lon_deg, lat_deg) > _NEAR_M
