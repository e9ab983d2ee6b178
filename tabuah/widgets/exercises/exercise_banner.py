"""The band over a window in an exercise, and the strip that calls it back for a real alarm."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, IconPicture, Text
from tabuah.widgets.controls.layout import row
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class ColourBand(QFrame):
    """A band across the window in one colour of the palette. It is hidden while it has no text."""

    def __init__(self, appearance: Appearance, *, colour: str, ink: str, icon: str, name: str) -> None:
        super().__init__()
        self._appearance, self._colour = appearance, colour
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = Text(appearance, style=TextStyle.STRONG, tone=ink)
        self._detail = ElidedText(appearance, style=TextStyle.SMALL, tone=ink)
        self._row = row(self, spacing_px=10)
        self._row.setContentsMargins(16, 3, 8, 3)
        self._row.addWidget(IconPicture(appearance, icon, size_px=16, tone=ink))
        self._row.addWidget(self._title)
        self._row.addWidget(self._detail, 1)
        appearance.changed.connect(self.update)
        self.hide()

    def add_button(self, text: str, *, name: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        """Add a button at the right."""
        button = KeyButton(self._appearance, text, kind=kind, name=name, compact=True)
        self._row.addWidget(button)
        return button

    def show_text(self, title: str, detail: str) -> None:
        """Show a title and a sentence; an empty title hides the band."""
        self._title.setText(title)
        self._show_detail(detail)
        self.setAccessibleName(" · ".join(part for part in (title, detail) if part))
        self.setVisible(bool(title))

    def _show_detail(self, detail: str) -> None:
        self._detail.setText(detail)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(str(getattr(self._appearance.palette, self._colour))))
        finally:
            painter.end()


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
