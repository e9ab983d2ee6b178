"""Requests for help of crews: the open ones, unacknowledged ones first."""

from collections.abc import Iterable

from tabuah.operations.units.unit import HelpRequest, Unit


def open_help(unit: Unit) -> HelpRequest | None:
    """Return the request that a crew is shown with: the oldest unacknowledged one, else the newest; None without."""
    waiting = (each for each in unit.help if each.acknowledged_at is None)
    return next(waiting, unit.help[-1] if unit.help else None)


def unanswered_help(unit: Unit, entry: str) -> HelpRequest | None:
    """Return the request that an entry opened; None once it is acknowledged or ended."""
    return next((each for each in unit.help if each.entry == entry and each.acknowledged_at is None), None)


def units_in_need(units: Iterable[Unit]) -> tuple[tuple[Unit, HelpRequest], ...]:
    """Return the units in service that ask for help, unacknowledged ones first, then the oldest."""
    found = [(unit, request) for unit in units if not unit.retired and (request := open_help(unit)) is not None]
    return tuple(sorted(found, key=lambda each: (each[1].acknowledged_at is not None, each[1].at, each[0].id)))
