"""`tabuah message event`, `join-event` and `unlink-event`: parent events of messages; works offline."""

import click

from tabuah.console.commands.command_classes import Code
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.messages.messages import find_message, message_group
from tabuah.console.commands.parent_events.events import find_event
from tabuah.operations.codes import Hazard
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.messages.drafts import link_event, unlink_event
from tabuah.operations.messages.event_drafts import open_event_of
from tabuah.resources.localisation import N_, _
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.code_labels import code_label
from tabuah.text.messages.alert_text import published_headline

_ID = click.argument("key", metavar="ID")
_EVENT = click.argument("event", metavar="EVENT")


@message_group.command("event", help=N_("Open a parent event from a message, and join the message to it."))
@_ID
@click.option("--hazard", type=Code(Hazard), metavar="H", required=True, help=N_("The hazard of the event."))
@click.option(
    "--title",
    default="",
    metavar="T",
    help=N_("Its title; default: the headline of a public alert, else the hazard."),
)
@click.pass_obj
def open_event_command(call: Invocation, *, key: str, hazard: Hazard, title: str) -> None:
    with call.open_store() as store:
        found, now = find_message(store, key), store.now()
        chosen = title.strip() or published_headline(found.alert) or code_label(hazard)
        event_id = new_uuid(now)
        store.save_all(open_event_of(found, event_id, title=chosen, hazard=hazard, now=now))
    record = {"id": found.id, "event": event_id, "title": chosen}
    call.show(record, lambda: print_text(_("Opened: {title}, {id}").format(title=chosen, id=event_id)))


@message_group.command("join-event", help=N_("State that a message is about a known parent event."))
@_ID
@_EVENT
@click.pass_obj
def join_event(call: Invocation, *, key: str, event: str) -> None:
    with call.open_store() as store:
        found, known = find_message(store, key), find_event(store, event)
        if scope_of(known) != scope_of(found):
            raise NotPossible("message_and_event_of_two_worlds")
        store.save(link_event(found, known.id))
    record = {"id": found.id, "event": known.id, "title": known.title}
    call.show(record, lambda: print_text(_("The message is about {number}.").format(number=known.title)))


@message_group.command("unlink-event", help=N_("State that a message is not about a parent event."))
@_ID
@_EVENT
@click.pass_obj
def unlink_event_command(call: Invocation, *, key: str, event: str) -> None:
    with call.open_store() as store:
        found, known = find_message(store, key), find_event(store, event)
        store.save(unlink_event(found, known.id))
    record = {"id": found.id, "event": known.id, "title": known.title}
    call.show(record, lambda: print_text(_("The message is not about {number}.").format(number=known.title)))
