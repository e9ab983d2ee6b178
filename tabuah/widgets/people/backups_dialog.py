"""The window of the server's backups: the schedule, the newest backups, and jobs that can be asked for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import FactItem, Level

_SIZE_PX: Final = (820, 560)


class BackupButton(StrEnum):
    """A button of the dialog."""

    MAKE = "make"
    VERIFY = "verify"


class BackupsDialog(QDialog):
    """Shows the backups of the server.

    Signals:
        job_requested: code of the button.
        reload_requested: the person asks for the present state.
    """

    job_requested = Signal(str)
    reload_requested = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("backups_dialog")
        self.setWindowTitle(_("Backups of the server"))
        self._appearance = appearance
        self._facts = FactsGrid(appearance)
        self.list = LevelList(appearance, name="backup_list", label=_("Backups of the server"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._none = EmptyState(appearance, icon="history", name="backups_none")
        self._job = Text(appearance, tone=Level.INFORMATION, wrap=True)
        self._job.setObjectName("backup_job")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("backups_note")
        self._buttons = {
            BackupButton.MAKE: self._button(_("Back up now"), "B", BackupButton.MAKE, ButtonKind.PRIMARY),
            BackupButton.VERIFY: self._button(_("Verify the newest"), "V", BackupButton.VERIFY, ButtonKind.SECONDARY),
        }
        self._lay_out()
        QShortcut("Ctrl+R", self).activated.connect(self.reload_requested)
        width, height = (appearance.px(side) for side in _SIZE_PX)
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize()))
        self.show_backups((), (), none="")
        self.list.setFocus()

    def show_backups(self, facts: tuple[FactItem, ...], lines: Sequence[PeopleLine], *, none: str) -> None:
        """Show the schedule and the backups; `none` is the text without any."""
        self._facts.show_facts(facts)
        self.list.show_items(lines)
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._none.show_message(_("No backups"), none)

    def show_job(self, text: str) -> None:
        """Show the job that runs; empty for none."""
        self._job.setText(text)
        self._job.setVisible(bool(text))

    def show_reasons(self, *, make: str, verify: str) -> None:
        """Show why a job cannot be asked for now; empty if it can."""
        self._buttons[BackupButton.MAKE].show_reason(make)
        self._buttons[BackupButton.VERIFY].show_reason(verify)

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show a sentence at the bottom, such as why a request failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """B makes a backup, V verifies the newest; Enter presses no button."""
        keys = {Qt.Key.Key_B: BackupButton.MAKE, Qt.Key.Key_V: BackupButton.VERIFY}
        code = keys.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        if code is None or event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            super().keyPressEvent(event)
        elif self._buttons[code].isEnabled():
            self._buttons[code].click()
        else:
            self.show_note(self._buttons[code].accessibleDescription())

    def _button(self, text: str, key: str, code: BackupButton, kind: ButtonKind) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=kind, name=f"backup_{code.value}")
        button.setAutoDefault(False)
        button.setProperty("code", code.value)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.job_requested.emit(str(self.sender().property("code")))

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        head = column(spacing_px=10)
        head.setContentsMargins(20, 16, 20, 0)
        head.addWidget(self._facts)
        head.addWidget(self._job)
        lines.addLayout(head)
        lines.addWidget(divider())
        lines.addWidget(self.list, 1)
        lines.addWidget(self._none, 1)
        lines.addWidget(divider())
        self._note.setContentsMargins(20, 0, 20, 0)
        lines.addWidget(self._note)
        low = row(spacing_px=8)
        low.setContentsMargins(20, 0, 16, 14)
        reload = KeyButton(self._appearance, _("Refresh"), key="Ctrl R", icon="sync", name="backups_reload")
        reload.setAutoDefault(False)
        reload.clicked.connect(self.reload_requested)
        close = KeyButton(self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="backups_close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        for button in (*self._buttons.values(), reload):
            low.addWidget(button)
        low.addStretch(1)
        low.addWidget(close)
        lines.addLayout(low)
        column(self).addWidget(frame)
