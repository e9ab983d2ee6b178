"""Answers of a caller in the window: in the report form by keyboard, and corrected later."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.window_fixture import OpenWindow, open_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.drafts import answer_questions
from tabuah.operations.incidents.entry_bodies import Answer, IncidentAnswered

TAB, ENTER = Qt.Key.Key_Tab, Qt.Key.Key_Return


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def start_flood(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.until(lambda: focused() == "place_text")
    window.write("koto baru")
    window.key(ENTER)
    window.until(lambda: focused().startswith("choice_"))
    window.write("b")
    window.key(TAB)
    window.until(lambda: focused() == "answer_water_cm")


def values(window: OpenWindow) -> dict[str, object]:
    return {code: stated.value for code, stated in window.incidents[0].intake.answers.items()}


def test_report_with_answers_is_typed_by_keyboard(window: OpenWindow):
    start_flood(window)
    window.write("1,5")
    window.key(TAB)
    window.write("y")
    window.key(TAB)
    window.write("3 orang")
    window.key(TAB)  # severity
    window.key(TAB)
    window.until(lambda: focused() == "report_people_at_risk")
    window.write("12")
    window.key(ENTER)
    window.until(lambda: bool(window.incidents))
    assert values(window) == {"water_cm": 1.5, "rising": True, "trapped": 3.0}
    window.until(lambda: "1,5 cm" in window.details_text)
    assert "Jiwa terancam" in window.details_text


def test_bad_answer_keeps_the_report_and_focuses_its_field(window: OpenWindow):
    start_flood(window)
    window.write("selutut")
    window.key(ENTER)
    form = window.shell.parts.report_form
    window.until(lambda: focused() == "answer_water_cm")
    assert window.shell.parts.side.page is SidePage.REPORT
    assert form.draft().answers == {"water_cm": "selutut"}
    assert not window.incidents
    window.write("80")  # the wrong text is selected
    window.edit("report_people_at_risk").setText("banyak")
    window.key(ENTER)
    window.until(lambda: focused() == "report_people_at_risk")
    window.edit("report_people_at_risk").setText("0")
    window.key(ENTER)
    window.until(lambda: bool(window.incidents))
    assert window.incidents[0].intake.people_at_risk == 0


def test_answers_are_corrected_and_undone(window: OpenWindow):
    start_flood(window)
    window.write("80")
    window.key(ENTER)
    window.until(lambda: bool(window.incidents))
    window.key(Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: focused() == "edit_people_at_risk")
    window.write("banyak")
    window.key(ENTER)
    assert window.shell.parts.side.page is SidePage.EDIT
    window.edit("edit_people_at_risk").setText("4")
    window.edit("edit_answer_water_cm").setText("")
    window.key(ENTER)
    window.until(lambda: window.incidents[0].intake.people_at_risk == 4)
    assert values(window) == {}
    window.wait_for_toast("jawaban disimpan")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: window.incidents[0].intake.people_at_risk is None)
    assert values(window) == {"water_cm": 80.0}


def test_answer_to_an_unknown_question_is_shown_and_kept(window: OpenWindow, data: Path):
    start_flood(window)
    window.key(ENTER)
    window.until(lambda: bool(window.incidents))
    body = IncidentAnswered(answers=(Answer(question="of_another_regency", value="dua perahu"),))
    with open_second_store(data) as store:
        store.save(answer_questions(store.incidents()[0], body))
    window.until(lambda: "of_another_regency" in values(window) and "of_another_regency" in window.details_text)
    window.key(Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: window.shell.parts.side.page is SidePage.EDIT)
    assert window.edit("edit_answer_of_another_regency").isReadOnly()
    assert window.edit("edit_answer_of_another_regency").text() == "dua perahu"
    assert window.incidents[0].hazard is Hazard.FLOOD


def test_place_words_are_edited_kept_by_another_point_and_undone(window: OpenWindow):
    window.key(Qt.Key.Key_N)
    window.until(lambda: focused() == "place_text")
    window.write("koto baru jorong simpang dekat masjid")
    window.key(ENTER)
    window.until(lambda: focused().startswith("choice_"))
    window.write("b")
    window.key(ENTER)
    window.until(lambda: bool(window.incidents))

    def words() -> tuple[str, str]:
        place = window.incidents[0].place
        assert place is not None
        return place.jorong, place.landmark

    assert words() == ("simpang", "dekat masjid")
    window.until(lambda: "dekat masjid" in window.details_text)
    window.key(Qt.Key.Key_E)
    window.until(lambda: window.shell.parts.side.page is SidePage.EDIT)
    window.edit("edit_landmark").setText("x" * 121)
    window.key(ENTER)
    assert window.shell.parts.side.page is SidePage.EDIT
    window.edit("edit_landmark").setText("seberang pasar")
    window.edit("edit_occurred_at").setText("besok")
    window.key(ENTER)
    assert window.shell.parts.side.page is SidePage.EDIT
    window.edit("edit_occurred_at").setText("kemarin 21.15")
    window.key(ENTER)
    window.until(lambda: words() == ("simpang", "seberang pasar"))
    assert window.incidents[0].occurred_at < window.incidents[0].reported_at
    lon_deg, lat_deg = window.incidents[0].place.lon_deg, window.incidents[0].place.lat_deg
    window.commands.incidents.edit_actions.relocate(window.incidents[0].id, lon_deg, lat_deg + 0.001)
    window.until(lambda: window.incidents[0].place.lat_deg != lat_deg)
    assert words() == ("simpang", "seberang pasar")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: window.incidents[0].place.lat_deg == lat_deg)


def test_pasted_short_link_is_explained_in_the_form(window: OpenWindow):
    window.key(Qt.Key.Key_N)
    window.until(lambda: focused() == "place_text")
    window.write("https://maps.app.goo.gl/x")
    window.until(lambda: "Tautan pendek maps.app.goo.gl" in visible_texts(window.shell.parts.report_form))
    window.edit("place_text").clear()
    window.write("https://www.google.com/maps/place/X/data=!3d-0.8!4d100.63")
    window.key(ENTER)
    place = window.shell.parts.report_form.draft().place
    assert place is not None
    assert (place.lon_deg, place.lat_deg) == (100.63, -0.8)
