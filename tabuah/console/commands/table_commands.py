"""Shared parts of the commands that import and export tables: files, counts of a plan, refusals by line."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from tabuah.console.commands.invocation import print_table, print_text
from tabuah.operations.import_table import RowState
from tabuah.resources.localisation import N_, _

READABLE_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
WRITABLE_FILE: Final = click.Path(path_type=Path, dir_okay=False)
ignore_columns_option = click.option(
    "--ignore-columns", is_flag=True, help=N_("Leave out unknown columns; their values are lost.")
)


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
        print_table(headers, refusals)
    text = _("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused.")
    print_text(text.format(**counts))
    if dry_run:
        print_text(_("Dry run: nothing was saved."))
    elif not written:
        print_text(_("Nothing was saved. Correct the lines, or import the others with --valid-only."))


def print_ignored(headings: Sequence[str]) -> None:
    """Name the unknown columns of a file, which were ignored."""
    if headings:
        print_text(_("Ignored columns: {columns}.").format(columns=", ".join(headings)))


def count_states(count: Callable[[RowState], int]) -> dict[str, int]:
    """Return how many rows are in each state."""
    return {state.value: count(state) for state in RowState}
