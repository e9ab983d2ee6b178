"""The console of a played shift with a window: its operator uses the keyboard only."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget, QWidget
from pytestqt.qtbot import QtBot
from support.played_calls import Act, Call, Step, event_of
from support.running_server import PASSWORD
from support.window_fixture import OpenWindow, open_window

from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import log_in
from tabuah.widgets.controls.choice_chips import ChoiceChip

_MOST_TABS = 80  # once around the whole window
CTRL = Qt.KeyboardModifier.ControlModifier


class PlayedWindow:
    """The window of an operator. `offered` states for each duplicate if it came first."""

    def __init__(
        self,
        directory: Path,
        qtbot: QtBot,
        *,
        url: str,
        user: str,
        clock: Callable[[], datetime],
        calls: tuple[Call, ...],
    ) -> None:
        store = ConsoleStore(directory, clock=clock)
        log_in(store, url=url, user=user, password=PASSWORD)
        store.close()
        self.user, self.calls = user, calls
        self.offered: dict[str, bool] = {}
        self.window: OpenWindow = open_window(qtbot, directory, clock=clock)
        self.window.shell.resize(1366, 768)

    def close(self) -> None:
        self.window.console.close()

    def do(self, step: Step) -> None:
        match step.act, step.call:
            case Act.TAKE, Call() as call:
                self._take(call)
            case Act.DISPATCH, Call() as call:
                self._dispatch(call)

    def wait_until_synced(self, head: int) -> None:
        """Wait until everything was sent, and the window shows the journal up to an entry."""
        state = self.window.console.services.state
        self.window.until(lambda: state.snapshot.counts.pending == 0 and state.snapshot.head.seq >= head)

    def _titled(self, title: str) -> list[Incident]:
        return [each for each in self.window.incidents if each.title == title]

    def _take(self, call: Call) -> None:
        """Type a call; Enter adds it to the first incident that the form offers, if that is its event."""
        window = self.window
        window.key(Qt.Key.Key_N)
        window.write(call.nagari)
        window.key(Qt.Key.Key_Return)
        window.write(HAZARD_LETTERS[call.hazard])
        offered = window.find(QListWidget, "duplicate_list")
        is_asked = offered.isVisible() and offered.count() > 0
        first = offered.item(0).text() if is_asked else ""
        is_first = any(each.number in first for each in self._titled(event_of(call, self.calls).title))
        if call.same_as:
            self.offered[call.key] = is_first
        adds = bool(call.same_as) and is_first
        if adds:
            window.key(Qt.Key.Key_Return)
        elif is_asked:
            window.write("N")
        self._type_fields(call, adds=adds)
        window.key(Qt.Key.Key_Return)
        window.until(lambda: adds or bool(self._titled(call.title)))
        window.until(lambda: not self.window.shell.parts.report_form.isVisible())

    def _type_fields(self, call: Call, *, adds: bool) -> None:
        name, _space, number = call.caller.rpartition(" ")
        values = {
            "report_people_at_risk": str(call.people),
            "report_title": call.title,
            "report_note": call.note,
            "report_caller": name,
            "report_number": number,
        }
        if adds:
            del values["report_title"]
        visited = []
        for _ in range(_MOST_TABS):
            field = _field_with_focus()
            visited.append(field)
            if field in values:
                self.window.key(Qt.Key.Key_A, CTRL)
                self.window.write(values.pop(field))
            if not values and field != "report_note":  # where Enter begins a new line
                return
            self.window.key(Qt.Key.Key_Tab)
        raise AssertionError(f"{call.key}: {sorted(values)} not reached with Tab over {visited}")

    def _dispatch(self, call: Call) -> None:
        """Dispatch a unit to the incident of a call."""
        window = self.window
        (incident,) = self._titled(call.title)
        window.choose(incident)
        window.shell.parts.map.canvas.setFocus()
        window.key(Qt.Key.Key_D)
        window.write("TRC-1")
        window.key(Qt.Key.Key_Return)
        window.until(lambda: self._titled(call.title)[0].assignment == ("TRC-1",))


def _field_with_focus() -> str:
    found = QApplication.focusWidget()
    assert isinstance(found, QWidget), "nothing has the focus"
    return found.parentWidget().objectName() if isinstance(found, ChoiceChip) else found.objectName()
