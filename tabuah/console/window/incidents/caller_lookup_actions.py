"""The look-up of callers in the window, for the roles that may read them."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.resources.localisation import _, format_moment
from tabuah.storage.cache.caller_lookup import OF_CALL, FoundCaller
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_number
from tabuah.text.incidents.callers import callers_refusal, found_callers_text, too_short_text
from tabuah.text.incidents.incident_text import short_title
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.incidents.caller_lookup_dialog import CallerLookupDialog
from tabuah.widgets.theme.appearance import Appearance


class CallerLookupActions(QObject):
    """Opens the look-up; another user sees only what their own role may read."""

    def __init__(self, context: WindowContext, window: QMainWindow, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: CallerLookupDialog | None = None
        self._incidents: dict[str, str] = {}  # id of the incident by the key of a row
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> CallerLookupDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the look-up, or say why the role has none."""
        if refusal := callers_refusal(self._context.state.snapshot.role):
            self._context.notifier.refuse(refusal)
            return
        if self._dialog is None:
            self._dialog = self._open()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> CallerLookupDialog:
        dialog = CallerLookupDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_requested.connect(self._search)
        dialog.incident_opened.connect(self._on_incident_opened)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _search(self, text: str) -> None:
        work = partial(_find, text=text, scope=self._context.state.scope)
        self._context.store.run(work, on_done=partial(self._on_found, text), on_error=self._context.notifier.error)

    def _on_found(self, text: str, found: list[FoundCaller] | None) -> None:
        if self._dialog is None or text != self._dialog.text:
            return
        if found is None:
            self._dialog.close()  # another user has logged in
            return
        lines = [_line(number, each) for number, each in enumerate(found)]
        self._incidents = {line.id: each.incident.id for line, each in zip(lines, found, strict=True)}
        note = found_callers_text(len(lines)) if lines else ""
        self._dialog.show_callers(lines, note, none=too_short_text())

    def _on_incident_opened(self, key: str) -> None:
        """Select the incident in the window, and show it on the map."""
        incident_id = self._incidents.get(key, "")
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & {StatePart.PERSON, StatePart.WORLD}:
            self._search(self._dialog.text)

    def _on_finished(self) -> None:
        self._dialog, self._incidents = None, {}


def _find(store: ConsoleStore, *, text: str, scope: ExerciseScope) -> list[FoundCaller] | None:
    found = store.find_callers(text)
    return None if found is None else [each for each in found if scope.has(each.incident)]


def _line(number: int, found: FoundCaller) -> LevelLine:
    incident = found.incident
    kind = {"restricted": _("Restricted note"), OF_CALL: _("Call about")}.get(found.field, "")
    shown = exercise_number(incident.number, exercise=incident.exercise)
    return LevelLine(
        id=f"{number}/{incident.id}",
        level=LEVEL_OF_SEVERITY[incident.severity],
        text=found.value,
        about=" · ".join(filter(None, (kind, shown, short_title(incident)))),
        at=format_moment(found.at),
        author=code_label(incident.status),
    )
