"""Rows, cards and the contacts of an incident, from contacts."""

from collections.abc import Iterable, Mapping

from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.incident_contacts import IncidentContact
from tabuah.operations.contacts.places import PlaceNames
from tabuah.resources.localisation import _
from tabuah.text.contacts.contact_text import (
    contact_field_label,
    describe_contact_retirement,
    describe_duty,
    describe_hazards,
    describe_places,
    function_label,
    numbers_of,
    reason_label,
    sealed_notice,
)
from tabuah.widgets.contacts.values import ContactAct, ContactCard, ContactItem, NumberItem
from tabuah.widgets.values import FactItem, Level


def contact_items(contacts: Iterable[Contact], places: PlaceNames) -> tuple[ContactItem, ...]:
    """Return the rows of contacts, in order."""
    return tuple(_item(contact, places) for contact in contacts)


def incident_contact_items(
    found: Iterable[IncidentContact], places: PlaceNames, personal: Mapping[str, PersonalNumbers]
) -> tuple[ContactItem, ...]:
    """Return the contacts of an incident with their numbers.

    Args:
        found: the contacts.
        places: the names of kecamatan and nagari.
        personal: the personal numbers that this user may read, by id of the contact.
    """
    return tuple(
        _item(each.contact, places, at=reason_label(each.reason), personal=personal.get(each.contact.id))
        for each in found
    )


def _item(
    contact: Contact, places: PlaceNames, *, at: str = "", personal: PersonalNumbers | None = None
) -> ContactItem:
    numbers = number_items(contact, personal)
    return ContactItem(
        id=contact.id,
        text=contact.name,
        about=f"{describe_duty(contact)} · {describe_places(contact, places)}",
        level=Level.INFORMATION if contact.retired is None else Level.NO_DATA,
        at=at or (_("retired") if contact.retired is not None else ""),
        author=numbers[0].number if numbers else "",
        names=(contact.name,),
        numbers=numbers,
    )


def number_items(contact: Contact, personal: PersonalNumbers | None) -> tuple[NumberItem, ...]:
    return tuple(NumberItem(channel=channel, number=number) for channel, number in numbers_of(contact, personal))


def contact_card(
    contact: Contact,
    places: PlaceNames,
    personal: PersonalNumbers | None,
    *,
    may_read: bool,
    reasons: dict[ContactAct, str],
) -> ContactCard:
    """Return the card of a contact.

    Args:
        contact: the contact.
        places: the names of kecamatan and nagari.
        personal: its personal numbers as far as this user may read them.
        may_read: whether the role reads personal numbers.
        reasons: why acts are not available.
    """
    is_sealed = bool(contact.personal_entry) and personal is None
    facts = (
        (contact_field_label("function"), function_label(contact.function)),
        (contact_field_label("organisation"), contact.organisation),
        (_("For"), describe_places(contact, places)),
        (contact_field_label("hazards"), describe_hazards(contact)),
        (contact_field_label("hours"), contact.hours),
        (contact_field_label("remark"), contact.remark),
        (contact_field_label("gateway"), contact.gateway),
        (contact_field_label("personal"), sealed_notice(may_read=may_read) if is_sealed else ""),
    )
    return ContactCard(
        id=contact.id,
        name=contact.name,
        facts=tuple(FactItem(label=label, value=value) for label, value in facts if value),
        numbers=number_items(contact, personal),
        notice=_("Retired: {text}").format(text=describe_contact_retirement(contact)) if contact.retired else "",
        is_retired=contact.retired is not None,
        reasons=reasons,
    )
