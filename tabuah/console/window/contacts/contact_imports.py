"""Import of contacts from CSV or XLSX with a preview in the directory; template and export."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.contacts.contact_files import read_contact_table, write_contact_table, write_contact_template
from tabuah.console.contacts.contact_records import contact_context, contact_places, personal_numbers
from tabuah.console.table_files import UnreadableTable
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, open_dialog, save_dialog
from tabuah.console.window.shared.import_items import (
    LEVEL_OF_STATE,
    confirm_label,
    count_summary,
    row_state_label,
    table_filters,
)
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.contact_import import ContactImportPlan, PlannedContact, plan_contact_import
from tabuah.operations.contacts.drafts import changed_fields
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.import_table import RowState, TableRow
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_text import contact_field_label, describe_contact_problem, describe_duty
from tabuah.widgets.contacts.directory_dialog import DirectoryDialog
from tabuah.widgets.controls.import_panel import ImportRowItem, TableImportView, sort_worst_first
from tabuah.widgets.values import Level


class ContactImports(QObject):
    """Reads a file on the worker of the store, shows what would happen, and saves the valid rows or nothing."""

    def __init__(self, context: WindowContext, dialog: DirectoryDialog) -> None:
        super().__init__(dialog)
        self._context, self._dialog, self._panel = context, dialog, dialog.imports
        self._file = Path()
        self._rows: Sequence[TableRow] = ()
        self._plan = ContactImportPlan(rows=())
        self._panel.import_requested.connect(self._on_import_requested)
        self._panel.file_requested.connect(self.begin)
        self._panel.template_requested.connect(self.save_template)

    def begin(self) -> None:
        """Ask for the file."""
        ask_for_path(open_dialog(self._dialog, _("Import contacts"), filters=table_filters()), self.show_file)

    def show_file(self, file: Path) -> None:
        """Read a file and show its preview."""
        self._file = file
        self._panel.show_view(TableImportView(title=file.name, summary="", items=(), confirm=_("Import")))
        self._panel.show_busy(file.name, _("Reading the file …"))
        self._dialog.show_import()
        self._context.store.run(
            lambda store: _read(store, file), on_done=partial(self._on_read, file), on_error=self._on_unreadable
        )

    def save_template(self) -> None:
        """Ask where to save an empty table with explained columns."""
        dialog = save_dialog(
            self._dialog, _("Save the template"), name="contacts-template.xlsx", filters=table_filters()
        )
        ask_for_path(dialog, lambda target: self._write(target, lambda _store: write_contact_template(target)))

    def save_export(self) -> None:
        """Ask where to save the contacts that are not retired, without personal numbers."""
        name = dated_name("contacts", at=self._context.state.now(), suffix=".xlsx")
        dialog = save_dialog(self._dialog, _("Export contacts"), name=name, filters=table_filters())
        ask_for_path(dialog, self.write_export)

    def write_export(self, target: Path) -> None:
        """Write the contacts that are not retired, without personal numbers."""
        contacts: list[tuple[Contact, None]] = [
            (each, None) for each in self._context.state.snapshot.contacts.values() if each.retired is None
        ]
        self._write(target, lambda store: write_contact_table(target, contacts, contact_places(store)))

    def _on_read(self, file: Path, read: tuple[Sequence[TableRow], ContactImportPlan]) -> None:
        if file == self._file and self._dialog.shows_import:
            self._rows, self._plan = read
            self._panel.show_view(contact_import_preview(file.name, self._plan))
            self._panel.focus_list()

    def _on_unreadable(self, error: Exception) -> None:
        self._dialog.show_list()
        self._show_error(error)

    def _show_error(self, error: Exception) -> None:
        if isinstance(error, UnreadableTable):
            self._dialog.show_note(f"{error} {_('Nothing was changed.')}", Level.CRITICAL)
        elif isinstance(error, OSError):
            message = _("The file cannot be written: {reason}").format(reason=error.strerror or error)
            self._dialog.show_note(message, Level.CRITICAL)
        else:
            self._context.notifier.error(error)

    def _on_import_requested(self, _reason: str) -> None:
        rows, states = self._rows, [row.state for row in self._plan.rows]
        n = self._plan.count(RowState.NEW) + self._plan.count(RowState.CHANGED)

        def on_saved(_saved: SavedEntries) -> None:
            message = ngettext("{n} contact is imported.", "{n} contacts are imported.", n).format(n=n)
            self._dialog.show_list()
            self._dialog.show_note(message, Level.NORMAL)

        self._context.save(lambda store: _drafts(store, rows, states), on_saved=on_saved)

    def _write(self, target: Path, write: Callable[[ConsoleStore], None]) -> None:
        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._dialog.show_note(message, Level.NORMAL),
            on_error=self._show_error,
        )


def _read(store: ConsoleStore, file: Path) -> tuple[Sequence[TableRow], ContactImportPlan]:
    rows = read_contact_table(file)
    return rows, _plan(store, rows)


def _plan(store: ConsoleStore, rows: Sequence[TableRow]) -> ContactImportPlan:
    return plan_contact_import(
        rows, contact_context(store), known_personal=lambda contact: personal_numbers(store, contact)
    )


def _drafts(store: ConsoleStore, rows: Sequence[TableRow], states: Sequence[RowState]) -> list[Draft]:
    """Return the entries of an import, if the contacts are still those of the preview.

    Raises:
        NotPossible: they have changed.
    """
    plan = _plan(store, rows)
    if [row.state for row in plan.rows] != list(states):
        raise NotPossible("contacts_changed")
    return plan.drafts(new_id=lambda: new_uuid(store.now()), new_salt=new_salt)


def contact_import_preview(file: str, plan: ContactImportPlan) -> TableImportView:
    """Return the preview of a file; refused rows come first."""
    valid, refused = plan.count(RowState.NEW) + plan.count(RowState.CHANGED), plan.count(RowState.REFUSED)
    whole = ngettext("Import {n} contact", "Import {n} contacts", valid).format(n=valid)
    return TableImportView(
        title=_("Import of {file}").format(file=file),
        summary=count_summary(plan.count),
        items=sort_worst_first([_item(row) for row in plan.rows]),
        confirm=confirm_label(valid, refused, whole),
        refusal="" if valid else _("No line of the file can be imported."),
    )


def _item(row: PlannedContact) -> ImportRowItem:
    name = row.contact.name or _("(no name)")
    details = tuple(f"{contact_field_label(each.field)}: {describe_contact_problem(each)}" for each in row.problems)
    return ImportRowItem(
        id=str(row.line),
        level=LEVEL_OF_STATE[row.state],
        text=name,
        about=details[0] if details else _about(row),
        at=_("line {n}").format(n=row.line),
        author=row_state_label(row.state),
        details=details,
        names=(name,),
    )


def _about(row: PlannedContact) -> str:
    """Return function and office of a new contact, or which fields change."""
    if row.state is RowState.CHANGED and row.before is not None:
        fields = (*changed_fields(row.before, row.contact), *(("personal",) if row.personal is not None else ()))
        return ", ".join(map(contact_field_label, fields))
    return describe_duty(row.contact)
