"""Push buttons that show their shortcut key, in three degrees of emphasis, and for destructive acts."""

from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from tabuah.resources.localisation import _
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import Palette, mix
from tabuah.widgets.theme.icons import icon_image

_PAD_PX = 12
_GAP_PX = 8
_ICON_PX = 16
HOVERED_SHARE: Final = 0.07  # of the text colour in the fill
PRESSED_SHARE: Final = 0.14


class ButtonKind(Enum):
    """Emphasis of a button. `DANGER` is the last button before an act that cannot be undone."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GHOST = "ghost"
    DANGER = "danger"

    @property
    def is_filled(self) -> bool:
        """Whether the button has the colour of its kind, with bold text."""
        return self in (ButtonKind.PRIMARY, ButtonKind.DANGER)


class KeyButton(QPushButton):
    """A button that shows its shortcut key; the window's action handles the key itself.

    A disabled button gives the reason in its tooltip.
    """

    def __init__(
        self,
        appearance: Appearance,
        text: str,
        *,
        key: str = "",
        kind: ButtonKind = ButtonKind.SECONDARY,
        icon: str = "",
        name: str = "",
        compact: bool = False,
    ) -> None:
        super().__init__(text)
        self._appearance = appearance
        self._key = key
        self._kind = kind
        self._icon = icon
        self._compact = compact
        self._tip = ""
        self._hovered = False
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.describe(text)
        appearance.changed.connect(self._on_appearance_changed)

    @property
    def key(self) -> str:
        return self._key

    @property
    def kind(self) -> ButtonKind:
        return self._kind

    def describe(self, tip: str, *, accessible_name: str = "") -> None:
        """Set the tooltip, which includes the key, and the accessible name."""
        self._tip = tip
        self.setAccessibleName(accessible_name or tip or self.text())
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        """Disable the button with a reason for its tooltip, or enable it when `reason` is empty."""
        self.setEnabled(not reason)
        tip = f"{self._tip} ({self._key})" if self._key else self._tip
        self.setToolTip(f"{tip}\n{reason}" if reason else tip)
        self.setAccessibleDescription(reason or (_("Key {key}").format(key=self._key) if self._key else ""))

    def show_menu(self, menu: QMenu) -> None:
        self.setMenu(menu)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = 2.0 * (_PAD_PX if not self._compact else 8)
        parts = []
        if self._icon:
            parts.append(float(self._appearance.px(_ICON_PX)))
        if self.text():
            parts.append(QFontMetricsF(self._font()).horizontalAdvance(self.text()))
        if self._key:
            parts.append(self._cap_width())
        if self.menu() is not None:
            parts.append(12.0)
        width += sum(parts) + _GAP_PX * (len(parts) - 1)
        return QSize(int(width + 1), self._appearance.px(28 if self._compact else 32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button on Enter, instead of submitting the form around it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = self._paint_body(painter)
            self._paint_content(painter, ink)
        finally:
            painter.end()

    def _font(self) -> QFont:
        return self._appearance.font(TextStyle.STRONG if self._kind.is_filled else TextStyle.MEDIUM)

    def _cap_width(self) -> float:
        metrics = QFontMetricsF(self._appearance.font(TextStyle.CAPTION))
        return max(metrics.horizontalAdvance(self._key) + 10, self._appearance.px(18))

    def _paint_body(self, painter: QPainter) -> str:
        palette = self._appearance.palette
        pressed, hovered = self.isDown() or self.isChecked(), self._hovered and self.isEnabled()
        fill, ink = button_colours(palette, self._kind)
        if not self.isEnabled():
            fill, ink = (palette.raised if self._kind is not ButtonKind.GHOST else ""), palette.faint
        elif pressed or hovered:
            fill = mix(fill or palette.panel, palette.text, PRESSED_SHARE if pressed else HOVERED_SHARE)
        edge = mix(palette.line, palette.muted, 0.2) if self._kind is ButtonKind.SECONDARY else ""
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(edge)) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 8, 8)
        if self.hasFocus():
            ring = palette.text if self._kind.is_filled else palette.accent
            painter.setPen(QPen(QColor(ring), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        return ink

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        rect = QRectF(self.rect())
        x = (rect.width() - self.sizeHint().width()) / 2 + (8 if self._compact else _PAD_PX)
        if self._icon:
            side = self._appearance.px(_ICON_PX)
            image = icon_image(self._icon, ink, side, self.devicePixelRatioF())
            painter.drawImage(QRectF(x, (rect.height() - side) / 2, side, side), image)
            x += side + _GAP_PX
        if self.text():
            painter.setFont(self._font())
            painter.setPen(QColor(ink))
            width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
            painter.drawText(QRectF(x, 0, width + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
            x += width + _GAP_PX
        if self._key:
            paint_key_cap(painter, QRectF(x, 0, self._cap_width(), rect.height()), self._key, ink, self._appearance)
            x += self._cap_width() + _GAP_PX
        if self.menu() is not None:
            image = icon_image("chevron-down", ink, 12, self.devicePixelRatioF())
            painter.drawImage(QRectF(x, (rect.height() - 12) / 2, 12, 12), image)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


def button_colours(palette: Palette, kind: ButtonKind) -> tuple[str, str]:
    """Return the fill, empty for none, and the text colour of an enabled button."""
    colours = {
        ButtonKind.PRIMARY: (palette.accent, palette.on_accent),
        ButtonKind.SECONDARY: (palette.raised, palette.text),
        ButtonKind.GHOST: ("", palette.text),
        ButtonKind.DANGER: (palette.critical, palette.on_critical),
    }
    return colours[kind]


def paint_key_cap(painter: QPainter, area: QRectF, key: str, ink: str, appearance: Appearance) -> None:
    """Paint a key cap, vertically centred in `area`."""
    height = float(appearance.px(18))
    cap = QRectF(area.x() + 0.5, area.center().y() - height / 2 + 0.5, area.width() - 1, height - 1)
    edge = QColor(ink)
    edge.setAlphaF(0.35)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge))
    painter.drawRoundedRect(cap, 4, 4)
    painter.setFont(appearance.font(TextStyle.CAPTION))
    painter.setPen(QColor(ink))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
