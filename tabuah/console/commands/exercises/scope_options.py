"""The options `--exercise NAME` and `--with-exercises`, shared by all commands that list, show, print or write."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from tabuah.console.commands.invocation import print_error
from tabuah.resources.localisation import N_, ngettext

if TYPE_CHECKING:
    from tabuah.operations.exercises.scope import ExerciseScope
    from tabuah.storage.cache.store import ConsoleStore

T = TypeVar("T")


class ChosenWorlds(msgspec.Struct, frozen=True):
    """The worlds that the options name; `needs_data` refuses an exercise whose data were wiped."""

    exercise: str | None = None
    with_exercises: bool = False
    needs_data: bool = False

    @property
    def is_given(self) -> bool:
        """Return whether an option was given."""
        return self.exercise is not None or self.with_exercises

    def scope(self, store: "ConsoleStore") -> "ExerciseScope":
        """Return the scope; without options the real world. A wipe of the exercise is printed to the error stream.

        Raises:
            NotPossible: both options are given, or there is no exercise with this name.
            click.UsageError: the data of the exercise were wiped, and the command needs them.
        """
        if self.needs_data:
            self.check_not_wiped(store)
        elif wiped := self.describe_wipe(store):
            print_error(wiped)
        return self.parse(store)

    def parse(self, store: "ConsoleStore") -> "ExerciseScope":
        """Return the scope, also of a wiped exercise; raises `NotPossible` like `scope`."""
        from tabuah.operations.exercises.scope import parse_scope

        return parse_scope(self.exercise, with_exercises=self.with_exercises, known=store.exercises())

    def describe_wipe(self, store: "ConsoleStore") -> str:
        """Return a message with the time if the data of the named exercise were wiped; otherwise an empty text."""
        scope = self.parse(store)
        wiped = next((each for each in store.exercises() if each.id == scope.exercise_id), None)
        # Until the wipe is synced, the data are still here.
        if wiped is None or wiped.wiped_at is None or scope.select(store.rows()):
            return ""
        from tabuah.text.exercises.exercise_text import describe_wipe

        return describe_wipe(wiped.name, wiped.wiped_at)

    def check_not_wiped(self, store: "ConsoleStore") -> None:
        """Check that the data of the named exercise were not wiped.

        Raises:
            click.UsageError: they were wiped.
        """
        if wiped := self.describe_wipe(store):
            raise click.UsageError(wiped)


def print_elsewhere(n: int) -> None:
    """Print the number of items in other worlds to the error stream."""
    if n:
        print_error(ngettext("{n} more in other worlds.", "{n} more in other worlds.", n).format(n=n))


def scope_options(function: Callable[..., T]) -> Callable[..., T]:
    """Add both options; the function receives `worlds`, the `ChosenWorlds`."""

    @click.option("--exercise", metavar="NAME", help=N_("Only the exercise with this name; default: the real world."))
    @click.option("--with-exercises", is_flag=True, help=N_("The real world and all exercises, marked."))
    @functools.wraps(function)
    def with_worlds(*args: Any, exercise: str | None, with_exercises: bool, **options: Any) -> T:
        return function(*args, worlds=ChosenWorlds(exercise, with_exercises), **options)

    return with_worlds


def exercise_option(function: Callable[..., T]) -> Callable[..., T]:
    """Add `--exercise` alone, for commands about one thing; the function receives `worlds`."""

    @click.option("--exercise", metavar="NAME", help=N_("In the exercise with this name; default: the real world."))
    @functools.wraps(function)
    def with_worlds(*args: Any, exercise: str | None, **options: Any) -> T:
        return function(*args, worlds=ChosenWorlds(exercise, needs_data=True), **options)

    return with_worlds
