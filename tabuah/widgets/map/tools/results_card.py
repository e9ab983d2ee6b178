"""Results card: what lies at a place, or what was selected, listed by layer."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.localisation import _, format_number
from tabuah.text.map.layers import mark_estimate
from tabuah.widgets.controls.labels import ElidedText, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.map.content import AREA, CLOSED_INCIDENTS, INCIDENTS, UNITS, MarkerClass
from tabuah.widgets.map.tools.map_query import FEATURE, QueryResult, ResultGroup, ResultItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon
from tabuah.widgets.theme.level_shapes import paint_level


def layer_title(name: str) -> str:
    """Return the title of a layer; an imported layer keeps the name of its file."""
    known = {
        INCIDENTS: _("Incidents"),
        CLOSED_INCIDENTS: _("Closed incidents"),
        "stations": _("Stations"),
        UNITS: _("Units"),
        AREA: _("Affected area"),
        "regency": _("Regency"),
        "neighbours": _("Neighbouring regencies"),
        "kecamatan": _("Kecamatan"),
        "nagari": _("Nagari"),
        "rivers": _("Rivers"),
        "lakes": _("Lakes"),
        "volcanoes": _("Volcanoes"),
        "places": _("Towns"),
    }
    return known.get(name, name)


_PAD_PX = 8
_SIGN_PX = 10
_TEXT_LEFT_PX = 28


class ResultRow(QAbstractButton):
    """A row with symbol, name and details; a click brings the item into view."""

    def __init__(self, appearance: Appearance, item: ResultItem) -> None:
        super().__init__()
        self._appearance, self.item = appearance, item
        self.setObjectName(f"found_{item.kind}_{item.id or item.title}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{self._title()} {item.detail}".strip())
        self.setToolTip(f"{self._title()}\n{item.detail}" if item.detail else self._title())

    def sizeHint(self) -> QSize:
        return QSize(200, self._appearance.px(42 if self.item.detail else 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(QColor(palette.accent), 1.6) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(palette.panel, palette.text, 0.08)))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            first = self._appearance.px(28)
            self._paint_sign(painter, QRectF(_PAD_PX, (first - _SIGN_PX) / 2, _SIGN_PX, _SIGN_PX))
            self._paint_text(painter, self._title(), 0, first, TextStyle.MEDIUM, palette.text)
            if self.item.detail:
                self._paint_text(
                    painter, self.item.detail, first - 6, self._appearance.px(18), TextStyle.SMALL, palette.muted
                )
        finally:
            painter.end()

    def _title(self) -> str:
        return self.item.title or _("Affected area of the incident")

    def _paint_text(
        self, painter: QPainter, text: str, top: float, height: float, style: TextStyle, ink: str
    ) -> None:
        font = self._appearance.font(style)
        width = self.width() - _TEXT_LEFT_PX - _PAD_PX
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(_TEXT_LEFT_PX, top, width, height), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_sign(self, painter: QPainter, box: QRectF) -> None:
        palette = self._appearance.palette
        if self.item.level >= 0 and self.item.kind != AREA:
            paint_level(painter, box, MarkerClass(self.item.level).level, palette)
            return
        painter.setPen(QPen(QColor(palette.muted if self.item.kind == FEATURE else palette.accent), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)


WIDTH_PX = 268


class ResultsCard(ThemedFrame):
    """Lists a `QueryResult`; says so if it is empty.

    Signals:
        item_chosen: the user wants to see this item.
        closed: the card was closed.
    """

    item_chosen = Signal(object)
    closed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        self.setObjectName("found_card")
        self._appearance = appearance
        self._title = Text(appearance, style=TextStyle.STRONG)
        self._place = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._close = QToolButton()
        name_widget(self._close, "found_close", _("Close the list"))
        self._close.setToolTip(_("Close the list") + " (Esc)")
        self._close.setCursor(Qt.CursorShape.PointingHandCursor)
        self._close.clicked.connect(self.closed)
        self._content = QWidget()
        self._rows = column(self._content, spacing_px=0)
        self._rows.setContentsMargins(4, 0, 4, 6)
        self._scroll = scroll_area(self._content, name="found_scroll")
        self._lay_out()
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def show_results(self, found: QueryResult | None) -> None:
        """List a result; None closes the card."""
        self.setVisible(found is not None)
        if found is None:
            return
        self._title.setText(_("Selected") if found.area else _("Found here"))
        self._place.setText("" if found.place_m is None else format_decimal_degrees(*from_mercator(*found.place_m)))
        self._place.setVisible(found.place_m is not None)
        clear_layout(self._rows)
        for group in found.groups:
            self._add_group(group)
        if not found.groups:
            text = _("Nothing found in this area.") if found.area else _("No data for this place.")
            self._rows.addWidget(self._padded(Text(self._appearance, text, tone="muted", wrap=True)))
        self._rows.addStretch(1)
        for each in self._content.findChildren(QWidget):
            each.show()  # Qt shows new children of a visible widget late, and the layout ignores hidden ones
        self._scroll.verticalScrollBar().setValue(0)

    def wanted_height(self) -> int:
        """Height of the card without scrolling."""
        self._rows.activate()
        return self._head.sizeHint().height() + self._rows.sizeHint().height() + 6

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the card; up and down move between rows."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        words = column(spacing_px=2)
        words.addWidget(self._title)
        words.addWidget(self._place)
        head = self._head = row()
        head.setContentsMargins(12, 10, 8, 6)
        head.addLayout(words, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        layout = self._column = column(self, spacing_px=0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)

    def _add_group(self, group: ResultGroup) -> None:
        title = layer_title(group.layer)
        sentence = mark_estimate(title, estimated=group.approximate)
        text = f"{sentence} · {format_number(group.count)}" if group.count > 1 else sentence
        self._rows.addWidget(self._padded(Text(self._appearance, text, style=TextStyle.OVERLINE, tone="muted")))
        for item in group.items:
            line = ResultRow(self._appearance, item)
            line.clicked.connect(self._on_row_clicked)
            self._rows.addWidget(line)
        if group.count > len(group.items):
            more = _("and {n} more").format(n=format_number(group.count - len(group.items)))
            self._rows.addWidget(self._padded(Text(self._appearance, more, style=TextStyle.SMALL, tone="muted")))

    def _padded(self, text: Text) -> Text:
        text.setContentsMargins(8, 8, 8, 2)
        return text

    def _on_row_clicked(self) -> None:
        line = self.sender()
        if isinstance(line, ResultRow):
            chosen: ResultItem = line.item
            self.item_chosen.emit(chosen)

    def _apply_theme(self) -> None:
        palette = self._appearance.palette
        self._close.setStyleSheet("QToolButton { border: none; background: transparent; padding: 2px; }")
        self._close.setIcon(icon("close", palette.muted, 16))
