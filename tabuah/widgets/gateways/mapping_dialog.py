"""The window of gateway mappings: recorded messages, the text of the mappings, and the readings that they yield."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.gateways.values import MappingReasons, TrialView
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_SIZE_PX: Final = (1240, 690)
_SIDE_PX: Final = 300
_PAYLOAD_PX: Final = 110
_LONGEST_TOPIC: Final = 500


class MappingDialog(QDialog):
    """Shows messages and mappings, and asks for trials; it reads no message itself.

    Signals:
        message_chosen: id of the recorded message.
        message_edited: the user has changed the topic or the message.
        mappings_edited: the user has changed the text of the mappings.
        use_requested, file_requested, copy_requested: a button was pressed.
        previous_requested, forget_requested, reload_requested: a button was pressed.
    """

    message_chosen = Signal(str)
    message_edited = Signal()
    mappings_edited = Signal()
    use_requested = Signal()
    file_requested = Signal()
    copy_requested = Signal()
    previous_requested = Signal()
    forget_requested = Signal()
    reload_requested = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapping_dialog")
        self.setWindowTitle(_("Gateways: mappings and recorded messages"))
        self._appearance = appearance
        self._is_showing = False
        self.messages = LevelList(appearance, name="mapping_messages", label=_("Messages that yielded no reading"))
        self.messages.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.messages.item_chosen.connect(self.message_chosen)
        self._no_messages = EmptyState(appearance, icon="list", name="mapping_no_messages")
        self._topic = QLineEdit()
        name_widget(self._topic, "mapping_topic", _("Topic"))
        self._topic.setMaxLength(_LONGEST_TOPIC)
        self._topic.setPlaceholderText(_("Topic, such as {topic}").format(topic="lora/eui-70b3d5/up"))
        self._payload = self._editor("mapping_payload", _("Message"))
        self._payload.setPlaceholderText(_("Choose a message at the left, or paste one."))
        self._mappings = self._editor("mapping_text", _("Mappings (gateways.toml)"))
        self._summary = Text(appearance, style=TextStyle.MEDIUM, wrap=True, selectable=True)
        name_widget(self._summary, "mapping_summary", "")
        self._result = LevelList(appearance, name="mapping_result", label=_("Readings and refusals"))
        self._result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._details = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True, selectable=True)
        name_widget(self._details, "mapping_details", "")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("mapping_note")
        self._lines: dict[str, LevelLine] = {}
        self._topic.textChanged.connect(self._on_message_changed)
        self._payload.textChanged.connect(self._on_message_changed)
        self._mappings.textChanged.connect(self._on_mappings_changed)
        self._result.item_chosen.connect(self._on_result_chosen)
        self._buttons = self._make_buttons()
        self._lay_out()
        wanted = QSize(appearance.px(_SIZE_PX[0]), appearance.px(_SIZE_PX[1]))
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(24, 48)))
        self.messages.setFocus()

    @property
    def topic(self) -> str:
        return self._topic.text().strip()

    @property
    def payload(self) -> str:
        return self._payload.toPlainText()

    @property
    def mappings(self) -> str:
        return self._mappings.toPlainText()

    def show_messages(self, lines: Sequence[LevelLine], *, empty: tuple[str, str]) -> None:
        """Show the recorded messages; `empty` has title and text for none."""
        self._no_messages.show_message(*empty)
        self._no_messages.setVisible(not lines)
        self.messages.setVisible(bool(lines))
        self.messages.show_items(lines)

    def show_message(self, topic: str, payload: str) -> None:
        """Show a message without emitting `message_edited`."""
        self._is_showing = True
        self._topic.setText(topic)
        self._payload.setPlainText(payload)
        self._is_showing = False

    def show_mappings(self, text: str) -> None:
        """Show the text of mappings without emitting `mappings_edited`."""
        self._is_showing = True
        self._mappings.setPlainText(text)
        self._is_showing = False

    def show_trial(self, view: TrialView) -> None:
        """Show the result of a trial."""
        self._summary.setText(view.summary)
        self._summary.show_tone(view.level)
        self._lines = {line.id: line for line in view.lines}
        self._result.show_items(view.lines)
        self._on_result_chosen(self._result.chosen)

    def show_reasons(self, reasons: MappingReasons) -> None:
        """Disable the actions that are not possible now."""
        for code in ("use", "previous", "forget"):
            self._buttons[code].show_reason(getattr(reasons, code))

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show where the mappings come from, or why an action failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def focus_mappings(self) -> None:
        self._mappings.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses no button of this window; Escape closes it, and the text is kept."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or isinstance(self.focusWidget(), QPushButton):
            super().keyPressEvent(event)

    def _editor(self, name: str, label: str) -> QPlainTextEdit:
        editor = QPlainTextEdit()
        name_widget(editor, name, label)
        editor.setTabChangesFocus(True)
        editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._appearance.px(13))
        editor.setFont(font)
        return editor

    def _make_buttons(self) -> dict[str, KeyButton]:
        buttons = {}
        for code, label, key, kind in (
            ("use", _("Take into force"), "Ctrl+Return", ButtonKind.PRIMARY),
            ("file", _("Open a file"), "Ctrl+O", ButtonKind.SECONDARY),
            ("copy", _("Copy"), "Ctrl+Shift+C", ButtonKind.SECONDARY),
            ("previous", _("Those before"), "Ctrl+Shift+B", ButtonKind.SECONDARY),
            ("reload", _("Refresh"), "Ctrl+R", ButtonKind.SECONDARY),
            ("forget", _("Delete the messages"), "Ctrl+Shift+D", ButtonKind.GHOST),
        ):
            button = KeyButton(
                self._appearance,
                label,
                key=key.replace("+", " ").replace("Return", "↵"),
                kind=kind,
                name=f"mapping_{code}",
            )
            button.setAutoDefault(False)
            button.clicked.connect(getattr(self, f"{code}_requested"))
            QShortcut(key, self).activated.connect(button.click)
            buttons[code] = button
        close = KeyButton(self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="mapping_close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        return buttons | {"close": close}

    def _lay_out(self) -> None:
        middle = row(spacing_px=0)
        for part, stretch in ((self._left(), 0), (self._centre(), 3), (self._right(), 2)):
            middle.addLayout(part, stretch)
            if part is not None and stretch != 2:
                middle.addWidget(divider(vertical=True))
        buttons = FlowLayout()
        buttons.setContentsMargins(16, 0, 16, 12)
        for button in self._buttons.values():
            buttons.addWidget(button)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        lines.addLayout(middle, 1)
        lines.addWidget(divider())
        self._note.setContentsMargins(16, 0, 16, 0)
        lines.addWidget(self._note)
        lines.addLayout(buttons)
        column(self, spacing_px=0).addWidget(frame)

    def _left(self) -> QLayout:
        holder = QWidget()
        holder.setFixedWidth(self._appearance.px(_SIDE_PX))
        lines = column(holder, spacing_px=6)
        lines.setContentsMargins(8, 14, 4, 0)
        title = Text(self._appearance, _("Messages that yielded no reading"), style=TextStyle.STRONG, wrap=True)
        title.setContentsMargins(8, 0, 8, 0)
        lines.addWidget(title)
        lines.addWidget(self._no_messages, 1)
        lines.addWidget(self.messages, 1)
        outer = column(spacing_px=0)
        outer.addWidget(holder, 1)
        return outer

    def _centre(self) -> QLayout:
        lines = column(spacing_px=6)
        lines.setContentsMargins(16, 14, 16, 0)
        lines.addWidget(Text(self._appearance, _("Message"), style=TextStyle.STRONG))
        lines.addWidget(self._topic)
        self._payload.setFixedHeight(self._appearance.px(_PAYLOAD_PX))
        lines.addWidget(self._payload)
        lines.addSpacing(6)
        lines.addWidget(Text(self._appearance, _("Mappings (gateways.toml)"), style=TextStyle.STRONG))
        lines.addWidget(self._mappings, 1)
        return lines

    def _right(self) -> QLayout:
        lines = column(spacing_px=6)
        lines.setContentsMargins(12, 14, 12, 0)
        title = Text(self._appearance, _("Readings and refusals"), style=TextStyle.STRONG)
        for text in (title, self._summary, self._details):
            text.setContentsMargins(8, 0, 8, 0)
        lines.addWidget(title)
        lines.addWidget(self._summary)
        lines.addWidget(self._result, 1)
        lines.addWidget(self._details)
        return lines

    def _on_message_changed(self) -> None:
        if not self._is_showing:
            self.message_edited.emit()

    def _on_mappings_changed(self) -> None:
        if not self._is_showing:
            self.mappings_edited.emit()

    def _on_result_chosen(self, line_id: str) -> None:
        """Show the whole text of a row, which the list may cut."""
        line = self._lines.get(line_id)
        self._details.setText(line.spoken if line is not None else "")
