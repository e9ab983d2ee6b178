"""Entries of shelters: roles, decisions, counts by source, closing, worlds."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.judged_journal import FIRST, KOTO_BARU, MORNING, Author, JudgedJournal

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import CONTROL_ROOM, WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.shelters.drafts import (
    add_shelter,
    close_shelter,
    count_evacuees,
    edit_shelter,
    reopen_shelter,
    withdraw_count,
)
from tabuah.operations.shelters.entry_bodies import ShelterAdded, ShelterCounted
from tabuah.operations.shelters.evacuees import (
    counts_by_source,
    evacuee_totals,
    find_excess_groups,
    people_difference,
)
from tabuah.operations.shelters.shelter import MAX_COUNTS, Evacuees, Shelter, ShelterKind
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.subject_titles import subject_title

KEY = "00000000-0000-7000-8000-0000000005e1"
SUBJECT = f"shelter/{KEY}"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def added(name: str = "SDN 03", *, world: SubjectWorld | None = None, **fields: Any) -> Draft:
    body = ShelterAdded(name=name, kind=ShelterKind.EVACUATION, place=KOTO_BARU, capacity=100, **fields)
    return add_shelter(KEY, body, world=world or SubjectWorld())


def shelter_of(room: JudgedJournal) -> Shelter:
    value = room.states[SUBJECT].value
    assert isinstance(value, Shelter)
    return value


def test_added_shelter_survives_encoding(room: JudgedJournal, ani: Author):
    assert room.write(ani, added(owner="BPBD")).verdict is Verdict.ACCEPTED
    shelter = shelter_of(room)
    assert (shelter.name, shelter.capacity, shelter.people, shelter.is_open) == ("SDN 03", 100, None, True)
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert room.write(ani, added()).reason == "already_exists"
    assert subject_title(room.entry(ani, added()), shelter) == "SDN 03"


@pytest.mark.parametrize("role", list(Role))
def test_workers_write_shelters_and_the_control_room_closes_them(role: Role):
    written = ("shelter.added", "shelter.edited", "shelter.counted", "shelter.count_withdrawn")
    assert {may_write(role, kind) for kind in written} == {role in WORKERS}
    assert {may_write(role, kind) for kind in ("shelter.closed", "shelter.reopened")} == {role in CONTROL_ROOM}


def test_older_rules_reject_shelters():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    assert room.write(room.author("ani"), added()).reason == "unknown_kind"


def test_concurrent_edits_of_different_fields_are_both_kept(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    seen, budi = shelter_of(room), room.author("budi")
    room.write(ani, edit_shelter(seen, capacity=150, name="SDN 03"))
    room.write(budi, edit_shelter(seen, owner="PMI"))
    assert (shelter_of(room).capacity, shelter_of(room).owner) == (150, "PMI")
    with pytest.raises(NotPossible, match="nothing_changed"):
        edit_shelter(seen, name=seen.name)


def test_newest_count_of_each_source_counts_once(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    for people, source, minutes in ((40, "PMI", 10), (60, "BPBD", 20), (50, "pmi ", 30), (99, "PMI", 5)):
        draft = count_evacuees(
            shelter_of(room), Evacuees(people=people), source=source, counted_at=MORNING + timedelta(minutes=minutes)
        )
        assert room.write(ani, draft).verdict is Verdict.ACCEPTED
    shelter = shelter_of(room)
    assert [(count.source, count.evacuees.people) for count in counts_by_source(shelter)] == [
        ("pmi", 50),
        ("BPBD", 60),
    ]
    assert (shelter.people, people_difference(shelter)) == (50, 10)


def test_withdrawn_count_gives_way_to_the_one_before_and_stays_in_the_journal(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    for people in (40, 400):
        room.write(ani, count_evacuees(shelter_of(room), Evacuees(people=people), source="PMI"))
    wrong = shelter_of(room).latest
    assert wrong is not None
    draft = withdraw_count(shelter_of(room), wrong.entry, reason="salah ketik")
    assert room.write(ani, draft).verdict is Verdict.ACCEPTED
    assert shelter_of(room).people == 40
    assert len(room.judged[SUBJECT]) == 4
    with pytest.raises(NotPossible, match="no_such_count"):
        withdraw_count(shelter_of(room), wrong.entry, reason="x")
    with pytest.raises(NotPossible, match="no_shelter_reason"):
        withdraw_count(shelter_of(room), shelter_of(room).counts[0].entry, reason=" ")


@pytest.mark.parametrize(
    ("groups", "excess"),
    [
        ({"men": 6, "women": 4, "elderly": 10, "disabled": 10}, ()),
        ({"men": 11}, ("men",)),
        ({"men": 6, "women": 5}, ("men", "women")),
        ({"infants": 4, "children": 4, "elderly": 4}, ("infants", "children", "elderly")),
        ({"women": 2, "pregnant": 3}, ("pregnant",)),
        ({"households": 11}, ("households",)),
    ],
)
def test_groups_cannot_exceed_people(
    room: JudgedJournal, ani: Author, groups: dict[str, int], excess: tuple[str, ...]
):
    evacuees = Evacuees(people=10, **groups)
    assert find_excess_groups(evacuees) == excess
    room.write(ani, added())
    if not excess:
        count_evacuees(shelter_of(room), evacuees, source="PMI")
        return
    with pytest.raises(NotPossible, match="groups_exceed_people"):
        count_evacuees(shelter_of(room), evacuees, source="PMI")
    draft = count_evacuees(shelter_of(room), Evacuees(people=10), source="PMI")
    forged = msgspec.Raw(msgspec.json.encode(ShelterCounted(source="PMI", evacuees=evacuees)))
    assert room.write(ani, msgspec.structs.replace(draft, body=forged)).reason == "groups_exceed_people"


def test_state_keeps_a_limited_number_of_counts(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    for people in range(MAX_COUNTS + 3):
        room.write(ani, count_evacuees(shelter_of(room), Evacuees(people=people), source="PMI"))
    assert len(shelter_of(room).counts) == MAX_COUNTS
    assert shelter_of(room).people == MAX_COUNTS + 2


def test_shelter_is_closed_and_reopened_with_a_reason(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    with pytest.raises(NotPossible, match="no_shelter_reason"):
        close_shelter(shelter_of(room), reason="  ")
    room.write(ani, close_shelter(shelter_of(room), reason="semua pulang"))
    closed = shelter_of(room)
    assert closed.closed is not None
    assert (closed.closed.by, closed.closed.reason) == ("ani", "semua pulang")
    assert evacuee_totals([closed]).shelters == 0
    with pytest.raises(NotPossible, match="shelter_closed"):
        close_shelter(closed, reason="x")
    room.write(ani, reopen_shelter(closed, reason="hujan lagi"))
    assert shelter_of(room).is_open
    with pytest.raises(NotPossible, match="shelter_not_closed"):
        reopen_shelter(shelter_of(room), reason="x")


def test_totals_take_the_newest_count_of_each_open_shelter(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    room.write(ani, count_evacuees(shelter_of(room), Evacuees(people=40, women=20), source="PMI"))
    room.write(ani, count_evacuees(shelter_of(room), Evacuees(people=60), source="BPBD"))
    one = shelter_of(room)
    room.write(ani, count_evacuees(one, Evacuees(people=50, women=30), source="PMI"))
    totals = evacuee_totals([one, shelter_of(room), msgspec.structs.replace(one, counts=())])
    assert (totals.shelters, totals.counted, totals.people, totals.capacity) == (3, 2, 110, 300)
    assert totals.groups == {"women": 30}


def test_shelter_belongs_to_the_world_of_its_incident_and_goes_with_the_exercise(room: JudgedJournal):
    sari = room.author("sari", Role.SUPERVISOR)
    started = start_exercise("Galodo", known=(), suffix="1")
    room.write(sari, started)
    exercise_id = started.subject.partition("/")[2]
    room.report(sari)
    drill = SubjectWorld(exercise=True, exercise_id=exercise_id)
    assert room.write(sari, added(incident=FIRST, world=drill)).reason == "exercise_differs"
    assert room.write(sari, added(world=drill)).verdict is Verdict.ACCEPTED
    drilled = shelter_of(room)
    assert (drilled.exercise, drilled.exercise_id) == (True, exercise_id)
    real = msgspec.structs.replace(
        count_evacuees(drilled, Evacuees(people=1), source="PMI"), exercise=False, exercise_id=""
    )
    assert room.write(sari, real).reason == "exercise_differs"
    assert room.write(sari, edit_shelter(drilled, incident=FIRST)).reason == "exercise_differs"
    room.write(sari, end_exercise(room.authority.exercises[exercise_id]))
    room.write(sari, wipe_exercise(room.authority.exercises[exercise_id]))
    assert room.states[SUBJECT].value is None


def test_change_of_an_unknown_shelter_waits(room: JudgedJournal, ani: Author):
    room.write(ani, added())
    draft = count_evacuees(shelter_of(room), Evacuees(people=1), source="PMI")
    del room.states[SUBJECT]
    assert room.write(ani, draft).reason == "rests_on_unknown"


@pytest.mark.parametrize("name", ["", "x" * 121, "a\nb", "a\u202eb"])
def test_bad_name_is_rejected(room: JudgedJournal, ani: Author, name: str):
    assert room.write(ani, added(name)).verdict is Verdict.REJECTED
