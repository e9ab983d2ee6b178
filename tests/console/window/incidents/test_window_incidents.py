"""Work on an incident by keyboard: edit, status with undo, dispatch, note, figures, photo, close."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QMenu, QWidget
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, open_second_store, report_in_second_store

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.drafts import move_incident
from tabuah.storage.sync.session import log_in


@pytest.fixture
def incident_window(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window with an unsynced incident selected."""
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def move(window: OpenWindow, status: Status) -> None:
    """Choose a status in the menu, as Enter does."""
    menu = next(m for m in window.shell.parts.details.findChildren(QMenu) if _offers(m, status))
    menu.triggered.emit(next(action for action in menu.actions() if action.data() == status.value))


def _offers(menu: QMenu, status: Status) -> bool:
    return any(action.data() == status.value for action in menu.actions())


def action_of(window: OpenWindow, status: Status) -> QAction:
    menu = next(m for m in window.shell.parts.details.findChildren(QMenu) if _offers(m, status))
    return next(action for action in menu.actions() if action.data() == status.value)


def test_incident_title_edit_can_be_undone(incident_window: OpenWindow) -> None:
    before = incident_window.incident.title
    incident_window.key(Qt.Key.Key_E)
    assert incident_window.shell.parts.side.page is SidePage.EDIT
    incident_window.edit("edit_title").setText("Banjir di SDN 08 Koto Baru")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.title == "Banjir di SDN 08 Koto Baru")
    incident_window.until(lambda: "Banjir di SDN 08" in incident_window.details_text)
    incident_window.wait_for_toast("diubah", "Urungkan")
    incident_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: incident_window.incident.title == before)
    incident_window.wait_for_toast("kembali ke nilai sebelumnya")


def test_incident_place_is_corrected_by_name(incident_window: OpenWindow) -> None:
    before = incident_window.incident.place
    incident_window.key(Qt.Key.Key_E)
    place = incident_window.edit("edit_place")
    for text, problem in (("xyzzy", "Tidak ada tempat"), ("koto laweh", "Tulis juga kecamatannya")):
        place.setText(text)
        incident_window.key(Qt.Key.Key_Return)
        assert problem in place.accessibleDescription()
    place.setText("koto laweh, lembang jaya")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.place != before)
    found = incident_window.incident.place
    assert found is not None
    assert (found.nagari, found.kecamatan, found.certainty.value) == ("Koto Laweh", "Lembang Jaya", "confirmed")
    incident_window.wait_for_toast("diubah", "Urungkan")
    incident_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: incident_window.incident.place == before)


def test_incident_undo_adds_entry(incident_window: OpenWindow, data: Path) -> None:
    incident = incident_window.incident
    move(incident_window, Status.VERIFIED)
    incident_window.wait_for_toast("Diverifikasi", "Urungkan")
    incident_window.until(lambda: incident_window.incident.status is Status.VERIFIED)
    incident_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: incident_window.incident.status is Status.REPORTED)
    with open_second_store(data) as store:
        kinds = [entry.kind for entry, _verdict in store.entries_of(f"incident/{incident.id}")]
    assert kinds == ["incident.reported", "incident.moved", "incident.moved"]


def test_incident_status_changes_without_question(incident_window: OpenWindow) -> None:
    move(incident_window, Status.VERIFIED)
    incident_window.until(lambda: incident_window.incident.status is Status.VERIFIED)
    assert incident_window.shell.parts.confirm.isHidden()
    incident_window.until(lambda: "Diverifikasi" in incident_window.details_text)


def test_incident_dispatch_asks_for_units(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_D)
    assert not incident_window.shell.parts.confirm.isHidden()
    incident_window.key(Qt.Key.Key_Return)  # no unit was named
    assert "Isi regu yang ditugaskan" in _words(incident_window)
    incident_window.write("TRC-1, Damkar Arosuka")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.status is Status.ASSIGNED)
    assert incident_window.incident.assignment == ("TRC-1", "Damkar Arosuka")
    incident_window.until(lambda: "TRC-1, Damkar Arosuka" in incident_window.details_text)
    assert incident_window.shell.parts.confirm.isHidden()


def test_escape_cancels_question(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_D)
    incident_window.write("TRC-1")
    incident_window.key(Qt.Key.Key_Escape)
    assert incident_window.shell.parts.confirm.isHidden()
    assert incident_window.incident.status is Status.REPORTED


def test_incident_note_is_written_in_details(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_C)
    incident_window.write("Air masuk rumah di Jorong Simpang, sepinggang")
    incident_window.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: "sepinggang" in incident_window.details_text)
    incident_window.wait_for_toast("Catatan tetap dalam riwayat")
    assert "Urungkan" not in incident_window.toasts
    incident_window.until(lambda: "belum tersinkron" in incident_window.details_text)


def test_incident_figures_keep_their_source(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_H)
    incident_window.edit("edit_displaced_people").setText("86")
    incident_window.key(Qt.Key.Key_Return)
    assert incident_window.incident.observations == ()  # figures without a source are refused
    incident_window.edit("edit_source").setText("Wali Nagari")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.figures.displaced_people == 86)
    incident_window.until(lambda: "86" in incident_window.details_text)
    assert incident_window.incident.figures.deaths is None


def test_incident_photo_is_attached_and_shown(incident_window: OpenWindow, data: Path, tmp_path: Path) -> None:
    photo = tmp_path / "jembatan.png"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#5b5140"))
    assert image.save(str(photo))
    incident_window.commands.incidents.attachment_actions.attach(incident_window.incident.id, [photo])
    incident_window.until(lambda: len(incident_window.incident.attachments) == 1)
    sha256 = incident_window.incident.attachments[0].sha256
    assert QImage(str(data / "blobs" / sha256)).pixelColor(9, 9) == QColor("#5b5140")
    strip = incident_window.shell.parts.details.findChild(object, "attachment_strip")
    incident_window.until(lambda: any(item.picture is not None for item in strip._items))
    incident_window.until(lambda: strip._items[0].waits in ("↑ menunggu", ""))  # not synced, or synced already


def test_unreadable_photo_is_reported_and_not_saved(incident_window: OpenWindow, tmp_path: Path) -> None:
    incident_window.commands.incidents.attachment_actions.attach(
        incident_window.incident.id, [tmp_path / "tidak-ada.jpg"]
    )
    incident_window.wait_for_toast("tidak dapat dibaca", "Tidak ada yang dilampirkan")
    assert incident_window.incident.attachments == ()


def test_incident_closing_is_offered_only_when_allowed(incident_window: OpenWindow) -> None:
    assert not action_of(incident_window, Status.CLOSED).isEnabled()
    assert "tertangani" in action_of(incident_window, Status.CLOSED).text().lower()


def test_incident_closing_needs_second_person(
    open_console, data: Path, tmp_path: Path, server: RunningServer
) -> None:
    with open_second_store(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="posko", password=PASSWORD)
        incident = report_in_second_store(store)
        store.save(move_incident(store.incident(incident.id), Status.CONTAINED))
        sync(store)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    move(window, Status.CLOSED)
    assert "Tutup" in _words(window)
    window.key(Qt.Key.Key_Return)
    assert "harus disertai alasan" in _words(window)
    assert window.incident.status is Status.CONTAINED
    window.write("Air surut, warga pulang")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incident.status is Status.CLOSED)
    window.wait_for_toast("Ditutup")
    assert "Urungkan" not in window.toasts


def test_contained_incident_frees_its_units(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_D)
    incident_window.write("TRC-1")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.assignment == ("TRC-1",))
    move(incident_window, Status.CONTAINED)
    assert "Belum selesai: TRC-1 masih ditugaskan" in _words(incident_window)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.status is Status.CONTAINED)
    assert incident_window.incident.assignment == ()
    incident_window.wait_for_toast("TRC-1 siap lagi", "Urungkan")
    incident_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: incident_window.incident.assignment == ("TRC-1",))


def test_incident_place_is_chosen_on_map(incident_window: OpenWindow) -> None:
    before = incident_window.incident.place
    canvas = incident_window.shell.parts.map.canvas
    incident_window.key(Qt.Key.Key_P)
    assert canvas.is_picking
    incident_window.key(Qt.Key.Key_Return)  # the centre of the map
    incident_window.until(lambda: incident_window.incident.place != before)
    incident_window.wait_for_toast("kini di", "Urungkan")
    incident_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    incident_window.until(lambda: incident_window.incident.place == before)


def test_incident_place_outside_needs_reason(incident_window: OpenWindow) -> None:
    canvas = incident_window.shell.parts.map.canvas
    canvas.centre_on(100.36, -0.95, 60.0)  # Padang
    incident_window.key(Qt.Key.Key_P)
    incident_window.key(Qt.Key.Key_Return)
    card = incident_window.find(QWidget, "confirm_card")
    incident_window.until(card.isVisible)
    incident_window.key(Qt.Key.Key_Return)
    assert card.isVisible(), "without a reason it stays open"
    incident_window.write("Bantuan untuk Kota Padang")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.place.outside_reason == "Bantuan untuk Kota Padang")


def test_viewer_sees_reason_for_disabled_actions(
    open_console, data: Path, tmp_path: Path, server: RunningServer
) -> None:
    with open_second_store(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="posko", password=PASSWORD)
        report_in_second_store(store)
        sync(store)
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.key(Qt.Key.Key_E)
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.wait_for_toast("Peran Anda tidak")


def test_incident_severity_is_chosen_by_digit(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_E)
    for _field in ("place", "jorong", "landmark", "severity"):
        incident_window.key(Qt.Key.Key_Tab)
    incident_window.write("4")
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.severity is Severity.CATASTROPHIC)


def _words(window: OpenWindow) -> str:
    from support.window_fixture import visible_texts

    return visible_texts(window.shell.parts.confirm)
