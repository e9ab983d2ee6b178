"""The card of an answer: sentences, emoji, pasted texts, and large text."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.messages.answer_card import AnswerCard, AnswerSentence, AnswerStatus, AnswerView
from tabuah.widgets.theme.appearance import Appearance

LONGEST = 1_000
SENTENCES = tuple(
    AnswerSentence(code=f"s{n}", texts={"id": f"Kalimat nomor {n} untuk pelapor.", "en": f"Sentence {n}."})
    for n in range(1, 10)
)
VIEW = AnswerView(key="m1", to="Yanti", received="Air naik", sentences=SENTENCES)
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def card(qtbot: QtBot, appearance: Appearance) -> Iterator[AnswerCard]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    card = AnswerCard(appearance, window, longest=LONGEST)
    card.open_card(VIEW)
    yield card
    card.close_card()


def edit_of(card: AnswerCard) -> GrowingTextEdit:
    return card.findChild(GrowingTextEdit, "answer_text")


def send_of(card: AnswerCard) -> KeyButton:
    return card.findChild(KeyButton, "answer_send")


def pasted(text: str) -> QMimeData:
    source = QMimeData()
    source.setText(text)
    return source


@pytest.mark.parametrize("gap", ["", " "])
def test_sentence_after_emoji_is_separated_by_one_space(card: AnswerCard, qtbot: QtBot, gap: str):
    edit = edit_of(card)
    edit.insertPlainText(f"🙏🏽👍{gap}akhir")
    for _letter in "akhir":
        qtbot.keyClick(edit, Qt.Key.Key_Left)
    qtbot.keyClick(edit, Qt.Key.Key_1, ALT)
    assert edit.toPlainText() == "🙏🏽👍 Kalimat nomor 1 untuk pelapor.akhir"


def test_sentence_at_the_begin_of_a_line_or_after_a_space_gets_no_space(card: AnswerCard, qtbot: QtBot):
    edit = edit_of(card)
    qtbot.keyClick(edit, Qt.Key.Key_E, ALT)
    edit.insertPlainText("Halo \n")
    qtbot.keyClick(edit, Qt.Key.Key_1, ALT)
    edit.insertPlainText(" ")
    qtbot.keyClick(edit, Qt.Key.Key_2, ALT)
    assert edit.toPlainText() == "Halo \nSentence 1. Sentence 2."


def test_submitted_text_keeps_its_emoji(card: AnswerCard, qtbot: QtBot):
    edit = edit_of(card)
    edit.insertPlainText("Terima kasih 👨‍👩‍👧 🇮🇩")
    with qtbot.waitSignal(card.submitted) as sent:
        qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert sent.args == ["m1", "Terima kasih 👨‍👩‍👧 🇮🇩"]


def test_paste_of_100_kb_is_refused_and_says_so(card: AnswerCard):
    edit = edit_of(card)
    edit.insertPlainText("Kami periksa")
    edit.insertFromMimeData(pasted("x" * 100_000))
    assert edit.toPlainText() == "Kami periksa"
    assert "terlalu panjang" in card.findChild(QLabel, "answer_count").text()


def test_text_longer_than_an_answer_cannot_be_sent(card: AnswerCard, qtbot: QtBot):
    edit = edit_of(card)
    edit.insertPlainText("x" * (LONGEST + 1))
    assert not send_of(card).isEnabled()
    with qtbot.assertNotEmitted(card.submitted, wait=0):
        qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)


def test_refusal_disables_sending_until_it_ends(card: AnswerCard):
    edit_of(card).insertPlainText("Kami periksa")
    card.show_status(AnswerStatus(refusal="Peran ini tidak boleh menjawab."))
    assert not send_of(card).isEnabled()
    card.show_status(AnswerStatus())
    assert send_of(card).isEnabled()


def test_opening_is_no_edit(card: AnswerCard, qtbot: QtBot):
    with qtbot.assertNotEmitted(card.edited, wait=0):
        card.open_card(replace(VIEW, text="tidak terkirim"))
    with qtbot.waitSignal(card.edited) as edited:
        edit_of(card).insertPlainText(".")
    assert edited.args == ["m1", "tidak terkirim."]


def test_focus_returns_to_where_it_was(card: AnswerCard, qtbot: QtBot):
    card.close_card()
    before = KeyButton(card._appearance, "x")
    before.setParent(card.parentWidget())
    before.show()
    before.setFocus()
    card.open_card(VIEW)
    qtbot.keyClick(edit_of(card), Qt.Key.Key_Escape)
    assert card.parentWidget().focusWidget() is before


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_card_with_much_text_stays_in_the_window(
    card: AnswerCard, qtbot: QtBot, appearance: Appearance, scale: float
):
    try:
        appearance.show_text_scale(scale)
        status = AnswerStatus(warning="\n".join(["Sudah dijawab."] * 4), refusal="Tidak boleh.")
        card.open_card(replace(VIEW, received="Air naik di pasar " * 22, text="baris\n" * 40, status=status))
        qtbot.waitUntil(lambda: card.height() > 600)
        assert card.parentWidget().rect().contains(card.geometry())
        assert card.rect().contains(send_of(card).geometry())
    finally:
        appearance.show_text_scale(1.0)
