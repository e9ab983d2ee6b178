"""The band over a window in an exercise, and the strip that calls it back for a real alarm."""

from PySide6.QtCore import Signal

from tabuah.resources.localisation import _
from tabuah.widgets.controls.colour_band import ColourBand
from tabuah.widgets.theme.appearance import Appearance


class ExerciseBanner(ColourBand):
    """Names the exercise of the window.

    Signals:
        exercises_requested: the user opens the list of exercises.
        leave_requested: the user returns to the real world.
        stop_requested: the user stops the replay of a past day.
    """

    exercises_requested = Signal()
    leave_requested = Signal()
    stop_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, colour="exercise", ink="on_exercise", icon="flag", name="exercise_banner")
        self._about = self._replay = ""
        self._stop = self.add_button(_("Stop the replay"), name="exercise_stop_replay")
        self._stop.clicked.connect(self.stop_requested)
        self._stop.hide()
        self.add_button(_("Exercises …"), name="exercise_list_button").clicked.connect(self.exercises_requested)
        self.add_button(_("Leave the exercise"), name="exercise_leave_button").clicked.connect(self.leave_requested)

    def show_replay(self, progress: str, *, can_stop: bool) -> None:
        """Show how far the replay of a past day is, before the sentence about the exercise; empty without one."""
        self._replay = progress
        self._stop.setVisible(can_stop)
        self._show_detail(self._about)

    def _show_detail(self, detail: str) -> None:
        self._about = detail
        super()._show_detail(" · ".join(part for part in (self._replay, detail) if part))


class RealAlarmNotice(ColourBand):
    """Names a real alarm to a window in an exercise.

    Signals:
        leave_requested: the user returns to the real world for the alarm.
    """

    leave_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, colour="critical", ink="on_critical", icon="alert", name="real_alarm_notice")
        self.add_button(_("Go to the real alarms"), name="real_alarm_button").clicked.connect(self.leave_requested)
