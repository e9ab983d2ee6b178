"""`tabuah disruption list`, `show` and `export`: closed roads and outages; works offline."""

from collections.abc import Iterable
from pathlib import Path

import click

from tabuah.console.commands.command_classes import Code, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_facts, print_json, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.disruptions.disruption_records import (
    DisruptionRecord,
    find_disruption,
    make_disruption_record,
)
from tabuah.console.disruptions.typed_line import format_line
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.disruptions.disruption_list import DisruptionFilter, sort_disruptions
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.disruptions.disruption_text import (
    describe_disruption,
    describe_end,
    describe_period,
    disruption_field_label,
)
from tabuah.text.exercises.exercise_text import exercise_mark, exercises_by_id
from tabuah.text.incidents.incident_text import place_text

disruption_group = TabuahGroup(
    "disruption", help=N_("Closed roads and bridges, and outages: list, report, change, end; works offline.")
)
KINDS_OPTION = click.option(
    "--kind", "kinds", type=Code(DisruptionKind), multiple=True, metavar="K", help=N_("Only this kind; repeatable.")
)
INCIDENT_OPTION = click.option("--incident", metavar="ID", help=N_("Only those of this incident."))
ENDED_OPTION = click.option("--all", "with_ended", is_flag=True, help=N_("Include those that have ended."))
OVERDUE_OPTION = click.option("--overdue", is_flag=True, help=N_("Only those that go on after their expected end."))


@disruption_group.command("list", help=N_("List the disruptions that go on, those of traffic first."))
@KINDS_OPTION
@INCIDENT_OPTION
@ENDED_OPTION
@OVERDUE_OPTION
@scope_options
@click.pass_obj
def list_disruptions(
    call: Invocation,
    *,
    kinds: tuple[DisruptionKind, ...],
    incident: str | None,
    with_ended: bool,
    overdue: bool,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        wanted = _filter(store, kinds, incident, with_ended=with_ended, overdue=overdue)
        found, now = _find(store, worlds, wanted), store.now()
        records = {each.id: make_disruption_record(store, each, known) for each in found}
    table = ItemTable[Disruption](
        kind="disruption",
        headers=["ID", _("Name"), _("Kind"), _("Place"), _("Period"), _("Source"), _("Incident"), ""],
        name=lambda each: each.id[:13],
        record=lambda each: records[each.id],
        cells=lambda each: [
            each.id[:13],
            each.name,
            describe_disruption(each),
            place_text(each.place),
            describe_period(each, now),
            each.source,
            records[each.id].incident,
            " · ".join(filter(None, (exercise_mark(each, known), _pending_mark(records[each.id])))),
        ],
    )
    call.show_items(found, table, empty=_("No disruptions. Report one with: tabuah disruption report"))


@disruption_group.command("show", help=N_("Show one disruption."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_disruption(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        disruption, now = find_disruption(store.disruptions(), key), store.now()
        known = exercises_by_id(store.exercises())
        store.histories.request(subject_of("disruption", disruption.id))
        record = make_disruption_record(store, disruption, known)
    if call.as_json:
        print_json(record)
        return
    print_facts(
        [
            ("ID", record.id),
            (_("Exercise"), exercise_mark(disruption, known)),
            (disruption_field_label("name"), disruption.name),
            (disruption_field_label("kind"), describe_disruption(disruption)),
            (
                disruption_field_label("place"),
                f"{place_text(disruption.place)} · {record.lon_deg:.5f}, {record.lat_deg:.5f}",
            ),
            (disruption_field_label("line"), format_line(disruption.line)),
            (_("Period"), describe_period(disruption, now)),
            (disruption_field_label("source"), disruption.source),
            (disruption_field_label("incident"), record.incident),
            (disruption_field_label("note"), disruption.note),
            (disruption_field_label("ended"), describe_end(disruption)),
            (_("Changed"), format_moment(disruption.changed_at)),
        ]
    )


@disruption_group.command("export", help=N_("Write the disruptions to a CSV, XLSX or GeoJSON file."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@KINDS_OPTION
@INCIDENT_OPTION
@ENDED_OPTION
@OVERDUE_OPTION
@scope_options
@click.pass_obj
def export_disruptions(
    call: Invocation,
    *,
    file: Path,
    kinds: tuple[DisruptionKind, ...],
    incident: str | None,
    with_ended: bool,
    overdue: bool,
    worlds: ChosenWorlds,
) -> None:
    from tabuah.console.disruptions.disruption_files import write_disruptions

    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        wanted = _filter(store, kinds, incident, with_ended=with_ended, overdue=overdue)
        records = [make_disruption_record(store, each, known) for each in _find(store, worlds, wanted)]
    write_file(file, lambda: write_disruptions(file, records))
    text = ngettext("{n} disruption is written to {file}.", "{n} disruptions are written to {file}.", len(records))
    call.show(
        {"file": str(file), "disruptions": len(records)}, lambda: print_text(text.format(n=len(records), file=file))
    )


def _filter(
    store: ConsoleStore, kinds: Iterable[DisruptionKind], incident: str | None, *, with_ended: bool, overdue: bool
) -> DisruptionFilter:
    """Return what the options select.

    Raises:
        UnknownKey: there is no such incident.
    """
    return DisruptionFilter(
        kinds=frozenset(kinds),
        incident=store.incident(incident).id if incident else "",
        with_ended=with_ended,
        only_overdue=overdue,
    )


def _find(store: ConsoleStore, worlds: ChosenWorlds, wanted: DisruptionFilter) -> list[Disruption]:
    """Return the selected disruptions in the order of the list."""
    now = store.now()
    known = worlds.scope(store).select(store.disruptions())
    return sort_disruptions(each for each in known if wanted.has(each, now))


def _pending_mark(record: DisruptionRecord) -> str:
    return _("not yet synced") if record.pending else ""
