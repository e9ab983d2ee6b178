"""Shared parts of the commands that import and export tables: files, counts of a plan, refusals by line."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_json, print_table, print_text
from tabuah.operations.import_table import RowState
from tabuah.resources.localisation import N_, _, ngettext

MAX_PROBLEMS_PRINTED: Final = 200  # the counts are of all
READABLE_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
WRITABLE_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_IMPORT_OPTIONS: Final = (
    click.argument("file", type=READABLE_FILE, metavar="FILE"),
    click.option("--dry-run", is_flag=True, help=N_("Only show what would happen.")),
    click.option("--ignore-columns", is_flag=True, help=N_("Leave out unknown columns; their values are lost.")),
    click.option("--valid-only", is_flag=True, help=N_("Import the valid lines, and leave out the refused ones.")),
)


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the file and the options of an import to a command."""
    for option in reversed(_IMPORT_OPTIONS):
        command = option(command)
    return command


def show_import(
    call: Invocation, record: dict[str, Any], print_plan: Callable[[], None], *, ignored: Sequence[str], refused: bool
) -> ExitCode:
    """Show the result of an import, and return its exit code; `refused` says whether refused lines end it."""
    if call.as_json:
        print_json({**record, "ignored_columns": ignored})
    else:
        print_ignored(ignored)
        print_plan()
    return ExitCode.BAD_INPUT if refused else ExitCode.DONE


def write_file(file: Path, write: Callable[[], None]) -> None:
    """Write a file.

    Raises:
        click.UsageError: it cannot be written.
    """
    try:
        write()
    except OSError as error:
        raise click.UsageError(_("{file} cannot be written: {reason}").format(file=file, reason=error)) from error


def print_import(
    counts: dict[str, int], headers: Sequence[str], refusals: Sequence[Sequence[str]], *, dry_run: bool, written: bool
) -> None:
    """Print the refused rows of an import, how many rows are in each state, and whether anything was saved."""
    if refusals:
        print_table(headers, refusals[:MAX_PROBLEMS_PRINTED])
        print_more(len(refusals) - MAX_PROBLEMS_PRINTED)
    text = _("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused.")
    print_text(text.format(**counts))
    if dry_run:
        print_text(_("Dry run: nothing was saved."))
    elif not written:
        print_text(_("Nothing was saved. Correct the lines, or import the others with --valid-only."))


def print_more(n: int) -> None:
    """Say how many problems are not shown, if any."""
    if n > 0:
        print_text(ngettext("{n} more problem is not shown.", "{n} more problems are not shown.", n).format(n=n))


def print_ignored(headings: Sequence[str]) -> None:
    """Name the unknown columns of a file, which were ignored."""
    if headings:
        print_text(_("Ignored columns: {columns}.").format(columns=", ".join(headings)))


def count_states(count: Callable[[RowState], int]) -> dict[str, int]:
    """Return how many rows are in each state."""
    return {state.value: count(state) for state in RowState}
