"""The report form: a call is recorded by keyboard alone."""

from datetime import UTC, datetime

import pytest
from gallery.samples import CALL_CLASSES, CHANNELS, DRAFT, HAZARDS, NOW, PLACES, SEVERITIES
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChip, ChoiceChips
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.incidents.call_end_buttons import CallEndButtons
from tabuah.widgets.incidents.report_draft import ReportDraft, ReportProblems
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.incidents.values import DuplicateItem
from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture
def form(qtbot: QtBot, appearance: Appearance) -> ReportForm:
    widget = ReportForm(appearance, clock=lambda: NOW)
    qtbot.addWidget(widget)
    widget.show_choices(hazards=HAZARDS, severities=SEVERITIES, channels=CHANNELS)
    widget.show_draft(ReportDraft())
    widget.resize(420, 900)
    widget.show()
    widget.activateWindow()
    return widget


def edit(form: ReportForm, name: str) -> QLineEdit:
    found = form.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def note(form: ReportForm) -> GrowingTextEdit:
    found = form.findChild(GrowingTextEdit, "report_note")
    assert isinstance(found, GrowingTextEdit)
    return found


def errors(form: ReportForm) -> str:
    return " ".join(label.text() for label in form.findChildren(Text) if label.isVisible())


def test_report_is_completed_by_keyboard(qtbot: QtBot, form: ReportForm) -> None:
    form.place_query_changed.connect(lambda _query: form.show_suggestions(PLACES))
    form.focus_place()
    qtbot.waitUntil(edit(form, "place_text").hasFocus)
    qtbot.keyClicks(edit(form, "place_text"), "koto")
    qtbot.keyClick(edit(form, "place_text"), Qt.Key.Key_Down)
    with qtbot.waitSignal(form.place_chosen) as chosen:
        qtbot.keyClick(edit(form, "place_text"), Qt.Key.Key_Return)
    assert chosen.args == [PLACES[1]]
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "l")
    with qtbot.waitSignal(form.submitted) as heard:
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    draft = heard.args[0]
    assert (draft.hazard, draft.place) == ("landslide", PLACES[1])
    assert draft.occurred_at == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_report_shows_missing_fields(qtbot: QtBot, form: ReportForm) -> None:
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    assert "Pilih jenis kejadian" in errors(form)
    assert "Isi lokasinya." in errors(form)


def test_report_rejects_text_without_place(qtbot: QtBot, form: ReportForm) -> None:
    qtbot.keyClicks(edit(form, "place_text"), "dekat pasar")
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    assert "tunjuk di peta (F4)" in errors(form)


def test_report_errors_vanish_when_solved(qtbot: QtBot, form: ReportForm) -> None:
    qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "b")
    assert "Pilih jenis kejadian" not in errors(form)
    assert errors(form).count("Isi lokasinya.") == 2  # at the field and at the button
    form.focus_place()
    form.show_suggestions(PLACES)
    qtbot.keyClick(edit(form, "place_text"), Qt.Key.Key_Return)
    assert "Isi lokasinya." not in errors(form)
    assert edit(form, "place_text").property("invalid") is False


def test_report_error_of_owner_stays_until_field_changes(qtbot: QtBot, form: ReportForm) -> None:
    form.show_problems(ReportProblems(title="Judulnya terlalu panjang."))
    qtbot.keyClicks(note(form), "air naik")
    assert "Judulnya terlalu panjang." in errors(form)
    qtbot.keyClicks(edit(form, "report_title"), "Banjir")
    assert "Judulnya terlalu panjang." not in errors(form)


def test_place_field_reports_unknown_name(qtbot: QtBot, form: ReportForm) -> None:
    form.place_query_changed.connect(lambda _query: form.show_suggestions(()))
    form.focus_place()
    qtbot.keyClicks(edit(form, "place_text"), "lubuk")
    assert "Tidak ada tempat dengan nama ini" in errors(form)
    edit(form, "place_text").selectAll()
    qtbot.keyClick(edit(form, "place_text"), Qt.Key.Key_Delete)
    assert "Tidak ada tempat dengan nama ini" not in errors(form)


def test_digit_at_hazard_chooses_severity(qtbot: QtBot, form: ReportForm) -> None:
    numbered = tuple(replace(choice, key=str(number)) for number, choice in enumerate(SEVERITIES, 1))
    form.show_choices(hazards=HAZARDS, severities=numbered, channels=CHANNELS)
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "b")
    qtbot.waitUntil(lambda: isinstance(form.focusWidget(), ChoiceChip))
    qtbot.keyClicks(form.focusWidget(), "3")
    assert form.draft().severity == "severe"


def test_tab_stops_at_selected_choice(qtbot: QtBot, form: ReportForm) -> None:
    form.show_draft(ReportDraft(severity="moderate"))
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "b")
    qtbot.waitUntil(lambda: isinstance(form.focusWidget(), ChoiceChip))
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    assert form.focusWidget().objectName() == "choice_moderate"


def test_report_f4_picks_place_on_map(qtbot: QtBot, form: ReportForm) -> None:
    with qtbot.waitSignal(form.pick_requested):
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_F4)
    form.show_place(PLACES[0])
    assert form.draft().place == PLACES[0]


def test_report_escape_keeps_draft(qtbot: QtBot, form: ReportForm) -> None:
    form.show_draft(DRAFT)
    qtbot.keyClicks(edit(form, "report_caller"), "Bu Ros")
    with qtbot.waitSignal(form.cancelled):
        qtbot.keyClick(edit(form, "report_caller"), Qt.Key.Key_Escape)
    assert form.draft().caller_name == "Bu Ros"
    assert form.draft().severity == "severe"


def test_report_outside_place_needs_reason(qtbot: QtBot, form: ReportForm) -> None:
    form.show_draft(DRAFT)
    form.ask_outside_reason("Titik ini 400 m di luar batas kabupaten.")
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    qtbot.keyClicks(edit(form, "report_outside"), "diminta Kota Solok")
    with qtbot.waitSignal(form.submitted) as heard:
        qtbot.keyClick(edit(form, "report_title"), Qt.Key.Key_Return)
    assert heard.args[0].outside_reason == "diminta Kota Solok"


def test_report_enter_on_close_does_not_save(qtbot: QtBot, form: ReportForm) -> None:
    form.show_draft(DRAFT)
    with qtbot.assertNotEmitted(form.submitted), qtbot.waitSignal(form.cancelled):
        qtbot.keyClick(form.findChild(KeyButton, "report_close"), Qt.Key.Key_Return)


def test_report_shows_problem_at_its_field(form: ReportForm) -> None:
    form.show_problems(ReportProblems(occurred_at="Waktu ini belum terjadi."))
    assert "Waktu ini belum terjadi." in errors(form)
    assert form.findChild(QWidget, "report_moment").accessibleDescription() == "Waktu ini belum terjadi."


def test_place_suggestions_close_when_text_is_cleared(qtbot: QtBot, form: ReportForm) -> None:
    form.focus_place()
    qtbot.waitUntil(edit(form, "place_text").hasFocus)
    qtbot.keyClicks(edit(form, "place_text"), "k")
    form.show_suggestions(PLACES)
    assert form.findChild(QListWidget).isVisible()
    qtbot.keyClick(edit(form, "place_text"), Qt.Key.Key_Backspace)
    assert not form.findChild(QListWidget).isVisible()


SAME = DuplicateItem(id="a", number="SLK-7K3-0012", title="Banjir", detail="jenis sama")


@pytest.fixture
def asking(qtbot: QtBot, form: ReportForm) -> ReportForm:
    """Return a form with hazard and place that asks about a duplicate."""
    form.identified.connect(lambda: form.show_duplicates((SAME,)))
    form.show_place(PLACES[0])
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "b")
    qtbot.waitUntil(the_list(form).hasFocus)
    return form


def the_list(form: ReportForm) -> QListWidget:
    found = form.findChild(QListWidget, "duplicate_list")
    assert isinstance(found, QListWidget)
    return found


def test_report_asks_about_duplicate_before_saving(qtbot: QtBot, asking: ReportForm) -> None:
    with qtbot.assertNotEmitted(asking.submitted):
        qtbot.keyClick(edit(asking, "report_title"), Qt.Key.Key_Return)
    assert "Pilih dulu" in errors(asking)
    with qtbot.assertNotEmitted(asking.duplicate_chosen):
        qtbot.keyClicks(the_list(asking), "n")
    with qtbot.waitSignal(asking.submitted) as heard:
        qtbot.keyClick(edit(asking, "report_title"), Qt.Key.Key_Return)
    assert heard.args[0].adds_to == ""


def test_rejected_duplicate_is_not_asked_again(qtbot: QtBot, asking: ReportForm) -> None:
    qtbot.keyClicks(the_list(asking), "n")
    qtbot.keyClicks(asking.findChild(ChoiceChips, "report_hazard"), "b")
    assert the_list(asking).isHidden() or not the_list(asking).isVisible()


def test_duplicate_takes_caller_and_note(qtbot: QtBot, asking: ReportForm) -> None:
    with qtbot.waitSignal(asking.duplicate_chosen) as chosen:
        qtbot.keyClick(the_list(asking), Qt.Key.Key_Return)
    asking.show_addition(chosen.args[0], SAME.number)
    assert edit(asking, "report_caller").hasFocus()
    assert not edit(asking, "place_text").isVisible()
    qtbot.keyClicks(edit(asking, "report_caller"), "Bu Yanti")
    with qtbot.waitSignal(asking.submitted) as heard:
        qtbot.keyClick(edit(asking, "report_caller"), Qt.Key.Key_Return)
    assert (heard.args[0].adds_to, heard.args[0].caller_name) == ("a", "Bu Yanti")


def test_escape_leaves_addition_for_new_incident(qtbot: QtBot, asking: ReportForm) -> None:
    asking.show_addition("a", SAME.number)
    with qtbot.assertNotEmitted(asking.cancelled):
        qtbot.keyClick(edit(asking, "report_caller"), Qt.Key.Key_Escape)
    assert edit(asking, "place_text").isVisible()
    assert asking.draft().adds_to == ""


def test_report_form_shows_whole_coordinates_in_narrow_panel(form: ReportForm) -> None:
    form.resize(320, 900)
    field = edit(form, "place_text")
    field.setText("100,6531° BT 0,8360° LS")
    room_px = field.width() - 2 * 14
    assert field.fontMetrics().horizontalAdvance(field.text()) <= room_px


def test_call_end_of_a_form_with_a_hazard_needs_the_same_key_twice(qtbot: QtBot, form: ReportForm) -> None:
    form.show_call_classes(CALL_CLASSES)
    qtbot.keyClicks(form.findChild(ChoiceChips, "report_hazard"), "b")
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3):
        with qtbot.assertNotEmitted(form.call_ended):
            qtbot.keyClick(form, key)
    assert "Formulir berisi laporan" in errors(form)
    qtbot.keyClicks(note(form), "air naik")
    with qtbot.assertNotEmitted(form.call_ended):
        qtbot.keyClick(form, Qt.Key.Key_F3)
    with qtbot.waitSignal(form.call_ended) as heard:
        qtbot.keyClick(form, Qt.Key.Key_F3)
    assert heard.args[0] == CALL_CLASSES[1].code


def test_call_end_button_ends_the_call(qtbot: QtBot, form: ReportForm) -> None:
    form.show_call_classes(CALL_CLASSES)
    button = form.findChild(KeyButton, "report_call_information")
    with qtbot.waitSignal(form.call_ended) as heard:
        button.click()
    assert heard.args[0] == "information"


def test_call_end_is_not_offered_for_an_addition_or_an_unreadable_time(qtbot: QtBot, form: ReportForm) -> None:
    form.show_call_classes(CALL_CLASSES)
    edit(form, "report_moment").setText("besok sore")
    with qtbot.assertNotEmitted(form.call_ended):
        qtbot.keyClick(form, Qt.Key.Key_F2)
    form.show_draft(ReportDraft())
    form.show_addition("an-id", "SLK-1")
    assert not form.findChild(CallEndButtons).isVisible()
    with qtbot.assertNotEmitted(form.call_ended):
        qtbot.keyClick(form, Qt.Key.Key_F2)
    form.show_addition("", "")
    assert form.findChild(CallEndButtons).isVisible()


def test_second_report_has_no_hazard_of_the_first(form: ReportForm) -> None:
    form.show_draft(ReportDraft(hazard="flood"))
    form.show_choices(hazards=HAZARDS, severities=SEVERITIES, channels=CHANNELS)
    form.show_draft(ReportDraft())
    assert form.draft().hazard == ""


def test_note_that_is_too_long_is_refused_and_kept(qtbot: QtBot, form: ReportForm) -> None:
    source = QMimeData()
    source.setText("x" * 100_000)
    note(form).setPlainText("air naik")
    note(form).insertFromMimeData(source)
    assert "paling banyak 15.000 karakter" in errors(form)
    assert form.draft().note == "air naik"
    qtbot.keyClicks(note(form), "!")
    assert "15.000" not in errors(form)
    form.show_draft(replace(DRAFT, note="x" * 15_001))
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(note(form), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Catatan terlalu panjang" in errors(form)
    assert len(form.draft().note) == 15_001


def test_short_link_is_explained_at_the_place(qtbot: QtBot, form: ReportForm) -> None:
    form.place_query_changed.connect(lambda _query: form.show_suggestions((), problem="Tautan pendek."))
    form.focus_place()
    qtbot.keyClicks(edit(form, "place_text"), "https://maps.app.goo.gl/x")
    assert "Tautan pendek." in errors(form)
