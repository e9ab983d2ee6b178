"""The declaration of contacts."""

from typing import Final

import msgspec

from tabuah.operations.contacts import entry_bodies as bodies
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.entry_bodies import ContactRegistered
from tabuah.operations.contacts.fold import fold_contact
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.people.roles import CONTROL_ROOM, SETUP, SUPERVISORS
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_contact(
    contact: Contact | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # older versions do not know contacts
    if isinstance(body, ContactRegistered):
        return ACCEPT if contact is None else rejected("already_exists")
    return decide_change(contact)


CONTACT: Final = SubjectType(
    name="contact",
    state=Contact,
    kinds=(
        EntryKind(
            name="contact.registered", body=bodies.ContactRegistered, writers=SETUP | CONTROL_ROOM, creates=True
        ),
        EntryKind(name="contact.edited", body=bodies.ContactEdited, writers=SETUP | CONTROL_ROOM),
        EntryKind(name="contact.retired", body=bodies.ContactRetired, writers=SETUP | SUPERVISORS),
        EntryKind(name="contact.restored", body=bodies.ContactRestored, writers=SETUP | SUPERVISORS),
    ),
    decide=decide_contact,
    fold=fold_contact,
    key=UUID_KEY,
)
