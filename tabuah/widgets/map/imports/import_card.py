"""Import card: progress with Cancel, then the imported layers or the error."""

from typing import Final

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QProgressBar, QSizePolicy, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.shell.status_bar import LevelDot
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.values import ActionState, Level


class LayerOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of a file that the user may choose; `detail` is for example "74 features · areas"."""

    name: str
    detail: str = ""


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """Progress or result of an import.

    `share` is the progress of the current step, 0 to 1, or None if unknown. The bar is shown while
    `busy`.
    """

    title: str
    level: Level = Level.INFORMATION
    text: str = ""
    elapsed: str = ""  # at the right of the text: the elapsed time
    busy: bool = False
    share: float | None = None
    count: str = ""
    notes: tuple[str, ...] = ()
    offers: tuple[LayerOffer, ...] = ()
    actions: tuple[ActionState, ...] = ()


_PAD_PX = 10
_GAP_PX = 12


class LayerOfferRow(QAbstractButton):
    """A layer of a file to choose: its name and content. Enter or a click chooses it.

    Signals:
        chosen: the layer's name.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, offer: LayerOffer) -> None:
        super().__init__()
        self._appearance, self.offer = appearance, offer
        self.setObjectName("layer_offer")
        self.setText(offer.name)
        self.setToolTip(offer.name)
        self.setAccessibleName(", ".join(filter(None, (offer.name, offer.detail))))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(200), self._appearance.px(32))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the layer on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = palette.accent if self.hasFocus() else palette.line
            painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
            painter.setBrush(QColor(mix(palette.raised, palette.text, 0.07 if self.underMouse() else 0.0)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            self._paint_words(painter)
        finally:
            painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        palette, middle = self._appearance.palette, int(Qt.AlignmentFlag.AlignVCenter)
        area = QRectF(self.rect()).adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        small = self._appearance.font(TextStyle.SMALL)
        detail_px = QFontMetricsF(small).horizontalAdvance(self.offer.detail)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        painter.drawText(area, middle | int(Qt.AlignmentFlag.AlignRight), self.offer.detail)
        strong = self._appearance.font(TextStyle.MEDIUM)
        room = area.width() - detail_px - _GAP_PX
        name = QFontMetricsF(strong).elidedText(self.offer.name, Qt.TextElideMode.ElideMiddle, room)
        painter.setFont(strong)
        painter.setPen(QColor(palette.text))
        painter.drawText(area, middle, name)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.offer.name)


WIDTH_PX: Final = 380
ESCAPE: Final = "escape"
_STEPS: Final = 1_000
_MOST_LISTED_PX: Final = 176


class ImportCard(ThemedFrame):
    """Shows an `ImportView`. It is not modal: the map stays usable.

    Signals:
        action_requested: the code of one of the view's actions, or `ESCAPE`.
        layer_chosen: the name of the chosen layer.
    """

    action_requested = Signal(str)
    layer_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        name_widget(self, "import_card", _("Map import"))
        self._appearance = appearance
        self._view: ImportView | None = None
        self._head = row(spacing_px=10)
        self._title = ElidedText(appearance, style=TextStyle.STRONG)
        self._text = Text(appearance, style=TextStyle.BODY, wrap=True)
        self._elapsed_text = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._count = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        name_widget(self._text, "import_text", "")
        name_widget(self._count, "import_count", "")
        self._list = QWidget()
        self._rows = column(self._list, spacing_px=4)
        self._scroll = scroll_area(self._list, name="import_notes")
        self._buttons = FlowLayout(spacing_px=8)
        self._lay_out()
        self.hide()

    @property
    def view(self) -> ImportView | None:
        """The view that is shown."""
        return self._view

    def show_view(self, view: ImportView | None) -> None:
        """Show the progress; None closes the card. If only numbers change, the layout is kept."""
        before, self._view = self._view, view
        if view is None or view == before:
            self.setVisible(view is not None)
            return
        self._show_progress(view)
        if before is None or _still(before) != _still(view):
            self._show_rest(view)
        self.show()
        self.fit()

    def focus_first(self) -> None:
        """Focus the first control that needs an answer."""
        rows = self._list.findChildren(LayerOfferRow)
        buttons = self.findChildren(KeyButton)
        if rows or buttons:
            (rows[0] if rows else buttons[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    def escape(self) -> None:
        """Emit `ESCAPE`; the owner closes a finished import and keeps a running one open."""
        self.action_requested.emit(ESCAPE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Escape; up and down move between rows."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _show_progress(self, view: ImportView) -> None:
        self._text.setText(view.text)
        self._elapsed_text.setText(view.elapsed)
        self._count.setText(view.count)
        self._bar.setVisible(view.busy)
        self._count.setVisible(view.busy)
        self._bar.setRange(0, _STEPS if view.share is not None else 0)
        self._bar.setValue(round(_STEPS * (view.share or 0.0)))

    def _show_rest(self, view: ImportView) -> None:
        self._title.setText(view.title)
        self._text.setVisible(bool(view.text))
        self._show_level(view)
        self._fill_list(view)
        self._fill_buttons(view)
        self.setAccessibleDescription(" ".join((view.title, view.text, *view.notes)))

    def fit(self) -> None:
        """Take the height that the texts need at this width."""
        self._column.invalidate()
        self._column.activate()
        edge = self.width() - self.contentsRect().width()  # the frame, which the layout does not count
        wanted = max(self._column.heightForWidth(self.width() - edge), self._column.minimumSize().height())
        self.setFixedHeight(wanted + edge)

    def _show_level(self, view: ImportView) -> None:
        clear_layout(self._dot)
        dot = LevelDot(self._appearance, view.level, size_px=11)
        self._dot.addWidget(dot)
        dot.setVisible(not view.busy)

    def _fill_list(self, view: ImportView) -> None:
        clear_layout(self._rows)
        for offer in view.offers:
            line = LayerOfferRow(self._appearance, offer)
            line.chosen.connect(self.layer_chosen)
            self._add_line(line)
        for note in view.notes:
            self._add_line(Text(self._appearance, note, style=TextStyle.SMALL, wrap=True, selectable=True))
        self._scroll.setVisible(bool(view.offers or view.notes))
        margins = self._column.contentsMargins()
        inner = self.contentsRect().width() - margins.left() - margins.right()
        wanted = max(self._rows.heightForWidth(inner), self._rows.minimumSize().height())
        self._scroll.setFixedHeight(min(wanted, self._appearance.px(_MOST_LISTED_PX)))
        self._scroll.verticalScrollBar().setValue(0)

    def _add_line(self, line: QWidget) -> None:
        self._rows.addWidget(line)
        line.show()  # Qt shows new children of a visible widget late, and the layout ignores hidden ones

    def _fill_buttons(self, view: ImportView) -> None:
        clear_layout(self._buttons)
        for number, action in enumerate(view.actions):
            kind = ButtonKind.PRIMARY if number == 0 and len(view.actions) > 1 else ButtonKind.SECONDARY
            button = KeyButton(
                self._appearance, action.label, key=action.key, kind=kind, name=f"import_{action.code}", compact=True
            )
            button.show_reason(action.reason)
            button.setProperty("code", action.code)
            button.clicked.connect(self._on_clicked)
            self._buttons.addWidget(button)
            button.show()

    def _lay_out(self) -> None:
        self._dot = row(spacing_px=0)
        self._head.addLayout(self._dot)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._elapsed_text)
        layout = self._column = column(self, spacing_px=8)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.addLayout(self._head)
        for widget in (self._text, self._bar, self._count, self._scroll):
            layout.addWidget(widget)
        layout.addLayout(self._buttons)

    def _on_clicked(self) -> None:
        self.action_requested.emit(str(self.sender().property("code")))


def _still(view: ImportView) -> ImportView:
    """Return the view without the values that change during an import."""
    return replace(view, text=view.text if not view.busy else "", elapsed="", share=None, count="")
