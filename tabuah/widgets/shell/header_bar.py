"""The header bar: product and office, command field, synchronisation badge, shift and clock."""

from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QVBoxLayout, QWidget

from tabuah.resources.localisation import _, format_day, format_time
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton, paint_key_cap
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.labels import ElidedText, IconPicture, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon_image
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
        self.setToolTip("\n".join((*state.details, "" if state.click else _("Click for details"))))
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
        if self._state.click:
            self.action_requested.emit(self._state.click)
            return
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


class CommandField(QAbstractButton):
    """A button that looks like a search field and opens the command palette."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setObjectName("command_field")
        self.setText(_("Search nagari, incidents, stations, commands …"))
        self.setAccessibleName(_("Search and commands"))
        self.setAccessibleDescription(_("Key {key}").format(key="Ctrl+K"))
        self.setToolTip(_("Search and commands") + " (Ctrl+K)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(200)
        self.setMaximumWidth(appearance.px(560))
        appearance.changed.connect(self._on_appearance_changed)

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(560), self._appearance.px(32))

    def minimumSizeHint(self) -> QSize:
        """Return the width of the whole text; a narrower field elides it."""
        text = QFontMetricsF(self._appearance.font(TextStyle.BODY)).horizontalAdvance(self.text())
        return QSize(int(self._text_left + text + self._cap_width + 16 + 1), self.sizeHint().height())

    @property
    def _text_left(self) -> float:
        return 10.0 + self._appearance.px(16) + 8

    @property
    def _cap_width(self) -> float:
        return float(self._appearance.px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self._appearance.palette
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = palette.accent if self.hasFocus() else mix(palette.line, palette.muted, 0.2)
            painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
            painter.setBrush(QColor(palette.faint if self.isDown() else mix(palette.raised, palette.window, 0.35)))
            painter.drawRoundedRect(rect, 8, 8)
            self._paint_content(painter)
        finally:
            painter.end()

    def _paint_content(self, painter: QPainter) -> None:
        palette = self._appearance.palette
        side = self._appearance.px(16)
        image = icon_image("search", palette.muted, side, self.devicePixelRatioF())
        painter.drawImage(QRectF(10, (self.height() - side) / 2, side, side), image)
        left, cap = self._text_left, self._cap_width
        font = self._appearance.font(TextStyle.BODY)
        painter.setFont(font)
        painter.setPen(QColor(palette.muted))
        room = self.width() - left - cap - 16
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        area = QRectF(self.width() - cap - 8, 0, cap, self.height())
        paint_key_cap(painter, area, "Ctrl K", palette.muted, self._appearance)

    def _on_appearance_changed(self) -> None:
        self.setMaximumWidth(self._appearance.px(560))
        self.updateGeometry()
        self.update()


class HeaderBar(ThemedFrame):
    """The header of the window.

    Signals:
        palette_requested: the user opens the command palette.
        sync_requested: the user asks to sync now.
        action_requested: code of an action that the sync badge offers, such as opening a tray, "log_in" or "roster".
    """

    palette_requested = Signal()
    sync_requested = Signal()
    action_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("header_bar")
        self._appearance = appearance
        self._office = ElidedText(appearance, tone="muted")
        self._person = KeyButton(appearance, "", kind=ButtonKind.GHOST, name="person_button", compact=True)
        self._deputy = LevelChip(appearance, name="deputy_chip")
        self._deputy.hide()
        self._duty = KeyButton(appearance, "", kind=ButtonKind.GHOST, name="duty_button", compact=True)
        self._duty.describe(_("Duty roster"))
        self._duty.hide()
        self._clock = Text(appearance, style=TextStyle.TITLE)
        self._command = CommandField(appearance)
        self.sync_badge = SyncBadge(appearance)
        self._menu = KeyButton(appearance, "", kind=ButtonKind.GHOST, icon="menu", name="menu_button", compact=True)
        self._menu.describe(_("Menu"))
        self._lay_out()
        self._command.clicked.connect(self.palette_requested)
        self._person.clicked.connect(self._on_person_clicked)
        self._duty.clicked.connect(self._on_duty_clicked)
        self.sync_badge.sync_requested.connect(self.sync_requested)
        self.sync_badge.action_requested.connect(self.action_requested)

    def attach_menu(self, menu: QMenu) -> None:
        self._menu.show_menu(menu)

    def show_office(self, office: str) -> None:
        """Show the office, such as "Pusdalops PB · Kabupaten Solok"."""
        self._office.setText(office)

    def show_shift(self, shift: str) -> None:
        """Show the shift and the user, such as "Regu B · Petugas 1"."""
        self._person.setText(shift)
        self._person.describe(_("Log in, or change the user"), accessible_name=shift)
        self._person.updateGeometry()

    def show_deputy(self, text: str, hint: str) -> None:
        """Show the badge of an acting deputy, or of the person who has named one; hide it for an empty text."""
        self._deputy.show_level(Level.INFORMATION, text)
        self._deputy.setToolTip(hint)
        self._deputy.setAccessibleDescription(hint)

    def show_duty(self, crew: str, details: str) -> None:
        """Show the crew on duty, such as "Regu B", with the supervisor and the shift as details; empty for none."""
        self._duty.setText(crew)
        self._duty.describe(details, accessible_name=_("On duty: {crew}").format(crew=crew))
        self._duty.setVisible(bool(crew))
        self._duty.updateGeometry()

    def show_sync(self, state: SyncBadgeState) -> None:
        self.sync_badge.show_state(state)

    def show_time(self, now: datetime) -> None:
        """Show the time; the owner calls this every second."""
        self._clock.setText(format_time(now, seconds=True))
        self._clock.setToolTip(format_day(now))
        self._clock.setAccessibleName(_("Clock: {time}").format(time=format_time(now)))

    def _on_duty_clicked(self) -> None:
        self.action_requested.emit("roster")

    def _on_person_clicked(self) -> None:
        self.action_requested.emit("log_in")

    def _lay_out(self) -> None:
        layout = row(self, spacing_px=12)
        layout.setContentsMargins(16, 7, 16, 8)
        left, right = row(spacing_px=12), row(spacing_px=12)
        left.addWidget(IconPicture(self._appearance, "drum", size_px=22, tone="accent"))
        left.addWidget(Text(self._appearance, "Tabuah", style=TextStyle.TITLE))
        left.addWidget(self._office, 1)
        right.addStretch(1)
        right.addWidget(self.sync_badge)
        right.addWidget(self._duty)
        right.addWidget(self._person)
        right.addWidget(self._deputy)
        right.addWidget(self._clock)
        right.addWidget(self._menu)
        layout.addLayout(left, 3)
        layout.addWidget(self._command, 4)
        layout.addLayout(right, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._appearance.palette.line))
        finally:
            painter.end()
