"""Tool plate over the map: the active tool's next step, its result, and actions on the result."""

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText, IconPicture, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.map.tools.tool import ToolStatus
from tabuah.widgets.map.tools.tool_list import BY_CODE, entries_of
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import ActionState, Level

WIDEST_PX = 600
_NARROW_PX = 380  # narrower plates put the tools of a group in their own row


class ToolPlate(ThemedFrame):
    """Shown while a tool is active. Enter executes the first offer.

    Signals:
        tool_requested: the code of another tool of the same group.
        offer_chosen: the code of an offer.
        copy_requested: copy the value to the clipboard.
        closed: deactivate the tool.
    """

    tool_requested = Signal(str)
    offer_chosen = Signal(str)
    copy_requested = Signal()
    closed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        self.setObjectName("tool_plate")
        self._appearance = appearance
        self._code, self._width_px, self._status = "", WIDEST_PX, ToolStatus()
        self._offers: tuple[ActionState, ...] = ()
        self._head, self._variants = row(), row()
        self._hint = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        name_widget(self._hint, "tool_hint", "")
        self._problem = Text(appearance, style=TextStyle.SMALL_STRONG, tone=Level.CRITICAL, wrap=True)
        name_widget(self._problem, "tool_problem", "")
        self._value = ElidedText(appearance, style=TextStyle.TITLE)
        name_widget(self._value, "tool_value", "")
        self._note = Text(appearance, style=TextStyle.SMALL, wrap=True)
        name_widget(self._note, "tool_note", "")
        self._note.hide()
        self._copy = KeyButton(
            appearance, _("Copy"), key="Ctrl C", icon="copy", kind=ButtonKind.GHOST, name="tool_copy", compact=True
        )
        self._copy.clicked.connect(self.copy_requested)
        self._result = QWidget()
        self._buttons = FlowLayout(spacing_px=8)
        self._lay_out()
        appearance.changed.connect(self._on_appearance_changed)
        self.hide()

    @property
    def offers(self) -> tuple[ActionState, ...]:
        """The actions on the result."""
        return self._offers

    def show_tool(self, code: str) -> None:
        """Show the active tool; the pan tool has no plate."""
        self._code = code if code in BY_CODE else ""
        self.setVisible(bool(self._code))
        self.show_note("")
        self.show_offers(())
        if self._code:
            self._fill_head()

    def show_status(self, status: ToolStatus) -> None:
        """Show the tool's status; if only the value changes, the layout is kept."""
        before, self._status = self._status, status
        if status == before:
            return
        if replace(status, value="") == replace(before, value="") and status.value and before.value:
            self._value.setText(status.value)
            return
        self._hint.setText(status.hint)
        self._problem.setText(status.problem)
        self._problem.setVisible(bool(status.problem))
        self._value.setText(status.value)
        self._result.setVisible(bool(status.value))
        self.setAccessibleDescription(" ".join(text for text in (status.problem, status.value, status.hint) if text))
        self._fit()

    def show_note(self, text: str) -> None:
        """Show a text about the result, such as what is inside; empty for none."""
        if text != self._note.text():
            self._note.setText(text)
            self._note.setVisible(bool(text))
            self._fit()

    def show_offers(self, offers: Sequence[ActionState]) -> None:
        """Show the actions on the result; a disabled action shows its reason."""
        if tuple(offers) == self._offers:
            return
        self._offers = tuple(offers)
        clear_layout(self._buttons)
        for number, offer in enumerate(self._offers):
            kind = ButtonKind.SECONDARY if number else ButtonKind.PRIMARY
            button = KeyButton(
                self._appearance, offer.label, key=offer.key, kind=kind, name=f"offer_{offer.code}", compact=True
            )
            button.show_reason(offer.reason)
            button.clicked.connect(self._on_offer_clicked)
            self._buttons.addWidget(button)
        self._fit()

    def accept(self) -> None:
        """Execute the first enabled offer, on Enter."""
        offer = next((each for each in self._offers if not each.reason), None)
        if offer is not None:
            self.offer_chosen.emit(offer.code)

    def _lay_out(self) -> None:
        result = row(self._result, spacing_px=12)
        result.addWidget(self._value)
        result.addWidget(self._copy)
        result.addStretch(1)
        layout = self._column = column(self, spacing_px=6)
        layout.setContentsMargins(12, 8, 8, 9)
        layout.addLayout(self._head)
        layout.addLayout(self._variants)
        layout.addWidget(self._hint)
        layout.addWidget(self._problem)
        layout.addWidget(self._result)
        layout.addWidget(self._note)
        layout.addLayout(self._buttons)

    def _fill_head(self) -> None:
        entry, variants = BY_CODE[self._code], entries_of(BY_CODE[self._code].group)
        clear_layout(self._head)
        clear_layout(self._variants)
        self._head.addWidget(IconPicture(self._appearance, entry.icon, size_px=18, tone="accent_text"))
        self._head.addWidget(ElidedText(self._appearance, _(entry.label), style=TextStyle.STRONG), 1)
        if len(variants) > 1:
            choices = tuple((each.code, _(each.short)) for each in variants)
            segments = SegmentedControl(self._appearance, choices, name="tool_variants", label=_("Kind"))
            segments.show_current(self._code)
            segments.chosen.connect(self.tool_requested)
            (self._variants if self._is_narrow() else self._head).addWidget(segments)
        leave = KeyButton(self._appearance, "", key="Esc", kind=ButtonKind.GHOST, name="tool_close", compact=True)
        leave.describe(_("Close the tool"))
        leave.clicked.connect(self.closed)
        self._head.addWidget(leave)
        self.setAccessibleName(_(entry.label))

    def fit(self, width_px: int) -> None:
        """Take this width, and the height that the texts need at it."""
        was_narrow, self._width_px = self._is_narrow(), width_px
        if self._code and was_narrow != self._is_narrow():
            self._fill_head()
        self._fit()

    def _is_narrow(self) -> bool:
        return self._width_px < self._appearance.px(_NARROW_PX)

    def _fit(self) -> None:
        for layout in (self._head, self._variants, self._buttons):
            _show_all(layout)
        self._column.invalidate()
        self.setFixedWidth(self._width_px)
        margins = self._column.contentsMargins()
        # The layout gives a wrapped label a few pixels too little, which cuts the last of several lines.
        inner_px = self._width_px - margins.left() - margins.right()
        self._note.setMinimumHeight(max(0, self._note.heightForWidth(inner_px)))
        self._column.activate()
        height = max(self._column.heightForWidth(self._width_px), self._column.minimumSize().height())
        self.setFixedHeight(height)

    def _on_offer_clicked(self) -> None:
        self.offer_chosen.emit(self.sender().objectName().removeprefix("offer_"))

    def _on_appearance_changed(self) -> None:
        if self._code:
            self._fill_head()
        self._fit()


def _show_all(layout: QLayout) -> None:
    """Show all widgets of a layout.

    Otherwise Qt shows a new child of a visible widget only later, and the layout ignores it until then.
    """
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.show()
