"""Output of commands: JSON for programs, tables and text for people, errors on the error stream."""

import re
import sys
from collections.abc import Sequence
from typing import Final

import click
import msgspec

MAX_COLUMN_WIDTH: Final = 48  # characters of a column; `show` and JSON have the full text
# Text may come from anyone. In a terminal these characters could colour, overwrite or reverse the output.
_TERMINAL_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_text(text: str) -> None:
    """Print text for people, without control characters."""
    click.echo(_replace_terminal_controls(text))


def print_json(value: object) -> None:
    """Print a value as JSON; times are UTC in RFC 3339."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(_TERMINAL_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers; columns are up to `MAX_COLUMN_WIDTH` wide, the last one is unlimited."""
    cells = [[*map(_shorten, row[:-1]), " ".join(row[-1].split())] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in cells)) for i, header in enumerate(headers)]
    for row in (list(headers), *cells):
        print_text("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair per line, without pairs that have no value."""
    shown = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _value in shown), default=0)
    for name, value in shown:
        print_text(f"{name.ljust(width)}  {value}")


def print_error(message: str) -> None:
    """Print a message to the error stream."""
    click.echo(_replace_terminal_controls(message), err=True)


def use_utf8_output() -> None:
    """Write UTF-8 regardless of the terminal's code page; unencodable characters never end a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _replace_terminal_controls(text: str) -> str:
    return _TERMINAL_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def _shorten(cell: str) -> str:
    line = _replace_terminal_controls(" ".join(cell.split()))
    return line if len(line) <= MAX_COLUMN_WIDTH else line[: MAX_COLUMN_WIDTH - 1] + "…"
