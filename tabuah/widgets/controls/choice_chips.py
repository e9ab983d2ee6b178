"""Choice chips: select one of a few choices by letter, arrow keys or click."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.layout import clear_layout
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Choice

_PADDING_PX = 10


class ChoiceChip(QAbstractButton):
    """One choice: its key, its label, and the shape of its level if it has one."""

    def __init__(self, appearance: Appearance, choice: Choice) -> None:
        super().__init__()
        self._appearance = appearance
        self.choice = choice
        self.setText(choice.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName(f"choice_{choice.code}")
        self.setAccessibleName(choice.label)
        self.setToolTip(f"{choice.label} ({choice.key})" if choice.key else choice.label)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = 2 * _PADDING_PX + QFontMetricsF(self._appearance.font(TextStyle.MEDIUM)).horizontalAdvance(
            self.text()
        )
        width += self._mark_width()
        return QSize(int(width + 1), self._appearance.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, rect = self._appearance.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        level = self.choice.level
        colour = level_colour(palette, level) if level is not None else palette.accent
        checked, hovered = self.isChecked(), self.underMouse()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = mix(palette.panel, colour, 0.18) if checked else palette.raised
            painter.setBrush(QColor(mix(ground, palette.text, 0.06) if hovered else ground))
            edge = palette.accent if self.hasFocus() else colour if checked else mix(palette.line, palette.muted, 0.2)
            painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1.3 if checked else 1))
            painter.drawRoundedRect(rect, 8, 8)
            self._paint_words(painter)
        finally:
            painter.end()

    def _mark_width(self) -> float:
        shape = 10 + 6 if self.choice.level is not None else 0
        key = self._appearance.px(13) + 3 if self.choice.key else 0
        return shape + key

    def _paint_words(self, painter: QPainter) -> None:
        palette, x, height = self._appearance.palette, float(_PADDING_PX), float(self.height())
        if self.choice.level is not None:
            paint_level(painter, QRectF(x, (height - 10) / 2, 10, 10), self.choice.level, palette)
            x += 16
        if self.choice.key:
            painter.setFont(self._appearance.font(TextStyle.OVERLINE))
            painter.setPen(QColor(palette.accent_text if self.isChecked() else palette.muted))
            area = QRectF(x, 0, self._appearance.px(13), height)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.choice.key.upper())
            x += self._appearance.px(13) + 3
        painter.setFont(self._appearance.font(TextStyle.MEDIUM))
        painter.setPen(QColor(palette.text))
        room = self.width() - x - _PADDING_PX
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room + 1))
        painter.drawText(QRectF(x, 0, self.width() - x, height), Qt.AlignmentFlag.AlignVCenter, text)


class ChoiceChips(QWidget):
    """Chips of which one is selected.

    Signals:
        chosen: code of the choice that the user made.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._appearance = appearance
        self._layout = FlowLayout(self, spacing_px=6)
        self._layout.setContentsMargins(0, 0, 0, 2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._chips: dict[str, ChoiceChip] = {}

    @property
    def current(self) -> str:
        """Code of the selected choice, empty for none."""
        button = self._group.checkedButton()
        return button.choice.code if isinstance(button, ChoiceChip) else ""

    def hint_of(self, code: str) -> str:
        """Return the hint of a choice, empty if it has none."""
        chip = self._chips.get(code)
        return chip.choice.hint if chip is not None else ""

    def show_choices(self, choices: tuple[Choice, ...]) -> None:
        """Show the choices; keep the selection if it still exists."""
        current = self.current
        for chip in self._chips.values():
            self._group.removeButton(chip)  # a checked chip is `current` until Qt deletes it
        clear_layout(self._layout)
        self._chips = {choice.code: ChoiceChip(self._appearance, choice) for choice in choices}
        for chip in self._chips.values():
            self._group.addButton(chip)
            self._layout.addWidget(chip)
        self.show_current(current)

    def show_current(self, code: str) -> None:
        """Select `code`, or nothing if it is unknown, without emitting `chosen`. Tab stops at the selected chip."""
        self._group.setExclusive(False)
        for chip_code, chip in self._chips.items():
            chip.setChecked(chip_code == code)
            is_stop = chip_code == code or code not in self._chips
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)
        self._group.setExclusive(True)

    def focus_first(self) -> None:
        """Focus the selected chip, or the first one."""
        chip = self._chips.get(self.current) or next(iter(self._chips.values()), None)
        if chip is not None:
            chip.setFocus(Qt.FocusReason.TabFocusReason)

    def code_for_key(self, typed: str) -> str:
        """Return the code of the choice with a key, empty for none."""
        keys = {chip.choice.key.upper(): code for code, chip in self._chips.items() if chip.choice.key}
        return keys.get(typed.upper(), "")

    def choose_by_key(self, typed: str) -> bool:
        """Select the choice with a key, as if it was clicked; return whether there is one."""
        code = self.code_for_key(typed)
        if not code:
            return False
        self._chips[code].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.show_current(code)
        self.chosen.emit(code)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select the choice whose key was pressed."""
        if not self.choose_by_key(event.text()):
            super().keyPressEvent(event)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, ChoiceChip):
            self.chosen.emit(button.choice.code)
