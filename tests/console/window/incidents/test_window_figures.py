"""Casualties, damage and people by group by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.incidents.entry_bodies import FigureGroups, PeopleGroups


@pytest.fixture
def incident_window(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window with an unsynced incident selected."""
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def fill(window: OpenWindow, **texts: str) -> None:
    for name, text in texts.items():
        window.edit(f"edit_{name}").setText(text)
    window.key(Qt.Key.Key_Return)


def test_figures_and_groups_are_recorded_by_keyboard(incident_window: OpenWindow):
    incident_window.key(Qt.Key.Key_H)
    assert incident_window.shell.parts.side.page is SidePage.EDIT
    fill(incident_window, source="BPBD", farmland_m2="0,25", loss_idr="Rp 1.500.000", bridges="satu")
    bridges: QLineEdit = incident_window.edit("edit_bridges")
    assert "bilangan bulat" in bridges.accessibleDescription()
    fill(incident_window, bridges="1", displaced_people="42")
    incident_window.until(lambda: incident_window.incident.figures.displaced_people == 42)
    figures = incident_window.incident.figures
    assert (figures.farmland_m2, figures.loss_idr, figures.bridges) == (2_500, 1_500_000, 1)
    incident_window.until(lambda: "0,25 ha" in incident_window.details_text)

    incident_window.key(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    fill(incident_window, source="PMI", time="besok", male="20", female="20")
    assert incident_window.edit("edit_time").accessibleDescription()
    fill(incident_window, time="00.00")
    incident_window.until(lambda: len(incident_window.incident.observations) == 2)
    stated = incident_window.incident.observations[-1]
    assert stated.groups == FigureGroups(displaced_people=PeopleGroups(male=20, female=20))
    incident_window.wait_for_toast("laki-laki + perempuan = 40 (PMI)", "jumlahnya 42")
    incident_window.until(lambda: "laki-laki 20, perempuan 20 (PMI" in incident_window.details_text)
