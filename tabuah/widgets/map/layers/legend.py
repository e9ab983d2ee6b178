"""Legend card "Layers": the rows of layers with their marks, and the problems of the map."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.layout import ThemedFrame, column, divider
from tabuah.widgets.map.content import (
    AREA,
    CLOSED_INCIDENTS,
    INCIDENTS,
    LABELS,
    UNITS,
    MapContent,
    MarkerClass,
    station_layer,
)
from tabuah.widgets.map.layers.legend_items import STATION_WORK, LegendItem, base_items, live_items
from tabuah.widgets.map.layers.swatch import paint_class_strip
from tabuah.widgets.map.overlay.marker_sprites import IncidentLook, incident_sprite, station_sprite, work_sprite
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text, with_alpha
from tabuah.widgets.theme.design_tokens import Palette, mix
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Level

_SWATCH_PX: Final = 20
_SHAPE_PX: Final = 11


class LegendProblem(QAbstractButton):
    """A row for something missing on the map; a click requests details."""

    def __init__(self, appearance: Appearance, problem: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.problem = problem
        self.setObjectName("legend_problem")
        self.setText(_("Imported map cannot be read"))
        self.setToolTip(problem)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(problem)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._appearance.font(TextStyle.SMALL)).horizontalAdvance(self.text())
        return QSize(round(width) + _SWATCH_PX + 14, self._appearance.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(QColor(palette.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(palette.panel, palette.text, 0.06)))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            left, top = 2 + (_SWATCH_PX - _SHAPE_PX) / 2, (self.height() - _SHAPE_PX) / 2
            paint_level(painter, QRectF(left, top, _SHAPE_PX, _SHAPE_PX), Level.ATTENTION, palette)
            painter.setFont(self._appearance.font(TextStyle.SMALL))
            painter.setPen(QColor(level_text(palette, Level.ATTENTION)))
            words = QRectF(_SWATCH_PX + 8, 0, self.width() - _SWATCH_PX - 8, self.height())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        finally:
            painter.end()


_CLASSES_PX: Final = 28


class LegendRow(QAbstractButton):
    """A row that switches its layer, if it has one. A hidden layer is struck out and faint."""

    def __init__(self, appearance: Appearance, item: LegendItem) -> None:
        super().__init__()
        self._appearance, self._item = appearance, item
        self.setObjectName(f"legend_{item.layer}")
        if item.switches:
            self.setCheckable(True)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_item(item)

    def show_item(self, item: LegendItem) -> None:
        """Show a new count or state of the same layer."""
        self._item = item
        self.setChecked(item.shown)
        self.setAccessibleName(self._words())
        if item.switches:
            tooltip = _("Hide {layer}") if item.shown else _("Show {layer}")
            self.setToolTip(tooltip.format(layer=item.text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._appearance.font(TextStyle.SMALL)).horizontalAdvance(self._words())
        height = self._appearance.px(22) + (self._appearance.px(_CLASSES_PX) if self._item.classes else 0)
        return QSize(round(width) + _SWATCH_PX + 14, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._item.switches and (self.underMouse() or self.hasFocus()):
                painter.setPen(QPen(QColor(palette.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(palette.panel, palette.text, 0.06)))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setOpacity(1.0 if self._item.shown else 0.45)
            head = self._appearance.px(22) if self._item.classes else self.height()
            swatch = QRectF(2, (head - _SWATCH_PX) / 2, _SWATCH_PX, _SWATCH_PX)
            _paint_swatch(painter, swatch, self._item.layer, self._appearance)
            painter.setOpacity(1.0)
            font = self._appearance.font(TextStyle.SMALL)
            font.setStrikeOut(not self._item.shown)
            painter.setFont(font)
            painter.setPen(QColor(palette.text if self._item.shown else palette.faint))
            words = QRectF(_SWATCH_PX + 8, 0, self.width() - _SWATCH_PX - 8, head)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._words())
            if self._item.classes is not None:
                strip = QRectF(_SWATCH_PX + 4, head, self.width() - _SWATCH_PX - 4, self.height() - head)
                paint_class_strip(painter, strip, self._item.classes, self._appearance)
        finally:
            painter.end()

    def _words(self) -> str:
        count = self._item.count
        return self._item.text if count is None else f"{self._item.text} · {format_number(count)}"


class LegendCard(ThemedFrame):
    """The legend card.

    Signals:
        layer_toggled: a layer's name, and whether to show it.
        problem_requested: the user wants details about what is missing on the map.
    """

    layer_toggled = Signal(str, bool)
    problem_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        self.setObjectName("legend_card")
        self._appearance = appearance
        self._rows: dict[str, LegendRow] = {}
        self._problems: list[LegendProblem] = []
        self._items: tuple[LegendItem, ...] = ()
        self._order: tuple[str, ...] = ()
        self._compact = False
        self._content: MapContent | None = None
        self._title = QLabel(_("Layers"), self)
        self._column = column(self, spacing_px=0)
        self._column.setContentsMargins(10, 10, 12, 8)
        self._rule = divider()
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_content(self, content: MapContent) -> None:
        """Show the rows of the map content."""
        self._content = content
        live, base = live_items(content), () if self._compact else base_items(content)
        items = (*live, *base)
        order = tuple(item.layer for item in items)
        if order != self._order:
            self._order = order
            self._build(live, base)
        elif items == self._items:
            return  # called for every moved marker
        self._items = items
        for item in items:
            self._rows[item.layer].show_item(item)
        self._column.activate()
        self.adjustSize()

    @property
    def problems(self) -> tuple[str, ...]:
        """The texts of the problems."""
        return tuple(row.problem for row in self._problems)

    def show_problems(self, problems: tuple[str, ...]) -> None:
        """List each problem of the map with its next step."""
        for row in self._problems:
            row.deleteLater()
        self._problems = [LegendProblem(self._appearance, problem, self) for problem in problems]
        for row in self._problems:
            row.clicked.connect(self._on_problem_clicked)
            row.show()
        self._order = ()
        if self._content is not None:
            self.show_content(self._content)

    def show_compact(self, *, compact: bool) -> None:
        """List only live marks (for a small map), or all layers."""
        if compact != self._compact:
            self._compact = compact
            if self._content is not None:
                self.show_content(self._content)

    def _build(self, live: tuple[LegendItem, ...], base: tuple[LegendItem, ...]) -> None:
        while self._column.takeAt(0) is not None:
            pass
        for gone in set(self._rows) - {item.layer for item in (*live, *base)}:
            self._rows.pop(gone).deleteLater()
        self._column.addWidget(self._title)
        self._column.addSpacing(4)
        for item in live:
            self._column.addWidget(self._row(item))
        self._rule.setVisible(bool(base))
        if base:
            self._column.addSpacing(5)
            self._column.addWidget(self._rule)
            self._column.addSpacing(5)
        for item in base:
            self._column.addWidget(self._row(item))
        for problem in self._problems:
            self._column.addWidget(problem)

    def _row(self, item: LegendItem) -> LegendRow:
        if item.layer not in self._rows:
            row = LegendRow(self._appearance, item)
            row.setParent(self)  # without a parent it would briefly be shown as a window
            row.toggled.connect(self._on_row_toggled)
            self._rows[item.layer] = row
        self._rows[item.layer].show()
        return self._rows[item.layer]

    def _on_row_toggled(self, shown: bool) -> None:
        row = self.sender()
        layer = next((name for name, each in self._rows.items() if each is row), "")
        if layer:
            self.layer_toggled.emit(layer, shown)

    def _on_problem_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, LegendProblem):
            self.problem_requested.emit(row.problem)

    def _apply_theme(self) -> None:
        self._title.setFont(self._appearance.font(TextStyle.SMALL_STRONG))
        for row in self._rows.values():
            row.updateGeometry()
        self.adjustSize()
        self.update()


def _paint_swatch(painter: QPainter, rect: QRectF, layer: str, appearance: Appearance) -> None:
    """Paint the map's own picture of a mark, small."""
    palette = appearance.palette
    picture = _picture(layer, appearance, painter.device().devicePixelRatioF())
    if picture is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, picture, QRectF(picture.rect()))
        return
    middle, half = rect.center(), 7.0
    left, right = QPointF(middle.x() - half, middle.y()), QPointF(middle.x() + half, middle.y())
    inks = {"rivers": palette.river, "kecamatan": palette.boundary_minor, UNITS: palette.accent}
    inks |= {"lakes": palette.water, AREA: palette.critical, "warned_areas": palette.attention}
    inks["coverage_gaps"] = palette.high
    pen = QPen(QColor(inks.get(layer, palette.muted)), 1.6)
    if layer in ("kecamatan", AREA, "warned_areas", "coverage_gaps"):
        pen.setDashPattern([2.2, 1.6])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if layer in (AREA, "lakes", UNITS, "warned_areas", "coverage_gaps"):
        painter.setBrush(with_alpha(inks[layer], 1.0 if layer == "lakes" else 0.2))
        painter.drawRoundedRect(QRectF(left.x(), middle.y() - 4.5, 2 * half, 9), 4, 4)
    elif layer in ("rivers", "kecamatan"):
        painter.drawLine(left, right)
    else:
        _paint_small_sign(painter, middle, layer, palette)


def _paint_small_sign(painter: QPainter, middle: QPointF, layer: str, palette: Palette) -> None:
    if layer == LABELS:
        painter.drawText(QRectF(middle.x() - 9, middle.y() - 9, 18, 18), int(Qt.AlignmentFlag.AlignCenter), "Aa")
    elif layer == "epicentres":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.high))
        painter.drawEllipse(middle, 5, 5)
    elif layer == "closed_roads":
        painter.setPen(QPen(QColor(palette.critical), 3))
        painter.drawLine(middle - QPointF(7, 0), middle + QPointF(7, 0))
    elif layer == "disruptions":
        painter.setPen(QPen(QColor(palette.critical), 3))
        painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))
        painter.drawLine(middle - QPointF(0, 4), middle + QPointF(0, 4))
    elif layer == "shelters":
        painter.setPen(QPen(QColor(palette.label_halo), 1))
        painter.setBrush(QColor(palette.accent))
        painter.drawRect(QRectF(middle.x() - 4.5, middle.y() - 4.5, 9, 9))
    elif layer in ("volcanoes", "volcano_levels"):
        if layer == "volcano_levels":
            painter.setPen(QPen(QColor(palette.attention), 1.6))
        painter.drawPolygon([middle + QPointF(0, -5), middle + QPointF(5.5, 4.5), middle + QPointF(-5.5, 4.5)])
    else:
        painter.setBrush(QColor(palette.muted))
        side = 2.2 if layer == "places" else 1.4
        painter.drawRect(QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side))


def _picture(layer: str, appearance: Appearance, ratio: float) -> QImage | None:
    palette = appearance.palette
    if layer in (INCIDENTS, CLOSED_INCIDENTS):
        closed = layer == CLOSED_INCIDENTS
        look = IncidentLook(letter="", marker_class=MarkerClass.CRITICAL, closed=closed, pending=False)
        return incident_sprite(look, palette, 2 * ratio)
    if layer == STATION_WORK:
        return work_sprite(palette, 2 * ratio)
    for each in MarkerClass:
        if layer == station_layer(each):
            return station_sprite(each, palette, 2 * ratio)
    return None
