"""The preview of an import of a table: every row of the file with its state, and the reasons of a refused one."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import name_widget
from tabuah.widgets.controls.row_list_panel import RowListPanel
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


class ImportRowItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the file; `details` has a line for each problem."""

    id: str
    level: Level
    text: str  # name of the row
    about: str  # what happens with it, or the first problem
    at: str = ""  # line of the file
    author: str = ""
    details: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return ", ".join(part for part in (self.at, self.text, self.about, *self.details[1:]) if part)


class TableImportView(msgspec.Struct, frozen=True, kw_only=True):
    """The preview of a file.

    `confirm` is the label of the import button; `refusal` says why nothing can be imported, empty if something can.
    """

    title: str
    summary: str
    items: tuple[ImportRowItem, ...]
    confirm: str
    refusal: str = ""
    needs_reason: bool = False
    reason: str = ""


class ImportPanel(RowListPanel):
    """Shows the rows of a file; Enter imports, Escape leaves everything as it is.

    Signals:
        import_requested: reason of the changes.
        row_chosen: id of the selected row, empty for none.
        file_requested: the user chooses another file.
        template_requested: the user saves a template.
    """

    import_requested = Signal(str)
    row_chosen = Signal(str)
    file_requested = Signal()
    template_requested = Signal()

    def __init__(self, appearance: Appearance, *, name: str) -> None:
        super().__init__(
            appearance,
            list_name=f"{name}_rows",
            list_label=_("Rows of the file"),
            details_name=f"{name}_details",
        )
        self.setObjectName(name)
        self._items: dict[str, ImportRowItem] = {}
        name_widget(self._lead, f"{name}_summary", "")
        self._list.item_chosen.connect(self._on_item_chosen)
        self._reason = QLineEdit()
        name_widget(self._reason, f"{name}_reason", _("Reason of the changes"))
        self._reason_row = FormField(appearance, _("Reason of the changes"), self._reason)
        ghost = ButtonKind.GHOST
        self._import = KeyButton(appearance, "", key="↵", kind=ButtonKind.PRIMARY, name=f"{name}_save")
        self._other = KeyButton(appearance, _("Another file"), compact=True, name=f"{name}_file")
        self._template = KeyButton(appearance, _("Save template"), kind=ghost, compact=True, name=f"{name}_template")
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=ghost, compact=True, name=f"{name}_close")
        self._import.clicked.connect(self._confirm)
        self._other.clicked.connect(self.file_requested)
        self._template.clicked.connect(self.template_requested)
        self._close.clicked.connect(self.closed)
        buttons = (self._import, self._close, self._other, self._template)
        self._lay_out(self._list, buttons, below=(self._reason_row,))

    def show_view(self, view: TableImportView) -> None:
        """Show a file, the worst row selected."""
        self._items = {item.id: item for item in view.items}
        self._title.setText(view.title)
        self._lead.setText(view.summary)
        self._list.show_items(view.items)
        if view.items:
            self._list.choose(view.items[0].id)
        self._reason_row.setVisible(view.needs_reason)
        self._reason.setText(view.reason)
        self._import.setText(view.confirm)
        self._import.describe(view.confirm)
        self._import.show_reason(view.refusal)
        self._import.updateGeometry()

    def show_busy(self, title: str, text: str) -> None:
        """Show that the file is being read or its rows are being saved."""
        self._title.setText(title)
        self._lead.setText(text)
        self._import.show_reason(text)

    def _confirm(self) -> None:
        if self._import.isEnabled():
            self.import_requested.emit(self._reason.text().strip())

    def _on_item_chosen(self, item_id: str) -> None:
        item = self._items.get(item_id)
        self._details.setText("\n".join(item.details) if item is not None else "")
        self._details.setVisible(bool(item is not None and item.details))
        self.row_chosen.emit(item_id)


def sort_worst_first(items: Sequence[ImportRowItem]) -> tuple[ImportRowItem, ...]:
    """Return the rows by level, each level in the order of the file."""
    return tuple(sorted(items, key=lambda item: item.level.rank))
