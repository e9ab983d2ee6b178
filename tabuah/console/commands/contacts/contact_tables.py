"""`tabuah contact import`, `export` and `template`: contacts in CSV and XLSX files."""

from pathlib import Path
from typing import Any

import click

from tabuah.console.commands.contacts.contacts import contact_group
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.table_commands import (
    WRITABLE_FILE,
    count_states,
    import_options,
    print_import,
    show_import,
    write_file,
)
from tabuah.console.contacts.contact_files import CONTACT_TABLE, write_contact_table, write_contact_template
from tabuah.console.contacts.contact_records import contact_context, contact_places, personal_numbers
from tabuah.console.table_files import read_content
from tabuah.operations.contacts.contact_import import ContactImportPlan, PlannedContact, plan_contact_import
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_text import contact_field_label, describe_contact_problem


@contact_group.command("import", help=N_("Add and change contacts from a CSV or XLSX file; all or nothing."))
@import_options
@click.pass_obj
def import_command(
    call: Invocation, *, file: Path, dry_run: bool, valid_only: bool, ignore_columns: bool
) -> ExitCode:
    content = read_content(file, CONTACT_TABLE, ignore_columns=ignore_columns)
    with call.open_store() as store:
        context = contact_context(store)
        plan = plan_contact_import(
            content.rows, context, known_personal=lambda contact: personal_numbers(store, contact)
        )
        writes = not dry_run and (valid_only or not plan.refused)
        if writes:
            store.save_all(plan.drafts(new_id=lambda: new_uuid(store.now()), new_salt=new_salt))
    return show_import(
        call,
        _record(plan, written=writes),
        lambda: _print_plan(plan, dry_run=dry_run, written=writes),
        ignored=content.ignored,
        refused=bool(plan.refused) and not valid_only,
    )


@contact_group.command("export", help=N_("Write the contacts to a CSV or XLSX file that can be imported again."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired contacts."))
@click.option("--personal", "with_personal", is_flag=True, help=N_("Include the personal numbers that you may read."))
@click.pass_obj
def export_command(call: Invocation, *, file: Path, with_retired: bool, with_personal: bool) -> None:
    with call.open_store() as store:
        places = contact_places(store)
        contacts = [each for each in store.contacts() if with_retired or each.retired is None]
        found = [(each, personal_numbers(store, each) if with_personal else None) for each in contacts]
    write_file(file, lambda: write_contact_table(file, found, places, with_personal=with_personal))
    n = len(found)
    text = ngettext("{n} contact is written to {file}.", "{n} contacts are written to {file}.", n)
    call.show({"file": str(file), "contacts": n}, lambda: print_text(text.format(n=n, file=file)))
    if with_personal and any(personal for _contact, personal in found):
        print_error(_("The file contains personal numbers. Store it safely, and delete it after use."))


@contact_group.command("template", help=N_("Write an empty CSV or XLSX file for import, with the columns explained."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.pass_obj
def template_command(call: Invocation, *, file: Path) -> None:
    write_file(file, lambda: write_contact_template(file))
    text = _("Template: {file}. Fill it in, then: tabuah contact import {file} --dry-run").format(file=file)
    call.show({"file": str(file)}, lambda: print_text(text))


def _record(plan: ContactImportPlan, *, written: bool) -> dict[str, Any]:
    return {**count_states(plan.count), "written": written, "rows": [_row_record(row) for row in plan.rows]}


def _row_record(row: PlannedContact) -> dict[str, Any]:
    problems = [
        {"field": each.field, "code": each.code, "text": describe_contact_problem(each)} for each in row.problems
    ]
    return {"line": row.line, "name": row.contact.name, "state": row.state, "problems": problems}


def _print_plan(plan: ContactImportPlan, *, dry_run: bool, written: bool) -> None:
    rows = [
        [str(row.line), row.contact.name, contact_field_label(each.field), describe_contact_problem(each)]
        for row in plan.refused
        for each in row.problems
    ]
    headers = [_("Row"), _("Name"), _("Field"), _("Reason")]
    print_import(count_states(plan.count), headers, rows, dry_run=dry_run, written=written)
