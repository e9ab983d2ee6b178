"""One run of a command: its data directory, its output as JSON or text, and the store opened on demand."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import click
import msgspec

from tabuah.console.commands.exit_codes import ExitCode, exit_code_of
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import LANGUAGES, N_, _
from tabuah.resources.regency import KEPT_FILE, use_kept_profile
from tabuah.resources.regency_profile import InvalidProfile
from tabuah.text.faulty_items import cannot_be_displayed

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore


MAX_COLUMN_WIDTH: Final = 64  # characters of a column; `show` and JSON have the full text
_LEAST_WIDTH: Final = 20  # of a last column that is wrapped
# Text may come from anyone. In a terminal these characters could colour, overwrite or reverse the output.
_TERMINAL_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_text(text: str) -> None:
    """Print text for people, without control characters."""
    click.echo(_replace_terminal_controls(text))


def print_json(value: object) -> None:
    """Print a value as JSON; times are UTC in RFC 3339."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(_TERMINAL_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, terminal_width: int | None = None) -> None:
    """Print rows under headers; columns are up to `MAX_COLUMN_WIDTH` wide, the last one is wrapped in a terminal.

    Args:
        headers: the headers.
        rows: the rows.
        terminal_width: characters in a line; 0 for output without lines of a width, None for that of the output.
    """
    if terminal_width is None:
        terminal_width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    cells = [[*map(_shorten, row[:-1]), " ".join(row[-1].split())] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=False)]
    indent = sum(widths[:-1]) + 2 * len(widths[:-1])
    for row in (list(headers), *cells):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False))
        for number, part in enumerate(_wrap(row[-1], terminal_width - indent)):
            print_text(("  ".join(filter(None, (line, part))) if number == 0 else " " * indent + part).rstrip())


def _wrap(text: str, width: int) -> list[str]:
    """Return a last cell in lines of a width, or whole if there is none or it is too narrow."""
    return textwrap.wrap(text, width) if _LEAST_WIDTH <= width < len(text) else [text]


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair per line, without pairs that have no value."""
    shown = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _value in shown), default=0)
    for name, value in shown:
        first, *further = value.splitlines() or [value]
        print_text("\n".join((f"{name.ljust(width)}  {first}", *(f"{' ' * width}  {line}" for line in further))))


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


DATA_VARIABLE: Final = "TABUAH_DATA"
LANGUAGE_VARIABLE: Final = "TABUAH_LANGUAGE"


ItemT = TypeVar("ItemT")


class ItemTable(msgspec.Struct, Generic[ItemT], frozen=True, kw_only=True):
    """How a command lists items.

    Attributes:
        kind: the kind of the items, for the log.
        headers: the headers of the columns.
        name: returns the name of an item, which is in the first column.
        record: returns the JSON of an item.
        cells: returns the cells of an item.
    """

    kind: str
    headers: Sequence[str]
    name: Callable[[ItemT], str]
    record: Callable[[ItemT], object]
    cells: Callable[[ItemT], Sequence[str]]

    def faulty_record(self, item: ItemT) -> object:
        """Return the JSON of an item that cannot be displayed."""
        return {"id": self.name(item), "error": "cannot_be_displayed"}

    def faulty_cells(self, item: ItemT) -> Sequence[str]:
        """Return the row of an item that cannot be displayed."""
        return [self.name(item), cannot_be_displayed(), *[""] * (len(self.headers) - 2)]


class Invocation(msgspec.Struct, frozen=True):
    """Context of a command: the data directory, and whether it prints JSON."""

    data: Path
    as_json: bool

    @contextmanager
    def open_store(self) -> "Iterator[ConsoleStore]":
        """Open the console's store and close it at the end.

        Raises:
            CacheError: it cannot be opened; the message gives the next step.
        """
        from tabuah.storage.cache.errors import ReadOnlyCache
        from tabuah.storage.cache.store import ConsoleStore

        store = ConsoleStore(self.data)
        if store.is_read_only:
            print_error(str(ReadOnlyCache()))
        try:
            yield store
        except Exception as error:
            _raise_damage(store, error)
            raise
        finally:
            store.close()

    def show(self, value: object, print_for_people: Callable[[], None]) -> None:
        """Print `value` as JSON if requested, else call `print_for_people`."""
        if self.as_json:
            print_json(value)
        else:
            print_for_people()

    def show_table(self, value: object, headers: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
        """Print `value` as JSON if requested, else as a table, or the sentence `empty`."""
        self.show(value, lambda: print_table(headers, rows) if rows else print_text(empty))

    def show_items(self, items: Sequence[ItemT], table: ItemTable[ItemT], *, empty: str) -> None:
        """Print items as JSON or as a table; an item that cannot be displayed has a row that says so."""
        if self.as_json:
            print_json(handle_each(table.kind, items, table.record, name=table.name, instead=table.faulty_record))
            return
        rows = handle_each(table.kind, items, table.cells, name=table.name, instead=table.faulty_cells)
        self.show_table([], table.headers, rows, empty=empty)


def _raise_damage(store: "ConsoleStore", error: Exception) -> None:
    """Raise DamagedCache where an unexpected error has its cause in a damaged value.

    Raises:
        DamagedCache: a stored value cannot be decoded.
    """
    from tabuah.storage.cache.errors import DamagedCache
    from tabuah.storage.journal.errors import JournalError

    if isinstance(error, JournalError) or exit_code_of(error) is ExitCode.BUG:
        damage = store.checks.find_unreadable()
        if damage:
            raise DamagedCache(store.path, damage) from error


class DataDirectory(click.Path):
    """A data directory that need not exist.

    An empty text, as from an unset variable, is an error and never means the current folder.
    """

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            raise click.UsageError(_("{name}: the name of the folder is empty").format(name="--data"), ctx)
        return super().convert(value, param, ctx)


def shared_options() -> list[click.Parameter]:
    """Return the options that every command has at its end."""
    return [
        click.Option(
            ["--data", "data_directory"],
            type=DataDirectory(),
            metavar="DIR",
            help=N_("Data directory of this console; default: TABUAH_DATA."),
        ),
        click.Option(["--json", "as_json"], is_flag=True, help=N_("Print JSON.")),
        click.Option(["--language"], type=click.Choice(LANGUAGES), help=N_("Language of the output.")),
    ]


def take_invocation(ctx: click.Context) -> Invocation:
    """Take the shared options out of the parsed parameters, so that the function does not get them."""
    data = ctx.params.pop("data_directory", None)
    as_json = bool(ctx.params.pop("as_json", False))
    ctx.params.pop("language", None)
    return Invocation(data=data or default_directory(os.environ), as_json=as_json)


def default_directory(environment: Mapping[str, str]) -> Path:
    """Return the default data directory: `TABUAH_DATA`, else the user's data folder."""
    named = environment.get(DATA_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("tabuah", appauthor=False))


def requested_directory(arguments: Sequence[str], environment: Mapping[str, str]) -> Path:
    """Return the directory of `--data` on the line, else the default one."""
    named = _value_of("--data", arguments)
    return Path(named) if named else default_directory(environment)


def use_profile_of(directory: Path) -> None:
    """Use the profile of the regency that a data directory keeps.

    Raises:
        click.UsageError: the file is damaged.
    """
    try:
        use_kept_profile(directory)
    except (InvalidProfile, OSError) as error:
        message = _("{path} is damaged ({error}). Delete it: the next log-in fetches it again. All work is safe.")
        from tabuah.text.file_errors import describe_file_error

        raise click.UsageError(
            message.format(path=directory / KEPT_FILE, error=describe_file_error(error))
        ) from error


def _value_of(option: str, arguments: Sequence[str]) -> str:
    """Return the last value of an option, as click reads it; empty if it is not there."""
    value = ""
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == option and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif argument.startswith(f"{option}="):
            value = argument.partition("=")[2]
    return value


def requested_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language of `--language` anywhere on the line, else of `TABUAH_LANGUAGE`, else an empty text."""
    wanted: Any = environment.get(LANGUAGE_VARIABLE, "")
    for position, argument in enumerate(arguments):
        if argument == "--language" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--language="):
            wanted = argument.partition("=")[2]
    return wanted if wanted in LANGUAGES else ""
