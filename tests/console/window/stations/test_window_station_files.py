"""Photos and documents on the station page: added, opened, saved, removed, fetched."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from support.console_sync import sync
from support.photo_samples import photo_file
from support.running_server import RunningServer
from support.station_file_samples import sample_document
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    register_gauge,
    visible_texts,
)

from tabuah.console.window.shared import attached_files
from tabuah.console.window.stations import station_file_actions
from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.stations.drafts import attach_to_station
from tabuah.operations.stations.files import FileTopic, StationFiles
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings
from tabuah.widgets.attachments.attachment_strip import AttachmentThumb
from tabuah.widgets.stations.station_files_panel import FileRow
from tabuah.widgets.stations.station_page_dialog import StationPageDialog


@pytest.fixture
def gauged(server: RunningServer) -> RunningServer:
    register_gauge(server)
    return server


@pytest.fixture
def opened(open_console, data: Path, gauged: RunningServer) -> OpenWindow:
    return open_page(open_console, data, gauged, "ani")


def open_page(open_console, data: Path, server: RunningServer, user: str) -> OpenWindow:
    log_in_and_sync(data, server, user)
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.selection.choose_station(GAUGE.code)
    window.key(Qt.Key.Key_Y)
    window.until(page(window).isActiveWindow)
    return window


def page(window: OpenWindow) -> StationPageDialog:
    dialog = window.commands.stations.station_page.dialog
    assert dialog is not None
    return dialog


def files_of(window: OpenWindow) -> StationFiles:
    return window.console.services.state.snapshot.stations[GAUGE.code].files


def station_in(store: ConsoleStore) -> Station:
    return next(station for station in store.stations() if station.code == GAUGE.code)


def items(window: OpenWindow) -> tuple:
    return page(window).files._view.files


def attach(window: OpenWindow, *files: Path, topic: FileTopic = FileTopic.CALIBRATION) -> None:
    before = len(files_of(window).added)
    attach_soon(window, *files, topic=topic)
    window.until(lambda: len(files_of(window).added) == before + len(files))
    window.until(lambda: len(items(window)) == len(files_of(window).kept))


def attach_soon(window: OpenWindow, *files: Path, topic: FileTopic = FileTopic.CALIBRATION) -> None:
    station = window.console.services.state.snapshot.stations[GAUGE.code]
    window.commands.stations.station_page.file_actions.attach(station, files, topic=topic.value)


def pdf(folder: Path, name: str = "kalibrasi.pdf") -> Path:
    file = folder / name
    file.write_bytes(b"%PDF-1.4 " + name.encode() + b" %%EOF")
    return file


def row_of(window: OpenWindow, name: str) -> FileRow:
    return next(row for row in page(window).findChildren(FileRow) if row.item.name == name)


def toasts(window: OpenWindow) -> str:
    return " | ".join(
        visible_texts(toast) for toast in page(window).findChildren(object, "toast") if not toast.isHidden()
    )


def told_there(window: OpenWindow) -> str:
    card = page(window).findChild(object, "confirm_card")
    return "" if card.isHidden() else " ".join(label.text() for label in card.findChildren(QLabel))


def test_station_files_are_added_with_topic(opened: OpenWindow, tmp_path: Path) -> None:
    opened.qtbot.keyClick(page(opened), Qt.Key.Key_A)
    dialog = page(opened).findChild(QFileDialog)
    assert "AWLR Koto Baru" in dialog.windowTitle()
    dialog.filesSelected.emit([str(pdf(tmp_path)), str(photo_file(tmp_path))])
    dialog.close()
    opened.until(lambda: "Lampirkan 2 berkas pada AWLR Koto Baru?" in told_there(opened))
    opened.key(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    opened.write("di kantor jorong")
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: len(items(opened)) == 2)
    photo, document = items(opened)
    assert (document.name, document.about) == ("di kantor jorong", "Pemegang kunci")
    assert "ani" in document.added
    opened.until(lambda: items(opened)[0].picture is not None)
    opened.until(lambda: "2 berkas" in toasts(opened) and "AWLR Koto Baru" in toasts(opened))
    assert photo.is_photo


def test_dropped_file_goes_to_asked_station(opened: OpenWindow, tmp_path: Path) -> None:
    page(opened).files.files_dropped.emit((pdf(tmp_path),))
    assert "kalibrasi.pdf pada AWLR Koto Baru?" in told_there(opened)
    other = Station(code="SLK-X", name="X", kind=GAUGE.kind, lon_deg=100, lat_deg=-1, parameters=())
    opened.commands.stations.station_page.file_actions.show(other)  # another station is selected meanwhile
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: len(files_of(opened).kept) == 1)
    assert files_of(opened).kept[0].attachment.caption == ""


def test_cancelled_question_attaches_nothing(opened: OpenWindow, tmp_path: Path) -> None:
    page(opened).files.files_dropped.emit((pdf(tmp_path),))
    opened.key(Qt.Key.Key_Escape)
    opened.until(lambda: told_there(opened) == "")
    assert opened.commands.stations.station_page.dialog is not None
    assert files_of(opened).added == ()


def test_uploaded_file_shows_no_state(opened: OpenWindow, gauged: RunningServer, tmp_path: Path) -> None:
    attach(opened, pdf(tmp_path))
    attached = files_of(opened).kept[0].attachment
    opened.until((gauged.journal.directory.blobs_path / attached.sha256).exists)
    opened.until(lambda: items(opened)[0].waits == "" and "menunggu" not in items(opened)[0].note)


def test_failed_file_attaches_none_and_says_why(opened: OpenWindow, tmp_path: Path) -> None:
    bad = tmp_path / "foto.jpg"
    bad.write_bytes(b"MZ\x90\0" + bytes(200))
    attach_soon(opened, pdf(tmp_path), bad)
    opened.until(lambda: "foto.jpg adalah program" in toasts(opened))
    assert files_of(opened).added == ()


def test_known_file_is_reported(opened: OpenWindow, tmp_path: Path) -> None:
    file = pdf(tmp_path)
    attach(opened, file)
    attach_soon(opened, file)
    opened.until(lambda: "sudah terlampir" in toasts(opened))
    assert len(files_of(opened).added) == 1


def test_file_removal_needs_reason(opened: OpenWindow, tmp_path: Path) -> None:
    attach(opened, pdf(tmp_path))
    row_of(opened, "kalibrasi.pdf").setFocus()
    opened.qtbot.keyClick(row_of(opened, "kalibrasi.pdf"), Qt.Key.Key_Delete)
    assert "kalibrasi.pdf" in told_there(opened)
    opened.key(Qt.Key.Key_Return)
    assert "alasan" in told_there(opened), "it asks for the reason and does nothing"
    page(opened).findChild(QLineEdit, "confirm_field").setText("usang")
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: not items(opened))
    assert "kalibrasi.pdf: usang (ani" in visible_texts(page(opened))
    opened.until(lambda: "dihapus dari AWLR Koto Baru" in toasts(opened))


def test_document_opens_under_name_and_saves_copy(
    opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(station_file_actions, "open_file", lambda file: not shown.append(file))
    file = pdf(tmp_path)
    attach(opened, file)
    opened.qtbot.mouseClick(row_of(opened, "kalibrasi.pdf"), Qt.MouseButton.LeftButton)
    opened.until(lambda: len(shown) == 1)
    assert (shown[0].name, shown[0].read_bytes()) == ("kalibrasi.pdf", file.read_bytes())
    opened.qtbot.keyClick(row_of(opened, "kalibrasi.pdf"), Qt.Key.Key_S)
    dialog = page(opened).findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "salinan.pdf"))
    dialog.close()
    opened.until(lambda: "Tersimpan" in toasts(opened) and "salinan.pdf" in toasts(opened))
    assert (tmp_path / "salinan.pdf").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("name", "media_type", "offered"),
    [
        *(("kalibrasi.pdf", "application/pdf", "kalibrasi.pdf"), ("kunci.bat", "text/plain", "kunci.bat.txt")),
        *(("../../foto.exe", "image/jpeg", ".._.._foto.exe.jpg"), ("x.sh", "application/x-sh", "x.sh.txt")),
    ],
)
def test_copy_never_has_program_suffix(name: str, media_type: str, offered: str) -> None:
    attached = Attachment(sha256="0" * 64, name=name, media_type=media_type, size=1)
    assert attached_files.copy_name(attached).lstrip("._") == offered.lstrip("._")


def test_failed_copy_is_reported(opened: OpenWindow, tmp_path: Path) -> None:
    attach(opened, pdf(tmp_path))
    file = files_of(opened).kept[0]
    opened.commands.stations.station_page.file_actions._save_copy(file, tmp_path / "tidak" / "ada.pdf")
    opened.until(lambda: "tidak tersimpan" in toasts(opened) or "tidak disimpan" in toasts(opened))


def test_document_is_fetched_on_demand_with_data_saver(
    open_console, data: Path, gauged: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(station_file_actions, "open_file", lambda file: not shown.append(file))
    log_in_and_sync(tmp_path / "posko", gauged, "posko")
    with open_second_store(tmp_path / "posko") as store:
        content = b"%PDF-1.4 jauh %%EOF"
        store.attachments.files.add(content)
        attached = sample_document(content, name="jauh.pdf")
        store.save(attach_to_station(station_in(store), attached, topic=FileTopic.ACCESS))
        sync(store)
    data.mkdir()
    DataSaverFile(data).keep(DataSaverSettings(data_saver=True))
    window = open_page(open_console, data, gauged, "ani")
    window.until(lambda: bool(items(window)) and not items(window)[0].is_here)
    assert "belum diunduh" in items(window)[0].note
    window.qtbot.mouseClick(row_of(window, "jauh.pdf"), Qt.MouseButton.LeftButton)
    window.until(lambda: "jauh.pdf belum" in toasts(window))
    window.until(lambda: items(window)[0].is_here)
    window.qtbot.mouseClick(row_of(window, "jauh.pdf"), Qt.MouseButton.LeftButton)
    window.until(lambda: len(shown) == 1)


def test_field_office_sees_why_removal_is_disabled(
    open_console, data: Path, gauged: RunningServer, tmp_path: Path
) -> None:
    log_in_and_sync(tmp_path / "ani", gauged, "ani")
    with open_second_store(tmp_path / "ani") as store:
        store.attachments.files.add(b"kunci")
        store.save(attach_to_station(station_in(store), sample_document(b"kunci", name="kunci.txt")))
        sync(store)
    window = open_page(open_console, data, gauged, "posko")
    attach(window, pdf(tmp_path))
    reasons = {item.name: item.kept_reason for item in items(window)}
    assert reasons["kalibrasi.pdf"] == ""
    assert "ditambahkannya sendiri" in reasons["kunci.txt"]


def test_viewer_cannot_add_or_open_files(open_console, data: Path, gauged: RunningServer) -> None:
    window = open_page(open_console, data, gauged, "pemantau")
    assert page(window).files._view.add_reason
    window.qtbot.keyClick(page(window), Qt.Key.Key_A)
    assert page(window).findChild(QFileDialog) is None


def test_station_files_are_reachable_by_keyboard(opened: OpenWindow, tmp_path: Path) -> None:
    attach(opened, photo_file(tmp_path), pdf(tmp_path))
    reached: list[str] = []
    for _ in range(8):
        opened.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if isinstance(focused, FileRow | AttachmentThumb) and focused.item.name not in reached:
            reached.append(focused.item.name)
    assert reached == ["IMG_2041.jpg", "kalibrasi.pdf"], "photos stand above documents"


def test_station_files_follow_selected_station(opened: OpenWindow, gauged: RunningServer, tmp_path: Path) -> None:
    attach(opened, pdf(tmp_path))
    file_actions = opened.commands.stations.station_page.file_actions
    file_actions.show(Station(code="SLK-X", name="X", kind=GAUGE.kind, lon_deg=100, lat_deg=-1, parameters=()))
    assert items(opened) == ()


def test_station_page_opens_from_palette(opened: OpenWindow) -> None:
    page(opened).close()
    opened.until(lambda: opened.commands.stations.station_page.dialog is None)
    opened.shell.activateWindow()
    opened.until(opened.shell.isActiveWindow)
    opened.console.objects.palette_search.open()
    opened.write("AWLR")
    opened.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    opened.until(lambda: opened.commands.stations.station_page.dialog is not None)
    assert page(opened).windowTitle() == "Stasiun AWLR Koto Baru"
    assert QApplication.activeWindow() is not None
