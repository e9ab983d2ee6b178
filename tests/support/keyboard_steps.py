"""Steps of a journey by keyboard: forms, menus, dialogs and file names; each step ends with the keyboard in place.

Set `TABUAH_JOURNEY_FILM` to a folder to get a picture of every step.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu, QPlainTextEdit, QWidget
from support.running_server import PASSWORD
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.screenshot import wait_for_map
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.choice_chips import ChoiceChip, ChoiceChips

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NEXT_CHIP = "→"
OFFICE_LAPTOP = QSize(1366, 768)
MOST_TABS = 60
_FILM = os.environ.get("TABUAH_JOURNEY_FILM", "")
_FILM_PATIENCE_MS = 1_500
DialogT = TypeVar("DialogT", bound=QDialog)


# Focus


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None, f"nothing has the keyboard in {QApplication.activeWindow()}"
    return found


def name_of(widget: QWidget) -> str:
    """Return the name of the field that a widget belongs to."""
    return widget.parentWidget().objectName() if isinstance(widget, ChoiceChip) else widget.objectName()


def step(window: OpenWindow, name: str) -> None:
    """End a step: a visible widget of the front window has the keyboard."""
    window.until(lambda: QApplication.focusWidget() is not None)
    widget, front = focused(), QApplication.activePopupWidget() or QApplication.activeWindow()
    assert front is not None, f"{name}: no window is in front"
    assert widget.isVisible(), f"{name}: {widget} has the keyboard and is hidden"
    assert QApplication.activePopupWidget() or widget.window() is front, f"{name}: {widget} is not in {front}"
    if _FILM:
        _take_picture(window, name)


def _take_picture(window: OpenWindow, name: str) -> None:
    wait_for_map(window.shell, _FILM_PATIENCE_MS)
    QTest.qWait(250)
    folder = Path(_FILM)
    folder.mkdir(parents=True, exist_ok=True)
    picture = QPixmap(window.shell.grab())
    painter = QPainter(picture)
    origin = window.shell.mapToGlobal(QPoint())
    for front in QApplication.topLevelWidgets():
        if front is not window.shell and front.isVisible() and front.windowType() is not Qt.WindowType.ToolTip:
            painter.drawPixmap(front.mapToGlobal(QPoint()) - origin, front.grab())
    painter.end()
    number = len(list(folder.glob(f"{name.partition('-')[0]}-*"))) + 1
    picture.save(str(folder / f"{name.replace('-', f'-{number:02}-', 1)}.png"))


def return_to_window(window: OpenWindow) -> None:
    """Activate the window, as a desktop does; the offscreen platform leaves none active after a menu or dialog."""
    _activate(window, window.shell)


def _activate(window: OpenWindow, behind: QWidget) -> None:
    behind.activateWindow()
    window.until(behind.isActiveWindow)


def tab_to(window: OpenWindow, *names: str) -> None:
    """Press Tab until one of the named fields has the keyboard."""
    visited = []
    for _ in range(MOST_TABS):
        visited.append(name_of(focused()))
        if visited[-1] in names:
            return
        window.key(Qt.Key.Key_Tab)
    raise AssertionError(f"{names} not reached with Tab over {visited}")


def dialog_in_front(window: OpenWindow, kind: type[DialogT]) -> DialogT:
    """Wait until a dialog is in front."""
    window.until(lambda: isinstance(QApplication.activeWindow(), kind))
    found = QApplication.activeWindow()
    assert isinstance(found, kind)
    return found


def leave_dialog(window: OpenWindow) -> None:
    """Close the front dialog with Escape."""
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, QDialog)
    behind = dialog.parentWidget().window()
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: QApplication.activeWindow() is not dialog)
    _activate(window, behind)


# Forms


def fields_in(form: QWidget) -> set[str]:
    """Return the names of all visible fields."""
    kinds = (QLineEdit, ChoiceChips, QPlainTextEdit, ChoiceBox)
    return {w.objectName() for kind in kinds for w in form.findChildren(kind) if w.isVisibleTo(form)}


def type_value(window: OpenWindow, value: str) -> None:
    """Type into the focused field, in place of its text; the arrow chooses the next chip."""
    if isinstance(focused(), QLineEdit | QPlainTextEdit):
        window.key(Qt.Key.Key_A, CTRL)
    if value == NEXT_CHIP:
        window.key(Qt.Key.Key_Right)
    else:
        window.write(value)


def fill(window: OpenWindow, form: QWidget, values: dict[str, str]) -> None:
    """Go through a form with Tab, and type into each of its fields."""
    assert fields_in(form) == set(values), "every field of the form is typed into"
    fill_some(window, form, values)


def fill_some(window: OpenWindow, form: QWidget, values: dict[str, str]) -> None:
    """Go through a form with Tab, and type into the named fields."""
    left = dict(values)
    for _ in range(MOST_TABS):
        widget = focused()
        assert form.isAncestorOf(widget), f"the focus left the form for {widget.objectName()}"
        window.until(lambda shown=widget: not shown.visibleRegion().isEmpty())  # the focus is scrolled into view
        if name_of(widget) in left:
            type_value(window, left.pop(name_of(widget)))
        if not left:
            return
        window.key(Qt.Key.Key_Tab)
    raise AssertionError(f"not reached with Tab: {sorted(left)}")


# Menus, commands and questions


def choose_in_menu(window: OpenWindow, code: str) -> None:
    """Choose an entry of the open menu with the arrow keys and Enter."""
    window.until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in menu.actions():
        window.qtbot.keyClick(menu, Qt.Key.Key_Down)
        active = menu.activeAction()
        if active is not None and active.data() == code:
            window.qtbot.keyClick(menu, Qt.Key.Key_Return)
            _activate(window, QApplication.activeModalWidget() or window.shell)
            return
    raise AssertionError(f"{code} is not in the menu")


def run_command(window: OpenWindow, words: str) -> None:
    """Find a command in the palette."""
    window.key(Qt.Key.Key_K, CTRL)
    window.until(lambda: window.shell.parts.palette.isVisible() and name_of(focused()) == "palette_text")
    window.write(words)
    window.key(Qt.Key.Key_Return)


def answer(window: OpenWindow, text: str = "", *, picture: str = "") -> None:
    """Answer the open question with Enter."""

    def card() -> QWidget | None:
        front = QApplication.activeWindow()
        cards: Iterable[QWidget] = front.findChildren(QWidget, "confirm_card") if front is not None else ()
        return next((each for each in cards if each.isVisible()), None)

    window.until(lambda: card() is not None)
    if text:
        window.key(Qt.Key.Key_A, CTRL)
        window.write(text)
    if picture:
        step(window, picture)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: card() is None)


def save_as(window: OpenWindow, file: Path, *, picture: str = "") -> None:
    """Type the path into the file dialog, and wait for the file."""
    choose_file(window, file, picture=picture)
    window.until(lambda: file.exists() and file.stat().st_size > 0)


def choose_file(window: OpenWindow, file: Path, *, picture: str = "") -> None:
    """Type the path into the file dialog."""
    dialog = dialog_in_front(window, QFileDialog)
    behind = dialog.parentWidget().window()
    window.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    if picture:
        step(window, picture)
    window.key(Qt.Key.Key_A, CTRL)
    window.write(str(file))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: QApplication.activeWindow() is not dialog)
    _activate(window, behind)


# People


def log_in(window: OpenWindow, url: str, user: str, *, picture: str = "") -> None:
    """Open the log-in in the palette, and log in."""
    run_command(window, "Masuk, atau ganti pengguna")
    fill_log_in(window, url, user, picture=picture)


def fill_log_in(window: OpenWindow, url: str, user: str, *, picture: str = "") -> None:
    """Fill in the open log-in, and wait until the console is that of the user and in sync."""
    window.until(lambda: window.shell.parts.side.page is SidePage.LOGIN)
    values = {"login_server": url, "login_user": user, "login_password": PASSWORD, "login_code": ""}
    window.until(lambda: name_of(focused()) in values)
    while name_of(focused()) != "login_server":
        window.key(Qt.Key.Key_Backtab)
    fill(window, window.shell.parts.login_form, values)
    if picture:
        step(window, picture)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: f"{user} · " in visible_texts(window.shell.parts.header))
    window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())


def wait_until_sent(window: OpenWindow, is_known: Callable[[], bool]) -> None:
    """Wait until a fact is known and everything was sent."""
    window.until(is_known)
    window.until(lambda: window.console.services.state.snapshot.counts.pending == 0)
