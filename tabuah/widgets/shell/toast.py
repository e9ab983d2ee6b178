"""Toasts at the lower edge of the window: results with "Undo", and errors with the next step."""

import msgspec
from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.shell.status_bar import LevelDot
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_SHOWN_MS = 8_000
_ERROR_SHOWN_MS = 20_000
_SECOND_MS = 1_000
_ABOVE_PANEL_PX = 12
_MAX_SHOWN = 3
_ABOVE_BUTTONS_PX = 92  # in a dialog, whose buttons are at its lower edge
_ONE_LINE = 70  # characters; longer texts are wrapped
_ONE_LINE_BESIDE_BUTTON = 40


class ToastMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a toast; an error gives what happened, what is safe and the next step."""

    text: str
    level: Level = Level.INFORMATION
    safe: str = ""
    next_step: str = ""
    undo: str = ""  # token emitted when the user undoes; empty when it cannot be undone
    countdown_s: int = 0  # seconds that are shown and counted down; then the toast closes
    offers: tuple[tuple[str, str], ...] = ()  # further buttons: token and label


class Toast(ThemedFrame):
    """One message.

    Signals:
        undo_requested: token of the message.
        offer_accepted: token of the button that was pressed.
        finished: the toast itself, when it closes.
    """

    undo_requested = Signal(str)
    offer_accepted = Signal(str)
    finished = Signal(object)

    def __init__(self, appearance: Appearance, message: ToastMessage, parent: QWidget) -> None:
        super().__init__("popover", parent)
        self.setObjectName("toast")
        self.message = message
        layout = row(self, spacing_px=12)
        layout.setContentsMargins(16, 10, 10, 10)
        layout.addWidget(LevelDot(appearance, message.level, size_px=11))
        words = column(spacing_px=2)
        one_line = _ONE_LINE_BESIDE_BUTTON if message.undo or message.offers else _ONE_LINE
        words.addWidget(Text(appearance, message.text, style=TextStyle.MEDIUM, wrap=len(message.text) > one_line))
        more = " ".join(part for part in (message.safe, message.next_step) if part)
        if more:
            words.addWidget(Text(appearance, more, style=TextStyle.SMALL, tone="muted", wrap=True))
        layout.addLayout(words, 1)
        self._left_s = message.countdown_s
        self._countdown = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._countdown.setObjectName("toast_countdown")
        layout.addWidget(self._countdown)
        self._countdown.setVisible(bool(message.countdown_s))
        for token, label in message.offers:
            button = KeyButton(appearance, label, name=f"toast_{token.partition(' ')[0]}")
            button.setProperty("token", token)
            button.clicked.connect(self._on_offer_clicked)
            layout.addWidget(button)
        if message.undo:
            undo = KeyButton(appearance, _("Undo"), key="Ctrl Z", icon="undo", name="toast_undo")
            undo.clicked.connect(self._on_undo_clicked)
            layout.addWidget(undo)
        close = KeyButton(appearance, "", kind=ButtonKind.GHOST, icon="close", name="toast_close", compact=True)
        close.describe(_("Close"))
        close.clicked.connect(self._on_close_clicked)
        layout.addWidget(close)
        self.setAccessibleName(f"{message.text} {more}".strip())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time_is_up)
        if message.countdown_s:
            self._show_countdown()
            self._timer.start(_SECOND_MS)
        else:
            self._timer.setSingleShot(True)
            self._timer.start(self._shown_ms())

    @property
    def undo(self) -> str:
        return self.message.undo

    @property
    def remaining(self) -> ToastMessage:
        """The message with the seconds that are left of its countdown."""
        return msgspec.structs.replace(self.message, countdown_s=self._left_s) if self._left_s > 0 else self.message

    def enterEvent(self, event: QEnterEvent) -> None:
        """Keep the toast open while the pointer is on it; a countdown goes on."""
        if not self.message.countdown_s:
            self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.message.countdown_s:
            self._timer.start(_SHOWN_MS)
        super().leaveEvent(event)

    def _shown_ms(self) -> int:
        loud = self.message.level in (Level.CRITICAL, Level.HIGH)
        return _ERROR_SHOWN_MS if loud or self.message.offers else _SHOWN_MS

    def _show_countdown(self) -> None:
        self._countdown.setText(_("{n} s").format(n=self._left_s))

    def _on_offer_clicked(self) -> None:
        self.offer_accepted.emit(self.sender().property("token"))

    def _on_undo_clicked(self) -> None:
        self.undo_requested.emit(self.undo)
        self.finished.emit(self)

    def _on_time_is_up(self) -> None:
        self._left_s -= 1
        if self._left_s > 0:
            self._show_countdown()
            return
        self._on_close_clicked()

    def _on_close_clicked(self) -> None:
        self._timer.stop()
        self.finished.emit(self)


class ToastHost(QObject):
    """Stacks toasts at the lower edge of a window, the newest at the bottom.

    Signals:
        undo_requested: token of the message whose "Undo" was pressed.
        offer_accepted: token of another button that was pressed.
    """

    undo_requested = Signal(str)
    offer_accepted = Signal(str)

    def __init__(self, appearance: Appearance, window: QWidget, *, bottom_px: int = 48) -> None:
        super().__init__(window)
        self._appearance = appearance
        self._window = window
        self._bottom_px = bottom_px
        self._above: QWidget | None = None
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    @property
    def window(self) -> QWidget:
        """The window that shows the toasts."""
        return self._window

    @property
    def messages(self) -> tuple[ToastMessage, ...]:
        """The messages that are shown, the oldest first, with the seconds that are left of a countdown."""
        return tuple(toast.remaining for toast in self._toasts)

    @property
    def newest_undo(self) -> str:
        """Token of the newest message that can be undone; empty if there is none."""
        return next((toast.undo for toast in reversed(self._toasts) if toast.undo), "")

    def for_dialog(self, dialog: QWidget) -> "ToastHost":
        """Return a host for a dialog, above its buttons."""
        return ToastHost(self._appearance, dialog, bottom_px=self._appearance.px(_ABOVE_BUTTONS_PX))

    def show_toast(self, message: ToastMessage) -> None:
        """Show a message; it replaces an equal one.

        When there are more than three, the oldest closes, but a countdown only after all others.
        """
        for known in [each for each in self._toasts if each.message == message and not message.undo]:
            self._on_finished(known)
        toast = Toast(self._appearance, message, self._window)
        toast.undo_requested.connect(self.undo_requested)
        toast.offer_accepted.connect(self.offer_accepted)
        toast.finished.connect(self._on_finished)
        self._toasts.append(toast)
        while len(self._toasts) > _MAX_SHOWN:
            self._on_finished(min(self._toasts, key=lambda each: bool(each.message.countdown_s)))
        toast.ensurePolished()  # its size depends on the style
        self._arrange()  # before it appears: at the origin it would lie under the pointer, which keeps it open
        toast.show()

    def stay_above(self, panel: QWidget | None) -> None:
        """Stack the messages above a panel of the window, whose buttons they would cover; None: at the lower edge."""
        if self._above is panel:
            return
        for watched, follow in ((self._above, False), (panel, True)):
            if watched is not None:
                (watched.installEventFilter if follow else watched.removeEventFilter)(self)
        self._above = panel
        self._arrange()

    def clear(self) -> None:
        """Close all messages, before the window is deleted."""
        for toast in list(self._toasts):
            self._on_finished(toast)

    def clear_settled(self) -> None:
        """Close all messages except problems."""
        for toast in [each for each in self._toasts if each.message.level not in (Level.CRITICAL, Level.HIGH)]:
            self._on_finished(toast)

    def withdraw(self, undo: str) -> None:
        """Close the message with an undo token, whose action can no longer be undone."""
        for toast in [each for each in self._toasts if each.undo == undo]:
            self._on_finished(toast)

    def undo_last(self) -> bool:
        """Undo the newest message that can be undone, for Ctrl+Z; return False when there is none."""
        for toast in reversed(self._toasts):
            if toast.undo:
                self.undo_requested.emit(toast.undo)
                self._on_finished(toast)
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._arrange()
        return super().eventFilter(watched, event)

    def _on_finished(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._arrange()

    def _arrange(self) -> None:
        bottom = self._window.height() - self._bottom_px
        if self._above is not None and self._above.window() is self._window.window():
            bottom = self._above.mapTo(self._window, QPoint()).y() - _ABOVE_PANEL_PX
        limit = min(self._appearance.px(620), self._window.width() - 48)
        for toast in reversed(self._toasts):
            width = min(limit, max(self._appearance.px(480), toast.sizeHint().width()))
            height = max(toast.heightForWidth(width), toast.minimumSizeHint().height())
            toast.setGeometry((self._window.width() - width) // 2, bottom - height, width, height)
            toast.raise_()
            bottom -= height + 8
