"""`tabuah aid list`, `balance`, `show`, `items` and `export`: the ledger of needs and aid; works offline."""

from pathlib import Path

import click
import msgspec

from tabuah.console.aid.aid_records import AidFilter, AidRecords, BalanceRecord, VersionRecord, find_line
from tabuah.console.commands.command_classes import Code, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_json, print_table, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.shelters.shelter_records import find_shelter
from tabuah.operations.aid.aid_line import AidKind, AidLine
from tabuah.operations.aid.balance import aid_balances
from tabuah.operations.aid.items import aid_items
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.aid.aid_text import aid_field_label, describe_line, describe_version
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercises_by_id

aid_group = TabuahGroup("aid", help=N_("The ledger of needs and aid, and its balances; works offline."))
ITEM = click.option("--item", default="", metavar="ITEM", help=N_("Only this item."))
SHELTER = click.option("--shelter", metavar="ID", help=N_("Only lines of this shelter."))
INCIDENT = click.option("--incident", metavar="ID", help=N_("Only lines of this incident and its shelters."))


@aid_group.command("list", help=N_("List the lines of the ledger, the newest first; corrected ones say so."))
@click.option("--kind", type=Code(AidKind), metavar="K", help=N_("Only this kind of line."))
@ITEM
@SHELTER
@INCIDENT
@scope_options
@click.pass_obj
def list_lines(
    call: Invocation,
    *,
    kind: AidKind | None,
    item: str,
    shelter: str | None,
    incident: str | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        lines, records = select_lines(store, worlds, kind=kind, item=item, shelter=shelter, incident=incident)
        versions = {line.id: records.versions(line) for line in lines}
    table = ItemTable[AidLine](
        kind="aid",
        headers=[
            "ID",
            _("Time"),
            aid_field_label("kind"),
            aid_field_label("item"),
            aid_field_label("quantity"),
            aid_field_label("place"),
            aid_field_label("partner"),
            "",
        ],
        name=lambda line: line.id[:13],
        record=lambda line: msgspec.to_builtins(versions[line.id][0]) | {"versions": versions[line.id]},
        cells=lambda line: _cells(line, versions[line.id][0]),
    )
    call.show_items(lines, table, empty=_("No lines. Record one with: tabuah aid add"))


@aid_group.command("balance", help=N_("Show needed, received, distributed, stock and shortage by item and place."))
@ITEM
@SHELTER
@INCIDENT
@scope_options
@click.pass_obj
def show_balance(
    call: Invocation, *, item: str, shelter: str | None, incident: str | None, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        lines, records = select_lines(store, worlds, item=item, shelter=shelter, incident=incident)
        balances = [records.balance(each) for each in aid_balances(lines)]
    names = ("item", "place", "needed", "received", "distributed", "stock", "shortage")
    rows = [_balance_cells(record) for record in balances]
    call.show_table(balances, [aid_field_label(name) for name in names], rows, empty=_("No lines in the ledger."))


@aid_group.command("show", help=N_("Show one line with all its corrections."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_line(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        line = find_line(store.aid_lines(), key)
        store.histories.request(subject_of("aid", line.id))
        versions = AidRecords(store, exercises_by_id(store.exercises())).versions(line)
    if call.as_json:
        print_json(msgspec.to_builtins(versions[0]) | {"versions": versions})
        return
    print_text(f"{line.id}  {describe_line(line)} · {versions[0].place}")
    for version in reversed(line.versions):
        print_text(f"  {version.entry[:13]}  {describe_version(version)}")


@aid_group.command("items", help=N_("List the items of the regency's profile with their unit of measure."))
@click.pass_obj
def list_items(call: Invocation) -> None:
    rows = [[each.name, each.unit] for each in aid_items()]
    call.show({"items": list(aid_items())}, lambda: print_table([_("Aid item"), _("Unit of measure")], rows))


@aid_group.command("export", help=N_("Write the ledger with its corrections, or the balances, to CSV or XLSX."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--balance", "as_balance", is_flag=True, help=N_("Write the balances instead of the lines."))
@INCIDENT
@scope_options
@click.pass_obj
def export(call: Invocation, *, file: Path, as_balance: bool, incident: str | None, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        lines, records = select_lines(store, worlds, incident=incident)
        balances = [records.balance(each) for each in aid_balances(lines)]
        versions = [version for line in lines for version in records.versions(line)]
    write_file(file, lambda: _write(file, versions, balances, as_balance=as_balance))
    n = len(balances) if as_balance else len(versions)
    text = ngettext("{n} row is written to {file}.", "{n} rows are written to {file}.", n)
    call.show({"file": str(file), "rows": n}, lambda: print_text(text.format(n=n, file=file)))


def select_lines(
    store: ConsoleStore,
    worlds: ChosenWorlds,
    *,
    kind: AidKind | None = None,
    item: str = "",
    shelter: str | None = None,
    incident: str | None = None,
) -> tuple[list[AidLine], AidRecords]:
    """Return the lines in scope that the options name, the newest first, and what makes their records.

    Raises:
        UnknownKey: there is no such shelter or incident.
    """
    records, scope = AidRecords(store, exercises_by_id(store.exercises())), worlds.scope(store)
    chosen = AidFilter(
        kind=kind,
        item=item.strip(),
        shelter=find_shelter(scope.select(records.shelters.values()), shelter).id if shelter else "",
        incident=store.incident(incident).id if incident else "",
    )
    return [line for line in scope.select(store.aid_lines()) if chosen.has(line, records.shelters)], records


def _write(file: Path, versions: list[VersionRecord], balances: list[BalanceRecord], *, as_balance: bool) -> None:
    from tabuah.console.aid.aid_files import write_balances, write_ledger

    if as_balance:
        write_balances(file, balances)
    else:
        write_ledger(file, versions)


def _cells(line: AidLine, record: VersionRecord) -> list[str]:
    marks = (
        record.exercise or "",
        _("cancelled") if line.values is None else "",
        _("corrected") if len(line.versions) > 1 and line.values is not None else "",
        _("check: two corrections at the same time") if line.is_overtaken else "",
        _("not yet synced") if record.pending else "",
    )
    return [
        record.id[:13],
        format_moment(record.at),
        code_label(record.kind),
        record.item,
        f"{record.quantity} {record.unit}",
        record.place,
        record.partner,
        " · ".join(filter(None, marks)),
    ]


def _balance_cells(record: BalanceRecord) -> list[str]:
    quantities = (record.needed, record.received, record.distributed, record.stock, record.shortage)
    return [f"{record.item} ({record.unit})", record.place, *quantities]
