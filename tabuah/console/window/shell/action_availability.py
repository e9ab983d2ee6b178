"""Availability of actions: why an action cannot run now, and the buttons under an incident."""

from tabuah.console.window.shell.actions import BY_ID, details_actions
from tabuah.console.window.state.action_context import ActionContext
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.selection import WindowSelection
from tabuah.text.exercises.exercise_status import over_reason
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.values import ActionState


class ActionAvailability:
    """Reads the state, the selection and the strip each time it is asked."""

    def __init__(self, state: ConsoleState, selection: WindowSelection, strip: AlarmStrip) -> None:
        self._state, self._selection, self._strip = state, selection, strip

    def context(self) -> ActionContext:
        """Return the state that decides which actions are available."""
        snapshot, shown = self._state.snapshot, self._strip.current
        return ActionContext(
            snapshot=snapshot,
            incident=snapshot.incidents.get(self._selection.incident),
            station=self._selection.station,
            unit=self._selection.unit,
            in_exercise=self._state.scope.is_exercise,
            over_reason=over_reason(self._state.exercise),
            held_report=self._selection.incident in snapshot.held_reports,
            alarm=snapshot.alarms.get(shown.id) if shown else None,
            linked_reason=shown.incident_reason if shown else "",
            link=self._state.link.state,
        )

    def reason_of(self, action_id: str) -> str:
        """Return why an action is unavailable, or an empty text."""
        return BY_ID[action_id].reason(self.context())

    def details_actions(self) -> tuple[ActionState, ...]:
        """Return the buttons under the selected incident."""
        return details_actions(self.context())
