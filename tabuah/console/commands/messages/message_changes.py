"""`tabuah message incident`, `join`, `unlink`, `close` and `reopen`: deal with messages; works offline."""

import click
import msgspec

from tabuah.console.commands.command_classes import Code
from tabuah.console.commands.incident_places import OUTSIDE, PlaceResolver, ResolvedPlace
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.messages.messages import find_message, message_group
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.drafts import caller_value, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.drafts import close_message, link_message, reopen_message, unlink_message
from tabuah.operations.messages.entry_bodies import MessageClosed
from tabuah.operations.messages.message import ClosingReason, Message, incident_channel
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.code_labels import code_label

_ID = click.argument("key", metavar="ID")


@message_group.command("incident", help=N_("Report a new incident from a message, with its time and sender."))
@_ID
@click.option("--hazard", type=Code(Hazard), metavar="H", required=True, help=N_("The hazard of the incident."))
@click.option("--title", default="", metavar="T", help=N_("What happened, in one line; default: the hazard."))
@click.option(
    "--with-text", is_flag=True, help=N_("Copy the text into the description, which all consoles keep for ever.")
)
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position; default: that of the message."))
@OUTSIDE
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option(
    "--severity", type=Code(Severity), default="moderate", metavar="S", help=N_("Severity; default: moderate.")
)
@click.pass_obj
def make_incident(
    call: Invocation,
    *,
    key: str,
    hazard: Hazard,
    title: str,
    with_text: bool,
    position: str | None,
    outside: str,
    nagari: str | None,
    severity: Severity,
) -> None:
    with call.open_store() as store:
        found = find_message(store, key)
        placed = _place_of(PlaceResolver(call.data), found, position, nagari, outside.strip())
        personal = store.personal_of(found.received_entry)
        body = IncidentReported(
            number="SLK-0000-0000",
            hazard=hazard,
            title=title.strip() or code_label(hazard),
            severity=severity,
            channel=incident_channel(found.channel),
            place=placed.place,
            description=personal.get("text", "") if with_text else "",
        )
        incident = _report(store, found, validate_body(body), personal.get("sender", ""))
    record = {"id": found.id, "incident": incident.id, "number": incident.number}
    call.show(record, lambda: print_text(incident.number))
    if placed.remark:
        print_error(placed.remark)
    if not personal:
        print_error(_("Text and sender of the message are not here or sealed: the incident has neither."))


def _place_of(
    resolver: PlaceResolver, found: Message, position: str | None, nagari: str | None, outside: str
) -> ResolvedPlace:
    if position and nagari:
        raise click.UsageError(_("give the place with either --at or --nagari"))
    if nagari:
        return resolver.place_in_nagari(nagari)
    if not position and found.position is not None:
        position = f"{found.position.lon_deg:.6f},{found.position.lat_deg:.6f}"
    if not position:
        raise click.UsageError(_("The message has no position: give the place with either --at or --nagari."))
    return resolver.place_at(position, outside_reason=outside)


def _report(store: ConsoleStore, found: Message, body: IncidentReported, sender: str) -> Incident:
    """Save a new incident with the time and the sender of a message, and the link to it."""
    incident_id = new_uuid(store.now())
    report = report_incident(
        msgspec.structs.replace(body, number=store.next_incident_number()),
        incident_id=incident_id,
        occurred_at=found.sent_at,
        exercise=found.exercise,
        exercise_id=found.exercise_id,
        caller=caller_value(sender, salt=new_salt()) if sender else None,
    )
    store.save_all((report, link_message(found, incident_id)))
    return store.incident(incident_id)


@message_group.command("join", help=N_("State that a message is about a known incident."))
@_ID
@click.argument("incident", metavar="INCIDENT")
@click.pass_obj
def join(call: Invocation, *, key: str, incident: str) -> None:
    with call.open_store() as store:
        found, known = find_message(store, key), store.incident(incident)
        if scope_of(known) != scope_of(found):
            raise NotPossible("message_of_another_world")
        store.save(link_message(found, known.id))
    record = {"id": found.id, "incident": known.id, "number": known.number}
    call.show(record, lambda: print_text(_("The message is about {number}.").format(number=known.number)))


@message_group.command("unlink", help=N_("State that a message is not about an incident."))
@_ID
@click.argument("incident", metavar="INCIDENT")
@click.pass_obj
def unlink(call: Invocation, *, key: str, incident: str) -> None:
    with call.open_store() as store:
        found, known = find_message(store, key), store.incident(incident)
        store.save(unlink_message(found, known.id))
    record = {"id": found.id, "incident": known.id, "number": known.number}
    call.show(record, lambda: print_text(_("The message is not about {number}.").format(number=known.number)))


@message_group.command("close", help=N_("End the work on a message: it was answered, or needs no answer."))
@_ID
@click.argument("reason", type=Code(ClosingReason), metavar="REASON")
@click.option("--note", default="", metavar="TEXT", help=N_("More about the reason; write no names."))
@click.pass_obj
def close(call: Invocation, *, key: str, reason: ClosingReason, note: str) -> None:
    validate_body(MessageClosed(reason=reason, note=note.strip()))
    with call.open_store() as store:
        found = find_message(store, key)
        store.save(close_message(found, reason, note=note))
    text = _("The message is closed: {reason}.").format(reason=code_label(reason).lower())
    call.show({"id": found.id, "reason": reason}, lambda: print_text(text))


@message_group.command("reopen", help=N_("Begin the work on a closed message again."))
@_ID
@click.pass_obj
def reopen(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        found = find_message(store, key)
        store.save(reopen_message(found))
    call.show({"id": found.id}, lambda: print_text(_("The message is open again.")))
