"""Check-in entries: roles, decisions, fold, withdrawal, worlds and versions."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal, key_of
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.units.drafts import check_in_unit, register_unit, retire_unit, withdraw_check_in
from tabuah.operations.units.entry_bodies import CrewPosition
from tabuah.operations.units.fold import CHECK_INS_KEPT
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


def test_check_in_keeps_time_author_note_and_position(room: JudgedJournal, ani: Author):
    position = CrewPosition(lon_deg=100.7, lat_deg=-0.9)
    draft = check_in_unit(unit_now(room), incident=FIRST, note=" aman,\nlanjut ", position=position)
    assert room.write(ani, draft, at=MORNING + timedelta(minutes=9)).verdict is Verdict.ACCEPTED
    (made,) = unit_now(room).check_ins
    assert (made.by, made.note, made.incident) == ("ani", "aman, lanjut", FIRST)
    assert made.at == MORNING + timedelta(minutes=9)
    assert [(each.lon_deg, each.entry) for each in unit_now(room).places] == [(100.7, made.entry)]
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]


def test_withdrawn_check_in_leaves_the_one_before_it_and_takes_its_position_back(room: JudgedJournal, ani: Author):
    room.write(ani, check_in_unit(unit_now(room)))
    room.write(ani, check_in_unit(unit_now(room), incident=FIRST, position=CrewPosition(lon_deg=100.7, lat_deg=-0.9)))
    first, second = unit_now(room).check_ins
    withdrawal = withdraw_check_in(unit_now(room), second.entry, reason="regu lain")
    assert room.write(ani, withdrawal).verdict is Verdict.ACCEPTED
    assert (unit_now(room).check_ins, unit_now(room).places) == ((first,), ())
    entry, _verdict = room.judged[SUBJECT][-1]
    assert incident_of_unit_entry(entry) == FIRST


def test_check_ins_are_sorted_by_time_and_bounded(room: JudgedJournal, ani: Author):
    for minutes in (50, *range(CHECK_INS_KEPT), 20):
        room.write(ani, check_in_unit(unit_now(room)), at=MORNING + timedelta(minutes=minutes))
    times = [each.at for each in unit_now(room).check_ins]
    assert (times, len(times)) == (sorted(times), CHECK_INS_KEPT)
    assert times[-1] == MORNING + timedelta(minutes=50)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.GATEWAY, Role.ADMIN])
def test_other_roles_record_no_check_ins(room: JudgedJournal, ani: Author, role: Role):
    assert ani
    assert room.write(room.author("tamu", role), check_in_unit(unit_now(room))).reason == "role_forbids"


@pytest.mark.parametrize(("opd", "expected"), [("Damkar", "unit_of_another_opd"), ("bpbd ", "")])
def test_field_office_checks_in_only_own_units(room: JudgedJournal, ani: Author, opd: str, expected: str):
    assert ani
    budi = room.author("budi", Role.FIELD, opd=opd)
    assert room.write(budi, check_in_unit(unit_now(room))).reason == expected
    room.write(ani, check_in_unit(unit_now(room)))
    last = unit_now(room).check_ins[-1].entry
    assert room.write(budi, withdraw_check_in(unit_now(room), last, reason="salah")).reason == expected


def test_older_rules_know_no_check_ins() -> None:
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani", Role.OPERATOR)
    room.write(ani, register_unit(unit_card()))
    assert room.write(ani, check_in_unit(unit_now(room))).reason == "unknown_kind"


def test_check_in_of_unknown_unit_waits_for_its_registration(room: JudgedJournal, ani: Author):
    draft = msgspec.structs.replace(check_in_unit(unit_now(room)), subject="unit/TRC-9")
    assert room.write(ani, draft).verdict is Verdict.HELD


@pytest.mark.parametrize(
    "bad",
    [
        {"note": "x" * 401},
        {"note": "dua\nbaris"},
        {"incident": "bukan-kunci"},
        {"position": {"lon_deg": 200.0, "lat_deg": 0.0}},
        {"position": {"lon_deg": 100.0}},
    ],
)
def test_malformed_check_in_is_rejected(room: JudgedJournal, ani: Author, bad: dict[str, object]):
    draft = Draft(subject=SUBJECT, kind="unit.checked_in", body=msgspec.Raw(msgspec.json.encode(bad)))
    assert room.write(ani, draft).reason == "malformed_body"


def test_check_in_of_an_exercise_needs_an_incident_of_it(room: JudgedJournal, ani: Author):
    draft = msgspec.structs.replace(check_in_unit(unit_now(room), incident=FIRST), exercise=True)
    assert room.write(ani, draft).reason == "exercise_differs"


def test_check_in_drafts_are_refused_without_unit_check_in_or_reason(room: JudgedJournal, ani: Author):
    room.write(ani, check_in_unit(unit_now(room)))
    known = unit_now(room)
    with pytest.raises(NotPossible, match="no_check_in"):
        withdraw_check_in(known, key_of(9), reason="salah")
    with pytest.raises(NotPossible, match="no_check_in_reason"):
        withdraw_check_in(known, known.check_ins[0].entry, reason="\t ")
    room.write(room.author("sari", Role.SUPERVISOR), retire_unit(known, reason="bubar"))
    with pytest.raises(NotPossible, match="unit_retired"):
        check_in_unit(unit_now(room))
