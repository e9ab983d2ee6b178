"""Photos in the window: attached, offered as place, visible while pending, opened safely."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from support.photo_samples import LAT_DEG, LON_DEG, photo_file
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.incidents import attachment_actions
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.attachments.prepared_file import prepare_file


@pytest.fixture
def incident_window(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window with an unsynced incident selected."""
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def strip_items(window: OpenWindow) -> tuple:
    return window.shell.parts.details.findChild(object, "attachment_strip")._items


def confirm_text(window: OpenWindow) -> str:
    card = window.shell.findChild(object, "confirm_card")
    return "" if card.isHidden() else " ".join(label.text() for label in card.findChildren(QLabel))


def test_attached_photo_is_shown_as_pending(incident_window: OpenWindow, tmp_path: Path) -> None:
    incident_window.commands.incidents.attachment_actions.attach(
        incident_window.incident.id, [photo_file(tmp_path, position=False)]
    )
    incident_window.until(lambda: [item.waits for item in strip_items(incident_window)] == ["↑ menunggu"])
    assert "menunggu dikirim" in strip_items(incident_window)[0].note
    incident_window.until(lambda: strip_items(incident_window)[0].picture is not None)
    badge = incident_window.shell.parts.header.findChild(object, "sync_badge")
    incident_window.until(lambda: "1 foto atau berkas menunggu dikirim" in badge.accessibleDescription())
    assert confirm_text(incident_window) == ""  # it has no position


def test_attached_photo_is_not_attached_twice(incident_window: OpenWindow, tmp_path: Path) -> None:
    photo = photo_file(tmp_path, "jembatan.jpg", position=False)
    incident_window.commands.incidents.attachment_actions.attach(incident_window.incident.id, [photo])
    incident_window.until(lambda: len(incident_window.incident.attachments) == 1)
    incident_window.commands.incidents.attachment_actions.attach(incident_window.incident.id, [photo, photo])
    incident_window.wait_for_toast("jembatan.jpg", f"sudah terlampir di {incident_window.incident.number}")
    assert len(incident_window.incident.attachments) == 1
    assert incident_window.console.services.state.snapshot.counts.pending == 2  # the report and one photo


def test_photo_position_is_offered_and_accepted(incident_window: OpenWindow, tmp_path: Path) -> None:
    incident_window.commands.incidents.attachment_actions.attach(incident_window.incident.id, [photo_file(tmp_path)])
    incident_window.until(lambda: "Pakai posisi foto" in confirm_text(incident_window))
    assert "24 Nov 2026 14.21 WIB" in confirm_text(incident_window)
    before = incident_window.incident.place
    assert before.nagari == "Koto Baru"
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(
        lambda: (incident_window.incident.place.lon_deg, incident_window.incident.place.lat_deg) == (LON_DEG, LAT_DEG)
    )
    incident_window.until(incident_window.notifier.undo_last)
    incident_window.until(lambda: incident_window.incident.place == before)


def test_photo_position_offer_can_be_declined(incident_window: OpenWindow, tmp_path: Path) -> None:
    before = incident_window.incident.place
    incident_window.commands.incidents.attachment_actions.attach(incident_window.incident.id, [photo_file(tmp_path)])
    incident_window.until(lambda: "Pakai posisi foto" in confirm_text(incident_window))
    incident_window.key(Qt.Key.Key_Escape)
    incident_window.until(lambda: confirm_text(incident_window) == "")
    incident_window.until(lambda: len(incident_window.incident.attachments) == 1)
    assert incident_window.incident.place == before


def test_attachment_failure_attaches_no_file(incident_window: OpenWindow, tmp_path: Path) -> None:
    program = tmp_path / "foto.jpg"
    program.write_bytes(b"MZ\x90\0" + bytes(200))
    incident_window.commands.incidents.attachment_actions.attach(
        incident_window.incident.id, [photo_file(tmp_path, "baik.jpg"), program]
    )
    incident_window.wait_for_toast("foto.jpg adalah program")
    assert incident_window.incident.attachments == ()


def test_photo_opens_under_suitable_name(
    incident_window: OpenWindow, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(attachment_actions, "open_file", lambda file: not opened.append(file))
    prepared = prepare_file(photo_file(tmp_path))
    body = prepared.attachment
    named = IncidentAttached(sha256=body.sha256, name="foto.bat", media_type=body.media_type, size=body.size)
    with open_second_store(data) as store:
        prepared.keep(store.attachments.files)
        store.save(attach_to_incident(store.incident(incident_window.incident.id), named))
    incident_window.until(lambda: len(incident_window.incident.attachments) == 1)
    incident_window.shell.parts.details.attachment_requested.emit(body.sha256)
    incident_window.until(lambda: len(opened) == 1)
    assert opened[0].name == "foto.bat.jpg"
    assert opened[0].read_bytes() == prepared.contents[0]


def test_missing_photo_is_reported_and_requested(incident_window: OpenWindow, data: Path) -> None:
    missing = IncidentAttached(sha256="a" * 64, name="jauh.jpg", media_type="image/jpeg", size=900)
    with open_second_store(data) as store:
        store.save(attach_to_incident(store.incident(incident_window.incident.id), missing))
    incident_window.until(lambda: len(strip_items(incident_window)) == 1)
    incident_window.shell.parts.details.attachment_requested.emit("a" * 64)
    incident_window.wait_for_toast("jauh.jpg belum")
