"""`tabuah shift handover`, `confirm` and `export`: serah terima piket."""

import sys
from pathlib import Path

import click

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.shifts.shifts import (
    find_shift_by_key,
    handover_record,
    print_facts_of,
    print_handover,
    shift_group,
    shift_record,
)
from tabuah.console.shifts.handover_sources import read_handover_sources, running_shift
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift, last_completed_handover, open_shift
from tabuah.operations.shifts.entry_bodies import HandoverSide
from tabuah.operations.shifts.handover_summary import summarise_handover
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_fields, exercises_by_id
from tabuah.text.shifts.shift_text import shift_state, shift_title, short_hash, stale_facts_warning


@shift_group.command("handover", help=N_("Prepare the handover of the running shift from the data of this console."))
@click.option("--note", default="", metavar="TEXT", help=N_("Note to the next shift."))
@click.option("--preview", is_flag=True, help=N_("Only show the facts; save nothing."))
@click.option("--withdraw", is_flag=True, help=N_("Take back the prepared handover."))
@exercise_option
@click.pass_obj
def handover_command(call: Invocation, *, note: str, preview: bool, withdraw: bool, worlds: ChosenWorlds) -> None:
    if preview and withdraw:
        raise click.UsageError(_("Use either --preview or --withdraw."))
    with call.open_store() as store:
        shift, now = running_shift(store, worlds.scope(store)), store.now()
        if withdraw:
            store.save(drafts.withdraw_handover(shift))
            call.show({"id": shift.id, "handover": None}, lambda: print_text(_("The handover is withdrawn.")))
            return
        facts = summarise_handover(read_handover_sources(store, shift), shift, now)
        if warning := stale_facts_warning(facts, now):
            print_error(warning)
        if preview:
            call.show({"id": shift.id, "as_of": now, "facts": facts}, lambda: print_facts_of(facts, now))
            return
        store.save(drafts.prepare_handover(shift, facts, as_of=now, note=note))
        users, handover = store.authority().users, _reread(store, shift).handover
    assert handover is not None
    call.show({"id": shift.id, "handover": handover_record(handover)}, lambda: print_handover(handover, users))


@shift_group.command("confirm", help=N_("Confirm the handover under your own log-in, by the hash that is shown."))
@click.argument("content_hash", metavar="HASH")
@click.option(
    "--side",
    type=click.Choice([side.value for side in HandoverSide]),
    help=N_("Default: outgoing for the people of the shift, incoming for others."),
)
@exercise_option
@click.pass_obj
def confirm_command(call: Invocation, *, content_hash: str, side: str | None, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        shift = running_shift(store, worlds.scope(store))
        handover = shift.handover
        if handover is None:
            raise NotPossible("no_handover")
        given = content_hash.replace(" ", "").lower()
        if len(given) < 8 or not handover.content_hash.startswith(given):
            raise NotPossible("another_hash", hash=short_hash(handover.content_hash))
        usual = HandoverSide.OUTGOING if store.actor in shift.people else HandoverSide.INCOMING
        store.save(drafts.confirm_handover(shift, HandoverSide(side) if side else usual))
        changed, exercises = _reread(store, shift), exercises_by_id(store.exercises())
    call.show(shift_record(changed, exercises), lambda: print_text(f"{shift_title(changed)}: {shift_state(changed)}"))


@shift_group.command(
    "export", help=N_("Write the record of a handover as PDF or short text (.txt); default: the running or last one.")
)
@click.argument("shift", default="", metavar="[SHIFT]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=True,
    metavar="FILE", help=N_("The file to write; - writes to the standard output."),
)  # fmt: skip
@exercise_option
@click.pass_obj
def export_command(call: Invocation, *, shift: str, output: Path, worlds: ChosenWorlds) -> None:
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.handover_export import export_handover

    if output.suffix.lower() not in (".pdf", ".txt") and str(output) != "-":
        raise click.UsageError(_("{name} must end in .pdf or .txt").format(name=output.name))
    with call.open_store() as store:
        found = _exported_shift(store, shift, worlds.scope(store))
        issued = export_handover(store, found, as_text=output.suffix.lower() != ".pdf")
        fields = exercise_fields(found, exercises_by_id(store.exercises()))
    if str(output) == "-":
        sys.stdout.buffer.write(issued.content)
        sys.stdout.buffer.flush()
        return
    write_file(output, issued.content)
    text = _("Report {number} saved to {file}.").format(number=issued.number, file=output)
    record = {
        "file": str(output.absolute()),
        "number": issued.number,
        "as_of": issued.as_of,
        "shift": found.id,
        **fields,
    }
    call.show(record, lambda: print_text(f"{shift_title(found)}: {shift_state(found)}\n{text}"))


def _exported_shift(store: ConsoleStore, text: str, scope: ExerciseScope) -> DutyShift:
    """Return the shift with an id; without one the running shift, else the last completed handover.

    A running shift whose handover is not prepared has no record yet.
    """
    if text:
        return find_shift_by_key(store, text, scope)
    shifts = scope.select(store.shifts())
    running = open_shift(shifts, store.now())
    if running is not None and running.handover is not None:
        return running
    return last_completed_handover(shifts) or running_shift(store, scope)


def _reread(store: ConsoleStore, shift: DutyShift) -> DutyShift:
    return next(each for each in store.shifts() if each.id == shift.id)
