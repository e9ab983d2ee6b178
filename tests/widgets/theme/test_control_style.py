"""The style of plain controls: check boxes in both themes and text sizes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture
def check_box(qtbot: QtBot, appearance: Appearance) -> QCheckBox:
    box = QCheckBox("Danau")
    qtbot.addWidget(box)
    box.show()
    return box


def ground_of(box: QCheckBox) -> str:
    """Return the colour inside the box, left of its tick."""
    return box.grab().toImage().pixelColor(3, box.height() // 2).name()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_check_box_is_filled_when_checked(check_box: QCheckBox, appearance: Appearance, theme: str) -> None:
    appearance.show_theme(theme)
    try:
        assert ground_of(check_box) != appearance.palette.accent
        check_box.setChecked(True)
        assert ground_of(check_box) == appearance.palette.accent
    finally:
        appearance.show_theme("dark")


def test_check_box_grows_with_text(check_box: QCheckBox, appearance: Appearance) -> None:
    height = check_box.sizeHint().height()
    try:
        appearance.show_text_scale(1.5)
        assert check_box.sizeHint().height() == round(1.5 * height)
    finally:
        appearance.show_text_scale(1.0)


@pytest.mark.usefixtures("appearance")
def test_tooltip_shows_markup_of_titles_as_text(qtbot: QtBot, check_box: QCheckBox) -> None:
    """A title with a picture of another computer would make Windows log in there."""
    QToolTip.showText(QPoint(5, 5), "<b>Banjir</b><img src='//10.0.0.1/x.png'>", check_box)
    tips = open_tooltips()
    assert [tip.textFormat() for tip in tips] == [Qt.TextFormat.PlainText]
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not open_tooltips())


def open_tooltips() -> list[QLabel]:
    shown = QApplication.topLevelWidgets()
    return [widget for widget in shown if isinstance(widget, QLabel) and widget.inherits("QTipLabel")]
