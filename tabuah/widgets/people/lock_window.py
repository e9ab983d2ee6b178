"""The lock screen: a window that shows alarms and the clock, and asks for the password."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from tabuah.resources.localisation import _, format_day, format_time, ngettext
from tabuah.widgets.alarms.alarm_label import AlarmLabel
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import IconPicture, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.sync.login_form import LoginForm
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

ALARMS_SHOWN: Final = 5
_CARD_PX: Final = 400
_ALARMS_PX: Final = 900
_EDGE_PX: Final = 24


class LockedAlarmRow(ThemedFrame):
    """One alarm without any button."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("raised")
        self.setObjectName("locked_alarm")
        self._chip = LevelChip(appearance, name="locked_alarm_level")
        self._exercise = ExerciseChip(appearance, name="locked_alarm_exercise")
        self._words = AlarmLabel(appearance)
        self._answer = Text(appearance, style=TextStyle.SMALL_STRONG, tone="muted")
        self._answer.setObjectName("locked_alarm_answer")
        line = row(self, spacing_px=12)
        line.setContentsMargins(16, 8, 16, 8)
        line.addWidget(self._exercise)
        line.addWidget(self._chip)
        line.addWidget(self._words, 1)
        line.addWidget(self._answer)

    def show_alarm(self, alarm: AlarmItem) -> None:
        """Show level, title, values and times of an alarm."""
        self._chip.show_level(alarm.level, alarm.word.upper())
        self._exercise.show_mark(alarm.exercise)
        self._words.show_text(alarm.title, alarm.details, names=alarm.names)
        answer = _("Acknowledged") if alarm.acknowledged else alarm.escalated or _("Not acknowledged")
        self._answer.setText(answer)
        self._answer.show_tone("muted" if alarm.acknowledged else alarm.level)
        spoken = (alarm.exercise, f"{alarm.word}: {alarm.title}", ", ".join(alarm.details), answer)
        self.setAccessibleName(". ".join(part for part in spoken if part))


class LockedAlarms(QWidget):
    """The worst alarms, or that there are none; both with the state of the connection."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("locked_alarms")
        self._rows = [LockedAlarmRow(appearance) for _n in range(ALARMS_SHOWN)]
        self._more = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._more.setObjectName("locked_alarms_more")
        self._link = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._link.setObjectName("locked_link")
        layout = column(self, spacing_px=8)
        for each in self._rows:
            layout.addWidget(each)
        layout.addWidget(self._more)
        layout.addWidget(self._link)
        self.setMaximumWidth(appearance.px(_ALARMS_PX))
        self.show_alarms(())

    def show_alarms(self, alarms: Sequence[AlarmItem]) -> None:
        """Show the alarms, the worst first; those for which there is no room are counted."""
        for index, each in enumerate(self._rows):
            each.setVisible(index < len(alarms))
            if index < len(alarms):
                each.show_alarm(alarms[index])
        hidden = len(alarms) - len(self._rows)
        text = ngettext("{n} other alarm", "{n} other alarms", hidden).format(n=hidden) if hidden > 0 else ""
        self._more.setText(text if alarms else _("No alarms"))
        self._more.setVisible(bool(self._more.text()))

    def show_link(self, text: str, level: Level) -> None:
        """Show whether alarms of the server arrive."""
        self._link.setText(text)
        self._link.show_tone("muted" if level is Level.NORMAL else level)


class UnlockCard(ThemedFrame):
    """The password of the user who is logged in.

    Signals:
        unlock_requested: the password.
        another_requested: another user wants to log in.
    """

    unlock_requested = Signal(str)
    another_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("raised")
        self.setObjectName("unlock_card")
        self._person = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._person.setObjectName("unlock_person")
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        name_widget(self._password, "unlock_password", _("Password"))
        self._error = Text(appearance, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._error.setObjectName("unlock_error")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(_("Checking the password …"))
        self._enter = KeyButton(appearance, _("Unlock"), key="↵", kind=ButtonKind.PRIMARY, name="unlock_enter")
        self._another = KeyButton(appearance, _("Another user"), icon="user", name="unlock_another")
        self._another.describe(_("Another user logs in; forms of the former user stay for that user"))
        self._enter.clicked.connect(self._on_submit)
        self._another.clicked.connect(self.another_requested)
        self._lay_out(appearance)
        self.show_error("")
        self.show_busy(busy=False)

    def show_person(self, text: str) -> None:
        """Show whose password unlocks."""
        self._person.setText(text)

    def clear(self) -> None:
        """Forget the password and the error, and focus the field."""
        self._password.clear()
        self.show_error("")
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, error: str) -> None:
        """Show why the console stays locked, and clear the password."""
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self._password.setAccessibleDescription(error)
        if error:
            self._password.clear()
            self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, *, busy: bool) -> None:
        """Disable the field while the password is checked."""
        self._busy.setVisible(busy)
        self._password.setEnabled(not busy)
        for button in (self._enter, self._another):
            button.show_reason(_("Checking the password …") if busy else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        else:
            super().keyPressEvent(event)

    def _on_submit(self) -> None:
        if self._enter.isEnabled() and self._password.text():
            self.unlock_requested.emit(self._password.text())
        elif self._enter.isEnabled():
            self.show_error(_("Enter your password."))

    def _lay_out(self, appearance: Appearance) -> None:
        buttons = row()
        buttons.addWidget(self._enter)
        buttons.addWidget(self._another)
        buttons.addStretch(1)
        layout = column(self, spacing_px=12)
        layout.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        layout.addWidget(self._person)
        layout.addWidget(FormField(appearance, _("Password"), self._password))
        layout.addWidget(self._error)
        layout.addWidget(self._busy)
        layout.addLayout(buttons)


class LockWindow(ThemedFrame):
    """Covers a locked console. It cannot be closed: alarms would be silent."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("window")
        self.setObjectName("lock_window")
        self.setWindowTitle(_("Tabuah · locked"))
        self.alarms = LockedAlarms(appearance)
        self.unlock = UnlockCard(appearance)
        self.login = LoginForm(appearance, name="lock_login", dismiss=_("Back"))
        self._clock = Text(appearance, style=TextStyle.HEADING)
        self._clock.setObjectName("lock_clock")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("lock_note")
        self._lay_out(appearance)
        self.show_note("")

    @property
    def asks_for_log_in(self) -> bool:
        """Return whether the log-in form is in front, not the password of the user who is logged in."""
        return not self.login.isHidden()

    def show_unlock(self) -> None:
        """Ask for the password of the user who is logged in."""
        self.login.clear_password()
        self._show_card(self.unlock)
        self.unlock.clear()

    def show_login(self, server: str, user: str, *, can_return: bool) -> None:
        """Show the log-in form; with `can_return` its second button leads back."""
        self._show_card(self.login)
        self.login.show_dismissible(can_return)
        self.login.show_error("")
        self.login.show_busy(busy=False)
        self.login.show_defaults(server, user)

    def show_time(self, now: datetime) -> None:
        text = f"{format_time(now, seconds=True)} · {format_day(now)}"
        self._clock.setText(text)

    def show_note(self, text: str) -> None:
        """Show a sentence under the card; without one, that alarms go on."""
        self._note.setText(text or _("Alarms stay visible and audible. Unlock to acknowledge them."))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: stay open; a closed window would silence the alarms."""
        event.ignore()
        self.show_note(_("Tabuah goes on while it is locked, because of the alarms. Unlock it to quit."))

    def sizeHint(self) -> QSize:
        return QSize(1024, 640)

    def _show_card(self, card: QWidget) -> None:
        for each in (self.unlock, self.login):
            each.setVisible(each is card)

    def _lay_out(self, appearance: Appearance) -> None:
        head = row(spacing_px=12)
        head.addWidget(IconPicture(appearance, "lock", size_px=28, tone="accent"))
        head.addWidget(Text(appearance, _("Tabuah is locked"), style=TextStyle.HEADING), 1)
        head.addWidget(self._clock)
        card = column(spacing_px=12)
        for part in (self.unlock, self.login, self._note):
            card.addWidget(part)
            part.setFixedWidth(appearance.px(_CARD_PX))
        self._show_card(self.unlock)
        middle = row()
        middle.addStretch(1)
        middle.addLayout(card)
        middle.addStretch(1)
        layout = column(self, spacing_px=_EDGE_PX)
        layout.setContentsMargins(32, _EDGE_PX, 32, _EDGE_PX)
        layout.addLayout(head)
        centred = row()
        centred.addStretch(1)
        centred.addWidget(self.alarms, 20)
        centred.addStretch(1)
        layout.addLayout(centred)
        layout.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(2)
