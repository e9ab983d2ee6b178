"""What commands print: JSON for programs, tables and sentences for people, errors on the error stream."""

import sys
from collections.abc import Sequence
from typing import Final

import click
import msgspec

WIDEST: Final = 48  # characters of one column; the rest of a long text is in `show` and in the JSON


def print_json(value: object) -> None:
    """Print a value as JSON; times are UTC in RFC 3339."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers, each column as wide as its widest cell up to `WIDEST`; the last one runs on."""
    cells = [[*map(_shorten, row[:-1]), " ".join(row[-1].split())] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in cells)) for i, header in enumerate(headers)]
    for row in (list(headers), *cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair a line; a pair without a value is left out."""
    shown = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _value in shown), default=0)
    for name, value in shown:
        click.echo(f"{name.ljust(width)}  {value}")


def print_error(message: str) -> None:
    """Tell what went wrong on the error stream."""
    click.echo(message, err=True)


def speak_utf8() -> None:
    """Write UTF-8 whatever the terminal's code page is; a character that cannot be written never ends a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _shorten(cell: str) -> str:
    line = " ".join(cell.split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
