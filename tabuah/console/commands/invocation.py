"""One run of a command: where its data is, how it prints, and the console's store opened on demand."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tabuah.console.commands.output import print_error, print_json, print_table, say
from tabuah.resources.catalogue import LANGUAGES, N_, _

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore

DATA_VARIABLE: Final = "TABUAH_DATA"
LANGUAGE_VARIABLE: Final = "TABUAH_LANGUAGE"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What every command gets: the data directory, and whether it prints JSON."""

    data: Path
    as_json: bool

    @contextmanager
    def open_store(self) -> "Iterator[ConsoleStore]":
        """The console's store, closed at the end.

        Raises:
            CacheError: it cannot be opened; the message says what to do.
        """
        from tabuah.storage.cache.errors import ReadOnlyForNow
        from tabuah.storage.cache.store import ConsoleStore

        store = ConsoleStore(self.data)
        if store.is_read_only:
            print_error(str(ReadOnlyForNow()))
        try:
            yield store
        finally:
            store.close()

    def show(self, value: object, tell: Callable[[], None]) -> None:
        """Print `value` as JSON where that was asked for, else let `tell` print it for people."""
        if self.as_json:
            print_json(value)
        else:
            tell()

    def show_table(self, value: object, headers: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
        """Print `value` as JSON where that was asked for, else as a table, or the sentence `empty`."""
        self.show(value, lambda: print_table(headers, rows) if rows else say(empty))


class Folder(click.Path):
    """A folder that need not exist; an empty text, as an unset variable gives, is none and never the current one."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the path."""
        if not str(value).strip():
            raise click.UsageError(_("{name}: the name of the folder is empty").format(name="--data"), ctx)
        return super().convert(value, param, ctx)


def shared_options() -> list[click.Parameter]:
    """The options that stand at the end of every command."""
    return [
        click.Option(
            ["--data", "data_directory"],
            type=Folder(),
            metavar="DIR",
            help=N_("Where this console keeps its data; else TABUAH_DATA."),
        ),
        click.Option(["--json", "as_json"], is_flag=True, help=N_("Print JSON.")),
        click.Option(["--language"], type=click.Choice(LANGUAGES), help=N_("Speak this language.")),
    ]


def invocation_of(ctx: click.Context) -> Invocation:
    """Take the shared options out of the parsed parameters; the function never sees them."""
    data = ctx.params.pop("data_directory", None)
    as_json = bool(ctx.params.pop("as_json", False))
    ctx.params.pop("language", None)
    return Invocation(data=data or default_directory(os.environ), as_json=as_json)


def default_directory(environment: Mapping[str, str]) -> Path:
    """Where a console keeps its data when nobody says: `TABUAH_DATA`, else the user's data folder."""
    named = environment.get(DATA_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("tabuah", appauthor=False))


def language_wanted(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language named by `--language` anywhere on the line, else by `TABUAH_LANGUAGE`; empty when neither is."""
    wanted: Any = environment.get(LANGUAGE_VARIABLE, "")
    for position, argument in enumerate(arguments):
        if argument == "--language" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--language="):
            wanted = argument.partition("=")[2]
    return wanted if wanted in LANGUAGES else ""
