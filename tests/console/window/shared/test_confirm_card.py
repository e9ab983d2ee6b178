"""The confirm card is as high as its wrapped texts."""

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.operations.bounds import LONGEST_REASON
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.theme.appearance import Appearance


def test_confirm_card_places_buttons_below_field(qtbot: QtBot, qapp: QApplication) -> None:
    appearance = Appearance()
    appearance.apply_to(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    for length in range(20, 60):  # one of these titles only just fits without the frame of the card
        card = ConfirmCard(appearance, window)
        title = ("Hapus lembar kalibrasi dari " + "i" * 40 + " Koto Baru")[: 28 + length]
        card.ask(Question(title=title, text="", confirm="Hapus", field="Alasan"), lambda _text: None)
        field, yes = card.findChild(QLineEdit, "confirm_field"), card.findChild(KeyButton, "confirm_yes")
        assert isinstance(field, QLineEdit)
        assert isinstance(yes, KeyButton)
        assert yes.y() > field.geometry().bottom(), title


def test_confirm_card_error_vanishes_with_text(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    card = ConfirmCard(Appearance(), window)
    card.ask(Question(title="T", text="", confirm="Ya", field="Regu", required="Isi regu."), lambda _text: None)
    yes, field = card.findChild(KeyButton, "confirm_yes"), card.findChild(QLineEdit, "confirm_field")
    assert isinstance(field, QLineEdit)
    assert isinstance(yes, KeyButton)
    yes.click()
    assert shown_texts(card).count("Isi regu.") == 1
    field.setText("TRC-1")
    assert "Isi regu." not in shown_texts(card)


@pytest.mark.parametrize(("is_final", "kind"), [(True, ButtonKind.DANGER), (False, ButtonKind.PRIMARY)])
def test_confirm_card_shows_final_act_as_danger(
    qtbot: QtBot, qapp: QApplication, is_final: bool, kind: ButtonKind
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    card = ConfirmCard(Appearance(), window)
    card.ask(Question(title="T", text="", confirm="Ya", is_final=is_final), lambda _text: None)
    yes = card.findChild(KeyButton, "confirm_yes")
    assert isinstance(yes, KeyButton)
    assert yes.kind is kind


def test_confirm_card_keeps_a_reason_that_is_too_long(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    card, given = ConfirmCard(Appearance(), window), []
    card.ask(Question(title="T", text="", confirm="Ya", field="Alasan", is_reason=True), given.append)
    yes, field = card.findChild(KeyButton, "confirm_yes"), card.findChild(QLineEdit, "confirm_field")
    assert isinstance(field, QLineEdit)
    assert isinstance(yes, KeyButton)
    field.setText("x" * (LONGEST_REASON + 1))
    yes.click()
    assert (given, len(field.text()), card.isVisible()) == ([], LONGEST_REASON + 1, True)
    assert any("401" in text for text in shown_texts(card))
    field.setText("x" * LONGEST_REASON)
    yes.click()
    assert given == ["x" * LONGEST_REASON]


def shown_texts(card: ConfirmCard) -> list[str]:
    return [text.text() for text in card.findChildren(Text) if text.isVisible()]


def test_confirm_card_asked_again_is_as_high_as_its_parts(qtbot: QtBot, qapp: QApplication) -> None:
    appearance = Appearance()
    appearance.apply_to(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    before = QLineEdit(window)
    before.show()
    before.setFocus()
    card = ConfirmCard(appearance, window)
    card.ask(Question(title="Pertanyaan pertama", text="", confirm="Ya"), lambda _text: None)
    second = Question(title="Pertanyaan kedua " * 5, text="Penjelasan " * 40, confirm="Hapus", field="Alasan")
    card.ask(second, lambda _text: None)
    while_open = card.height()
    yes = shown_button(card)
    assert yes.isVisible()
    assert card.rect().contains(yes.geometry())
    card.cancel()
    assert window.focusWidget() is before
    card.ask(second, lambda _text: None)
    assert while_open == card.height()


def shown_button(card: ConfirmCard) -> KeyButton:
    return next(each for each in card.findChildren(KeyButton, "confirm_yes") if not each.isHidden())
