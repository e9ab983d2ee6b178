"""Reports by keyboard: card and marker, places outside the regency, kept drafts."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, open_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.place import PlaceCertainty


def report_by_keyboard(window: OpenWindow, place: str = "Koto Baru") -> None:
    """Press N, type the place, Enter, the hazard's letter, Enter."""
    window.key(Qt.Key.Key_N)
    assert window.shell.parts.side.page is SidePage.REPORT
    window.write(place)
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.key(Qt.Key.Key_Return)


def test_report_takes_six_keys_and_place(window: OpenWindow) -> None:
    report_by_keyboard(window)
    window.until(lambda: len(window.incidents) == 1)
    incident = window.incidents[0]
    assert (incident.hazard, incident.status) == (Hazard.FLOOD, Status.REPORTED)
    assert (incident.severity, incident.channel) == (Severity.MODERATE, Channel.PHONE)
    assert incident.title.startswith("Banjir, Nagari Koto Baru")
    assert incident.place is not None
    assert incident.place.certainty is PlaceCertainty.CONFIRMED


def test_saved_report_has_card_marker_and_details(window: OpenWindow) -> None:
    report_by_keyboard(window)
    window.until(lambda: len(window.incidents) == 1)
    incident = window.incidents[0]
    board = window.shell.parts.board
    window.until(lambda: board.selected == incident.id)
    window.until(lambda: list(window.shell.parts.map.canvas.content.incidents.ids) == [incident.id])
    window.until(lambda: incident.number in window.details_text)
    window.until(lambda: "Dilaporkan: Banjir, Nagari Koto Baru" in window.details_text)
    assert "1 terbuka" in visible_texts(board)
    window.wait_for_toast(incident.number, "dilaporkan")
    assert window.shell.parts.side.page is SidePage.DETAILS


def test_report_form_keeps_letters_from_shortcuts(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("nagari lima")
    assert window.edit("place_text").text() == "nagari lima"
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("L")  # landslide, not "locate the alarm"
    assert window.shell.parts.report_form.draft().hazard == Hazard.LANDSLIDE


def test_closed_report_draft_is_kept(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("K")
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.key(Qt.Key.Key_N)
    draft = window.shell.parts.report_form.draft()
    assert draft.hazard == Hazard.FIRE
    assert draft.place is not None
    assert draft.place.name == "Koto Baru"


def test_report_outside_regency_needs_reason(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("-0.9500, 100.3500")  # Padang
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.key(Qt.Key.Key_Return)
    form = window.shell.parts.report_form
    assert "Di luar Kabupaten Solok" in visible_texts(form)
    assert not window.incidents
    window.edit("report_outside").setText("warga kita di sana")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    place = window.incidents[0].place
    assert place is not None
    assert place.outside_reason == "warga kita di sana"
    assert place.nagari == ""


def test_report_at_point_has_estimated_nagari(window: OpenWindow) -> None:
    canvas = window.shell.parts.map.canvas
    window.key(Qt.Key.Key_N)
    window.key(Qt.Key.Key_F4)
    assert canvas.is_picking
    window.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    draft = window.shell.parts.report_form.draft()
    assert draft.place is not None
    assert draft.place.lon_deg is not None
    window.write("L")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    place = window.incidents[0].place
    assert place is not None
    assert place.certainty in (PlaceCertainty.APPROXIMATE, PlaceCertainty.UNKNOWN)


def test_caller_is_stored_outside_entry(window: OpenWindow, data: Path) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.edit("report_caller").setText("Ibu Rina")
    window.edit("report_number").setText("0812 0000")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Ibu Rina · 0812 0000" in window.details_text)
    with open_second_store(data) as store:
        (entry, _verdict), *_rest = store.entries_of(f"incident/{window.incidents[0].id}")
        assert "Rina" not in bytes(entry.body).decode()


def test_report_by_command_appears_in_window(window: OpenWindow, data: Path) -> None:
    from support.window_fixture import report_in_second_store

    with open_second_store(data) as store:
        number = report_in_second_store(store).number
    window.until(lambda: [incident.number for incident in window.incidents] == [number])
    window.until(lambda: len(window.shell.parts.map.canvas.content.incidents.ids) == 1)
