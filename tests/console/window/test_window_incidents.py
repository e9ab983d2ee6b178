"""Working an incident by keyboard: edit, move with undo, dispatch, note, figures, photo, close."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QMenu, QWidget
from running_server import PASSWORD, RunningServer
from window_room import OpenWindow, beside, log_in_and_sync, report_beside, sync

from tabuah.console.window.panels import Page
from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.gestures import move_incident
from tabuah.storage.sync.session import log_in


@pytest.fixture
def worked(window: OpenWindow, data: Path) -> OpenWindow:
    """A window that looks at an incident which is not synced."""
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def move(window: OpenWindow, status: Status) -> None:
    """Take a status from the menu, as Enter in it does."""
    menu = next(m for m in window.shell.parts.details.findChildren(QMenu) if _offers(m, status))
    menu.triggered.emit(next(action for action in menu.actions() if action.data() == status.value))


def _offers(menu: QMenu, status: Status) -> bool:
    return any(action.data() == status.value for action in menu.actions())


def action_of(window: OpenWindow, status: Status) -> QAction:
    menu = next(m for m in window.shell.parts.details.findChildren(QMenu) if _offers(m, status))
    return next(action for action in menu.actions() if action.data() == status.value)


def test_an_edited_title_is_shown_and_can_be_undone(worked: OpenWindow) -> None:
    before = worked.incident.title
    worked.key(Qt.Key.Key_E)
    assert worked.shell.parts.side.page is Page.EDIT
    worked.edit("edit_title").setText("Banjir di SDN 08 Koto Baru")
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.title == "Banjir di SDN 08 Koto Baru")
    worked.until(lambda: "Banjir di SDN 08" in worked.details_text)
    worked.until_toast("diubah", "Urungkan")
    worked.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    worked.until(lambda: worked.incident.title == before)
    worked.until_toast("kembali seperti semula")


def test_undoing_adds_an_entry_and_erases_none(worked: OpenWindow, data: Path) -> None:
    incident = worked.incident
    move(worked, Status.VERIFIED)
    worked.until_toast("Diverifikasi", "Urungkan")
    worked.until(lambda: worked.incident.status is Status.VERIFIED)
    worked.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    worked.until(lambda: worked.incident.status is Status.REPORTED)
    with beside(data) as store:
        kinds = [entry.kind for entry, _verdict in store.entries_of(f"incident/{incident.id}")]
    assert kinds == ["incident.reported", "incident.moved", "incident.moved"]


def test_a_move_needs_no_question_and_shows_on_the_board(worked: OpenWindow) -> None:
    move(worked, Status.VERIFIED)
    worked.until(lambda: worked.incident.status is Status.VERIFIED)
    assert worked.shell.parts.confirm.isHidden()
    worked.until(lambda: "Diverifikasi" in worked.details_text)


def test_dispatching_asks_who_goes_and_saves_both_at_once(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_D)
    assert not worked.shell.parts.confirm.isHidden()
    worked.key(Qt.Key.Key_Return)  # nobody was named
    assert "Siapa yang berangkat" in _words(worked)
    worked.write("TRC-1, Damkar Arosuka")
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.status is Status.ASSIGNED)
    assert worked.incident.assignment == ("TRC-1", "Damkar Arosuka")
    worked.until(lambda: "TRC-1, Damkar Arosuka" in worked.details_text)
    assert worked.shell.parts.confirm.isHidden()


def test_escape_leaves_a_question_without_doing_anything(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_D)
    worked.write("TRC-1")
    worked.key(Qt.Key.Key_Escape)
    assert worked.shell.parts.confirm.isHidden()
    assert worked.incident.status is Status.REPORTED


def test_a_note_is_written_where_the_incident_is_read(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_C)
    worked.write("Air masuk rumah di Jorong Simpang, sepinggang")
    worked.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    worked.until(lambda: "sepinggang" in worked.details_text)
    worked.until_toast("Catatan tetap dalam riwayat")
    assert "Urungkan" not in worked.toasts
    worked.until(lambda: "belum tersinkron" in worked.details_text)


def test_figures_are_kept_with_their_source(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_H)
    worked.edit("edit_displaced_people").setText("86")
    worked.key(Qt.Key.Key_Return)
    assert worked.incident.observations == ()  # without a source it is worth nothing
    worked.edit("edit_source").setText("Wali Nagari")
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.figures.displaced_people == 86)
    worked.until(lambda: "86" in worked.details_text)
    assert worked.incident.figures.deaths is None


def test_a_photo_is_attached_and_seen(worked: OpenWindow, data: Path, tmp_path: Path) -> None:
    photo = tmp_path / "jembatan.png"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#5b5140"))
    assert image.save(str(photo))
    worked.shell.doing.attaching.attach(worked.incident.id, [photo])
    worked.until(lambda: len(worked.incident.attachments) == 1)
    sha256 = worked.incident.attachments[0].sha256
    assert QImage(str(data / "blobs" / sha256)).pixelColor(9, 9) == QColor("#5b5140")
    strip = worked.shell.parts.details.findChild(object, "attachment_strip")
    worked.until(lambda: any(item.picture is not None for item in strip._items))
    worked.until(lambda: strip._items[0].waits in ("↑ menunggu", ""))  # nobody else has it yet, or already


def test_a_photo_that_cannot_be_read_is_told_and_nothing_is_saved(worked: OpenWindow, tmp_path: Path) -> None:
    worked.shell.doing.attaching.attach(worked.incident.id, [tmp_path / "tidak-ada.jpg"])
    worked.until_toast("tidak dapat dibaca", "Tidak ada yang dilampirkan")
    assert worked.incident.attachments == ()


def test_closing_is_offered_only_where_the_rules_allow_it(worked: OpenWindow) -> None:
    assert not action_of(worked, Status.CLOSED).isEnabled()
    assert "tertangani" in action_of(worked, Status.CLOSED).text().lower()


def test_closing_asks_and_a_second_person_does_it(
    open_console, data: Path, tmp_path: Path, server: RunningServer
) -> None:
    with beside(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="posko", password=PASSWORD)
        incident = report_beside(store)
        store.save(move_incident(store.incident(incident.id), Status.CONTAINED))
        sync(store)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    move(window, Status.CLOSED)
    assert "Tutup" in _words(window)
    window.write("Air surut, warga pulang")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incident.status is Status.CLOSED)
    window.until_toast("Ditutup")
    assert "Urungkan" not in window.toasts


def test_an_incident_is_given_another_place_on_the_map(worked: OpenWindow) -> None:
    before = worked.incident.place
    canvas = worked.shell.parts.map.canvas
    worked.key(Qt.Key.Key_P)
    assert canvas.is_picking
    worked.key(Qt.Key.Key_Return)  # the centre of the map
    worked.until(lambda: worked.incident.place != before)
    worked.until_toast("kini di", "Urungkan")
    worked.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    worked.until(lambda: worked.incident.place == before)


def test_a_place_outside_the_regency_needs_a_reason_on_the_map_too(worked: OpenWindow) -> None:
    canvas = worked.shell.parts.map.canvas
    canvas.centre_on(100.36, -0.95, 60.0)  # Padang
    worked.key(Qt.Key.Key_P)
    worked.key(Qt.Key.Key_Return)
    card = worked.find(QWidget, "confirm_card")
    worked.until(card.isVisible)
    worked.key(Qt.Key.Key_Return)
    assert card.isVisible(), "without a reason it stays open"
    worked.write("Bantuan untuk Kota Padang")
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.place.outside_reason == "Bantuan untuk Kota Padang")


def test_a_viewer_is_told_why_nothing_can_be_written(
    open_console, data: Path, tmp_path: Path, server: RunningServer
) -> None:
    with beside(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="posko", password=PASSWORD)
        report_beside(store)
        sync(store)
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.key(Qt.Key.Key_E)
    assert window.shell.parts.side.page is Page.DETAILS
    window.until_toast("Peran Anda tidak")


def test_severity_is_changed_by_its_number_key(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_E)
    worked.key(Qt.Key.Key_Tab)
    worked.write("4")
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.severity is Severity.CATASTROPHIC)


def _words(window: OpenWindow) -> str:
    from window_room import texts_of

    return texts_of(window.shell.parts.confirm)
