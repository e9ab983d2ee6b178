"""The Qt style of plain controls: Fusion, with check boxes whose edges are visible on a dark background."""

from typing import Any, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QCheckBox, QLabel, QProxyStyle, QStyle, QStyleOption, QWidget

from tabuah.widgets.theme.design_tokens import Palette, mix
from tabuah.widgets.theme.icons import icon_image

_BOX_PX: Final = 18
_ROW_PX: Final = 28
_GAP_PX: Final = 8
_BOX_METRICS: Final = (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_IndicatorHeight)


class ControlStyle(QProxyStyle):
    """Paints every QCheckBox in the colours of the theme; the stylesheet covers the other plain controls.

    It also shows every tooltip as plain text.
    """

    def __init__(self, palette: Palette, text_scale: float) -> None:
        super().__init__("Fusion")
        self._palette, self._text_scale = palette, text_scale

    def show_theme(self, palette: Palette, text_scale: float) -> None:
        """Paint in other colours or sizes from now on."""
        self._palette, self._text_scale = palette, text_scale

    def polish(self, target: Any) -> Any:
        """Show tooltips as plain text: Qt guesses, and would load the pictures that a title or name refers to."""
        polished = super().polish(target)
        if isinstance(target, QLabel) and target.inherits("QTipLabel"):
            target.setTextFormat(Qt.TextFormat.PlainText)
        return polished

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in _BOX_METRICS:
            return round(_BOX_PX * self._text_scale)
        if metric == QStyle.PixelMetric.PM_CheckBoxLabelSpacing:
            return _GAP_PX
        return super().pixelMetric(metric, option, widget)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        # PySide's stub of QProxyStyle does not allow None, those of QStyle and QCommonStyle do
        result = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]
        if kind == QStyle.ContentsType.CT_CheckBox:
            result.setHeight(max(result.height(), round(_ROW_PX * self._text_scale)))
        return result

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            self._paint_box(painter, QRectF(option.rect), option.state, widget)
        elif element != QStyle.PrimitiveElement.PE_FrameFocusRect or not isinstance(widget, QCheckBox):
            super().drawPrimitive(element, option, painter, widget)

    def _paint_box(self, painter: QPainter, box: QRectF, state: QStyle.StateFlag, widget: QWidget | None) -> None:
        palette = self._palette
        ticked, hovered = bool(state & QStyle.StateFlag.State_On), bool(state & QStyle.StateFlag.State_MouseOver)
        focused = widget is not None and widget.hasFocus()
        ground = palette.accent if ticked else mix(palette.raised, palette.text, 0.06 if hovered else 0.0)
        edge = palette.accent if ticked or focused else palette.muted
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), 2 if focused else 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if ticked:
            inner = box.adjusted(2, 2, -2, -2)
            ratio = widget.devicePixelRatioF() if widget else 1.0
            painter.drawImage(inner, icon_image("check", palette.on_accent, int(inner.width()), ratio))
        if ticked and focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.text), 1.5))
            painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.restore()
