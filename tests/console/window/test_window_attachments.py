"""Photos in the window: attached, offered as place, seen while they wait, opened only as what they are."""

from pathlib import Path

import pytest
from photo_samples import LAT_DEG, LON_DEG, photo_file
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from window_room import OpenWindow, beside, report_beside

from tabuah.console.window.workflows import attaching
from tabuah.operations.incidents.bodies import IncidentAttached
from tabuah.operations.incidents.gestures import attach_to_incident
from tabuah.storage.attachments.preparing import prepare_file


@pytest.fixture
def worked(window: OpenWindow, data: Path) -> OpenWindow:
    """A window that looks at an incident which is not synced."""
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def strip_items(window: OpenWindow) -> tuple:
    return window.shell.parts.details.findChild(object, "attachment_strip")._items


def confirm_text(window: OpenWindow) -> str:
    card = window.shell.findChild(object, "confirm_card")
    return "" if card.isHidden() else " ".join(label.text() for label in card.findChildren(QLabel))


def test_a_photo_that_waits_says_so(worked: OpenWindow, tmp_path: Path) -> None:
    worked.shell.doing.attaching.attach(worked.incident.id, [photo_file(tmp_path, position=False)])
    worked.until(lambda: [item.waits for item in strip_items(worked)] == ["↑ menunggu"])
    assert "menunggu dikirim" in strip_items(worked)[0].note
    worked.until(lambda: strip_items(worked)[0].picture is not None)
    worked.until(lambda: "1 foto atau berkas menunggu dikirim" in worked.shell.parts.header.findChild(
        object, "sync_badge").accessibleDescription())  # fmt: skip
    assert confirm_text(worked) == ""  # it does not know where it was taken


def test_a_photo_that_is_attached_already_is_told_and_not_attached_again(worked: OpenWindow, tmp_path: Path) -> None:
    photo = photo_file(tmp_path, "jembatan.jpg", position=False)
    worked.shell.doing.attaching.attach(worked.incident.id, [photo])
    worked.until(lambda: len(worked.incident.attachments) == 1)
    worked.shell.doing.attaching.attach(worked.incident.id, [photo, photo])
    worked.until_toast("jembatan.jpg", f"sudah terlampir di {worked.incident.number}")
    assert len(worked.incident.attachments) == 1
    assert worked.console.services.room.snapshot.counts.pending == 2  # the report and one photo


def test_where_a_photo_was_taken_is_offered_and_can_be_taken_over(worked: OpenWindow, tmp_path: Path) -> None:
    worked.shell.doing.attaching.attach(worked.incident.id, [photo_file(tmp_path)])
    worked.until(lambda: "Pakai tempat foto diambil" in confirm_text(worked))
    assert "24 Nov 2026 14.21 WIB" in confirm_text(worked)
    assert worked.incident.place.nagari == "Koto Baru"
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: (worked.incident.place.lon_deg, worked.incident.place.lat_deg) == (LON_DEG, LAT_DEG))


def test_an_offer_that_is_not_taken_changes_nothing(worked: OpenWindow, tmp_path: Path) -> None:
    before = worked.incident.place
    worked.shell.doing.attaching.attach(worked.incident.id, [photo_file(tmp_path)])
    worked.until(lambda: "Pakai tempat foto diambil" in confirm_text(worked))
    worked.key(Qt.Key.Key_Escape)
    worked.until(lambda: confirm_text(worked) == "")
    worked.until(lambda: len(worked.incident.attachments) == 1)
    assert worked.incident.place == before


def test_one_file_that_cannot_be_attached_keeps_back_all(worked: OpenWindow, tmp_path: Path) -> None:
    program = tmp_path / "foto.jpg"
    program.write_bytes(b"MZ\x90\0" + bytes(200))
    worked.shell.doing.attaching.attach(worked.incident.id, [photo_file(tmp_path, "baik.jpg"), program])
    worked.until_toast("foto.jpg adalah program")
    assert worked.incident.attachments == ()


def test_a_photo_is_opened_under_a_name_that_fits_it(
    worked: OpenWindow, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(attaching, "open_file", opened.append)
    prepared = prepare_file(photo_file(tmp_path))
    body = prepared.attachment
    named = IncidentAttached(sha256=body.sha256, name="foto.bat", media_type=body.media_type, size=body.size)
    with beside(data) as store:
        prepared.keep(store.attachments.files)
        store.save(attach_to_incident(store.incident(worked.incident.id), named))
    worked.until(lambda: len(worked.incident.attachments) == 1)
    worked.shell.parts.details.attachment_requested.emit(body.sha256)
    worked.until(lambda: len(opened) == 1)
    assert opened[0].name == "foto.bat.jpg"
    assert opened[0].read_bytes() == prepared.contents[0]


def test_a_photo_that_has_not_come_is_told_and_asked_for(worked: OpenWindow, data: Path) -> None:
    missing = IncidentAttached(sha256="a" * 64, name="jauh.jpg", media_type="image/jpeg", size=900)
    with beside(data) as store:
        store.save(attach_to_incident(store.incident(worked.incident.id), missing))
    worked.until(lambda: len(strip_items(worked)) == 1)
    worked.shell.parts.details.attachment_requested.emit("a" * 64)
    worked.until_toast("jauh.jpg belum")
