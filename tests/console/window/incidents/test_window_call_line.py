"""A call in one line in the window: few keys, shown before it is saved, correctable, and no typed word is lost."""

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Hazard
from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.incidents.report_keys import FIELD_KEYS

CALL = (
    "kebakaran di Cupak jorong Simpang dekat masjid, Bu Nurlela 0811 1002, kemarin 23.10, 3 orang terjebak, api besar"
)
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def type_line(window: OpenWindow, text: str) -> ReportForm:
    window.key(Qt.Key.Key_Q, SHIFT)
    line = window.edit("report_line")
    window.until(line.hasFocus)
    line.insert(text[:-1])  # as pasted; the last letter is typed
    window.write(text[-1])
    return window.shell.parts.report_form


def test_call_takes_two_keys_and_its_words(window: OpenWindow, data: Path) -> None:
    type_line(window, CALL)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    (incident,) = window.incidents
    assert incident.hazard is Hazard.FIRE
    assert incident.place is not None
    assert (incident.place.nagari, incident.place.jorong, incident.place.landmark) == (
        "Cupak",
        "Simpang",
        "dekat masjid",
    )
    assert (incident.description, incident.intake.people_at_risk) == ("3 orang terjebak, api besar", 3)
    assert incident.reported_at - incident.occurred_at > timedelta(minutes=30)
    window.until(lambda: "Bu Nurlela · 0811 1002" in window.details_text)


def test_line_is_shown_as_understood_before_it_is_saved(window: OpenWindow) -> None:
    form = type_line(window, CALL)
    shown = visible_texts(form)
    for part in ("Kebakaran", "Cupak", "Jorong Simpang", "kemarin 23.10", "jiwa terancam: 3", "catatan: 3 orang"):
        assert part in shown
    draft = form.draft()
    assert (draft.hazard, draft.caller_name, draft.people_at_risk) == ("fire", "Bu Nurlela", "3")
    assert window.incidents == []


def test_field_changed_by_hand_stays_when_the_line_grows(window: OpenWindow) -> None:
    form = type_line(window, "banjir cupak, 3 orang terjebak")
    window.key(Qt.Key.Key_R, ALT)
    window.edit("report_people_at_risk").selectAll()
    window.write("5")
    window.key(Qt.Key.Key_Q, ALT)
    window.key(Qt.Key.Key_End)
    window.write(", air naik")
    draft = form.draft()
    assert (draft.people_at_risk, draft.note) == ("5", "3 orang terjebak, air naik")


def test_words_that_are_not_understood_reach_the_note_of_a_changed_field(window: OpenWindow) -> None:
    form = type_line(window, "banjir cupak, air naik")
    window.key(Qt.Key.Key_N, ALT)
    window.find(GrowingTextEdit, "report_note").setPlainText("dicek: air naik")
    window.key(Qt.Key.Key_Q, ALT)
    window.key(Qt.Key.Key_End)
    window.edit("report_line").insert(" 🌊 cepa")
    window.write("t")
    assert form.draft().note == "dicek: air naik 🌊 cepat"


def test_removed_words_leave_the_fields(window: OpenWindow) -> None:
    form = type_line(window, "banjir cupak, Bu Yanti 0812 345")
    window.edit("report_line").selectAll()
    window.key(Qt.Key.Key_Backspace)
    draft = form.draft()
    assert (draft.hazard, draft.place, draft.caller_name, draft.note) == ("", None, "", "")


def test_line_that_misses_the_place_is_not_saved_and_stays(window: OpenWindow) -> None:
    form = type_line(window, "banjir, air naik")
    window.key(Qt.Key.Key_Return)
    window.until(window.edit("place_text").hasFocus)
    assert "Isi lokasinya." in visible_texts(form)
    assert window.edit("report_line").text() == "banjir, air naik"
    assert form.draft().note == "air naik"


def test_name_of_two_nagari_asks_which_one(window: OpenWindow) -> None:
    form = type_line(window, "banjir koto laweh")
    assert "Koto Laweh: yang mana?" in visible_texts(form)
    window.key(Qt.Key.Key_Return)
    window.until(window.edit("place_text").hasFocus)
    assert window.find(QListWidget, "place_suggestions").isVisible()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: form.draft().place is not None)


def test_future_time_is_refused_and_kept(window: OpenWindow) -> None:
    text = "banjir cupak, air naik"
    form = type_line(window, text)
    window.edit("report_moment").setText("2099-01-01 10.00")
    window.key(Qt.Key.Key_Return)
    assert "kemarin 23.50" in visible_texts(form)
    assert form.draft().occurred_text == "2099-01-01 10.00"
    assert window.edit("report_line").text() == text
    assert window.incidents == []


def test_place_outside_the_regency_needs_a_reason(window: OpenWindow) -> None:
    form = type_line(window, "banjir -0.94924, 100.35427, rumah terendam")
    window.key(Qt.Key.Key_Return)
    window.until(window.edit("report_outside").hasFocus)
    assert form.draft().note == "rumah terendam"
    assert window.incidents == []


def test_text_of_100_kb_is_refused_and_kept(window: OpenWindow) -> None:
    text = "banjir cupak " + "x" * 100_000
    form = type_line(window, text)
    window.key(Qt.Key.Key_Return)
    assert "15.000" in visible_texts(form)
    assert form.draft().note == text
    assert window.incidents == []


def test_emoji_and_control_characters_do_not_stop_the_line(window: OpenWindow) -> None:
    type_line(window, "banjir cupak, 🌊 arus\u202e deras")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1 or bool(window.toasts))
    assert window.incidents or window.shell.parts.report_form.draft().note


def test_report_of_a_person_who_lost_the_permission_stays_in_the_form(window: OpenWindow, data: Path) -> None:
    form = type_line(window, "banjir cupak, air naik")
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.VIEWER))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: bool(window.toasts))
    assert window.shell.parts.side.page is SidePage.REPORT
    assert form.draft().note == "air naik"
    assert window.edit("report_line").text() == "banjir cupak, air naik"


def test_question_about_duplicates_waits_until_the_line_is_entered(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store, title="Banjir, jembatan hanyut")
    window.until(lambda: len(window.incidents) == 1)
    form = type_line(window, "banjir koto baru, Bu Yanti 0812 345, jembatan hanyut")
    assert window.edit("report_line").hasFocus()
    window.key(Qt.Key.Key_Return)
    window.until(window.find(QListWidget, "duplicate_list").hasFocus)
    assert "kata sama: jembatan, hanyut" in window.find(QListWidget, "duplicate_list").item(0).text()
    window.key(Qt.Key.Key_Return)
    window.until(window.edit("report_caller").hasFocus)
    assert (form.draft().caller_name, form.draft().note) == ("Bu Yanti", "jembatan hanyut")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incidents[0].note_count == 2)


def test_tab_stays_in_an_addition_and_begins_with_the_caller(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    form = type_line(window, "banjir koto baru")
    window.key(Qt.Key.Key_Return)
    window.key(Qt.Key.Key_Return)
    window.until(window.edit("report_caller").hasFocus)
    order = []
    for _tab in range(40):
        window.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert form.isAncestorOf(focused), focused.objectName()
        order.append(focused.objectName())
        if focused.objectName() == "report_caller":
            break
    assert order[0] == "report_number"
    assert order[-1] == "report_caller"
    assert "report_note" in order


def test_alt_and_a_letter_go_to_each_field(window: OpenWindow) -> None:
    type_line(window, "banjir cupak")
    labels = {label.toolTip(): label for label in window.shell.parts.report_form.findChildren(Text)}
    for key in FIELD_KEYS.values():
        window.key(getattr(Qt.Key, f"Key_{key[-1]}"), ALT)
        focused, field = QApplication.focusWidget(), labels[key].parentWidget()
        assert focused is not None
        assert field is not None
        assert field.isAncestorOf(focused), key
    assert window.edit("report_line").text() == "banjir cupak", "the letters are not typed"
