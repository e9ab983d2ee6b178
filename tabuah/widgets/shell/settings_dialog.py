"""The settings of the window: one row for each, changed at once, with undo and reset."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_SIZE_PX: Final = (820, 664)


class SettingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One setting: its code, name, a note, its values with their labels, and the present value."""

    code: str
    label: str
    note: str
    choices: tuple[tuple[str, str], ...]
    current: str


class SettingsDialog(QDialog):
    """Shows settings; Up and Down go from one to the next, Left and Right change it.

    Signals:
        value_chosen: code of a setting and of its new value.
        undo_requested: the last change is to be taken back.
        reset_requested: all settings are to get their default values.
    """

    value_chosen = Signal(str, str)
    undo_requested = Signal()
    reset_requested = Signal()

    def __init__(self, appearance: Appearance, rows: Sequence[SettingRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle(_("Settings"))
        self._appearance = appearance
        self._controls = {each.code: self._control(each) for each in rows}
        self._notes: dict[str, Text] = {}
        self._undo = self._button(_("Undo"), "Ctrl Z", "settings_undo")
        self._undo.clicked.connect(self.undo_requested)
        QShortcut("Ctrl+Z", self).activated.connect(self._undo.click)
        self._reset = self._button(_("Default values"), "Ctrl Shift R", "settings_reset")
        self._reset.clicked.connect(self.reset_requested)
        QShortcut("Ctrl+Shift+R", self).activated.connect(self._reset.click)
        QShortcut("Up", self).activated.connect(self._on_up)  # before the scroll area, which would take them
        QShortcut("Down", self).activated.connect(self._on_down)
        self._lay_out(rows)
        self.show_rows(rows)
        self.show_undo(possible=False)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        next(iter(self._controls.values())).setFocus()

    def show_rows(self, rows: Sequence[SettingRow]) -> None:
        """Show the present values and notes of the same settings."""
        for each in rows:
            self._controls[each.code].show_current(each.current)
            self._notes[each.code].setText(each.note)

    def focus_setting(self, code: str) -> None:
        """Give the focus to a setting."""
        self._controls[code].setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(self._controls[code])

    def show_undo(self, *, possible: bool) -> None:
        """Enable the undo of the last change, or say that there is none."""
        self._undo.show_reason("" if possible else _("Nothing was changed yet."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses nothing by itself."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _on_up(self) -> None:
        self._step(-1)

    def _on_down(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        """Move the focus to the setting before or after the one that has it."""
        controls = list(self._controls.values())
        focused = next((number for number, each in enumerate(controls) if each.hasFocus()), -max(step, 0))
        following = controls[(focused + step) % len(controls)]
        following.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(following)

    def _control(self, each: SettingRow) -> SegmentedControl:
        control = SegmentedControl(self._appearance, each.choices, name=f"setting_{each.code}", label=each.label)
        signal = self.value_chosen
        control.chosen.connect(partial(signal.emit, each.code))
        return control

    def _button(self, text: str, key: str, name: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=kind, compact=True, name=name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self, rows: Sequence[SettingRow]) -> None:
        body = ThemedFrame("panel")
        lines = column(body, spacing_px=14)
        lines.setContentsMargins(20, 16, 20, 16)
        for each in rows:
            lines.addLayout(self._row(each))
        lines.addStretch(1)
        close = self._button(_("Close"), "Esc", "settings_close", ButtonKind.GHOST)
        close.clicked.connect(self.close)
        low = row(spacing_px=8)
        low.setContentsMargins(20, 0, 16, 12)
        low.addWidget(self._undo)
        low.addWidget(self._reset)
        low.addStretch(1)
        low.addWidget(close)
        page = ThemedFrame("panel")
        parts = column(page, spacing_px=10)
        self._scroll = scroll_area(body, name="settings_scroll")
        parts.addWidget(self._scroll, 1)
        parts.addWidget(divider())
        parts.addLayout(low)
        column(self, spacing_px=0).addWidget(page)

    def _row(self, each: SettingRow) -> QVBoxLayout:
        lines = column(spacing_px=4)
        lines.addWidget(Text(self._appearance, each.label, style=TextStyle.STRONG))
        lines.addWidget(self._controls[each.code], 0, Qt.AlignmentFlag.AlignLeft)
        note = self._notes[each.code] = Text(self._appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        lines.addWidget(note)
        return lines
