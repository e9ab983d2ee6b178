"""The history of an incident: the steps reached so far, and the timeline of events."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.former_focus import FormerFocus
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.incidents.timeline_filter import TimelineFilterBar
from tabuah.widgets.incidents.values import IncidentStep, TimelineItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.level_shapes import paint_level

_GAP_PX = 4
_BAR_PX = 5


class StepProgress(QWidget):
    """Bars that are filled up to the current step; a label that would overlap another is omitted."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._steps: tuple[IncidentStep, ...] = ()
        self._current = 0
        self.setObjectName("step_progress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.updateGeometry)

    def show_steps(self, steps: tuple[IncidentStep, ...], current: int) -> None:
        """Show the steps and the index of the current one."""
        self._steps, self._current = steps, current
        if 0 <= current < len(steps):
            text = _("Step {n} of {count}: {label}")
            self.setAccessibleName(text.format(n=current + 1, count=len(steps), label=steps[current].label))
        self.setVisible(bool(steps))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR_PX + 6 + self._appearance.px(16))

    def event(self, event: QEvent) -> bool:
        """Show a tooltip with the name of the step and when it was reached."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._steps:
            index = int(event.pos().x() / max(1, self.width()) * len(self._steps))
            step = self._steps[min(index, len(self._steps) - 1)]
            QToolTip.showText(event.globalPos(), f"{step.label} · {step.at}" if step.at else step.label, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._steps:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            palette = self._appearance.palette
            for i in range(len(self._steps)):
                painter.setBrush(QColor(palette.accent if i <= self._current else palette.line))
                painter.drawRoundedRect(self._bar(i), _BAR_PX / 2, _BAR_PX / 2)
            self._paint_labels(painter)
        finally:
            painter.end()

    def _bar(self, index: int) -> QRectF:
        width = (self.width() - _GAP_PX * (len(self._steps) - 1)) / len(self._steps)
        return QRectF(index * (width + _GAP_PX), 0, width, _BAR_PX)

    def _paint_labels(self, painter: QPainter) -> None:
        last = len(self._steps) - 1
        taken: list[QRectF] = []
        for index in (self._current, 0, last, *range(1, last)):
            current = index == self._current
            font = self._appearance.font(TextStyle.SMALL_STRONG if current else TextStyle.CAPTION)
            area = self._label_area(index, QFontMetricsF(font).horizontalAdvance(self._steps[index].label))
            if any(area.adjusted(-8, 0, 8, 0).intersects(other) for other in taken):
                continue
            taken.append(area)
            painter.setFont(font)
            painter.setPen(QColor(self._appearance.palette.text if current else self._appearance.palette.muted))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._steps[index].label
            )

    def _label_area(self, index: int, width: float) -> QRectF:
        bar = self._bar(index)
        left = bar.x() if index < len(self._steps) - 1 else bar.right() - width
        left = max(0.0, min(left, self.width() - width - 1))
        return QRectF(left, _BAR_PX + 6, width + 1, self.height() - _BAR_PX - 6)


_SHOWN_AT_FIRST = 30
_RAIL_PX = 24


class TimelineRow(QWidget):
    """One event."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._item: TimelineItem | None = None
        self._is_last = False
        self._title = Text(appearance, wrap=True, selectable=True)
        self._meta = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        layout = column(self, spacing_px=2)
        layout.setContentsMargins(_RAIL_PX, 0, 0, 14)
        layout.addWidget(self._title)
        layout.addWidget(self._meta)

    def show_item(self, item: TimelineItem, *, is_last: bool) -> None:
        """Show an event; `is_last` ends the line between the dots."""
        if (item, is_last) == (self._item, self._is_last):
            return
        self._item, self._is_last = item, is_last
        meta = f"{item.meta} · {_('not yet synced')}" if item.pending else item.meta
        self._title.setText(item.title)
        self._meta.setText(meta)
        self.setAccessibleName(f"{item.title}. {meta}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint rail and dot; the dot is hollow until the event is synced."""
        if self._item is None:
            return
        palette, centre = self._appearance.palette, 5.5
        y = self._appearance.px(16) / 2
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._is_last:
                painter.fillRect(QRectF(centre - 0.75, y + 8, 1.5, self.height() - 12), QColor(palette.line))
            if self._item.level is not None:
                paint_level(painter, QRectF(centre - 5.5, y - 5.5, 11, 11), self._item.level, palette)
                return
            colour = QColor(palette.accent)
            pen = painter.pen()
            pen.setColor(colour)
            pen.setWidthF(1.6)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush if self._item.pending else colour)
            painter.drawEllipse(QRectF(centre - 3.5, y - 3.5, 7, 7))
        finally:
            painter.end()


class IncidentTimeline(QWidget):
    """The events; a long timeline shows the newest part and a button for the rest."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self.setAccessibleName(_("Timeline"))
        self._appearance = appearance
        self._items: tuple[TimelineItem, ...] = ()
        self._is_expanded = False
        self._filter = TimelineFilterBar(appearance)
        self._filter.changed.connect(self._on_filter_changed)
        self._filter.closed.connect(self._on_filter_closed)
        self._former_focus = FormerFocus()
        self._filter.hide()
        whole = column(self, spacing_px=0)
        whole.addWidget(self._filter)
        self._rows: list[TimelineRow] = []
        self._layout = column(spacing_px=0)
        whole.addLayout(self._layout)
        self._expand = KeyButton(appearance, _("Show all"), kind=ButtonKind.GHOST, name="timeline_expand")
        self._expand.clicked.connect(self._on_expand_clicked)
        self._expand.hide()
        whole.addWidget(self._expand)

    def open_filter(self) -> None:
        """Show the filter and give it the keyboard."""
        if self._filter.isHidden():
            self._former_focus.remember(self.window())
        self._filter.show()
        self._filter.focus_text()

    def show_items(self, items: tuple[TimelineItem, ...], *, same_incident: bool) -> None:
        """Show the events, newest first; collapse the list for another incident."""
        if items == self._items:
            return
        self._items = items
        self._is_expanded = self._is_expanded and same_incident
        self._filter.show_choices(items)
        self._show_found()

    def _on_filter_closed(self) -> None:
        self._filter.hide()
        self._former_focus.give_back()

    def _on_filter_changed(self) -> None:
        self._is_expanded = False
        self._show_found()

    def _show_found(self) -> None:
        """Show the events that the filter selects, in the rows that exist: a new row takes two milliseconds."""
        found = self._filter.filter.select(self._items)
        self._filter.show_count(len(found), len(self._items))
        shown = found if self._is_expanded else found[:_SHOWN_AT_FIRST]
        while len(self._rows) > len(shown):
            row = self._rows.pop()
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(shown):
            self._rows.append(TimelineRow(self._appearance))
            self._layout.addWidget(self._rows[-1])
        for i, (row, item) in enumerate(zip(self._rows, shown, strict=True)):
            row.show_item(item, is_last=i == len(found) - 1)
            row.show()  # Qt shows a new one of a visible layout in the next turn of the event loop only
        text = _("Show all {n} entries").format(n=len(found))
        self._expand.setText(text)
        self._expand.describe(text)
        self._expand.setVisible(len(shown) < len(found))

    def _on_expand_clicked(self) -> None:
        self._is_expanded = True
        self._show_found()
