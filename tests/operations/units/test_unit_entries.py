"""Unit entries: roles, decisions, folds and late entries."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import MORNING, Author, JudgedJournal
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.fold import fold
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.units.conflict_policy import UNIT_POLICY
from tabuah.operations.units.drafts import (
    edit_unit,
    move_unit,
    place_unit,
    register_unit,
    retire_unit,
    unit_in_exercise,
)
from tabuah.operations.units.entry_bodies import UnitEdited
from tabuah.operations.units.fold import PLACES_KEPT
from tabuah.operations.units.unit import Unit, UnitState

SUBJECT = "unit/TRC-1"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


@pytest.fixture
def budi(room: JudgedJournal) -> Author:
    return room.author("budi", Role.FIELD)


@pytest.fixture
def unit(room: JudgedJournal, ani: Author) -> Unit:
    assert room.write(ani, register_unit(unit_card())).verdict is Verdict.ACCEPTED
    return unit_now(room)


def unit_now(room: JudgedJournal) -> Unit:
    value = room.states[SUBJECT].value
    assert isinstance(value, Unit)
    return value


def test_registered_unit_is_available_and_survives_encoding(room: JudgedJournal, unit: Unit):
    assert (unit.name, unit.state, unit.members) == ("Regu TRC-1", UnitState.AVAILABLE, 5)
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]


def test_second_registration_needs_a_retired_unit(room: JudgedJournal, unit: Unit, ani: Author):
    assert room.write(ani, register_unit(unit_card())).reason == "already_exists"
    assert room.write(room.author("sari", Role.SUPERVISOR), retire_unit(unit, reason="bubar")).reason == ""
    assert unit_now(room).retired
    assert room.write(ani, register_unit(unit_card(opd="Damkar"))).verdict is Verdict.ACCEPTED
    assert (unit_now(room).retired, unit_now(room).opd) == (False, "Damkar")


def test_registration_must_match_its_subject(room: JudgedJournal, ani: Author):
    draft = msgspec.structs.replace(register_unit(unit_card()), subject="unit/TRC-2")
    assert room.write(ani, draft).reason == "subject_of_another_name"


@pytest.mark.parametrize("bad", [{"id": "trc 1"}, {"name": ""}, {"tracker": "gps/1"}, {"members": -1}])
def test_malformed_unit_is_rejected(room: JudgedJournal, ani: Author, bad: dict[str, object]):
    body = msgspec.json.decode(register_unit(unit_card()).body) | bad
    draft = Draft(subject=f"unit/{body['id']}", kind="unit.registered", body=msgspec.Raw(msgspec.json.encode(body)))
    assert room.write(ani, draft).reason == "malformed_body"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.GATEWAY, Role.FIELD])
def test_other_roles_register_no_units(room: JudgedJournal, role: Role):
    assert room.write(room.author("tamu", role), register_unit(unit_card())).reason == "role_forbids"


def test_gateway_registers_exercise_units_only(room: JudgedJournal):
    gateway = room.author("gerbang", Role.GATEWAY)
    assert room.write(gateway, register_unit(unit_card()), exercise=False).reason == "role_forbids"
    room.write(room.author("siti", Role.SUPERVISOR), start_exercise("Gempa", known=(), suffix="a1"))
    drill = register_unit(unit_in_exercise(unit_card(), "gempa-a1"), exercise=True, exercise_id="gempa-a1")
    assert room.write(gateway, drill).verdict is Verdict.ACCEPTED
    assert room.write(gateway, register_unit(unit_card(), exercise=True)).reason == "exercise_unnamed"


def test_administrator_registers_but_does_not_move(room: JudgedJournal, unit: Unit):
    admin = room.author("admin", Role.ADMIN)
    assert room.write(admin, edit_unit(unit, UnitEdited(members=7))).verdict is Verdict.ACCEPTED
    assert room.write(admin, move_unit(unit, UnitState.EN_ROUTE)).reason == "role_forbids"


def test_field_office_moves_only_own_units(room: JudgedJournal, unit: Unit, budi: Author):
    own, placed = move_unit(unit, UnitState.EN_ROUTE), place_unit(unit, lon_deg=100.6, lat_deg=-0.9)
    assert room.write(budi, own).verdict is Verdict.ACCEPTED
    assert room.write(budi, placed).verdict is Verdict.ACCEPTED
    room.write(room.author("ani2", Role.OPERATOR), edit_unit(unit, UnitEdited(opd="Damkar")))
    assert room.write(budi, own).reason == "unit_of_another_opd"
    assert room.write(budi, placed).reason == "unit_of_another_opd"
    assert room.write(room.author("cici", Role.OPERATOR), own).verdict is Verdict.ACCEPTED


def test_office_comes_from_the_grant(room: JudgedJournal, unit: Unit, budi: Author):
    room.authority.update(User(name="budi", role=Role.FIELD, opd="PMI", grants=room.authority.users["budi"].grants))
    assert room.write(budi, move_unit(unit, UnitState.EN_ROUTE)).verdict is Verdict.ACCEPTED


def test_edit_changes_only_given_fields(room: JudgedJournal, unit: Unit, ani: Author):
    room.write(ani, edit_unit(unit, UnitEdited(tracker="GPS-07", home=None)))
    now = unit_now(room)
    assert (now.tracker, now.home, now.name, now.contact) == ("GPS-07", None, unit.name, unit.contact)


def test_mission_keeps_time_of_each_step(room: JudgedJournal, unit: Unit, ani: Author):
    for state in (UnitState.ASSIGNED, UnitState.EN_ROUTE, UnitState.ON_SCENE):
        room.write(ani, move_unit(unit_now(room), state, incident="x"))
    assert list(unit_now(room).times) == ["assigned", "en_route", "on_scene"]
    room.write(ani, move_unit(unit_now(room), UnitState.ASSIGNED, incident="y"))
    assert list(unit_now(room).times) == ["assigned"]


def test_late_step_takes_nothing_back(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    late = move_unit(unit, UnitState.EN_ROUTE, incident="x", occurred_at=MORNING)
    for state in (UnitState.ASSIGNED, UnitState.ON_SCENE):
        room.write(ani, move_unit(unit_now(room), state, incident="x"))
    assert room.write(budi, late).verdict is Verdict.ACCEPTED
    now = unit_now(room)
    assert (now.state, now.state_by) == (UnitState.ON_SCENE, "ani")
    assert now.times[UnitState.EN_ROUTE] == MORNING


def test_late_step_leaves_available_unit_available(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    seen = unit_now(room)
    room.write(ani, move_unit(seen, UnitState.AVAILABLE, incident="x"))
    room.write(budi, move_unit(seen, UnitState.RETURNING, incident="x"))
    assert unit_now(room).state is UnitState.AVAILABLE


def test_step_back_needs_the_present_state(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    room.write(budi, move_unit(unit_now(room), UnitState.EN_ROUTE, incident="x"))
    assert unit_now(room).state is UnitState.EN_ROUTE


def test_device_is_never_late_to_itself(room: JudgedJournal, unit: Unit, ani: Author):
    for state in (UnitState.ON_SCENE, UnitState.EN_ROUTE):
        room.write(ani, move_unit(unit, state, incident="x"))
    assert unit_now(room).state is UnitState.EN_ROUTE


def test_other_mission_wins_over_unseen_one(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    room.write(budi, move_unit(unit, UnitState.EN_ROUTE, incident="y"))
    assert (unit_now(room).state, unit_now(room).incident) == (UnitState.EN_ROUTE, "y")


def test_places_are_sorted_by_true_time(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    noon = MORNING + timedelta(hours=4)
    room.write(ani, place_unit(unit, lon_deg=100.7, lat_deg=-0.8, occurred_at=noon))
    room.write(budi, place_unit(unit, lon_deg=100.6, lat_deg=-0.9, occurred_at=noon - timedelta(hours=1)))
    assert [(place.by, place.lon_deg) for place in unit_now(room).places] == [("budi", 100.6), ("ani", 100.7)]


def test_places_keep_only_the_last_ones(room: JudgedJournal, unit: Unit, ani: Author):
    for number in range(PLACES_KEPT + 3):
        room.write(ani, place_unit(unit, lon_deg=100 + number / 100, lat_deg=-0.9))
    assert len(unit_now(room).places) == PLACES_KEPT
    assert unit_now(room).places[0].lon_deg == 100.03


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [(181.0, 0.0), (100.0, -91.0)])
def test_place_outside_earth_is_rejected(
    room: JudgedJournal, unit: Unit, ani: Author, lon_deg: float, lat_deg: float
):
    assert room.write(ani, place_unit(unit, lon_deg=lon_deg, lat_deg=lat_deg)).reason == "malformed_body"


def test_retired_unit_only_takes_late_entries(room: JudgedJournal, unit: Unit, ani: Author, budi: Author):
    late = move_unit(unit, UnitState.ON_SCENE)
    room.write(room.author("sari", Role.SUPERVISOR), retire_unit(unit, reason="bubar"))
    for gesture in (lambda u: move_unit(u, UnitState.EN_ROUTE), lambda u: place_unit(u, lon_deg=100.0, lat_deg=0.0)):
        with pytest.raises(NotPossible, match="unit_retired"):
            gesture(unit_now(room))
    assert room.write(budi, late).verdict is Verdict.ACCEPTED
    assert (unit_now(room).retired, unit_now(room).state) == (True, UnitState.ON_SCENE)


def test_move_before_registration_is_deferred(room: JudgedJournal, unit: Unit, ani: Author):
    stranger = msgspec.structs.replace(unit, id="TRC-9")
    decision = room.write(ani, move_unit(stranger, UnitState.EN_ROUTE))
    assert (decision.verdict, decision.reason) == (Verdict.HELD, "rests_on_unknown")
    assert room.states["unit/TRC-9"].value is None


def test_unknown_kind_leaves_unit_and_is_recorded(room: JudgedJournal, unit: Unit, ani: Author):
    entry = room.entry(ani, Draft(subject=SUBJECT, kind="unit.refuelled", body=msgspec.Raw(b"{}")))
    state = fold(room.states[SUBJECT], entry, Verdict.ACCEPTED, text=msgspec.json.encode(entry).decode())
    assert (state.value, state.unknown_kinds) == (unit, ("unit.refuelled",))


def test_unit_policy_covers_fields_and_entries():
    assert {kind for rule in UNIT_POLICY for kind in rule.kinds} == {
        k for k in known_kinds() if k.startswith("unit.")
    }
    edited = {rule.field for rule in UNIT_POLICY if "unit.edited" in rule.kinds}
    assert edited == set(UnitEdited.__struct_fields__) - {"former"}  # it goes with name and OPD
