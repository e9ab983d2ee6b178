"""What each action of the window opens, in both languages and themes: names, Tab order, cut texts, contrast, texts.

The lists are filled: a list without rows hides most faults. A new action is visited without a change here.
For a finding, mend the widget; the place names it and those around it. Where a finding is right as it is, add it
to `EXCEPTIONS` with the reason.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QListView, QWidget
from support.accessibility import Finding, audit, controls, place_of, shown_widgets
from support.filled_store import fill_server, fill_store
from support.other_language import faulty_texts, texts_in, texts_of_other_language
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    raise_alarm_at_gauge,
    register_gauge,
)

from tabuah.console.window.people.requirements import needs_administrator
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.action import Action
from tabuah.console.window.shell.actions import ACTIONS
from tabuah.console.window.state.window_settings import WindowSettings, save_window_settings
from tabuah.operations.people.roles import Role

SIZE: Final = (1366, 768)  # the commonest office laptop
NOT_VISITED: Final = {
    "quit",
    "language",  # each language has a window of its own
    "theme",
    "larger",
    "smaller",
    "full_screen",
    "detach_chart",
    "detach_details",
    "toggle_board",  # `visit_panels` shows them
    "toggle_details",
    "toggle_chart",
    "toggle_units",
    "toggle_layers",
    "lock",  # replaces the window
    "hand_over",
    "log_out",
}
EXCEPTIONS: Final = {
    ("unreachable", "palette_results"): "the arrow keys of the search field move in the results",
}


class Tour:
    """Runs actions of a window and keeps the findings about each view that is new."""

    def __init__(self, window: OpenWindow, language: str) -> None:
        self.window, self.language = window, language
        self.findings: dict[Finding, str] = {}
        self._seen: set[frozenset[str]] = set()
        self._read: set[str] = set()

    def visit(self, action: Action) -> None:
        """Run an action where it is available, and look at what it shows."""
        if self.window.console.objects.availability.reason_of(action.id):
            return
        action.run(self.window.commands)
        self._look(action.id)
        self._leave()

    def visit_panels(self) -> None:
        """Show all panels of the window, and the last one that was opened where there is no room for all."""
        for name, panel in self.window.shell.parts.panels.items():
            panel.show()
            self._look(name)

    def _look(self, name: str) -> None:
        self.window.settle()
        shell = self.window.shell
        dialogs = [each for each in _windows() if each is not shell]
        if any(isinstance(each, QFileDialog) for each in dialogs):
            return  # Qt's own
        for root in dialogs:
            self._audit(root, root, name)
        if not dialogs:
            for region in shell.parts.focus_regions:
                self._audit(shell, region, name)

    def _audit(self, root: QWidget, region: QWidget, name: str) -> None:
        widgets = [each for each in shown_widgets(root) if each is region or region.isAncestorOf(each)]
        places = frozenset(map(place_of, controls(widgets)))
        if places and places not in self._seen:
            self._seen.add(places)
            for finding in audit(root, widgets):
                self.findings.setdefault(finding, name)
        self._check_texts(widgets, name)

    def _check_texts(self, widgets: list[QWidget], name: str) -> None:
        """Find texts of the other language, and placeholders and codes, among those that were not read before."""
        for each in widgets:
            new = set(texts_in([each])) - self._read
            self._read |= new
            for text in texts_of_other_language(new, self.language):
                self.findings.setdefault(Finding("other language", place_of(each), text), name)
            for text in faulty_texts(new):
                self.findings.setdefault(Finding("code or placeholder", place_of(each), text), name)

    def _leave(self) -> None:
        """Close what an action has opened, and return to the map."""
        shell, parts = self.window.shell, self.window.shell.parts
        for each in _windows():
            if each is not shell:
                each.close()
        if self.window.commands.replay.moment is not None:
            self.window.commands.replay.toggle()
        parts.confirm.cancel()
        parts.palette.hide()
        parts.side.show_page(SidePage.DETAILS)
        parts.lower.show_chart()
        for toast in shell.findChildren(QWidget, "toast"):
            toast.hide()
        shell.activateWindow()
        self.window.until(shell.isActiveWindow)
        parts.map.canvas.setFocus()
        QTest.keyClick(parts.map.canvas, Qt.Key.Key_Escape)  # puts a tool of the map away


def _windows() -> list[QWidget]:
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


@pytest.fixture
def open_for(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> Callable[..., OpenWindow]:
    """Return a function that opens a window of a user in a language and a theme."""
    server.add_user("admin", Role.ADMIN)
    register_gauge(server)
    raise_alarm_at_gauge(server)
    fill_server(server)

    def open_it(user: str, language: str, theme: str) -> OpenWindow:
        log_in_and_sync(data, server, user)
        save_window_settings(data, WindowSettings(theme=theme, language=language))
        if user == "kalaksa":
            with open_second_store(data) as store:
                flood = fill_store(store, supervisor=user)
        window = open_console(language=language)
        window.shell.resize(*SIZE)
        window.until(lambda: window.shell.parts.strip.current is not None)
        if user == "kalaksa":
            window.choose(flood)
        return window

    return open_it


BOTH = pytest.mark.parametrize(("language", "theme"), [("id", "dark"), ("en", "light")])


def check(tour: Tour) -> None:
    found = [f"{finding} (after {name!r})" for finding, name in tour.findings.items() if not is_exception(finding)]
    if found:
        pytest.fail(f"{len(found)} findings; mend the widgets:\n" + "\n".join(sorted(found)), pytrace=False)


def is_exception(finding: Finding) -> bool:
    return any(finding.check == check and name in finding.place for check, name in EXCEPTIONS)


@BOTH
def test_views_of_a_supervisor_are_accessible(open_for, language: str, theme: str) -> None:
    tour = Tour(open_for("kalaksa", language, theme), language)
    for action in ACTIONS:
        if action.id not in NOT_VISITED:
            tour.visit(action)
    tour.visit_panels()
    check(tour)


@BOTH
def test_views_of_an_administrator_are_accessible(open_for, language: str, theme: str) -> None:
    tour = Tour(open_for("admin", language, theme), language)
    for action in ACTIONS:
        if action.needs is needs_administrator:
            tour.visit(action)
    check(tour)


def test_list_with_texts_of_the_other_language_is_found(qtbot) -> None:
    view = QListView()
    qtbot.addWidget(view)
    view.setModel(QStringListModel(["Save", "Simpan", "12 incidents", "SDN 05 Koto Baru"], view))
    texts = texts_in([view])
    assert texts_of_other_language(texts, "en") == ["Simpan"]
    assert texts_of_other_language(texts, "id") == ["12 incidents", "Save"]


@pytest.mark.parametrize("text", ["Kejadian {number}", "Sumber: None", "Lewat call_112", "<i>nan</i> m"])
def test_placeholder_or_code_in_a_text_is_found(qtbot, text: str) -> None:
    label = QLabel(text)
    qtbot.addWidget(label)
    assert faulty_texts(texts_in([label]))


def test_file_or_address_in_a_text_is_no_code() -> None:
    assert not faulty_texts(["Baca /var/lib/tabuah/base_map.gpkg", "https://data.example.org/a_b", "notices.toml"])
