"""Who may read personal values: callers and restricted notes of an incident, and personal numbers of a contact."""

import msgspec

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.scope_rules import standing_of
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import CONTROL_ROOM, MAY_READ_PERSONAL_DATA, Role
from tabuah.operations.people.scope import UserOffice, plain, relations


class PersonalReader(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a reader of personal values.

    The control room reads all. A field office with an OPD reads those of open incidents that are assigned to it, or
    that it has reported and nobody is assigned to, and those of all contacts: they exist to be called.
    """

    role: Role
    office: UserOffice = UserOffice()

    @property
    def reads_all(self) -> bool:
        """Whether nothing depends on the incident."""
        has_no_limit = self.role in CONTROL_ROOM or not plain(self.office.opd)
        return self.role in MAY_READ_PERSONAL_DATA and has_no_limit

    @property
    def reads_personal(self) -> bool:
        """Whether the role reads personal values at all."""
        return self.role in MAY_READ_PERSONAL_DATA

    def may_read(self, value: msgspec.Struct | None, authority: Authority) -> bool:
        """Return whether the reader may read the personal values of an incident or a contact; None is not known."""
        if self.reads_all or self.role not in MAY_READ_PERSONAL_DATA:
            return self.reads_all
        if isinstance(value, Contact):
            return True
        if not isinstance(value, Incident) or not value.is_open:
            return False
        return bool(relations(self.office, standing_of(value, authority)))
