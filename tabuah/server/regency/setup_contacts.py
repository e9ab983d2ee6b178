"""The contacts of a setup: rows of `contacts.csv`, and the entries that make the directory that of the file.

Places are codes. Personal numbers are in the file only where a person asked for them at the export.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tabuah.operations.contacts.checks import ContactContext
from tabuah.operations.contacts.contact import PERSONAL, Contact, PersonalNumbers
from tabuah.operations.contacts.contact_import import ContactImportPlan, PlannedContact, plan_contact_import
from tabuah.operations.contacts.contact_table import COLUMNS, PERSONAL_COLUMNS, format_contact
from tabuah.operations.contacts.drafts import changed_fields, read_personal_numbers, restore_contact
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.entries import Draft
from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.people.authority import User
from tabuah.server.database.personal_values import personal_value_of
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.setup_folder import CONTACTS_FILE
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_text import contact_field_label, describe_contact_problem

_NO_PLACES: Final = PlaceNames()  # codes stay codes


def contact_rows(journal: ServerJournal, *, with_personal: bool) -> tuple[TableRow, ...]:
    """Return the contacts that are not retired as rows, by id; personal numbers only `with_personal`."""
    contacts = sorted(journal_contacts(journal).values(), key=lambda contact: contact.id)
    rows: list[TableRow] = []
    for contact in contacts:
        if contact.retired is None:
            personal = known_personal(journal, contact) if with_personal else None
            cells = dict(zip(COLUMNS, format_contact(contact, _NO_PLACES, personal), strict=True))
            if not with_personal:
                cells = {name: cell for name, cell in cells.items() if name not in PERSONAL_COLUMNS}
            rows.append(TableRow(line=len(rows) + 2, cells=cells))
    return tuple(rows)


def journal_contacts(journal: ServerJournal) -> dict[str, Contact]:
    """Return all contacts by id."""
    values = (state.value for state in journal.states_of_kind("contact").values())
    return {value.id: value for value in values if isinstance(value, Contact)}


def known_personal(journal: ServerJournal, contact: Contact) -> PersonalNumbers | None:
    """Return the personal numbers of a contact; None if it has none, or they were erased."""
    if not contact.personal_entry:
        return None
    text = journal.read(lambda connection: personal_value_of(connection, contact.personal_entry, PERSONAL))
    return read_personal_numbers(text) if text is not None else None


def plan_contacts(journal: ServerJournal, rows: tuple[TableRow, ...], users: Mapping[str, User]) -> ContactImportPlan:
    """Compare the rows of a folder with the contacts of a journal; `users` are the accounts after the import."""
    context = ContactContext(contacts=journal_contacts(journal), users=users, places=_NO_PLACES)
    return plan_contact_import(rows, context, known_personal=lambda contact: known_personal(journal, contact))


def contact_problems(plan: ContactImportPlan) -> Iterator[str]:
    """Yield the problems of a plan with file and line."""
    for row in plan.refused:
        for found in row.problems:
            label = contact_field_label(found.field)
            yield f"{CONTACTS_FILE}:{row.line}: {label}: {describe_contact_problem(found)}"


def changed_contact_fields(row: PlannedContact) -> tuple[str, ...]:
    """Return the fields that a row changes; none for a new contact or one that stays."""
    before = row.before
    if before is None:
        return ()
    personal = (PERSONAL,) if row.personal is not None else ()
    restored = ("retired",) if before.retired is not None else ()
    return (*changed_fields(before, row.contact), *personal, *restored)


def contact_drafts(journal: ServerJournal, row: PlannedContact, *, reason: str) -> tuple[Draft, ...]:
    """Return the entries of a row; a retired contact that the file lists is restored."""
    drafts = row.drafts(new_id=lambda: new_uuid(journal.clock()), new_salt=new_salt)
    if row.before is not None and row.before.retired is not None and row.state is not RowState.REFUSED:
        drafts = (*drafts, restore_contact(row.before, reason=reason))
    return drafts
