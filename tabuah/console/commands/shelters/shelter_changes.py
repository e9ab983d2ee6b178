"""`tabuah shelter add`, `change`, `count`, `withdraw-count`, `close` and `reopen`; works offline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import OUTSIDE, read_place
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.shelters.shelters import shelter_group
from tabuah.console.shelters.shelter_records import find_shelter, make_shelter_record
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.shelters.conflict_policy import FIELDS
from tabuah.operations.shelters.drafts import (
    add_shelter,
    close_shelter,
    count_evacuees,
    edit_shelter,
    reopen_shelter,
    withdraw_count,
)
from tabuah.operations.shelters.entry_bodies import ShelterAdded, ShelterCounted, ShelterEdited
from tabuah.operations.shelters.shelter import GROUPS, MOST_PEOPLE, Evacuees, Shelter, ShelterKind
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.shelters.shelter_text import describe_people

_EDITABLE: Final = (*(name for name in FIELDS if name != "place"), "at", "nagari")
_INDONESIAN_GROUPS: Final = {
    "kk": "households",
    "laki_laki": "men",
    "perempuan": "women",
    "balita": "infants",
    "anak": "children",
    "lansia": "elderly",
    "disabilitas": "disabled",
    "hamil": "pregnant",
}
REASON: Final = click.option(
    "--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Reason; it is journalled.")
)


@shelter_group.command("add", help=N_("Add a shelter or a post, which opens now or at the given time."))
@click.argument("name", metavar="NAME")
@click.option("--kind", type=Code(ShelterKind), default="evacuation", metavar="K", help=N_("Kind of the place."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@OUTSIDE
@click.option("--capacity", type=click.IntRange(0, MOST_PEOPLE), metavar="N", help=N_("For how many people."))
@click.option("--owner", default="", metavar="TEXT", help=N_("The office or organisation that runs it."))
@click.option("--contact", default="", metavar="TEXT", help=N_("Radio channel or office number; no private number."))
@click.option("--incident", metavar="ID", help=N_("The incident that it serves."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option("--opened-at", type=PastMoment(), metavar="T", help=N_("When it opened; default: now."))
@exercise_option
@click.pass_obj
def add(
    call: Invocation,
    *,
    name: str,
    kind: ShelterKind,
    position: str | None,
    nagari: str | None,
    outside: str,
    capacity: int | None,
    owner: str,
    contact: str,
    incident: str | None,
    note: str,
    opened_at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    place = read_place(call.data, position, nagari, outside=outside)
    with call.open_store() as store:
        body = ShelterAdded(
            name=name.strip(),
            kind=kind,
            place=place,
            capacity=capacity,
            owner=owner.strip(),
            contact=contact.strip(),
            incident=store.incident(incident).id if incident else "",
            note=note.strip(),
        )
        world = scope_world(worlds.scope(store))
        draft = add_shelter(new_uuid(store.now()), validate_body(body), opened_at=opened_at, world=world)
        _save(call, store, draft, _("Added: {name}, {id}"))


@shelter_group.command("change", help=N_("Change fields of a shelter."))
@click.argument("key", metavar="ID")
@pairs_option(
    N_(
        "A field and its new value; repeatable. Fields: name, kind, capacity, owner, contact, incident, note, at,"
        " nagari."
    )
)
@OUTSIDE
@click.pass_obj
def change(call: Invocation, *, key: str, pairs: Sequence[str], outside: str) -> None:
    values = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        given = _read_fields(call, store, values, outside)
        validate_body(ShelterEdited(**given))
        _save(call, store, edit_shelter(shelter, **given), _("Changed: {name}, {id}"))


@shelter_group.command("count", help=N_("Record the number of people in a shelter by a source."))
@click.argument("key", metavar="ID")
@click.argument("people", type=click.IntRange(0, MOST_PEOPLE), metavar="PEOPLE")
@click.option("--source", required=True, metavar="TEXT", help=N_("Who counted: an office or organisation."))
@pairs_option(
    N_(
        "A group and its number; repeatable. Groups: households, men, women, infants, children, elderly, disabled,"
        " pregnant."
    ),
    required=False,
)
@click.option("--at", "counted_at", type=PastMoment(), metavar="T", help=N_("When it was counted; default: now."))
@click.pass_obj
def count(
    call: Invocation, *, key: str, people: int, source: str, pairs: Sequence[str], counted_at: datetime | None
) -> None:
    evacuees = validate_body(Evacuees(people=people, **_read_groups(pairs)))
    validate_body(ShelterCounted(source=source.strip(), evacuees=evacuees))
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        draft = count_evacuees(shelter, evacuees, source=source, counted_at=counted_at)
        saved = store.save(draft)
        record = make_shelter_record(store, find_shelter(store.shelters(), shelter.id), {})
    text = _("Counted: {name}, {people}").format(name=shelter.name, people=describe_people(people))
    result = {
        "id": shelter.id,
        "entry": saved.entry.id,
        "people": people,
        "sources_differ_by": record.sources_differ_by,
    }
    call.show(result, lambda: print_text(text))


@shelter_group.command("withdraw-count", help=N_("Withdraw a wrong count; the one before it counts again."))
@click.argument("key", metavar="ID")
@click.argument("entry", metavar="ENTRY")
@REASON
@click.pass_obj
def withdraw(call: Invocation, *, key: str, entry: str, reason: str) -> None:
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        found = [each.entry for each in shelter.counts if entry.strip() and each.entry.startswith(entry.strip())]
        if len(found) != 1:
            raise UnknownKey(_("There is no such count. See: tabuah shelter show {key}").format(key=shelter.id[:13]))
        _save(
            call, store, withdraw_count(shelter, found[0], reason=reason), _("The count is withdrawn: {name}, {id}")
        )


@shelter_group.command("close", help=N_("Close a shelter; its history stays."))
@click.argument("key", metavar="ID")
@REASON
@click.pass_obj
def close(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        _save(call, store, close_shelter(shelter, reason=reason), _("Closed: {name}, {id}"))


@shelter_group.command("reopen", help=N_("Open a closed shelter again."))
@click.argument("key", metavar="ID")
@REASON
@click.pass_obj
def reopen(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        _save(call, store, reopen_shelter(shelter, reason=reason), _("Reopened: {name}, {id}"))


def _save(call: Invocation, store: ConsoleStore, draft: Draft, text: str) -> None:
    """Save an entry and show the shelter after it; `text` has the fields name and id."""
    store.save(draft)
    after = _after(store, draft)
    record = make_shelter_record(store, after, exercises_by_id(store.exercises()))
    call.show(record, lambda: print_text(text.format(name=after.name, id=after.id)))


def _after(store: ConsoleStore, draft: Draft) -> Shelter:
    value = store.state(draft.subject).value
    assert isinstance(value, Shelter)
    return value


def _read_fields(call: Invocation, store: ConsoleStore, values: dict[str, str], outside: str) -> dict[str, Any]:
    given: dict[str, Any] = {name: values[name] for name in ("name", "owner", "contact", "note") if name in values}
    if "kind" in values:
        given["kind"] = read_code(ShelterKind, values["kind"])
    if "capacity" in values:
        given["capacity"] = _read_number("capacity", values["capacity"]) if values["capacity"] else None
    if "incident" in values:
        given["incident"] = store.incident(values["incident"]).id if values["incident"] else ""
    if "at" in values or "nagari" in values:
        given["place"] = read_place(call.data, values.get("at"), values.get("nagari"), outside=outside)
    return given


def _read_groups(pairs: Sequence[str]) -> dict[str, int]:
    groups: dict[str, int] = {}
    for name, text in read_pairs(pairs, (*GROUPS, *_INDONESIAN_GROUPS)).items():
        group = _INDONESIAN_GROUPS.get(name, name)
        if group in groups:
            raise click.UsageError(_("{field} is given twice").format(field=name))
        groups[group] = _read_number(name, text)
    return groups


def _read_number(field: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST_PEOPLE)):
        raise click.UsageError(_("{field}: {value} is not a count").format(field=field, value=text[:40]))
    return int(text)
