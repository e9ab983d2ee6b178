"""A field for a time, typed as people write it, with chips for the last minutes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _, format_age, format_moment
from tabuah.resources.moment_parser import moment_text, past_moment
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_MINUTES_AGO: Final = (5, 15, 60)
_AGE_INTERVAL_MS: Final = 5000


class MomentField(QWidget):
    """One line for a time. Below it stands the time that the text means, as soon as it means one."""

    def __init__(self, appearance: Appearance, *, name: str, label: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self.edit = QLineEdit()
        name_widget(self.edit, name, label)
        self.edit.setPlaceholderText(_("now · 745 · 07.45 · yesterday 21.00"))
        self.edit.setMaxLength(40)
        self._meaning = Text(appearance, style=TextStyle.SMALL, tone="muted")
        line = row(spacing_px=6)
        line.addWidget(self.edit, 1)
        for minutes in _MINUTES_AGO:
            line.addWidget(self._chip(appearance, name, minutes))
        rows = column(self, spacing_px=2)
        rows.addLayout(line)
        rows.addWidget(self._meaning)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._show_meaning)
        self.ageing = QTimer(self)
        self.ageing.setInterval(_AGE_INTERVAL_MS)
        self.ageing.timeout.connect(self._show_meaning)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: keep the age true while it can be seen."""
        super().showEvent(event)
        self._show_meaning()
        self.ageing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: stop the timer."""
        self.ageing.stop()
        super().hideEvent(event)

    @property
    def text(self) -> str:
        return self.edit.text().strip()

    def show_text(self, text: str) -> None:
        """Show a text as it was typed."""
        self.edit.setText(text)

    def show_moment(self, moment: datetime) -> None:
        """Show a time."""
        self.edit.setText(moment_text(moment, now=self._clock()))

    def moment(self) -> datetime:
        """Return the time in UTC, to the minute.

        Raises:
            ValueError: the text is no time, or a time in the future; the message says what to write.
        """
        return past_moment(self.text, now=self._clock())

    def _chip(self, appearance: Appearance, name: str, minutes: int) -> KeyButton:
        chip = KeyButton(appearance, f"−{minutes}", kind=ButtonKind.GHOST, name=f"{name}_{minutes}", compact=True)
        chip.describe(_("{n} minutes ago").format(n=minutes))
        chip.setProperty("minutes", minutes)
        chip.clicked.connect(self._on_chip_clicked)
        return chip

    @Slot()
    def _on_chip_clicked(self) -> None:
        minutes = int(self.sender().property("minutes"))
        self.show_moment(self._clock() - timedelta(minutes=minutes))
        self.edit.setFocus()

    @Slot()
    def _show_meaning(self) -> None:
        try:
            at = self.moment()
        except ValueError:
            self._meaning.setText("")
            return
        age = self._clock().astimezone(UTC) - at
        self._meaning.setText(_("{moment} · {age} ago").format(moment=format_moment(at), age=format_age(age)))
