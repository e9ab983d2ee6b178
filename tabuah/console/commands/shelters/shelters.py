"""`tabuah shelter list`, `show` and `export`: shelters and posts with their evacuees; works offline."""

from pathlib import Path

import click
import msgspec

from tabuah.console.commands.command_classes import Code, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import (
    Invocation,
    ItemTable,
    print_error,
    print_facts,
    print_json,
    print_table,
    print_text,
)
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.shelters.shelter_records import ShelterRecord, find_shelter, make_shelter_record
from tabuah.operations.entries import subject_of
from tabuah.operations.shelters.evacuees import counts_by_source, evacuee_totals
from tabuah.operations.shelters.shelter import EvacueeCount, Shelter, ShelterKind
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercises_by_id
from tabuah.text.incidents.incident_text import place_text
from tabuah.text.shelters.shelter_text import (
    describe_closing,
    describe_groups,
    describe_occupancy,
    describe_people,
    describe_totals,
    shelter_field_label,
)

shelter_group = TabuahGroup(
    "shelter", help=N_("Shelters and posts with their evacuees: list, add, count, close; works offline.")
)
INCIDENT_OPTION = click.option("--incident", metavar="ID", help=N_("Only those that serve this incident."))


@shelter_group.command("list", help=N_("List the shelters and posts, and the sums over the open ones."))
@click.option("--kind", type=Code(ShelterKind), metavar="K", help=N_("Only this kind of shelter or post."))
@INCIDENT_OPTION
@click.option("--all", "with_closed", is_flag=True, help=N_("Include closed ones."))
@scope_options
@click.pass_obj
def list_shelters(
    call: Invocation, *, kind: ShelterKind | None, incident: str | None, with_closed: bool, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        incident_id = store.incident(incident).id if incident else ""
        shelters = [
            each
            for each in worlds.scope(store).select(store.shelters())
            if (with_closed or each.is_open)
            and (kind is None or each.kind is kind)
            and (not incident_id or each.incident == incident_id)
        ]
        records = {each.id: make_shelter_record(store, each, known) for each in shelters}
    table = ItemTable[Shelter](
        kind="shelter",
        headers=["ID", _("Name"), _("Kind"), _("Place"), _("People"), _("Counted"), _("Incident"), ""],
        name=lambda each: each.id[:13],
        record=lambda each: records[each.id],
        cells=lambda each: _cells(each, records[each.id]),
    )
    call.show_items(shelters, table, empty=_("No shelters. Add one with: tabuah shelter add"))
    if shelters and not call.as_json:
        print_error(describe_totals(evacuee_totals(shelters)))


@shelter_group.command("show", help=N_("Show one shelter with the counts of all sources."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_shelter(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        shelter = find_shelter(store.shelters(), key)
        known = exercises_by_id(store.exercises())
        store.histories.request(subject_of("shelter", shelter.id))
        record = make_shelter_record(store, shelter, known)
    if call.as_json:
        print_json(msgspec.to_builtins(record) | {"counts": list(reversed(shelter.counts))})
        return
    print_facts(
        [
            ("ID", record.id),
            (_("Exercise"), exercise_mark(shelter, known)),
            (shelter_field_label("name"), shelter.name),
            (shelter_field_label("kind"), code_label(shelter.kind)),
            (
                shelter_field_label("place"),
                f"{place_text(shelter.place)} · {record.lon_deg:.5f}, {record.lat_deg:.5f}",
            ),
            (shelter_field_label("people"), describe_occupancy(shelter)),
            (shelter_field_label("owner"), shelter.owner),
            (shelter_field_label("contact"), shelter.contact),
            (shelter_field_label("incident"), record.incident),
            (shelter_field_label("note"), shelter.note),
            (_("Opened"), format_moment(shelter.opened_at)),
            (shelter_field_label("closed"), describe_closing(shelter)),
        ]
    )
    if shelter.counts:
        print_table([_("Entry"), _("Time"), _("Source"), _("People"), _("Groups")], _count_rows(shelter))


@shelter_group.command("export", help=N_("Write the shelters to a CSV, XLSX or GeoJSON file."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@INCIDENT_OPTION
@scope_options
@click.pass_obj
def export_shelters(call: Invocation, *, file: Path, incident: str | None, worlds: ChosenWorlds) -> None:
    from tabuah.console.shelters.shelter_files import write_shelters

    with call.open_store() as store:
        incident_id = store.incident(incident).id if incident else ""
        records = read_records(store, worlds, incident_id)
    write_file(file, lambda: write_shelters(file, records))
    text = ngettext("{n} shelter is written to {file}.", "{n} shelters are written to {file}.", len(records))
    call.show(
        {"file": str(file), "shelters": len(records)}, lambda: print_text(text.format(n=len(records), file=file))
    )


def read_records(store: ConsoleStore, worlds: ChosenWorlds, incident_id: str = "") -> list[ShelterRecord]:
    """Return the records of all shelters in scope, closed ones included; with an incident only those of it."""
    known = exercises_by_id(store.exercises())
    shelters = worlds.scope(store).select(store.shelters())
    return [
        make_shelter_record(store, each, known)
        for each in shelters
        if not incident_id or each.incident == incident_id
    ]


def _cells(shelter: Shelter, record: ShelterRecord) -> list[str]:
    marks = (
        record.exercise or "",
        "" if shelter.is_open else _("closed"),
        _("sources differ by {n}").format(n=format_number(record.sources_differ_by))
        if record.sources_differ_by
        else "",
        _("not yet synced") if record.pending else "",
    )
    counted = f"{record.source}, {format_moment(record.counted_at)}" if record.counted_at else ""
    return [
        record.id[:13],
        record.name,
        code_label(shelter.kind),
        place_text(shelter.place),
        describe_occupancy(shelter),
        counted,
        record.incident,
        " · ".join(filter(None, marks)),
    ]


def _count_rows(shelter: Shelter) -> list[list[str]]:
    """Return the counts, newest first; those that are the newest of their source come with a mark."""
    newest = {count.entry for count in counts_by_source(shelter)}
    return [_count_row(count, count.entry in newest) for count in reversed(shelter.counts)]


def _count_row(count: EvacueeCount, is_newest: bool) -> list[str]:
    mark = "" if is_newest else " " + _("(older)")
    return [
        count.entry[:13],
        format_moment(count.at),
        count.source + mark,
        describe_people(count.evacuees.people),
        describe_groups(count.evacuees),
    ]
