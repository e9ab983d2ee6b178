"""The sync badge and its popover: what is not yet on the server, since when, and what to do about it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.colours import level_text, mix
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import ActionState, Level, SyncBadgeState


class Popover(QWidget):
    """A pop-up frame; fill `content`, then open it below a widget. Closes on a click outside or Escape."""

    def __init__(self, owner: QWidget, *, name: str) -> None:
        super().__init__(owner, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._frame = ThemedFrame("popover")
        self.content: QVBoxLayout = column(self._frame)
        self.content.setContentsMargins(16, 12, 16, 12)
        column(self).addWidget(self._frame)

    def open_under(self, anchor: QWidget) -> None:
        """Show below `anchor` with aligned right edges, within the screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        area = anchor.screen().availableGeometry()
        x = max(area.left() + 8, min(corner.x(), area.right() - self.width() - 8))
        self.move(x, min(corner.y(), area.bottom() - self.height() - 8))
        self.show()


_SHAPE_PX = 9
_LONGEST_LINE = 80  # characters; longer sentences are wrapped at _WIDTH_PX
_WIDTH_PX = 420


class SyncBadge(QAbstractButton):
    """Shape and text of the sync state.

    Signals:
        sync_requested: the user asks to sync now.
        action_requested: code of one of the actions that the state offers.
    """

    sync_requested = Signal()
    action_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._state = SyncBadgeState(level=Level.NO_DATA, text=_("Sync state unknown"))
        self._popover: Popover | None = None
        self.setObjectName("sync_badge")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)
        appearance.changed.connect(self._on_appearance_changed)
        self.show_state(self._state)

    def show_state(self, state: SyncBadgeState) -> None:
        self._state = state
        self.setAccessibleName(_("Sync: {state}").format(state=state.text))
        self.setAccessibleDescription(" ".join(state.details))
        self.setToolTip("\n".join((*state.details, _("Click for details"))))
        self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._appearance.font(TextStyle.BODY)).horizontalAdvance(self._state.text)
        return QSize(int(width) + _SHAPE_PX + 8 + 20, self._appearance.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, rect = self._appearance.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            hovered = self.underMouse() or self.isDown()
            painter.setBrush(QColor(mix(palette.panel, palette.text, 0.07 if hovered else 0.0)))
            painter.drawRoundedRect(rect, 8, 8)
            shape = QRectF(10, (self.height() - _SHAPE_PX) / 2, _SHAPE_PX, _SHAPE_PX)
            paint_level(painter, shape, self._state.level, palette)
            quiet = self._state.level in (Level.NORMAL, Level.INFORMATION)
            painter.setPen(QColor(palette.muted if quiet else level_text(palette, self._state.level)))
            painter.setFont(self._appearance.font(TextStyle.BODY if quiet else TextStyle.MEDIUM))
            area = QRectF(10 + _SHAPE_PX + 8, 0, self.width(), self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._state.text)
        finally:
            painter.end()

    def _on_clicked(self) -> None:
        if self._popover is None:
            self._popover = Popover(self, name="sync_details")
        content = self._popover.content
        clear_layout(content)
        content.addWidget(Text(self._appearance, self._state.text, style=TextStyle.STRONG))
        for sentence in self._state.details:
            wide = len(sentence) > _LONGEST_LINE
            text = Text(self._appearance, sentence, style=TextStyle.SMALL, tone="muted", selectable=True, wrap=wide)
            if wide:
                text.setFixedWidth(self._appearance.px(_WIDTH_PX))
            content.addWidget(text)
        for action in self._state.actions:
            self._add_action(content, action)
        if self._state.can_sync:
            button = KeyButton(
                self._appearance, _("Sync now"), kind=ButtonKind.SECONDARY, icon="sync", name="sync_now", key="F5"
            )
            button.clicked.connect(self._on_sync_clicked)
            content.addWidget(button)
        self._popover.open_under(self)

    def _add_action(self, content: QVBoxLayout, action: ActionState) -> None:
        button = KeyButton(self._appearance, action.label, key=action.key, name=f"sync_{action.code}")
        button.setProperty("action", action.code)
        button.clicked.connect(self._on_action_clicked)
        content.addWidget(button)

    def _on_action_clicked(self) -> None:
        if self._popover is not None:
            self._popover.hide()
        self.action_requested.emit(str(self.sender().property("action")))

    def _on_sync_clicked(self) -> None:
        if self._popover is not None:
            self._popover.hide()
        self.sync_requested.emit()

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()
