"""Missions of units from their histories."""

from datetime import datetime, timedelta

from support.judged_journal import MORNING, JudgedJournal
from support.unit_samples import unit_card

from tabuah.operations.entries import Verdict
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import move_unit, register_unit
from tabuah.operations.units.missions import missions_of
from tabuah.operations.units.unit import Unit, UnitState


def moved(*steps: tuple[UnitState, str, int]) -> JudgedJournal:
    """Return a journal in which a unit was moved: state, incident, minutes after the morning."""
    room = JudgedJournal()
    ani = room.author("ani", Role.OPERATOR)
    room.write(ani, register_unit(unit_card()))
    for to, incident, minutes in steps:
        unit = room.states["unit/TRC-1"].value
        assert isinstance(unit, Unit)
        room.write(ani, move_unit(unit, to, incident=incident), at=at(minutes))
    return room


def at(minutes: int) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def test_missions_are_listed_for_each_incident_with_start_and_end() -> None:
    room = moved(
        (UnitState.ASSIGNED, "a", 10),
        (UnitState.ON_SCENE, "a", 25),
        (UnitState.AVAILABLE, "a", 70),
        (UnitState.ASSIGNED, "b", 80),
    )
    first, second = missions_of("TRC-1", room.judged["unit/TRC-1"])
    assert (first.incident, first.started_at, first.ended_at) == ("a", at(10), at(70))
    assert (second.incident, second.started_at, second.ended_at) == ("b", at(80), None)


def test_rejected_and_unreadable_moves_are_left_out() -> None:
    room = moved((UnitState.ASSIGNED, "a", 10))
    ((entry, _verdict),) = room.judged["unit/TRC-1"][1:]
    assert missions_of("TRC-1", [(entry, Verdict.REJECTED)]) == ()
    assert missions_of("TRC-1", [(entry, Verdict.HELD)]) == ()
    assert len(missions_of("TRC-1", [(entry, None)])) == 1  # pending
