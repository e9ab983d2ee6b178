"""The plan of an import of contacts: which rows are new, changed, unchanged or refused, and the entries to write."""

from collections.abc import Callable, Sequence

import msgspec

from tabuah.gis.place_names import name_key
from tabuah.operations.contacts.checks import (
    ContactContext,
    ContactProblemCode,
    ContactProblems,
    check_contact,
    problem,
)
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.contact_table import ReadContact, read_contact, row_id
from tabuah.operations.contacts.drafts import changed_fields, edit_contact, register_contact
from tabuah.operations.entries import Draft
from tabuah.operations.import_table import RowState, TableRow


class PlannedContact(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an import; `before` is the contact as it is now, None if it is new."""

    line: int
    contact: Contact
    before: Contact | None
    state: RowState
    personal: PersonalNumbers | None = None
    problems: ContactProblems = ()

    def drafts(self, *, new_id: Callable[[], str], new_salt: Callable[[], str]) -> tuple[Draft, ...]:
        """Return the entries of a new or changed row; see `ContactImportPlan.drafts`."""
        salt = new_salt() if self.personal else ""
        if self.state is RowState.NEW:
            contact = self.contact if self.contact.id else msgspec.structs.replace(self.contact, id=new_id())
            return (register_contact(contact, self.personal, salt=salt),)
        if self.state is RowState.CHANGED and self.before is not None:
            return (edit_contact(self.before, self.contact, self.personal, salt=salt),)
        return ()


class ContactImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of an import, in the order of the file."""

    rows: tuple[PlannedContact, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def refused(self) -> tuple[PlannedContact, ...]:
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)

    def drafts(self, *, new_id: Callable[[], str], new_salt: Callable[[], str]) -> list[Draft]:
        """Return the entries of all new and changed rows.

        Args:
            new_id: returns the id of a new contact that has none in the file.
            new_salt: returns a random salt of 32 hex digits.
        """
        return [draft for row in self.rows for draft in row.drafts(new_id=new_id, new_salt=new_salt)]


def plan_contact_import(
    rows: Sequence[TableRow],
    context: ContactContext,
    *,
    known_personal: Callable[[Contact], PersonalNumbers | None] = lambda _contact: None,
) -> ContactImportPlan:
    """Compare the rows of a file with the known contacts.

    A row with the id of a contact changes it. A row without one changes the contact with the same name, function and
    organisation, if there is exactly one; so a file may be imported again.

    Args:
        rows: the rows.
        context: the known contacts, and what the fields are checked against.
        known_personal: returns the personal numbers of a contact as far as this user may read them, else None.
    """
    finder = _ContactFinder(context)
    seen: set[str] = set()
    return ContactImportPlan(rows=tuple(_planned(row, context, finder, seen, known_personal) for row in rows))


def _planned(
    row: TableRow,
    context: ContactContext,
    finder: "_ContactFinder",
    seen: set[str],
    known_personal: Callable[[Contact], PersonalNumbers | None],
) -> PlannedContact:
    before = finder.find(row)
    read = read_contact(row, context.places, before)
    contact = read.contact if before is not None else msgspec.structs.replace(read.contact, id=row_id(row))
    checked = check_contact(contact, context, before=before, personal=read.personal)
    problems = (*read.problems, *checked, *_repetition(contact, seen))
    personal = read.personal
    if before is not None and personal is not None and personal == known_personal(before):
        personal = None
    state = _state_of(before, contact, personal, problems)
    return PlannedContact(
        line=row.line, contact=contact, before=before, state=state, personal=personal, problems=problems
    )


def _repetition(contact: Contact, seen: set[str]) -> ContactProblems:
    """Return the problem of a row about the same contact as an earlier one."""
    key = contact.id or "|".join(contact_key(contact))
    if key in seen:
        code = ContactProblemCode.ID_REPEATED if contact.id else ContactProblemCode.REPEATED
        return (problem("id" if contact.id else "name", code, name=contact.name[:80]),)
    seen.add(key)
    return ()


def _state_of(
    before: Contact | None, after: Contact, personal: PersonalNumbers | None, problems: ContactProblems
) -> RowState:
    if problems:
        return RowState.REFUSED
    if before is None:
        return RowState.NEW
    return RowState.CHANGED if changed_fields(before, after) or personal is not None else RowState.UNCHANGED


class _ContactFinder:
    """Finds the known contact of a row by id, else by name, function and organisation."""

    def __init__(self, context: ContactContext) -> None:
        self._context = context
        self._by_key: dict[tuple[str, ...], list[Contact]] = {}
        for contact in context.contacts.values():
            if contact.retired is None:
                self._by_key.setdefault(contact_key(contact), []).append(contact)

    def find(self, row: TableRow) -> Contact | None:
        if wanted := row_id(row):
            return self._context.contacts.get(wanted)
        read: ReadContact = read_contact(row, self._context.places)
        same = self._by_key.get(contact_key(read.contact), [])
        return same[0] if len(same) == 1 else None


def contact_key(contact: Contact) -> tuple[str, ...]:
    """Return what distinguishes contacts without ids."""
    return (name_key(contact.name), contact.function, name_key(contact.organisation))
