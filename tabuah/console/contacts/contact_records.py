"""The contacts of a console: the context of a check, personal numbers as far as the user may read them."""

from tabuah.operations.contacts.checks import ContactContext
from tabuah.operations.contacts.contact import PERSONAL, Contact, PersonalNumbers
from tabuah.operations.contacts.drafts import read_personal_numbers
from tabuah.operations.contacts.places import PlaceNames, place_names
from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore


def contact_places(store: ConsoleStore) -> PlaceNames:
    """Return the names of kecamatan and nagari."""
    gazetteer = load_maps(store.directory).gazetteer()
    return place_names(gazetteer.all_kecamatan, gazetteer.all_nagari)


def contact_context(store: ConsoleStore) -> ContactContext:
    """Return the context for contacts; before the first pull the gateway accounts are not known."""
    return ContactContext(
        contacts={contact.id: contact for contact in store.contacts()},
        users=store.authority().users or None,
        places=contact_places(store),
    )


def personal_numbers(store: ConsoleStore, contact: Contact) -> PersonalNumbers | None:
    """Return the personal numbers of a contact; None if they are sealed for this user, erased or not here."""
    if not contact.personal_entry:
        return None
    text = store.personal_of(contact.personal_entry).get(PERSONAL)
    return read_personal_numbers(text) if text is not None else None


def may_read_personal_numbers(store: ConsoleStore) -> bool:
    """Return whether the role of the user reads personal numbers; before the first log-in all are its own."""
    identity = store.identity
    return identity is None or identity.role in MAY_READ_PERSONAL_DATA
