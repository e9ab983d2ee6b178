"""A wiped exercise has no states; real work and other exercises stay."""

from datetime import timedelta

from support.judged_journal import FIRST, MORNING, JudgedJournal, key_of
from support.unit_samples import unit_card

from tabuah.operations.bulletins.bulletin import TALANG, Volcano
from tabuah.operations.bulletins.drafts import level_volcano
from tabuah.operations.bulletins.entry_bodies import VolcanoLevelled
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.wipe import find_wipes
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import note_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import EMPTY
from tabuah.operations.units.drafts import register_unit, unit_in_exercise

DRILL, OTHER = "gempa-1", "banjir-1"
KEYS = {FIRST: "", key_of(2): DRILL, key_of(3): OTHER}


def report(key: str, exercise_id: str) -> Draft:
    body = IncidentReported(number=f"SLK-ANIA-{key[-4:]}", hazard=Hazard.FLOOD, title="Banjir")
    return report_incident(body, incident_id=key, exercise=bool(exercise_id), exercise_id=exercise_id)


def statement(room: JudgedJournal, level: VolcanoLevel, exercise_id: str) -> Draft:
    now = room.entry(room.author("ani", Role.SUPERVISOR), report(FIRST, "")).at
    body = VolcanoLevelled(name="Talang", level=level, stated_at=now, source="PVMBG")
    return level_volcano(TALANG, body, now=now, exercise=bool(exercise_id), exercise_id=exercise_id)


def wiped_room() -> JudgedJournal:
    room = JudgedJournal()
    ani = room.author("ani", Role.SUPERVISOR)
    for name in ("Gempa", "Banjir"):
        room.write(ani, start_exercise(name, known=(), suffix="1"))
    for key, exercise_id in KEYS.items():
        assert room.write(ani, report(key, exercise_id)).verdict is Verdict.ACCEPTED
    drill = unit_in_exercise(unit_card(), DRILL)
    assert room.write(ani, register_unit(drill, exercise=True, exercise_id=DRILL)).verdict is Verdict.ACCEPTED
    for level, exercise_id in ((VolcanoLevel.WASPADA, ""), (VolcanoLevel.AWAS, DRILL)):
        assert room.write(ani, statement(room, level, exercise_id)).verdict is Verdict.ACCEPTED
    room.drill = room.incident(key_of(2))  # type: ignore[attr-defined]
    room.write(ani, end_exercise(room.authority.exercises[DRILL]))
    room.write(ani, wipe_exercise(room.authority.exercises[DRILL]))
    return room


def test_wipe_deletes_states_of_one_exercise():
    room = wiped_room()
    assert {key: room.states[f"incident/{key}"] == EMPTY for key in KEYS} == {
        key: exercise_id == DRILL for key, exercise_id in KEYS.items()
    }
    assert room.states[f"unit/{DRILL}~TRC-1"] == EMPTY
    assert room.authority.is_wiped(DRILL)


def test_held_wipe_deletes_at_its_release():
    room = JudgedJournal()
    ani, budi = room.author("ani", Role.SUPERVISOR), room.author("budi", Role.SUPERVISOR)
    room.write(ani, start_exercise("Gempa", known=(), suffix="1"))
    room.write(ani, report(FIRST, DRILL))
    room.write(ani, end_exercise(room.authority.exercises[DRILL]))
    late = room.entry(ani, wipe_exercise(room.authority.exercises[DRILL]), at=MORNING + timedelta(days=8))
    assert room.judge(late).verdict is Verdict.HELD
    assert room.states[f"incident/{FIRST}"] != EMPTY
    release = room.entry(budi, release_held(late))
    assert room.judge(release).verdict is Verdict.ACCEPTED
    assert room.states[f"incident/{FIRST}"] == EMPTY
    history = [(1, late, Verdict.HELD), (2, release, Verdict.ACCEPTED)]
    assert list(find_wipes(history)) == [(2, DRILL)]
    assert not list(find_wipes([(1, late, Verdict.HELD), (2, release, Verdict.REJECTED)]))


def test_wipe_keeps_real_level_of_volcano():
    value = wiped_room().states[f"volcano/{TALANG}"].value
    assert isinstance(value, Volcano)
    assert [each.level for each in value.statements] == [VolcanoLevel.WASPADA]


def test_wiped_incident_takes_no_entries():
    room = wiped_room()
    decision = room.write(room.author("ani", Role.SUPERVISOR), note_incident(room.drill, "Terlambat."))  # type: ignore[attr-defined]
    assert decision.reason == "exercise_ended"
