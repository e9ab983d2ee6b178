"""Requests for help of crews: roles, fold, acknowledgement by one person, end, worlds and versions."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.units.drafts import (
    acknowledge_help,
    end_help,
    register_unit,
    request_help,
    retire_unit,
)
from tabuah.operations.units.entry_bodies import CrewPosition
from tabuah.operations.units.fold import HELP_KEPT
from tabuah.operations.units.help_requests import open_help, units_in_need
from tabuah.operations.units.missions import incident_of_unit_entry
from tabuah.operations.units.unit import Unit

SUBJECT = "unit/TRC-1"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    author = room.author("ani", Role.OPERATOR)
    room.write(author, register_unit(unit_card()))
    return author


def unit_now(room: JudgedJournal) -> Unit:
    value = room.states[SUBJECT].value
    assert isinstance(value, Unit)
    return value


def write_all(room: JudgedJournal, author: Author, drafts: tuple[Draft, ...]) -> list[str]:
    return [room.write(author, draft).reason for draft in drafts]


def test_request_is_open_until_it_is_ended(room: JudgedJournal, ani: Author):
    position = CrewPosition(lon_deg=100.7, lat_deg=-0.9)
    draft = request_help(unit_now(room), incident=FIRST, note="tertimbun", position=position)
    assert room.write(ani, draft).verdict is Verdict.ACCEPTED
    (request,) = unit_now(room).help
    assert (request.by, request.note, request.incident, request.acknowledged_at) == ("ani", "tertimbun", FIRST, None)
    assert unit_now(room).places[-1].lon_deg == 100.7
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert write_all(room, ani, end_help(unit_now(room), reason="sudah aman")) == [""]
    assert unit_now(room).help == ()
    assert incident_of_unit_entry(room.judged[SUBJECT][-1][0]) == FIRST


def test_first_acknowledgement_names_its_person(room: JudgedJournal, ani: Author):
    room.write(ani, request_help(unit_now(room)))
    seen = unit_now(room)
    rina = room.author("rina", Role.SUPERVISOR)
    assert write_all(room, rina, acknowledge_help(seen)) == [""]
    assert write_all(room, ani, acknowledge_help(seen)) == [""]  # of a console that had not seen it
    (request,) = unit_now(room).help
    assert request.acknowledged_by == "rina"
    with pytest.raises(NotPossible, match="help_acknowledged"):
        acknowledge_help(unit_now(room))


def test_second_request_needs_its_own_acknowledgement(room: JudgedJournal, ani: Author):
    room.write(ani, request_help(unit_now(room)))
    write_all(room, ani, acknowledge_help(unit_now(room)))
    room.write(ani, request_help(unit_now(room), note="air masuk"))
    shown = open_help(unit_now(room))
    assert shown is not None
    assert (shown.note, shown.acknowledged_at) == ("air masuk", None)


def test_open_requests_are_bounded_and_the_newest_stay(room: JudgedJournal, ani: Author):
    for number in range(HELP_KEPT + 3):
        room.write(ani, request_help(unit_now(room), note=str(number)), at=MORNING + timedelta(minutes=number))
    assert [each.note for each in unit_now(room).help] == [str(n) for n in range(3, HELP_KEPT + 3)]


def test_units_in_need_are_sorted_unacknowledged_first(room: JudgedJournal, ani: Author):
    room.write(ani, request_help(unit_now(room)))
    write_all(room, ani, acknowledge_help(unit_now(room)))
    taken = unit_now(room)
    room.write(ani, request_help(unit_now(room)))
    waiting = msgspec.structs.replace(unit_now(room), id="TRC-2", help=unit_now(room).help[-1:])
    retired = msgspec.structs.replace(waiting, id="TRC-3", retired=True)
    assert [unit.id for unit, _request in units_in_need((taken, waiting, retired))] == ["TRC-2", "TRC-1"]


@pytest.mark.parametrize(
    ("role", "may_ask", "may_take"),
    [
        (Role.SUPERVISOR, True, True),
        (Role.FIELD, True, False),
        (Role.VIEWER, False, False),
        (Role.GATEWAY, False, False),
        (Role.ADMIN, False, False),
    ],
)
def test_only_the_control_room_acknowledges_and_ends(
    room: JudgedJournal, ani: Author, role: Role, may_ask: bool, may_take: bool
):
    room.write(ani, request_help(unit_now(room)))
    person = room.author("tamu", role)
    ended, taken = end_help(unit_now(room), reason="aman"), acknowledge_help(unit_now(room))
    refused = {True: [""], False: ["role_forbids"]}
    assert write_all(room, person, taken) == refused[may_take]
    assert write_all(room, person, ended) == refused[may_take]
    assert write_all(room, person, (request_help(unit_now(room)),)) == refused[may_ask]


def test_field_office_asks_for_help_of_own_units_only(room: JudgedJournal, ani: Author):
    assert ani
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    assert room.write(budi, request_help(unit_now(room))).reason == "unit_of_another_opd"


def test_older_rules_know_no_requests_for_help() -> None:
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani", Role.OPERATOR)
    room.write(ani, register_unit(unit_card()))
    assert room.write(ani, request_help(unit_now(room))).reason == "unknown_kind"


def test_request_of_an_exercise_stays_in_it(room: JudgedJournal, ani: Author):
    draft = msgspec.structs.replace(request_help(unit_now(room), incident=FIRST), exercise=True)
    assert room.write(ani, draft).reason == "exercise_differs"


def test_unit_that_asks_for_help_is_not_retired(room: JudgedJournal, ani: Author):
    room.write(ani, request_help(unit_now(room)))
    with pytest.raises(NotPossible, match="unit_needs_help"):
        retire_unit(unit_now(room), reason="bubar")


def test_help_drafts_are_refused_without_request_or_reason(room: JudgedJournal, ani: Author):
    for make in (acknowledge_help, lambda unit: end_help(unit, reason="aman")):
        with pytest.raises(NotPossible, match="no_help_request"):
            make(unit_now(room))
    room.write(ani, request_help(unit_now(room)))
    with pytest.raises(NotPossible, match="no_help_reason"):
        end_help(unit_now(room), reason=" \n")
