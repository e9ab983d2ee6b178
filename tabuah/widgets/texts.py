"""Labels in the styles of the type scale: plain, wrapping, selectable, or cut with an ellipsis."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level


class Text(QLabel):
    """A label in one style and tone; a level as tone gives that level's readable colour."""

    def __init__(
        self,
        appearance: Appearance,
        text: str = "",
        *,
        style: Type = Type.BODY,
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
        """Take another tone: a palette name such as "muted", or a level."""
        self._tone = tone
        self._on_appearance_changed()

    def event(self, event: QEvent) -> bool:
        """Qt: dressing a label for its first show brings back the look that it was made with; take the one of now."""
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
    """A label of one line that is cut with an ellipsis; the whole text stands in its tooltip."""

    def __init__(
        self,
        appearance: Appearance,
        text: str = "",
        *,
        style: Type = Type.BODY,
        tone: str | Level = "text",
    ) -> None:
        super().__init__(appearance, text, style=style, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Qt: may shrink to an ellipsis."""
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint as much as fits."""
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        try:
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(QRect(0, 0, self.width(), self.height()), self.alignment(), shown)
        finally:
            painter.end()


def tone_colour(appearance: Appearance, tone: str | Level) -> str:
    """The colour of a tone: a level's words, or the palette's token of that name."""
    if isinstance(tone, Level):
        return level_text(appearance.palette, tone)
    return str(getattr(appearance.palette, tone))


def name_widget(widget: QWidget, object_name: str, accessible_name: str) -> None:
    """Give a control the name tests look for and the name a screen reader says."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
