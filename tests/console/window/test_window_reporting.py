"""Reporting by keyboard: a call becomes a card and a mark; an outside place is asked about; drafts are kept."""

from pathlib import Path

from PySide6.QtCore import Qt
from window_room import OpenWindow, beside, texts_of

from tabuah.console.window.panels import Page
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.places import PlaceCertainty


def report_by_keyboard(window: OpenWindow, place: str = "Koto Baru") -> None:
    """N, the place, Enter, the hazard's letter, Enter."""
    window.key(Qt.Key.Key_N)
    assert window.shell.parts.side.page is Page.REPORT
    window.write(place)
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.key(Qt.Key.Key_Return)


def test_a_call_is_reported_with_six_keys_and_a_place(window: OpenWindow) -> None:
    report_by_keyboard(window)
    window.until(lambda: len(window.incidents) == 1)
    incident = window.incidents[0]
    assert (incident.hazard, incident.status) == (Hazard.FLOOD, Status.REPORTED)
    assert (incident.severity, incident.channel) == (Severity.MODERATE, Channel.PHONE)
    assert incident.title.startswith("Banjir, Nagari Koto Baru")
    assert incident.place is not None
    assert incident.place.certainty is PlaceCertainty.CONFIRMED


def test_what_was_reported_is_a_card_a_mark_and_the_details(window: OpenWindow) -> None:
    report_by_keyboard(window)
    window.until(lambda: len(window.incidents) == 1)
    incident = window.incidents[0]
    board = window.shell.parts.board
    window.until(lambda: board.selected == incident.id)
    window.until(lambda: list(window.shell.parts.map.canvas.content.incidents.ids) == [incident.id])
    window.until(lambda: incident.number in window.details_text)
    window.until(lambda: "Dilaporkan: Banjir, Nagari Koto Baru" in window.details_text)
    assert "1 terbuka" in texts_of(board)
    window.until_toast(incident.number, "dilaporkan")
    assert window.shell.parts.side.page is Page.DETAILS


def test_letters_belong_to_the_form_while_it_is_open(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("nagari lima")
    assert window.edit("place_text").text() == "nagari lima"
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("L")  # landslide, and not "look at the alarm"
    assert window.shell.parts.report_form.draft().hazard == Hazard.LANDSLIDE


def test_a_closed_report_is_still_there_when_it_is_opened_again(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("K")
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.side.page is Page.DETAILS
    window.key(Qt.Key.Key_N)
    draft = window.shell.parts.report_form.draft()
    assert draft.hazard == Hazard.FIRE
    assert draft.place is not None
    assert draft.place.name == "Koto Baru"


def test_a_place_outside_the_regency_needs_a_reason(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("-0.9500, 100.3500")  # Padang
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.key(Qt.Key.Key_Return)
    form = window.shell.parts.report_form
    assert "Di luar Kabupaten Solok" in texts_of(form)
    assert not window.incidents
    window.edit("report_outside").setText("warga kita di sana")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    place = window.incidents[0].place
    assert place is not None
    assert place.outside_reason == "warga kita di sana"
    assert place.nagari == ""


def test_a_point_on_the_map_gives_an_estimated_nagari(window: OpenWindow) -> None:
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


def test_the_caller_travels_beside_the_entry_and_is_shown_here(window: OpenWindow, data: Path) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.edit("report_caller").setText("Ibu Rina")
    window.edit("report_number").setText("0812 0000")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Ibu Rina · 0812 0000" in window.details_text)
    with beside(data) as store:
        (entry, _verdict), *_rest = store.entries_of(f"incident/{window.incidents[0].id}")
        assert "Rina" not in bytes(entry.body).decode()


def test_what_a_command_reports_beside_the_window_shows_up_by_itself(window: OpenWindow, data: Path) -> None:
    from window_room import report_beside

    with beside(data) as store:
        number = report_beside(store).number
    window.until(lambda: [incident.number for incident in window.incidents] == [number])
    window.until(lambda: len(window.shell.parts.map.canvas.content.incidents.ids) == 1)
