"""The rules window: the list with sentences at the left, one rule or its form, its trial run below."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import MARGIN_PX, paint_level_row
from tabuah.widgets.controls.selection_list import ITEM_ROLE, AnyIndex, ItemModel, SelectionList
from tabuah.widgets.rules.rule_form import RuleForm
from tabuah.widgets.rules.rule_page import RulePage
from tabuah.widgets.rules.trial_box import TrialPanel
from tabuah.widgets.rules.values import RuleItem, RuleView
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_HEADING_ROLE: Final = Qt.ItemDataRole.UserRole + 2
_HEADING_PX: Final = 34


class _RuleModel(ItemModel):
    """The rules in the given order, and where a group begins."""

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the data of list items, and the heading of a rule."""
        if role == _HEADING_ROLE:
            return self._heading_at(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._rule_at(index.row()).sentence
        return super().data(index, role)

    def _heading_at(self, row: int) -> str:
        """Return the heading above a rule: the group name at the first rule of a group."""
        group = self._rule_at(row).group
        return group if row == 0 or group != self._rule_at(row - 1).group else ""

    def _rule_at(self, row: int) -> RuleItem:
        item = self.items[row]
        assert isinstance(item, RuleItem)
        return item


class _RuleDelegate(QStyledItemDelegate):
    """Paints a rule: its name with a note, and its sentence in two lines; above it the group heading."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        heading_px = self._appearance.px(_HEADING_PX) if index.data(_HEADING_ROLE) else 0
        return QSize(200, self._appearance.px(54) + 16 + heading_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        item: RuleItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        if heading := index.data(_HEADING_ROLE):
            rect = self._paint_heading(painter, rect, str(heading))
        level = item.level if item.active else Level.NO_DATA
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_level_row(painter, rect, level, self._appearance, lines=3, selected=selected)
        painter.save()
        self._paint_words(painter, words, item)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, heading: str) -> QRectF:
        """Paint the heading at the top of a row and return the rest of the row."""
        area = QRectF(rect.x() + 2, rect.y(), rect.width() - 4, self._appearance.px(_HEADING_PX) - 8)
        font = self._appearance.font(TextStyle.OVERLINE)
        words = QFontMetricsF(font).elidedText(heading, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(self._appearance.palette.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
        return rect.adjusted(0, self._appearance.px(_HEADING_PX), 0, 0)

    def _paint_words(self, painter: QPainter, area: QRectF, item: RuleItem) -> None:
        palette, third = self._appearance.palette, area.height() / 3
        small, strong = self._appearance.font(TextStyle.SMALL), self._appearance.font(TextStyle.STRONG)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        top = QRectF(area.x(), area.y(), area.width(), third)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, item.note)
        room_px = area.width() - QFontMetricsF(small).horizontalAdvance(item.note) - 12
        name = QFontMetricsF(strong).elidedText(item.name, Qt.TextElideMode.ElideRight, room_px)
        painter.setFont(strong)
        painter.setPen(QColor(palette.text if item.active else palette.muted))
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        for number, words in enumerate(_two_lines(item.sentence, QFontMetricsF(small), area.width()), 1):
            line = QRectF(area.x(), area.y() + number * third, area.width(), third)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _two_lines(text: str, metrics: QFontMetricsF, width_px: float) -> tuple[str, str]:
    """Split a text into two lines; the second is elided."""
    words = text.split()
    first = ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width_px:
        first = f"{first} {words.pop(0)}".strip()
    return first, metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width_px)


class RuleList(SelectionList):
    """The rules, one of them selected."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, _RuleModel(), _RuleDelegate(appearance), name="rule_list", label=_("Rules"))


_LIST_PX: Final = 380


class RulesDialog(QDialog):
    """Shows rules and edits them; it decides nothing about them.

    Signals:
        rule_chosen: id of the selected rule, empty for none.
        new_requested: the user opens an empty form.
        save_requested: the user puts the rule in the form into force.
        form_closed: the form was closed without saving.
    """

    rule_chosen = Signal(str)
    new_requested = Signal()
    save_requested = Signal()
    form_closed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rules_dialog")
        self.setWindowTitle(_("Rules"))
        self._appearance = appearance
        self._items: tuple[RuleItem, ...] = ()
        self._is_changed = self._warned = False
        self._filter = QLineEdit()
        name_widget(self._filter, "rule_filter", _("Find a rule"))
        self._filter.setPlaceholderText(_("Find a rule") + "  (Ctrl F)")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show_list)
        self.list = RuleList(appearance)
        self.list.item_chosen.connect(self.rule_chosen)
        self.page, self.form, self.trial = RulePage(appearance), RuleForm(appearance), TrialPanel(appearance)
        self.form.changed.connect(self._on_form_changed)
        self._empty = EmptyState(appearance, icon="list", name="rules_empty")
        self._empty.show_message(_("No rule selected"), _("Choose one at the left, or write a new one."))
        self._new = self._button(_("New rule"), "Ctrl+Shift+N", "rule_new", icon="plus")
        self._new.clicked.connect(self.new_requested)
        self._save = self._button(_("Put into force"), "Ctrl+S", "rule_save", kind=ButtonKind.PRIMARY)
        self._save.clicked.connect(self.save_requested)
        self._leave = self._button(_("Back"), "", "rule_leave", kind=ButtonKind.GHOST)
        self._leave.clicked.connect(self.leave_form)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._stack = QStackedWidget()
        for part in (self._empty, self.page, self.form):
            self._stack.addWidget(part)
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._filter.setFocus)
        self.resize(QSize(appearance.px(1120), appearance.px(740)).boundedTo(self.screen().availableSize()))

    @property
    def is_writing(self) -> bool:
        """True while the form is open."""
        return self._stack.currentWidget() is self.form

    def show_rules(self, items: Sequence[RuleItem], *, new_reason: str) -> None:
        """Show the list; `new_reason` says why the user cannot write a rule, empty if they can."""
        self._items = tuple(items)
        self._new.show_reason(new_reason)
        self._show_list()

    def show_rule(self, view: RuleView | None) -> None:
        """Show one rule, or the empty state for None."""
        if view is not None:
            self.page.show_rule(view)
        self._show_part(self.page if view is not None else self._empty)

    def open_form(self) -> None:
        """Show the form, which the owner has filled."""
        self._is_changed = self._warned = False
        self._note.setText("")
        self._show_part(self.form)
        self.form.focus_first()

    def close_form(self) -> None:
        """Return from the form to the rule."""
        self._is_changed = False
        self._show_part(self.page if self.list.chosen else self._empty)
        self.list.setFocus()

    def leave_form(self) -> None:
        """Close the form; discard changes only at the second request."""
        if self._is_changed and not self._warned:
            self._warned = True
            self._note.setText(_("The rule is not in force yet. Press again to discard your changes."))
            return
        self.close_form()
        self.form_closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go one step back on Escape, at last close the window; Enter must not press a button."""
        if event.key() == Qt.Key.Key_Escape:
            if self.is_writing:
                self.leave_form()
            elif self.page.asks_for_reason:
                self.page.close_reason()
            else:
                self.close()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _show_part(self, part: QWidget) -> None:
        self._stack.setCurrentWidget(part)
        writing = part is self.form
        for button in (self._save, self._leave):
            button.setVisible(writing)
        self.list.setEnabled(not writing)
        self._filter.setEnabled(not writing)
        self._new.setVisible(not writing)
        self.trial.setVisible(part is not self._empty)

    def _show_list(self) -> None:
        words = self._filter.text().casefold().split()
        self.list.show_items(
            [
                item
                for item in self._items
                if all(w in f"{item.name} {item.sentence} {item.id}".casefold() for w in words)
            ]
        )

    def _on_form_changed(self, _code: str) -> None:
        self._is_changed, self._warned = True, False
        self._note.setText("")

    def _button(
        self, text: str, keys: str, name: str, *, kind: ButtonKind = ButtonKind.SECONDARY, icon: str = ""
    ) -> KeyButton:
        shown = keys.replace("+", " ") or "Esc"
        button = KeyButton(self._appearance, text, key=shown, kind=kind, icon=icon, name=name)
        button.setAutoDefault(False)
        if keys:
            button.setShortcut(keys)
        return button

    def _lay_out(self) -> None:
        left = ThemedFrame("panel")
        left.setFixedWidth(self._appearance.px(_LIST_PX))
        lines = column(left, spacing_px=10)
        lines.setContentsMargins(8, 16, 0, 12)
        for part in (self._filter, self._new):
            holder = row()
            holder.setContentsMargins(8, 0, 8, 0)
            holder.addWidget(part, 1 if part is self._filter else 0)
            if part is self._new:
                holder.addStretch(1)
            lines.addLayout(holder)
        lines.addWidget(self.list, 1)
        right = ThemedFrame("panel")
        inner = column(right, spacing_px=10)
        inner.setContentsMargins(20, 16, 20, 16)
        inner.addWidget(self._stack, 1)
        inner.addWidget(divider())
        inner.addWidget(self.trial)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(self._leave)
        buttons.addWidget(self._note, 1)
        inner.addLayout(buttons)
        halves = row(self, spacing_px=0)
        halves.addWidget(left)
        halves.addWidget(divider(vertical=True))
        halves.addWidget(right, 1)
        self._show_part(self._empty)
