"""Units: who may write about them, what their entries fold to, and what late news do to them."""

from datetime import timedelta

import msgspec
import pytest
from room import MORNING, Author, Room
from unit_samples import unit_card

from tabuah.operations.authority.records import User
from tabuah.operations.authority.roles import MAY_WRITE, Role
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.folding import fold
from tabuah.operations.subjects import read_state, state_text
from tabuah.operations.units.bodies import UnitEdited
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.fields import UNIT_POLICY
from tabuah.operations.units.folding import PLACES_KEPT
from tabuah.operations.units.gestures import edit_unit, move_unit, place_unit, register_unit, retire_unit
from tabuah.operations.units.unit import Unit

SUBJECT = "unit/TRC-1"


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def ani(room: Room) -> Author:
    return room.author("ani", Role.OPERATOR)


@pytest.fixture
def budi(room: Room) -> Author:
    return room.author("budi", Role.FIELD)


@pytest.fixture
def unit(room: Room, ani: Author) -> Unit:
    assert room.write(ani, register_unit(unit_card())).verdict is Verdict.ACCEPTED
    return unit_now(room)


def unit_now(room: Room) -> Unit:
    value = room.states[SUBJECT].value
    assert isinstance(value, Unit)
    return value


def test_a_registered_unit_is_ready_and_survives_its_text(room: Room, unit: Unit):
    assert (unit.name, unit.state, unit.members) == ("Regu TRC-1", UnitState.AVAILABLE, 5)
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]


def test_a_second_registration_is_refused_until_the_unit_is_retired(room: Room, unit: Unit, ani: Author):
    assert room.write(ani, register_unit(unit_card())).reason == "already_exists"
    assert room.write(room.author("sari", Role.SUPERVISOR), retire_unit(unit, reason="bubar")).reason == ""
    assert unit_now(room).retired
    assert room.write(ani, register_unit(unit_card(opd="Damkar"))).verdict is Verdict.ACCEPTED
    assert (unit_now(room).retired, unit_now(room).opd) == (False, "Damkar")


def test_a_registration_names_its_own_subject(room: Room, ani: Author):
    draft = msgspec.structs.replace(register_unit(unit_card()), subject="unit/TRC-2")
    assert room.write(ani, draft).reason == "subject_of_another_name"


@pytest.mark.parametrize("bad", [{"id": "trc 1"}, {"name": ""}, {"tracker": "gps/1"}, {"members": -1}])
def test_a_card_that_is_none_is_refused(room: Room, ani: Author, bad: dict[str, object]):
    body = msgspec.json.decode(register_unit(unit_card()).body) | bad
    draft = Draft(subject=f"unit/{body['id']}", kind="unit.registered", body=msgspec.Raw(msgspec.json.encode(body)))
    assert room.write(ani, draft).reason == "malformed_body"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.GATEWAY, Role.FIELD])
def test_these_register_no_units(room: Room, role: Role):
    assert room.write(room.author("tamu", role), register_unit(unit_card())).reason == "role_forbids"


def test_a_gateway_registers_units_of_an_exercise_only(room: Room):
    gateway = room.author("gerbang", Role.GATEWAY)
    assert room.write(gateway, register_unit(unit_card()), exercise=False).reason == "role_forbids"
    assert room.write(gateway, register_unit(unit_card(), exercise=True)).verdict is Verdict.ACCEPTED
    assert unit_now(room).exercise


def test_an_administrator_registers_units_and_does_not_move_them(room: Room, unit: Unit):
    admin = room.author("admin", Role.ADMIN)
    assert room.write(admin, edit_unit(unit, UnitEdited(members=7))).verdict is Verdict.ACCEPTED
    assert room.write(admin, move_unit(unit, UnitState.EN_ROUTE)).reason == "role_forbids"


def test_a_field_office_moves_and_places_only_units_of_its_own_opd(room: Room, unit: Unit, budi: Author):
    own, placed = move_unit(unit, UnitState.EN_ROUTE), place_unit(unit, lon_deg=100.6, lat_deg=-0.9)
    assert room.write(budi, own).verdict is Verdict.ACCEPTED
    assert room.write(budi, placed).verdict is Verdict.ACCEPTED
    room.write(room.author("ani2", Role.OPERATOR), edit_unit(unit, UnitEdited(opd="Damkar")))
    assert room.write(budi, own).reason == "unit_of_another_opd"
    assert room.write(budi, placed).reason == "unit_of_another_opd"
    assert room.write(room.author("cici", Role.OPERATOR), own).verdict is Verdict.ACCEPTED


def test_the_office_is_that_of_the_log_in(room: Room, unit: Unit, budi: Author):
    room.authority.learn(User(name="budi", role=Role.FIELD, opd="PMI", grants=room.authority.users["budi"].grants))
    assert room.write(budi, move_unit(unit, UnitState.EN_ROUTE)).verdict is Verdict.ACCEPTED


def test_only_given_fields_are_edited(room: Room, unit: Unit, ani: Author):
    room.write(ani, edit_unit(unit, UnitEdited(tracker="GPS-07", home=None)))
    now = unit_now(room)
    assert (now.tracker, now.home, now.name, now.contact) == ("GPS-07", None, unit.name, unit.contact)


def test_a_mission_keeps_the_time_of_each_step(room: Room, unit: Unit, ani: Author):
    for state in (UnitState.ASSIGNED, UnitState.EN_ROUTE, UnitState.ON_SCENE):
        room.write(ani, move_unit(unit_now(room), state, incident="x"))
    assert list(unit_now(room).times) == ["assigned", "en_route", "on_scene"]
    room.write(ani, move_unit(unit_now(room), UnitState.ASSIGNED, incident="y"))
    assert list(unit_now(room).times) == ["assigned"]


def test_a_late_step_of_the_same_mission_takes_nothing_back(room: Room, unit: Unit, ani: Author, budi: Author):
    late = move_unit(unit, UnitState.EN_ROUTE, incident="x", occurred_at=MORNING)
    for state in (UnitState.ASSIGNED, UnitState.ON_SCENE):
        room.write(ani, move_unit(unit_now(room), state, incident="x"))
    assert room.write(budi, late).verdict is Verdict.ACCEPTED
    now = unit_now(room)
    assert (now.state, now.state_by) == (UnitState.ON_SCENE, "ani")
    assert now.times[UnitState.EN_ROUTE] == MORNING


def test_a_late_step_does_not_call_a_unit_back_that_is_ready_again(room: Room, unit: Unit, ani: Author, budi: Author):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    seen = unit_now(room)
    room.write(ani, move_unit(seen, UnitState.AVAILABLE, incident="x"))
    room.write(budi, move_unit(seen, UnitState.RETURNING, incident="x"))
    assert unit_now(room).state is UnitState.AVAILABLE


def test_who_has_seen_the_state_may_go_back(room: Room, unit: Unit, ani: Author, budi: Author):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    room.write(budi, move_unit(unit_now(room), UnitState.EN_ROUTE, incident="x"))
    assert unit_now(room).state is UnitState.EN_ROUTE


def test_a_device_is_never_late_against_itself(room: Room, unit: Unit, ani: Author):
    for state in (UnitState.ON_SCENE, UnitState.EN_ROUTE):
        room.write(ani, move_unit(unit, state, incident="x"))
    assert unit_now(room).state is UnitState.EN_ROUTE


def test_another_mission_stands_although_its_author_had_not_seen_the_first(
    room: Room, unit: Unit, ani: Author, budi: Author
):
    room.write(ani, move_unit(unit, UnitState.ON_SCENE, incident="x"))
    room.write(budi, move_unit(unit, UnitState.EN_ROUTE, incident="y"))
    assert (unit_now(room).state, unit_now(room).incident) == (UnitState.EN_ROUTE, "y")


def test_places_stand_in_the_order_in_which_they_were_true(room: Room, unit: Unit, ani: Author, budi: Author):
    noon = MORNING + timedelta(hours=4)
    room.write(ani, place_unit(unit, lon_deg=100.7, lat_deg=-0.8, occurred_at=noon))
    room.write(budi, place_unit(unit, lon_deg=100.6, lat_deg=-0.9, occurred_at=noon - timedelta(hours=1)))
    assert [(place.by, place.lon_deg) for place in unit_now(room).places] == [("budi", 100.6), ("ani", 100.7)]


def test_only_the_last_places_are_kept(room: Room, unit: Unit, ani: Author):
    for number in range(PLACES_KEPT + 3):
        room.write(ani, place_unit(unit, lon_deg=100 + number / 100, lat_deg=-0.9))
    assert len(unit_now(room).places) == PLACES_KEPT
    assert unit_now(room).places[0].lon_deg == 100.03


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [(181.0, 0.0), (100.0, -91.0)])
def test_a_place_that_is_not_on_earth_is_refused(room: Room, unit: Unit, ani: Author, lon_deg: float, lat_deg: float):
    assert room.write(ani, place_unit(unit, lon_deg=lon_deg, lat_deg=lat_deg)).reason == "malformed_body"


def test_nobody_moves_a_retired_unit_but_late_news_of_it_are_kept(room: Room, unit: Unit, ani: Author, budi: Author):
    late = move_unit(unit, UnitState.ON_SCENE)
    room.write(room.author("sari", Role.SUPERVISOR), retire_unit(unit, reason="bubar"))
    for gesture in (lambda u: move_unit(u, UnitState.EN_ROUTE), lambda u: place_unit(u, lon_deg=100.0, lat_deg=0.0)):
        with pytest.raises(NotPossible, match="tidak bertugas"):
            gesture(unit_now(room))
    assert room.write(budi, late).verdict is Verdict.ACCEPTED
    assert (unit_now(room).retired, unit_now(room).state) == (True, UnitState.ON_SCENE)


def test_what_nobody_has_registered_yet_is_not_moved(room: Room, unit: Unit, ani: Author):
    stranger = msgspec.structs.replace(unit, id="TRC-9")
    decision = room.write(ani, move_unit(stranger, UnitState.EN_ROUTE))
    assert (decision.verdict, decision.reason) == (Verdict.HELD, "rests_on_unknown")
    assert room.states["unit/TRC-9"].value is None


def test_a_kind_of_a_newer_version_leaves_the_unit_and_is_remembered(room: Room, unit: Unit, ani: Author):
    entry = room.entry(ani, Draft(subject=SUBJECT, kind="unit.refuelled", body=msgspec.Raw(b"{}")))
    state = fold(room.states[SUBJECT], entry, Verdict.ACCEPTED, text=msgspec.json.encode(entry).decode())
    assert (state.value, state.unknown_kinds) == (unit, ("unit.refuelled",))


def test_every_field_and_every_change_of_a_unit_has_its_row_in_the_policy():
    assert {kind for rule in UNIT_POLICY for kind in rule.kinds} == {k for k in MAY_WRITE if k.startswith("unit.")}
    edited = {rule.field for rule in UNIT_POLICY if "unit.edited" in rule.kinds}
    assert edited == set(UnitEdited.__struct_fields__)
