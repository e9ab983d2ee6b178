"""The status bar: its height does not depend on what it shows."""

import pytest
from pytestqt.qtbot import QtBot

from tabuah.widgets.shell.status_bar import StatusBar
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level, StatusItem, StatusSummary

SUMMARY = StatusSummary(
    services=(StatusItem(text="Server tersambung", level=Level.NORMAL),), trust=(StatusItem(text="0.1.0"),)
)


@pytest.mark.parametrize("text_scale", [1.0, 1.5])
def test_empty_bar_is_as_high_as_filled_one(qtbot: QtBot, text_scale: float) -> None:
    empty, filled = (StatusBar(Appearance(text_scale=text_scale)) for _ in range(2))
    filled.show_status(SUMMARY)
    for bar in (empty, filled):
        qtbot.addWidget(bar)
        bar.show()
    assert filled.layout().sizeHint().height() == empty.sizeHint().height()
    assert filled.layout().minimumSize().height() == empty.minimumSizeHint().height()
