"""A segmented control: a few choices side by side, one of them selected."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix


class SegmentedControl(QWidget):
    """A few choices side by side, one of them selected; the arrow keys move the selection.

    Signals:
        chosen: code of the choice that the user made.
    """

    chosen = Signal(str)

    def __init__(
        self, appearance: Appearance, choices: tuple[tuple[str, str], ...], *, name: str, label: str
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._choices = choices
        self._current = choices[0][0] if choices else ""
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._describe()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    @property
    def current(self) -> str:
        return self._current

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the choices, in order."""
        return tuple(code for code, _label in self._choices)

    def show_current(self, code: str) -> None:
        """Select `code` without emitting `chosen`."""
        self._current = code
        self._describe()
        self.update()

    def show_choices(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Replace the labels of the same choices, for example to show counts."""
        if choices != self._choices:
            self._choices = choices
            self._describe()
            self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        return QSize(int(sum(self._widths())), self._appearance.px(30))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        for (code, _label), width in zip(self._choices, self._widths(), strict=True):
            if x < width:
                self._choose(code)
                return
            x -= width

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection with Left and Right."""
        step = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(event.key(), 0)
        if not step:
            event.ignore()
            return
        codes = [code for code, _label in self._choices]
        self._choose(codes[(codes.index(self._current) + step) % len(codes)])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x = 0.0
            for (code, label), width in zip(self._choices, self._widths(), strict=True):
                self._paint_segment(painter, QRectF(x, 0, width, self.height()), label, chosen=code == self._current)
                x += width
        finally:
            painter.end()

    def _paint_segment(self, painter: QPainter, rect: QRectF, label: str, *, chosen: bool) -> None:
        palette = self._appearance.palette
        if chosen:
            painter.setPen(QPen(QColor(palette.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(palette.raised, palette.text, 0.06)))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        painter.setFont(self._appearance.font(TextStyle.STRONG if chosen else TextStyle.BODY))
        painter.setPen(QColor(palette.text if chosen else palette.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(self._appearance.font(TextStyle.STRONG))
        return [metrics.horizontalAdvance(label) + 24 for _code, label in self._choices]

    def _choose(self, code: str) -> None:
        if code != self._current:
            self.show_current(code)
            self.chosen.emit(code)

    def _describe(self) -> None:
        """Name the selected choice to assistive programs."""
        self.setAccessibleDescription(dict(self._choices).get(self._current, ""))

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()
