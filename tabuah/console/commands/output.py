"""What commands print: JSON for programs, tables and sentences for people, errors on the error stream."""

import re
import sys
from collections.abc import Sequence
from typing import Final

import click
import msgspec

WIDEST: Final = 48  # characters of one column; the rest of a long text is in `show` and in the JSON
# A title may come from anybody. In a terminal these would colour, overwrite or turn around what stands there.
_COMMANDS_OF_TERMINALS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(text: str) -> None:
    """Print text for people, without what a terminal would obey."""
    click.echo(_harmless(text))


def print_json(value: object) -> None:
    """Print a value as JSON; times are UTC in RFC 3339."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(_COMMANDS_OF_TERMINALS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers, each column as wide as its widest cell up to `WIDEST`; the last one runs on."""
    cells = [[*map(_shorten, row[:-1]), " ".join(row[-1].split())] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in cells)) for i, header in enumerate(headers)]
    for row in (list(headers), *cells):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair a line; a pair without a value is left out."""
    shown = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _value in shown), default=0)
    for name, value in shown:
        say(f"{name.ljust(width)}  {value}")


def print_error(message: str) -> None:
    """Tell what went wrong on the error stream."""
    click.echo(_harmless(message), err=True)


def speak_utf8() -> None:
    """Write UTF-8 whatever the terminal's code page is; a character that cannot be written never ends a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _harmless(text: str) -> str:
    return _COMMANDS_OF_TERMINALS.sub("\N{REPLACEMENT CHARACTER}", text)


def _shorten(cell: str) -> str:
    line = _harmless(" ".join(cell.split()))
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
