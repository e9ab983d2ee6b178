"""A form that is asked for appears, also where its panel was hidden."""

import pytest
from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow

from tabuah.console.window.shared.panels import SidePage


def test_report_form_opens_hidden_details(window: OpenWindow) -> None:
    panel = window.shell.parts.panels["details"]
    panel.hide()
    window.key(Qt.Key.Key_N)
    window.until(panel.isVisible)
    window.until(window.edit("place_text").hasFocus)
    panel.hide()
    window.shell.parts.map.canvas.setFocus()
    window.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window.until(panel.isVisible)


@pytest.mark.parametrize("action", ["log_in", "keeping"])
def test_other_forms_open_hidden_details(window: OpenWindow, action: str) -> None:
    panel = window.shell.parts.panels["details"]
    panel.hide()
    commands = {"log_in": window.commands.sync.login.begin, "keeping": window.commands.stations.retention.begin}
    commands[action]()
    window.until(lambda: window.shell.parts.side.page is not SidePage.DETAILS)
    assert panel.isVisible()


def test_data_sources_open_hidden_chart(window: OpenWindow) -> None:
    panel = window.shell.parts.panels["chart"]
    panel.hide()
    window.commands.bulletins.begin()
    window.until(panel.isVisible)


def test_chart_strip_has_its_height_again_after_the_trays(window: OpenWindow) -> None:
    window.shell.resize(1366, 768)
    panel = window.shell.parts.panels["chart"]
    window.until(lambda: panel.height() < 80)
    strip_px = panel.height()
    window.key(Qt.Key.Key_B)
    window.until(lambda: panel.height() > 200)
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: panel.height() == strip_px)
