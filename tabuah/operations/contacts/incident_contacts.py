"""The contacts of an incident: by its place, its assigned offices and its hazard."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.incidents.incident import Incident

MAX_SHOWN: Final = 30


class ContactReason(StrEnum):
    """Why a contact is listed for an incident, in the order of the list."""

    NAGARI = "nagari"
    KECAMATAN = "kecamatan"
    ASSIGNED = "assigned"
    HAZARD = "hazard"


class IncidentContact(NamedTuple):
    """A contact of an incident, and why it is one."""

    contact: Contact
    reason: ContactReason


def incident_contacts(incident: Incident, contacts: Iterable[Contact]) -> list[IncidentContact]:
    """Return the contacts of an incident: of its nagari, its kecamatan, its offices, then of its hazard.

    A contact for other hazards only is left out, except for one of an assigned office. Retired ones are left out.
    """
    found = [
        IncidentContact(contact, reason)
        for contact in contacts
        if contact.retired is None and (reason := _reason(incident, contact)) is not None
    ]
    return sorted(found, key=_order)[:MAX_SHOWN]


def _reason(incident: Incident, contact: Contact) -> ContactReason | None:
    is_for_hazard = not contact.hazards or incident.hazard in contact.hazards
    place = incident.place
    if place is not None and is_for_hazard:
        if place.nagari_code and place.nagari_code in contact.nagari:
            return ContactReason.NAGARI
        if place.kecamatan_code and place.kecamatan_code in contact.kecamatan:
            return ContactReason.KECAMATAN
    if _plain(contact.organisation) in {_plain(opd) for opd in incident.assignment} - {""}:
        return ContactReason.ASSIGNED
    if contact.is_regency_wide and incident.hazard in contact.hazards:
        return ContactReason.HAZARD
    return None


def _order(found: IncidentContact) -> tuple[int, bool, str, str]:
    """Sort by reason; those for the very hazard come first."""
    contact = found.contact
    return (list(ContactReason).index(found.reason), not contact.hazards, contact.name.casefold(), contact.id)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
