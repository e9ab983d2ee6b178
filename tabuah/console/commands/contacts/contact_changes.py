"""`tabuah contact add`, `edit`, `retire` and `restore`; works offline."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import pairs_option, read_pairs
from tabuah.console.commands.contacts.contacts import contact_group, find_contact
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.contacts.contact_records import contact_context, personal_numbers
from tabuah.operations.contacts.checks import ContactContext, ContactProblems, check_contact
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.contact_table import COLUMNS, ReadContact, changed_personal, read_contact
from tabuah.operations.contacts.drafts import (
    changed_fields,
    edit_contact,
    register_contact,
    restore_contact,
    retire_contact,
)
from tabuah.operations.import_table import TableRow
from tabuah.resources.localisation import N_, _
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_text import contact_field_label, describe_contact_problem

_EDITABLE: Final = COLUMNS[1:]


class ChangedContact(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `contact edit --json`."""

    id: str
    changed: tuple[str, ...]


@contact_group.command("add", help=N_("Add a contact: open numbers for all consoles, personal ones sealed."))
@click.option("--name", required=True, metavar="TEXT", help=N_("Name of the person or office."))
@click.option("--function", required=True, metavar="CODE", help=N_("Function; all: tabuah contact functions."))
@click.option("--office", "organisation", default="", metavar="TEXT", help=N_("Code or name of the office."))
@click.option("--kecamatan", multiple=True, metavar="NAME", help=N_("Kecamatan that it is for; repeatable."))
@click.option("--nagari", multiple=True, metavar="NAME", help=N_("Nagari that it is for; repeatable."))
@click.option("--hazard", "hazards", multiple=True, metavar="HAZARD", help=N_("Hazard that it is for; repeatable."))
@click.option("--phone", "phones", multiple=True, metavar="NUMBER", help=N_("Open telephone number; repeatable."))
@click.option("--whatsapp", multiple=True, metavar="NUMBER", help=N_("Open WhatsApp number; repeatable."))
@click.option("--email", "emails", multiple=True, metavar="ADDRESS", help=N_("Open e-mail address; repeatable."))
@click.option("--radio", default="", metavar="TEXT", help=N_("Radio channel or frequency."))
@click.option("--call-sign", default="", metavar="TEXT", help=N_("Radio call sign."))
@click.option("--hours", default="", metavar="TEXT", help=N_("When it can be reached."))
@click.option("--remark", default="", metavar="TEXT", help=N_("Remark."))
@click.option("--gateway", default="", metavar="NAME", help=N_("Gateway account that it owns."))
@click.option(
    "--personal-phone",
    "personal_phones",
    multiple=True,
    metavar="NUMBER",
    help=N_("Personal number, sealed; repeatable."),
)
@click.option(
    "--personal-whatsapp", multiple=True, metavar="NUMBER", help=N_("Personal WhatsApp number, sealed; repeatable.")
)
@click.option(
    "--personal-email",
    "personal_emails",
    multiple=True,
    metavar="ADDRESS",
    help=N_("Personal e-mail address, sealed; repeatable."),
)
@click.pass_obj
def add(call: Invocation, /, **given: Any) -> None:
    cells = {name: value if isinstance(value, str) else "|".join(value) for name, value in given.items()}
    with call.open_store() as store:
        context = contact_context(store)
        read = _checked(cells, context, None)
        contact = msgspec.structs.replace(read.contact, id=new_uuid(store.now()))
        store.save(register_contact(contact, read.personal, salt=new_salt()))
    message = _("The contact {name} is added: {id}").format(name=contact.name, id=contact.id)
    call.show({"id": contact.id, "name": contact.name}, lambda: print_text(message))


@contact_group.command("edit", help=N_("Change fields of a contact."))
@click.argument("contact", metavar="CONTACT")
@pairs_option(N_("A field and its new value; repeatable. Numbers are separated by |; an empty value removes them."))
@click.pass_obj
def edit(call: Invocation, *, contact: str, pairs: Sequence[str]) -> None:
    cells = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        before = find_contact(store, contact)
        personal = changed_personal(cells, personal_numbers(store, before))
        read = _checked(cells, contact_context(store), before, personal=personal)
        store.save(edit_contact(before, read.contact, personal, salt=new_salt()))
    changed = changed_fields(before, read.contact) + (("personal",) if personal is not None else ())
    fields = ", ".join(map(contact_field_label, changed))
    message = _("The contact {name} is changed: {fields}.").format(name=read.contact.name, fields=fields)
    call.show(ChangedContact(id=before.id, changed=changed), lambda: print_text(message))


@contact_group.command("retire", help=N_("Remove a contact from the lists; its history stays."))
@click.argument("contact", metavar="CONTACT")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def retire(call: Invocation, *, contact: str, reason: str) -> None:
    with call.open_store() as store:
        found = find_contact(store, contact)
        store.save(retire_contact(found, reason=reason))
    message = _("The contact {name} is retired. Undo: tabuah contact restore {id}")
    message = message.format(name=found.name, id=found.id)
    call.show({"id": found.id, "retired": True}, lambda: print_text(message))


@contact_group.command("restore", help=N_("List a retired contact again."))
@click.argument("contact", metavar="CONTACT")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def restore(call: Invocation, *, contact: str, reason: str) -> None:
    with call.open_store() as store:
        found = find_contact(store, contact)
        store.save(restore_contact(found, reason=reason))
    message = _("The contact {name} is listed again.").format(name=found.name)
    call.show({"id": found.id, "retired": False}, lambda: print_text(message))


def refuse_contact_problems(problems: ContactProblems) -> None:
    """Refuse a contact that has problems.

    Raises:
        click.UsageError: names each field and its problem.
    """
    if problems:
        lines = [f"{contact_field_label(each.field)}: {describe_contact_problem(each)}" for each in problems]
        raise click.UsageError("\n".join([_("Nothing was saved."), *lines]))


def _checked(
    cells: Mapping[str, str],
    context: ContactContext,
    before: Contact | None,
    *,
    personal: PersonalNumbers | None = None,
) -> ReadContact:
    read = read_contact(TableRow(line=1, cells=dict(cells)), context.places, before)
    personal = personal if personal is not None else read.personal
    found = check_contact(read.contact, context, before=before, personal=personal)
    refuse_contact_problems((*read.problems, *found))
    return read
