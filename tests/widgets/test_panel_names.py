"""Panels that take the focus have a name for assistive programs."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.bulletins.data_sources_panel import DataSourcesPanel
from tabuah.widgets.stations.unregistered_panel import UnregisteredStationsPanel
from tabuah.widgets.sync.tray_panel import TrayPanel
from tabuah.widgets.theme.appearance import Appearance


@pytest.mark.parametrize("panel", [DataSourcesPanel, TrayPanel, UnregisteredStationsPanel])
def test_panel_has_a_name(qtbot: QtBot, appearance: Appearance, panel: Callable[[Appearance], QWidget]) -> None:
    shown = panel(appearance)
    qtbot.addWidget(shown)
    assert shown.accessibleName()
