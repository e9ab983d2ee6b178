"""Links from a list of one world to the same list in others."""

from collections.abc import Callable

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, WorkElsewhere
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.text.exercises.exercise_text import world_label
from tabuah.text.sync.held_and_rejected import describe_more_elsewhere, describe_work_elsewhere
from tabuah.widgets.exercises.elsewhere_button import WorldLink


def world_links(snapshot: ConsoleSnapshot, count_of: Callable[[WorkElsewhere], int]) -> tuple[WorldLink, ...]:
    """Return the other worlds in which `count_of` finds items."""
    found = ((work, count_of(work)) for work in snapshot.elsewhere)
    return tuple(
        WorldLink(key=work.key, text=describe_more_elsewhere(n, world_label(work.world, snapshot.exercises)), count=n)
        for work, n in found
        if n
    )


def scope_of_link(snapshot: ConsoleSnapshot, key: str) -> ExerciseScope | None:
    """Return the world of a link; None if it has no more items."""
    return next((work.scope for work in snapshot.elsewhere if work.key == key), None)


def describe_elsewhere(snapshot: ConsoleSnapshot) -> tuple[str, ...]:
    """Return one line for each other world with work that needs a person."""
    return tuple(
        describe_work_elsewhere(
            world_label(work.world, snapshot.exercises),
            conflicts=work.conflicts,
            held=work.held,
            rejected=work.rejected,
        )
        for work in snapshot.elsewhere
    )
