"""`tabuah aid add` and `correct`: write the ledger; works offline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
import msgspec

from tabuah.console.aid.aid_records import AidRecords, find_line
from tabuah.console.commands.aid.aid import aid_group
from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import PlaceResolver
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.shelters.shelter_records import find_shelter
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidValues
from tabuah.operations.aid.drafts import correct_aid, record_aid
from tabuah.operations.aid.items import listed_name, unit_of
from tabuah.operations.aid.quantity import parse_quantity
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import ExerciseScope, scope_world
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.aid.aid_text import describe_line
from tabuah.text.exercises.exercise_text import exercises_by_id

_EDITABLE = ("kind", "item", "unit", "quantity", "partner", "note")


@aid_group.command("add", help=N_("Record a line: needed, received, distributed, or counted stock."))
@click.argument("kind", type=Code(AidKind), metavar="KIND")
@click.argument("item", metavar="ITEM")
@click.argument("quantity", metavar="QUANTITY")
@click.option("--unit", default="", metavar="TEXT", help=N_("Unit of measure; listed items have one."))
@click.option("--shelter", metavar="ID", help=N_("The shelter or post where it belongs."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option("--incident", metavar="ID", help=N_("The incident that it is for."))
@click.option(
    "--partner", default="", metavar="TEXT", help=N_("Who asked, gave, received or counted: an office, no person.")
)
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option("--at", type=PastMoment(), metavar="T", help=N_("Time that it is about; default: now."))
@exercise_option
@click.pass_obj
def add(
    call: Invocation,
    *,
    kind: AidKind,
    item: str,
    quantity: str,
    unit: str,
    shelter: str | None,
    nagari: str | None,
    incident: str | None,
    partner: str,
    note: str,
    at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    if shelter and nagari:
        raise click.UsageError(_("give the place with either --shelter or --nagari"))
    with call.open_store() as store:
        scope = worlds.scope(store)
        values = AidValues(
            kind=kind,
            item=listed_name(item),
            unit=unit.strip() or _listed_unit(item),
            quantity_milli=parse_quantity(quantity),
            place=_read_place(call, store, scope, shelter=shelter, nagari=nagari, incident=incident),
            partner=partner.strip(),
            note=note.strip(),
        )
        draft = record_aid(new_uuid(store.now()), validate_body(values), at=at, world=scope_world(scope))
        _save(call, store, draft, _("Recorded: {text}, {id}"))


@aid_group.command("correct", help=N_("Correct or cancel a line; the line before stays visible."))
@click.argument("key", metavar="ID")
@pairs_option(
    N_("A field and its new value; repeatable. Fields: kind, item, unit, quantity, partner, note."), required=False
)
@click.option("--cancel", is_flag=True, help=N_("Cancel the line: it no longer counts."))
@click.option("--at", type=PastMoment(), metavar="T", help=N_("Another time that the line is about."))
@click.option("--reason", required=True, metavar="TEXT", help=N_("Reason; it is journalled."))
@click.pass_obj
def correct(
    call: Invocation, *, key: str, pairs: Sequence[str], cancel: bool, at: datetime | None, reason: str
) -> None:
    given = read_pairs(pairs, _EDITABLE)
    if cancel == bool(given or at):
        raise click.UsageError(_("give either --cancel, or what to correct with --set or --at"))
    with call.open_store() as store:
        line = find_line(store.aid_lines(), key)
        values = None if cancel else validate_body(_corrected(line, given))
        _save(call, store, correct_aid(line, values, reason=reason, at=at), _("Corrected: {text}, {id}"))


def _corrected(line: AidLine, given: dict[str, str]) -> AidValues:
    changes: dict[str, Any] = {name: given[name] for name in ("unit", "partner", "note") if name in given}
    if "kind" in given:
        changes["kind"] = read_code(AidKind, given["kind"])
    if "item" in given:
        changes["item"] = listed_name(given["item"])
    if "quantity" in given:
        changes["quantity_milli"] = parse_quantity(given["quantity"])
    return msgspec.structs.replace(line.shown, **changes)


def _listed_unit(item: str) -> str:
    unit = unit_of(item)
    if not unit:
        raise click.UsageError(
            _("{item} is not on the list: state its unit with --unit. The list: tabuah aid items").format(
                item=item[:80]
            )
        )
    return unit


def _read_place(
    call: Invocation,
    store: ConsoleStore,
    scope: ExerciseScope,
    *,
    shelter: str | None,
    nagari: str | None,
    incident: str | None,
) -> AidPlace:
    found = PlaceResolver(call.data).place_in_nagari(nagari).place if nagari else None
    return AidPlace(
        shelter=find_shelter(scope.select(store.shelters()), shelter).id if shelter else "",
        nagari_code=found.nagari_code if found else "",
        nagari=found.nagari if found else "",
        incident=store.incident(incident).id if incident else "",
    )


def _save(call: Invocation, store: ConsoleStore, draft: Draft, text: str) -> None:
    """Save an entry and show the line after it; `text` has the fields text and id."""
    store.save(draft)
    line = store.state(draft.subject).value
    assert isinstance(line, AidLine)
    record = AidRecords(store, exercises_by_id(store.exercises())).versions(line)[0]
    call.show(record, lambda: print_text(text.format(text=describe_line(line), id=line.id)))
