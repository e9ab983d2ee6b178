"""Import of contacts from CSV or XLSX with a preview in the directory; template and export."""

from collections.abc import Sequence
from pathlib import Path

from tabuah.console.contacts.contact_files import read_contact_table, write_contact_table, write_contact_template
from tabuah.console.contacts.contact_records import contact_context, contact_places, personal_numbers
from tabuah.console.window.shared.file_dialogs import dated_name
from tabuah.console.window.shared.import_items import (
    LEVEL_OF_STATE,
    row_state_label,
)
from tabuah.console.window.shared.table_imports import ImportPage, TableImports, TableSubject
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.contact_import import ContactImportPlan, PlannedContact, plan_contact_import
from tabuah.operations.contacts.drafts import changed_fields
from tabuah.operations.errors import NotPossible
from tabuah.operations.import_table import RowState, TableRow
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_text import contact_field_label, describe_contact_problem, describe_duty
from tabuah.widgets.contacts.directory_dialog import DirectoryDialog
from tabuah.widgets.controls.import_panel import ImportRowItem


class ContactImports(TableImports[ContactImportPlan]):
    """The import of contacts, and their export."""

    def __init__(self, context: WindowContext, dialog: DirectoryDialog) -> None:
        page = ImportPage(
            dialog=dialog,
            panel=dialog.imports,
            is_shown=lambda: dialog.shows_import,
            show=dialog.show_import,
            leave=dialog.show_list,
            show_note=dialog.show_note,
        )
        super().__init__(context, page, _subject())

    def save_export(self) -> None:
        """Ask where to save the contacts that are not retired, without personal numbers."""
        name = dated_name("contacts", at=self._context.state.now(), suffix=".xlsx")
        self.save_table(_("Export contacts"), name, self.write_export)

    def write_export(self, target: Path) -> None:
        """Write the contacts that are not retired, without personal numbers."""
        contacts: list[tuple[Contact, None]] = [
            (each, None) for each in self._context.state.snapshot.contacts.values() if each.retired is None
        ]
        self.write_table(target, lambda store: write_contact_table(target, contacts, contact_places(store)))


def _subject() -> TableSubject[ContactImportPlan]:
    return TableSubject(
        title=_("Import contacts"),
        template_name="contacts-template.xlsx",
        changed=lambda: NotPossible("contacts_changed"),
        read=read_contact_table,
        plan=_plan,
        drafts=lambda store, plan: plan.drafts(new_id=lambda: new_uuid(store.now()), new_salt=new_salt),
        write_template=write_contact_template,
        items=lambda plan: [_item(row) for row in plan.rows],
        confirm=lambda n: ngettext("Import {n} contact", "Import {n} contacts", n).format(n=n),
        done=lambda n: ngettext("{n} contact is imported.", "{n} contacts are imported.", n).format(n=n),
    )


def _plan(store: ConsoleStore, rows: Sequence[TableRow]) -> ContactImportPlan:
    return plan_contact_import(
        rows, contact_context(store), known_personal=lambda contact: personal_numbers(store, contact)
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
