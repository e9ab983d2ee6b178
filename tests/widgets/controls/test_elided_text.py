"""Labels of one line that are elided."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.labels import ElidedText
from tabuah.widgets.theme.appearance import Appearance

MARGIN_PX = 20


def painted_columns(image: QImage) -> list[int]:
    """Return the columns that differ from the first one."""
    first = [image.pixel(0, y) for y in range(image.height())]
    return [x for x in range(image.width()) if [image.pixel(x, y) for y in range(image.height())] != first]


@pytest.mark.parametrize(
    "text", ["3 panggilan", "3 panggilan: " + "panggilan iseng 1, " * 9], ids=["short", "elided"]
)
def test_elided_text_stays_between_its_margins(qtbot: QtBot, appearance: Appearance, text: str) -> None:
    label = ElidedText(appearance, text)
    qtbot.addWidget(label)
    label.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
    label.setFixedSize(200, 24)
    label.show()
    columns = painted_columns(label.grab().toImage().scaled(label.size()))
    assert MARGIN_PX <= min(columns) <= MARGIN_PX + 3
    assert max(columns) < label.width() - MARGIN_PX


def test_elided_text_shrinks_to_its_margins_and_an_ellipsis(qtbot: QtBot, appearance: Appearance) -> None:
    label = ElidedText(appearance, "3 panggilan")
    qtbot.addWidget(label)
    before = label.minimumSizeHint().width()
    label.setContentsMargins(MARGIN_PX, 0, 4, 0)
    assert label.minimumSizeHint().width() == before + MARGIN_PX + 4
