"""`tabuah event open`, `change`, `add`, `remove`, `close`, `reopen`, `delete` and `restore`; works offline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, Moment, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.parent_events.events import event_group, find_event, members_of
from tabuah.operations.codes import Hazard
from tabuah.operations.exercises.scope import scope_of, scope_world
from tabuah.operations.parent_events import drafts
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.storage.journal.identifiers import new_uuid

_EDITABLE: Final = ("title", "hazard", "began", "ended", "description")


@event_group.command("open", help=N_("Open an event, perhaps with its first incidents."))
@click.argument("title", metavar="TITLE")
@click.option("--hazard", type=Code(Hazard), metavar="H", help=N_("The hazard; default: that of the first incident."))
@click.option(
    "--began",
    "began_at",
    type=PastMoment(),
    metavar="T",
    help=N_("When it began; default: with the first incident, else now."),
)
@click.option("--description", default="", metavar="TEXT", help=N_("What is known about the event."))
@click.option(
    "--incident",
    "keys",
    multiple=True,
    metavar="INCIDENT",
    help=N_("An incident that belongs to it; can be repeated."),
)
@exercise_option
@click.pass_obj
def open_command(
    call: Invocation, *, title: str, hazard: Hazard | None, began_at: datetime | None, description: str,
    keys: Sequence[str], worlds: ChosenWorlds,
) -> None:  # fmt: skip
    with call.open_store() as store:
        incidents = [store.incident(key) for key in keys]
        if hazard is None and not incidents:
            raise click.UsageError(_("give --hazard, or an incident of the event with --incident"))
        world = scope_world(scope_of(incidents[0]) if incidents and not worlds.is_given else worlds.scope(store))
        event_id = new_uuid(store.now())
        opening = drafts.open_event(
            event_id,
            title,
            hazard or incidents[0].hazard,
            began_at=began_at or min((each.occurred_at for each in incidents), default=store.now()),
            description=description,
            incidents=incidents,
            world=world,
        )
        store.save_all(opening)
    record = {"id": event_id, "incidents": [each.number for each in incidents]}
    call.show(record, lambda: print_text(_("Opened: {title}, {id}").format(title=title, id=event_id)))


@event_group.command("change", help=N_("Change title, hazard, period or description of an event."))
@click.argument("key", metavar="EVENT")
@pairs_option(
    N_(
        "A field and its new value; repeatable. Fields: title, hazard, began, ended, description. "
        "An empty “ended=” removes the end."
    )
)
@click.pass_obj
def change(call: Invocation, *, key: str, pairs: Sequence[str]) -> None:
    values = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        event = find_event(store, key)
        store.save(drafts.change_event(event, **_given(values)))
    record, title = {"id": event.id, "changed": sorted(values)}, values.get("title", event.title)
    call.show(record, lambda: print_text(_("The event is changed: {title}").format(title=title)))


def _given(values: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: values[name] for name in ("title", "description") if name in values}
    if "hazard" in values:
        given["hazard"] = read_code(Hazard, values["hazard"])
    for name, field in (("began", "began_at"), ("ended", "ended_at")):
        if name in values:
            removes = name == "ended" and not values[name].strip()
            given[field] = None if removes else Moment().convert(values[name], None, None)
    return given


@event_group.command("add", help=N_("Put incidents under an event. An incident belongs to one event only."))
@click.argument("key", metavar="EVENT")
@click.argument("incidents", metavar="INCIDENT...", nargs=-1, required=True)
@click.pass_obj
def add(call: Invocation, *, key: str, incidents: Sequence[str]) -> None:
    with call.open_store() as store:
        event = find_event(store, key)
        found = [store.incident(each) for each in incidents]
        moved = [each.number for each in found if each.parent_event not in ("", event.id)]
        saved = store.save_all(drafts.add_to_event(event, found))
    text = ngettext("{n} incident now belongs to {title}.", "{n} incidents now belong to {title}.", len(saved))
    record = {"id": event.id, "added": len(saved), "moved": moved}
    call.show(record, lambda: print_text(text.format(n=len(saved), title=event.title)))
    if moved and not call.as_json:
        print_error(_("Taken out of another event: {numbers}").format(numbers=", ".join(moved)))


@event_group.command("remove", help=N_("Take incidents out of an event; they go on without one."))
@click.argument("key", metavar="EVENT")
@click.argument("incidents", metavar="INCIDENT...", nargs=-1, required=True)
@click.pass_obj
def remove(call: Invocation, *, key: str, incidents: Sequence[str]) -> None:
    with call.open_store() as store:
        event = find_event(store, key)
        saved = store.save_all(drafts.remove_from_event(event, [store.incident(each) for each in incidents]))
    text = ngettext("{n} incident was taken out of {title}.", "{n} incidents were taken out of {title}.", len(saved))
    call.show(
        {"id": event.id, "removed": len(saved)}, lambda: print_text(text.format(n=len(saved), title=event.title))
    )


@event_group.command("close", help=N_("Close an event; its incidents go on."))
@click.argument("key", metavar="EVENT")
@click.option("--ended", "ended_at", type=PastMoment(), metavar="T", help=N_("When it ended, if it is known."))
@click.option("--reason", default="", metavar="TEXT", help=N_("Why it is closed."))
@click.pass_obj
def close(call: Invocation, *, key: str, ended_at: datetime | None, reason: str) -> None:
    with call.open_store() as store:
        event = find_event(store, key)
        store.save(drafts.close_event(event, ended_at=ended_at, reason=reason))
        still_open = len(members_of(store, event).open)
    _show_state(call, event, _("The event is closed: {title}"))
    if still_open and not call.as_json:
        text = ngettext("{n} incident of it is still open.", "{n} incidents of it are still open.", still_open)
        print_error(text.format(n=still_open))


@event_group.command("reopen", help=N_("Reopen a closed event."))
@click.argument("key", metavar="EVENT")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why it is reopened."))
@click.pass_obj
def reopen(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        event = find_event(store, key)
        store.save(drafts.reopen_event(event, reason=reason))
    _show_state(call, event, _("The event is open again: {title}"))


@event_group.command("delete", help=N_("Delete an event that was opened by mistake; its incidents stay."))
@click.argument("key", metavar="EVENT")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why it is deleted."))
@click.pass_obj
def delete(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        event = find_event(store, key)
        store.save(drafts.delete_event(event, reason=reason))
    _show_state(call, event, _("The event is deleted: {title}. “tabuah event restore” undoes this."))


@event_group.command("restore", help=N_("Undo the deletion of an event."))
@click.argument("key", metavar="EVENT")
@click.pass_obj
def restore(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        event = find_event(store, key, deleted=True)
        store.save(drafts.restore_event(event))
    _show_state(call, event, _("The event is there again: {title}"))


def _show_state(call: Invocation, event: ParentEvent, text: str) -> None:
    call.show({"id": event.id, "title": event.title}, lambda: print_text(text.format(title=event.title)))
