"""`tabuah contact list`, `search`, `show` and `functions`: the directory of contacts; works offline."""

from collections.abc import Iterable

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, ItemTable, print_facts, print_json, print_table, print_text
from tabuah.console.contacts.contact_records import (
    contact_places,
    may_read_personal_numbers,
    personal_numbers,
)
from tabuah.operations.codes import Hazard, parse_code
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.functions import contact_functions, find_function
from tabuah.operations.contacts.incident_contacts import incident_contacts
from tabuah.operations.contacts.places import PlaceNames
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.contacts.contact_search import search_contacts
from tabuah.text.contacts.contact_text import (
    contact_field_label,
    describe_contact_retirement,
    describe_duty,
    describe_hazards,
    describe_numbers,
    describe_places,
    function_label,
    numbers_of,
    reason_label,
    sealed_notice,
)

contact_group = TabuahGroup(
    "contact", help=N_("Directory of offices, camat, wali nagari, media and others; works offline.")
)


class ContactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A contact in `contact list --json`. `personal` is null if it has no personal numbers, or they are not here."""

    id: str
    name: str
    function: str
    organisation: str
    kecamatan: tuple[str, ...]
    nagari: tuple[str, ...]
    hazards: tuple[Hazard, ...]
    phones: tuple[str, ...]
    whatsapp: tuple[str, ...]
    emails: tuple[str, ...]
    radio: str
    call_sign: str
    hours: str
    remark: str
    gateway: str
    has_personal: bool
    personal: PersonalNumbers | None
    retired: bool
    reason: str = ""  # why it is listed for an incident


@contact_group.command("list", help=N_("List the contacts by name, or those of an incident."))
@click.option("--function", "function", metavar="CODE", help=N_("Only this function, such as camat."))
@click.option("--hazard", "hazard", metavar="HAZARD", help=N_("Only those for this hazard, or for all hazards."))
@click.option("--kecamatan", metavar="NAME", help=N_("Only those of this kecamatan and its nagari."))
@click.option("--nagari", metavar="NAME", help=N_("Only those of this nagari."))
@click.option("--incident", metavar="ID", help=N_("Contacts for the place and hazard of an incident, nearest first."))
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired contacts."))
@click.pass_obj
def list_contacts(
    call: Invocation,
    *,
    function: str | None,
    hazard: str | None,
    kecamatan: str | None,
    nagari: str | None,
    incident: str | None,
    with_retired: bool,
) -> None:
    with call.open_store() as store:
        places, contacts = contact_places(store), store.contacts()
        contacts = [each for each in contacts if with_retired or each.retired is None]
        reasons: dict[str, str] = {}
        if incident is not None:
            found = incident_contacts(store.incident(incident), contacts)
            reasons = {each.contact.id: each.reason.value for each in found}
            contacts = [each.contact for each in found]
        contacts = [
            each
            for each in contacts
            if (function is None or each.function == _function(function))
            and (hazard is None or not each.hazards or parse_code(Hazard, hazard) in each.hazards)
            and (kecamatan is None or _is_in_kecamatan(each, find_kecamatan(places, kecamatan)))
            and (nagari is None or find_nagari(places, nagari) in each.nagari)
        ]
        rows = [make_contact_row(store, each, reason=reasons.get(each.id, "")) for each in contacts]
    _show_contacts(call, rows, contacts, places)


@contact_group.command("search", help=N_("Find contacts by any words of name, office, place, hazard or number."))
@click.argument("words", metavar="WORD…", nargs=-1, required=True)
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired contacts."))
@click.pass_obj
def search(call: Invocation, *, words: tuple[str, ...], with_retired: bool) -> None:
    with call.open_store() as store:
        places = contact_places(store)
        contacts = [each for each in store.contacts() if with_retired or each.retired is None]
        found = search_contacts(contacts, " ".join(words), places)
        rows = [make_contact_row(store, each) for each in found]
    _show_contacts(call, rows, found, places)


@contact_group.command("show", help=N_("Show a contact with all its numbers."))
@click.argument("contact", metavar="CONTACT")
@click.pass_obj
def show(call: Invocation, *, contact: str) -> None:
    with call.open_store() as store:
        found, places = find_contact(store, contact), contact_places(store)
        row, may_read = make_contact_row(store, found), may_read_personal_numbers(store)
    if call.as_json:
        print_json(row)
    else:
        _print_contact(found, row, places, may_read=may_read)


@contact_group.command("functions", help=N_("List the functions that contacts may have."))
@click.pass_obj
def functions(call: Invocation) -> None:
    known = list(contact_functions().values())
    rows = [[each.code, function_label(each.code), ", ".join(each.also)] for each in known]
    call.show_table(known, [_("Function"), _("Name"), _("Also")], rows, empty="")


def find_contact(store: ConsoleStore, key: str) -> Contact:
    """Return a contact by its id or the beginning of it, by its name, or by words that only it has.

    Raises:
        UnknownKey: none matches, or several do.
    """
    contacts, wanted = store.contacts(), " ".join(key.casefold().split())
    found = [each for each in contacts if wanted and each.id.startswith(wanted)]
    found = found or [each for each in contacts if each.name.casefold() == wanted]
    found = found or (search_contacts(contacts, key, contact_places(store)) if wanted else [])
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no contact {name}. See: tabuah contact list").format(name=key))
    names = "; ".join(f"{each.id[:13]} {each.name}" for each in found[:5])
    raise UnknownKey(_("Several contacts match {name}: {names}").format(name=key, names=names))


def find_kecamatan(places: PlaceNames, text: str) -> str:
    """Return the code of a kecamatan.

    Raises:
        UnknownKey: there is none.
    """
    code = places.find_kecamatan(text)
    if not code:
        raise UnknownKey(_("There is no kecamatan “{text}”.").format(text=text))
    return code


def find_nagari(places: PlaceNames, text: str) -> str:
    """Return the code of a nagari.

    Raises:
        UnknownKey: there is none, or there are several.
    """
    found = places.find_nagari(text)
    if len(found) == 1:
        return found[0]
    several = _("Several nagari are called “{text}”. Add the kecamatan: NAGARI, KECAMATAN")
    raise UnknownKey((several if found else _("There is no nagari “{text}”.")).format(text=text))


def _function(text: str) -> str:
    code = find_function(text)
    if not code:
        raise UnknownKey(_("There is no function “{text}”. All of them: tabuah contact functions").format(text=text))
    return code


def _is_in_kecamatan(contact: Contact, code: str) -> bool:
    return code in contact.kecamatan or any(nagari.startswith(f"{code}.") for nagari in contact.nagari)


def make_contact_row(store: ConsoleStore, contact: Contact, *, reason: str = "") -> ContactRow:
    """Return the JSON record of a contact."""
    fields = {name: getattr(contact, name) for name in ContactRow.__struct_fields__ if name in _SAME}
    return ContactRow(
        **fields,
        has_personal=bool(contact.personal_entry),
        personal=personal_numbers(store, contact),
        retired=contact.retired is not None,
        reason=reason,
    )


_SAME = frozenset(Contact.__struct_fields__) - {"retired"}


def _show_contacts(
    call: Invocation, rows: Iterable[ContactRow], contacts: Iterable[Contact], places: PlaceNames
) -> None:
    by_id = {contact.id: contact for contact in contacts}
    table = ItemTable[ContactRow](
        kind="contact",
        headers=["ID", _("Name"), _("Function"), _("Place"), _("Numbers"), ""],
        name=lambda row: row.id[:13],
        record=lambda row: row,
        cells=lambda row: _cells(row, by_id[row.id], places),
    )
    call.show_items(list(rows), table, empty=_("No contacts. Add one with: tabuah contact add"))


def _cells(row: ContactRow, contact: Contact, places: PlaceNames) -> list[str]:
    from tabuah.operations.contacts.incident_contacts import ContactReason

    remarks = [
        _("retired") if row.retired else "",
        reason_label(ContactReason(row.reason)) if row.reason else "",
        _("personal number sealed") if row.has_personal and row.personal is None else "",
    ]
    return [
        row.id[:13],
        row.name,
        describe_duty(contact),
        describe_places(contact, places),
        describe_numbers(numbers_of(contact, row.personal)),
        " · ".join(filter(None, remarks)),
    ]


def _print_contact(contact: Contact, row: ContactRow, places: PlaceNames, *, may_read: bool) -> None:
    print_text(contact.name)
    sealed = sealed_notice(may_read=may_read) if row.has_personal and row.personal is None else ""
    print_facts(
        [
            ("ID", contact.id),
            (contact_field_label("function"), function_label(contact.function)),
            (contact_field_label("organisation"), contact.organisation),
            (_("For"), describe_places(contact, places)),
            (contact_field_label("hazards"), describe_hazards(contact)),
            (contact_field_label("hours"), contact.hours),
            (contact_field_label("remark"), contact.remark),
            (contact_field_label("gateway"), contact.gateway),
            (contact_field_label("personal"), sealed),
            (contact_field_label("retired"), describe_contact_retirement(contact)),
        ]
    )
    if numbers := numbers_of(contact, row.personal):
        print_table([_("Channel"), _("Number")], [list(pair) for pair in numbers])
