"""Units by the call sign or name that an assignment gives."""

from collections.abc import Iterable

from tabuah.operations.exercises.scope import SubjectWorld, plain_code
from tabuah.operations.units.unit import Unit


def find_called(units: Iterable[Unit], text: str, world: SubjectWorld) -> Unit | None:
    """Return the unit of a world with this call sign, name or former name, in any case; None if there is none.

    Units in service come first. The result does not depend on the order of the units.
    """
    wanted = _plain(text)
    found = [
        (unit.retired, rank, unit.id, unit)
        for unit in units
        if (unit.exercise, unit.exercise_id) == world and (rank := _rank(unit, wanted)) is not None
    ]
    return min(found, key=lambda each: each[:3])[3] if found else None


def opds_of(unit: Unit) -> tuple[str, ...]:
    """Return the OPD of a unit, then its former ones."""
    return unit.opd, *(former.opd for former in unit.former)


def _rank(unit: Unit, wanted: str) -> int | None:
    """Return how well a unit fits a text, 0 for its call sign; None if it does not."""
    if _plain(plain_code(unit.id)) == wanted:
        return 0
    if _plain(unit.name) == wanted:
        return 1
    return 2 if any(_plain(former.name) == wanted for former in unit.former) else None


def _plain(text: str) -> str:
    return text.strip().casefold()
