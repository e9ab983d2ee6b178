"""`tabuah call list`, `show` and `export`: the call log; works offline."""

from datetime import datetime
from pathlib import Path

import click

from tabuah.console.calls.call_records import CallRow, make_call_row, write_call_table
from tabuah.console.commands.command_classes import Code, Moment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_facts, print_json, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.operations.calls.call import Call, calls_between
from tabuah.operations.codes import CallClass
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.calls.call_text import call_field_label, describe_counts
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercises_by_id

call_group = TabuahGroup("call", help=N_("The log of ghost, prank and information calls; works offline."))


@call_group.command("list", help=N_("List the calls, the newest first, and count them by class."))
@click.option(
    "--class",
    "call_class",
    type=Code(CallClass),
    metavar="CLASS",
    help=N_("Only this class of calls."),
)
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("Only those from this time on."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Only those before this time."))
@scope_options
@click.pass_obj
def list_calls(
    call: Invocation,
    *,
    call_class: CallClass | None,
    since: datetime | None,
    until: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        calls = [
            each
            for each in calls_between(worlds.scope(store).select(store.calls()), since, until)
            if call_class is None or each.call_class is call_class
        ]
        rows = [make_call_row(store, each, known) for each in calls]
    table = ItemTable[CallRow](
        kind="call",
        headers=["ID", _("Time"), _("Class"), _("Channel"), _("Taken by"), _("Incident"), _("Note"), ""],
        name=lambda row: row.id[:13],
        record=lambda row: row,
        cells=_cells,
    )
    call.show_items(rows, table, empty=_("No calls."))
    if rows and not call.as_json:
        print_error(describe_counts(calls))


@call_group.command("show", help=N_("Show one call, and its caller as far as this user may read it."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_call(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        found, known = find_call(store, key), exercises_by_id(store.exercises())
        store.histories.request(subject_of("call", found.id))
        row = make_call_row(store, found, known)
    if call.as_json:
        print_json(row)
        return
    sealed = _("sealed") if row.has_caller and row.caller is None else ""
    print_facts(
        [
            ("ID", row.id),
            (_("Exercise"), exercise_mark(found, known)),
            (call_field_label("call_class"), code_label(row.call_class)),
            (call_field_label("channel"), code_label(row.channel)),
            (_("Time"), format_moment(row.received_at)),
            (_("Taken by"), row.taken_by),
            (call_field_label("caller"), row.caller or sealed),
            (call_field_label("note"), row.note),
            (call_field_label("incident"), row.incident),
        ]
    )


@call_group.command("export", help=N_("Write the calls to a CSV or XLSX file."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--callers", "with_callers", is_flag=True, help=N_("Include the callers that this user may read."))
@scope_options
@click.pass_obj
def export_calls(call: Invocation, *, file: Path, with_callers: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        rows = [make_call_row(store, each, known) for each in worlds.scope(store).select(store.calls())]
    write_file(file, lambda: write_call_table(file, rows, with_callers=with_callers))
    text = ngettext("{n} call is written to {file}.", "{n} calls are written to {file}.", len(rows))
    call.show({"file": str(file), "calls": len(rows)}, lambda: print_text(text.format(n=len(rows), file=file)))
    if with_callers and any(row.caller for row in rows):
        print_error(_("The file contains callers. Store it safely, and delete it after use."))


def find_call(store: ConsoleStore, key: str) -> Call:
    """Return a call by its id or the beginning of it.

    Raises:
        UnknownKey: none matches, or several do.
    """
    wanted = key.strip().lower()
    found = [each for each in store.calls() if wanted and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no call {key}. See: tabuah call list").format(key=key))
    raise UnknownKey(_("Several calls begin with {key}. Give more of the id.").format(key=key))


def _cells(row: CallRow) -> list[str]:
    marks = [row.exercise or "", _("not yet synced") if row.pending else ""]
    return [
        row.id[:13],
        format_moment(row.received_at),
        code_label(row.call_class),
        code_label(row.channel),
        row.taken_by,
        row.incident,
        row.note,
        " · ".join(filter(None, marks)),
    ]
