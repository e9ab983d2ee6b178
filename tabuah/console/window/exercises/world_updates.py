"""Show the world of a window: frame, title, icon, band, watermark, and the call of real alarms."""

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.exercises.exercise_items import real_alarms
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.text.exercises.exercise_status import describe_real_alarm, describe_window_world, real_alarm_title
from tabuah.text.exercises.exercise_text import scope_label
from tabuah.widgets.exercises.exercise_banner import ExerciseBanner, RealAlarmNotice
from tabuah.widgets.exercises.exercise_frame import ExerciseFrame
from tabuah.widgets.map.canvas import MapCanvas


class WorldUpdates(QObject):
    """Shows which world the window is in.

    Signals:
        real_alarms_shown: the AlarmItems of the real world that a window in an exercise shows; else none.
    """

    real_alarms_shown = Signal(object)

    PARTS = frozenset({StatePart.WORLD})

    def __init__(
        self,
        state: ConsoleState,
        frame: ExerciseFrame,
        *,
        banner: ExerciseBanner,
        notice: RealAlarmNotice,
        canvas: MapCanvas,
    ) -> None:
        super().__init__(banner)
        self._state, self._frame, self._banner, self._notice, self._canvas = state, frame, banner, notice, canvas

    def refresh(self) -> None:
        """Show the world of the window."""
        state = self._state
        label = scope_label(state.scope, state.everything.exercises)
        self._frame.show_exercise(label)
        self._banner.show_text(label, describe_window_world(state.exercise) if label else "")
        if self._canvas.content.watermark != label:
            self._canvas.set_exercise(label)
        self.tick()

    def tick(self) -> None:
        """Show the alarms of the real world while the window is in an exercise; shelving ends with time."""
        found = real_alarms(self._state.everything, self._state.now()) if self._state.scope.is_exercise else ()
        if found:
            self._notice.show_text(real_alarm_title(len(found)), describe_real_alarm(found[0].title))
        else:
            self._notice.show_text("", "")
        self.real_alarms_shown.emit(found)
