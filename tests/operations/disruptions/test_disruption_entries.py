"""Entries of disruptions: roles, decisions, concurrent changes, ends, worlds, lists."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.judged_journal import FIRST, KOTO_BARU, MORNING, Author, JudgedJournal

from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.disruptions.disruption_list import DisruptionFilter, blocked_near, sort_disruptions
from tabuah.operations.disruptions.drafts import (
    edit_disruption,
    end_disruption,
    report_disruption,
    resume_disruption,
)
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text

KEY = "00000000-0000-7000-8000-0000000006e1"
SUBJECT = f"disruption/{KEY}"
LINE = ((100.65, -0.85), (100.66, -0.86))


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def body(**fields: Any) -> DisruptionReported:
    given: dict[str, Any] = {
        "kind": DisruptionKind.ROAD,
        "name": "Jalan Lolo",
        "place": KOTO_BARU,
        "began_at": MORNING,
        "source": "Polsek Kubung",
    }
    return DisruptionReported(**given | fields)


def reported(*, world: SubjectWorld | None = None, **fields: Any) -> Draft:
    return report_disruption(KEY, body(**fields), world=world or SubjectWorld())


def disruption_of(room: JudgedJournal) -> Disruption:
    value = room.states[SUBJECT].value
    assert isinstance(value, Disruption)
    return value


def made(**fields: Any) -> Disruption:
    given = {name: getattr(body(), name) for name in body().__struct_fields__}
    key = {"id": KEY, "changed_at": MORNING}
    return Disruption(**given | key | fields)


def test_disruption_is_reported_changed_ended_and_resumed(room: JudgedJournal, ani: Author):
    assert room.write(ani, reported(line=LINE)).verdict is Verdict.ACCEPTED
    assert room.write(ani, reported()).reason == "already_exists"
    disruption = disruption_of(room)
    assert (disruption.is_open, disruption.line, disruption.expected_end) == (True, LINE, None)
    expected = MORNING + timedelta(hours=3)
    room.write(ani, edit_disruption(disruption, expected_end=expected, extent=DisruptionExtent.PARTIAL))
    assert disruption_of(room).is_overdue(expected + timedelta(minutes=1))
    assert not disruption_of(room).is_overdue(expected)
    ended = room.write(ani, end_disruption(disruption_of(room), reason="alat berat selesai"))
    assert ended.verdict is Verdict.ACCEPTED
    found = disruption_of(room)
    assert (found.is_open, found.ended.by, found.ended.reason) == (False, "ani", "alat berat selesai")
    assert not found.is_overdue(expected + timedelta(days=1))
    room.write(ani, resume_disruption(found, reason="longsor lagi"))
    assert disruption_of(room).ended is None


def test_concurrent_changes_of_different_fields_are_both_kept(room: JudgedJournal, ani: Author):
    budi = room.author("budi", Role.FIELD)
    room.write(ani, reported())
    seen = disruption_of(room)
    room.write(ani, edit_disruption(seen, note="satu lajur"))
    room.write(budi, edit_disruption(seen, source="Dinas PU"))
    room.write(budi, end_disruption(seen, reason="dibuka"))
    room.write(ani, edit_disruption(seen, name="Jalan Lolo km 3"))
    found = disruption_of(room)
    assert (found.note, found.source, found.name) == ("satu lajur", "Dinas PU", "Jalan Lolo km 3")
    assert not found.is_open


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda each: end_disruption(each, reason=" "), "no_disruption_reason"),
        (lambda each: end_disruption(each, reason="x", ended_at=MORNING - timedelta(1)), "ends_before_it_began"),
        (lambda each: edit_disruption(each, expected_end=MORNING - timedelta(1)), "ends_before_it_began"),
        (lambda each: edit_disruption(each, name=each.name), "nothing_changed"),
        (lambda each: resume_disruption(each, reason="x"), "disruption_not_ended"),
    ],
)
def test_impossible_changes_are_refused_before_they_are_written(act: Any, reason: str):
    with pytest.raises(NotPossible, match=reason):
        act(made())


@pytest.mark.parametrize("role", list(Role))
def test_workers_write_disruptions_and_viewers_do_not(role: Role):
    written = ("disruption.reported", "disruption.edited", "disruption.ended", "disruption.resumed")
    assert {may_write(role, kind) for kind in written} == {role in WORKERS}


def test_older_rules_reject_disruptions():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    assert room.write(room.author("ani"), reported()).reason == "unknown_kind"


@pytest.mark.parametrize("fields", [{"name": ""}, {"source": ""}, {"line": LINE * 300}, {"note": "a\nb"}])
def test_bodies_out_of_bounds_are_rejected(room: JudgedJournal, ani: Author, fields: dict[str, Any]):
    assert room.write(ani, reported(**fields)).verdict is Verdict.REJECTED


def test_disruption_of_an_exercise_stays_in_it(room: JudgedJournal, ani: Author):
    started = start_exercise("Galodo", known=(), suffix="1")
    room.write(room.author("sari", Role.SUPERVISOR), started)
    exercise_id = started.subject.partition("/")[2]
    world = SubjectWorld(exercise=True, exercise_id=exercise_id)
    assert room.write(ani, reported(world=world)).verdict is Verdict.ACCEPTED
    found = disruption_of(room)
    assert (found.exercise, found.exercise_id) == (True, exercise_id)
    crossing = msgspec.structs.replace(edit_disruption(found, note="x"), exercise=False, exercise_id="")
    assert room.write(ani, crossing).reason == "exercise_differs"
    room.report(ani)
    assert room.write(ani, edit_disruption(found, incident=FIRST)).reason == "exercise_differs"


def test_state_of_a_disruption_is_stored(room: JudgedJournal, ani: Author):
    room.write(ani, reported(line=LINE))
    state = room.states[SUBJECT]
    assert read_state(state_text(state)) == state


def test_list_selects_by_kind_incident_end_and_expected_end():
    power = made(id="b", kind=DisruptionKind.POWER, began_at=MORNING + timedelta(hours=1))
    late = made(id="c", expected_end=MORNING + timedelta(hours=1), incident="i")
    now = MORNING + timedelta(hours=2)
    every = [power, late, made()]
    assert [each.id for each in sort_disruptions(every)] == [KEY, "c", "b"]
    assert [each.id for each in every if DisruptionFilter(only_overdue=True).has(each, now)] == ["c"]
    assert [each.id for each in every if DisruptionFilter(incident="i").has(each, now)] == ["c"]
    assert [
        each.id for each in every if DisruptionFilter(kinds=frozenset({DisruptionKind.POWER})).has(each, now)
    ] == ["b"]


def test_closed_roads_near_a_place_are_found_by_their_line():
    at = (KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    far = msgspec.structs.replace(KOTO_BARU, lon_deg=at[0] + 1)
    through = made(id="line", place=far, line=((at[0] + 0.01, at[1]), (at[0] + 1, at[1])))
    elsewhere = made(id="far", place=far)
    power = made(id="power", kind=DisruptionKind.POWER)
    assert [each.id for each in blocked_near([through, elsewhere, power, made()], at, radius_m=5_000)] == [
        KEY,
        "line",
    ]
