"""The details of one change in a tray, the decisions on it, and the text field for a decision."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row
from tabuah.widgets.controls.note_box import NoteEdit
from tabuah.widgets.sync.tray_item import HELD, REJECTED, DependentItem, TrayItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_PICTURE_SIZE: QSize = QSize(132, 96)


class TrayDetails(QWidget):
    """Two columns: the change with its photo, and the changes that depend on it."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("tray_details")
        self._appearance = appearance
        self._item: TrayItem | None = None
        self._reason = LevelChip(appearance, name="tray_reason")
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True, selectable=True)
        self._about = Text(appearance, tone="muted", wrap=True, selectable=True)
        self._origin = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._advice = Text(appearance, style=TextStyle.SMALL, wrap=True)
        self._picture = QLabel()
        self._picture.setObjectName("tray_picture")
        self._dependents = column(spacing_px=4)
        words = column(spacing_px=4)
        words.addWidget(self._reason, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._title, self._about, self._origin, self._advice):
            words.addWidget(part)
        words.addStretch(1)
        layout = row(self, spacing_px=16)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 3)
        layout.addLayout(self._dependents, 2)

    def show_item(self, item: TrayItem) -> None:
        if item == self._item:
            return
        if self._item is None or self._item.id != item.id:
            self._picture.hide()
        self._item = item
        self._reason.show_level(item.level, item.reason)
        self._title.setText(item.text)
        self._about.setText(item.about)
        self._about.setVisible(bool(item.about))
        self._origin.setText(item.origin)
        self._advice.setText(item.advice)
        self._advice.setVisible(bool(item.advice))
        clear_layout(self._dependents)
        if item.dependents:
            self._show_dependents(item.dependents)

    def show_picture(self, item_id: str, picture: QImage) -> None:
        """Show the photo of an item if it is still the current one."""
        if self._item is None or self._item.id != item_id:
            return
        ratio = self.devicePixelRatioF()
        scaled = picture.scaled(
            _PICTURE_SIZE * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(scaled))
        self._picture.setAccessibleName(self._item.text)
        self._picture.show()

    def _show_dependents(self, resting: tuple[DependentItem, ...]) -> None:
        heading = _("Depends on it and is decided with it")
        self._dependents.addWidget(Text(self._appearance, heading, style=TextStyle.SMALL_STRONG, tone="muted"))
        for each in resting:
            self._dependents.addWidget(Text(self._appearance, f"• {each.text}", wrap=True, selectable=True))
            self._dependents.addWidget(
                Text(self._appearance, each.meta, style=TextStyle.CAPTION, tone="muted", wrap=True)
            )
        self._dependents.addStretch(1)


class TrayDecisions(QWidget):
    """The decisions on one change, with the reasons why some are disabled.

    Signals:
        decided: release the held change, or send the rejected one again.
        reword_requested: correct its text first.
        declined: refuse the held change, or dismiss the rejected one.
    """

    decided = Signal()
    reword_requested = Signal()
    declined = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._decide = KeyButton(appearance, "", key="↵", kind=ButtonKind.PRIMARY, name="tray_decide")
        self._reword = KeyButton(appearance, _("Correct the text first"), key="E", icon="edit", name="tray_reword")
        self._decline = KeyButton(appearance, "", key="X", name="tray_put_off")
        self._decide.clicked.connect(self.decided)
        self._reword.clicked.connect(self.reword_requested)
        self._decline.clicked.connect(self.declined)
        layout = row(self)
        for button in (self._decide, self._reword, self._decline):
            layout.addWidget(button)
        layout.addStretch(1)

    def show_choices(self, tray: str, item: TrayItem | None, *, visible: bool) -> None:
        """Show the decisions on `item`; hidden while a text is written."""
        self.setVisible(visible)
        if item is None:
            return
        held = tray == HELD
        _show_button(self._decide, _("Release") if held else _("Send again"), item.decide_reason)
        _show_button(self._decline, _("Refuse …") if held else _("Dismiss"), item.decline_reason)
        self._reword.show_reason(item.decide_reason)
        self._reword.setVisible(tray == REJECTED and item.editable_text is not None)


def _show_button(button: KeyButton, text: str, reason: str) -> None:
    button.setText(text)
    button.describe(text)
    button.show_reason(reason)
    button.updateGeometry()


class TrayComposer(ThemedFrame):
    """Replaces the details of a change while a text is written.

    Signals:
        submitted: the text.
        cancelled: the user cancels the decision.
    """

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("tray_composer")
        self._required = ""
        self._label = Text(appearance, style=TextStyle.SMALL_STRONG, tone="muted")
        self._error = Text(appearance, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._edit = NoteEdit()
        name_widget(self._edit, "tray_text", "")
        self._edit.setTabChangesFocus(True)
        self._edit.setMinimumHeight(appearance.px(52))
        self._save = KeyButton(appearance, "", key="Ctrl ↵", kind=ButtonKind.PRIMARY, name="tray_submit")
        cancel = KeyButton(appearance, _("Cancel"), key="Esc", kind=ButtonKind.GHOST, name="tray_cancel")
        self._edit.submitted.connect(self._on_submitted)
        self._edit.cancelled.connect(self.cancelled)
        self._save.clicked.connect(self._on_submitted)
        cancel.clicked.connect(self.cancelled)
        layout = column(self, spacing_px=6)
        layout.addWidget(self._label)
        layout.addWidget(self._edit, 1)
        layout.addWidget(self._error)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.hide()

    def ask(self, *, label: str, text: str, submit: str, required: str = "") -> None:
        """Open the field; `required` is the error for an empty text, empty if it may be empty."""
        self._required = required
        self._label.setText(label)
        self._edit.setAccessibleName(label)
        self._edit.setPlainText(text)
        self._edit.selectAll()
        self._error.hide()
        self._save.setText(submit)
        self._save.describe(submit)
        self._save.updateGeometry()
        self.show()
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_submitted(self) -> None:
        text = self._edit.toPlainText().strip()
        if self._required and not text:
            self._error.setText(self._required)
            self._error.show()
            return
        self.submitted.emit(text)
