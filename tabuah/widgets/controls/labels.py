"""Labels in the styles of the type scale, icons, and the placeholder of an empty panel."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from tabuah.widgets.controls.layout import column
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.values import Level


class Text(QLabel):
    """A label in one style and tone; a level as tone gives the readable colour of that level."""

    def __init__(
        self,
        appearance: Appearance,
        text: str = "",
        *,
        style: TextStyle = TextStyle.BODY,
        tone: str | Level = "text",
        wrap: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__(text)
        self._appearance = appearance
        self._style = style
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    def show_tone(self, tone: str | Level) -> None:
        """Change the tone: a palette name such as "muted", or a level."""
        self.show_style(self._style, tone)

    def show_style(self, style: TextStyle, tone: str | Level) -> None:
        """Change the style and the tone."""
        if (style, tone) != (self._style, self._tone):
            self._style, self._tone = style, tone
            self._on_appearance_changed()

    def event(self, event: QEvent) -> bool:
        """Reapply the style after polishing: Qt restores the palette of construction time on the first show."""
        handled = super().event(event)
        if event.type() is QEvent.Type.Polish:
            self._on_appearance_changed()
        return handled

    def _on_appearance_changed(self) -> None:
        self.setFont(self._appearance.font(self._style))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tone_colour(self._appearance, self._tone)))
        self.setPalette(palette)


class ElidedText(Text):
    """A one-line label that is elided; the tooltip has the full text."""

    def __init__(
        self,
        appearance: Appearance,
        text: str = "",
        *,
        style: TextStyle = TextStyle.BODY,
        tone: str | Level = "text",
    ) -> None:
        super().__init__(appearance, text, style=style, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the width of an ellipsis, so that the label can shrink."""
        margins = self.contentsMargins()
        width = self.fontMetrics().horizontalAdvance("…") + margins.left() + margins.right()
        return QSize(width, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        try:
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(area, self.alignment(), shown)
        finally:
            painter.end()


def tone_colour(appearance: Appearance, tone: str | Level) -> str:
    """Return the text colour of a level, or the palette colour of that name."""
    if isinstance(tone, Level):
        return level_text(appearance.palette, tone)
    return str(getattr(appearance.palette, tone))


def name_widget(widget: QWidget, object_name: str, accessible_name: str) -> None:
    """Set the object name, for tests, and the accessible name."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)


class IconPicture(QWidget):
    """An icon in one tone of the palette."""

    def __init__(self, appearance: Appearance, icon: str, *, size_px: int = 20, tone: str = "muted") -> None:
        super().__init__()
        self._appearance = appearance
        self._icon = icon
        self._size_px = size_px
        self._tone = tone
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        side = self._appearance.px(self._size_px)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self._appearance.px(self._size_px)
        colour = str(getattr(self._appearance.palette, self._tone))
        painter = QPainter(self)
        try:
            rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            painter.drawImage(rect, icon_image(self._icon, colour, side, self.devicePixelRatioF()))
        finally:
            painter.end()

    def _on_appearance_changed(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


class EmptyState(QWidget):
    """A muted message in the centre of an empty panel."""

    def __init__(self, appearance: Appearance, *, icon: str, name: str = "empty_state") -> None:
        super().__init__()
        self.setObjectName(name)
        self._title = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._hint = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        layout = column(self)
        layout.setContentsMargins(24, 8, 24, 8)
        layout.addStretch(2)
        layout.addWidget(IconPicture(appearance, icon, size_px=32, tone="faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        self._actions = column()
        layout.addLayout(self._actions)
        layout.addStretch(3)

    def add_action(self, button: QWidget) -> None:
        """Add a button below the message."""
        self._actions.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_message(self, title: str, hint: str = "") -> None:
        """Show what is missing and what to do about it."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{title} {hint}".strip())


def paint_elided(
    painter: QPainter,
    area: QRectF,
    text: str,
    *,
    font: QFont,
    colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """Paint one line, elided where it does not fit, and return its width in px."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, cut, area.width())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)
