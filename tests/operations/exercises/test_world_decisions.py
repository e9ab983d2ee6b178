"""An entry, its subject and the subjects it names belong to one world: the real one, or one running exercise."""

import msgspec
import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal, key_of
from support.sensor_samples import gauge
from support.unit_samples import unit_card

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import clear_alarm, link_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.drafts import merge_incidents, note_incident, report_incident, settle_conflict
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.drafts import plan_maintenance
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, STRICT_VERSION
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.operations.stations.station import Station
from tabuah.operations.units.drafts import edit_unit, move_unit, register_unit, unit_in_exercise
from tabuah.operations.units.entry_bodies import UnitEdited
from tabuah.operations.units.tracker import check_tracker_free
from tabuah.operations.units.unit import Unit, UnitState

DRILL = "gempa-a1"
SECOND = key_of(2)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    author = room.author("ani", Role.SUPERVISOR)
    assert room.write(author, start_exercise("Gempa", known=(), suffix="a1")).verdict is Verdict.ACCEPTED
    return author


@pytest.fixture
def gateway(room: JudgedJournal) -> Author:
    return room.author("gerbang", Role.GATEWAY)


def report(key: str, exercise_id: str = "") -> Draft:
    body = IncidentReported(number=f"SLK-ANIA-{key[-4:]}", hazard=Hazard.FLOOD, title="Banjir")
    return report_incident(body, incident_id=key, exercise=bool(exercise_id), exercise_id=exercise_id)


def unit(room: JudgedJournal, exercise_id: str) -> Unit:
    value = room.states[f"unit/{exercise_id}~TRC-1" if exercise_id else "unit/TRC-1"].value
    assert isinstance(value, Unit)
    return value


def station(room: JudgedJournal, code: str) -> Station:
    value = room.states[f"station/{code}"].value
    assert isinstance(value, Station)
    return value


def exercise(room: JudgedJournal) -> Exercise:
    return room.authority.exercises[DRILL]


def register_units(room: JudgedJournal, author: Author) -> None:
    card = unit_in_exercise(unit_card(tracker="GPS-1"), DRILL)
    assert room.write(author, register_unit(card, exercise=True, exercise_id=DRILL)).verdict is Verdict.ACCEPTED
    assert room.write(author, register_unit(unit_card(tracker="GPS-1"))).verdict is Verdict.ACCEPTED


def report_both(room: JudgedJournal, author: Author) -> tuple[Incident, Incident]:
    """Return a real incident, and one of the exercise."""
    assert room.write(author, report(FIRST)).verdict is Verdict.ACCEPTED
    assert room.write(author, report(SECOND, DRILL)).verdict is Verdict.ACCEPTED
    return room.incident(FIRST), room.incident(SECOND)


@pytest.mark.parametrize(
    ("exercise_now", "exercise_id"), [(False, ""), (True, ""), (True, "banjir-b2"), (False, DRILL)]
)
def test_note_of_another_world_is_rejected(room: JudgedJournal, ani: Author, exercise_now: bool, exercise_id: str):
    room.write(ani, start_exercise("Banjir", known=(), suffix="b2"))
    _real, drill = report_both(room, ani)
    note = note_incident(drill, "Latihan.")
    assert room.write(ani, note).verdict is Verdict.ACCEPTED
    changed = room.entry(ani, note, exercise=exercise_now, exercise_ref=exercise_id)
    assert room.judge(changed).reason == "exercise_differs"


def test_drill_has_call_signs_of_its_own(room: JudgedJournal, ani: Author):
    register_units(room, ani)
    assert (unit(room, "").exercise, unit(room, DRILL).exercise_id) == (False, DRILL)


@pytest.mark.parametrize(("of_unit", "of_incident"), [("", SECOND), (DRILL, FIRST)])
def test_unit_is_not_sent_to_another_world(room: JudgedJournal, ani: Author, of_unit: str, of_incident: str):
    register_units(room, ani)
    report_both(room, ani)
    sent = move_unit(unit(room, of_unit), UnitState.ASSIGNED, incident=of_incident)
    assert room.write(ani, sent).reason == "exercise_differs"
    own = move_unit(unit(room, of_unit), UnitState.ASSIGNED, incident=FIRST if of_incident == SECOND else SECOND)
    assert room.write(ani, own).verdict is Verdict.ACCEPTED


def test_incident_is_not_merged_into_another_world(room: JudgedJournal, ani: Author):
    real, drill = report_both(room, ani)
    assert room.write(ani, merge_incidents(drill, real)).reason == "exercise_differs"
    assert room.write(ani, merge_incidents(real, drill)).reason == "exercise_differs"


def test_gateway_registers_stations_inside_exercise_only(room: JudgedJournal, ani: Author, gateway: Author):
    drill = station_in_exercise(gauge(), DRILL)
    unnamed = station_in_exercise(gauge(), "")
    assert room.write(gateway, register_station(drill)).verdict is Verdict.ACCEPTED
    assert room.write(gateway, register_station(unnamed)).reason == "exercise_unnamed"
    assert room.write(gateway, register_station(gauge())).reason == "role_forbids"
    assert station(room, f"{DRILL}~SLK-AWLR-03").exercise_id == DRILL
    assert room.write(room.author("admin", Role.ADMIN), register_station(gauge())).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(("code", "exercise_id"), [("SLK-AWLR-03", DRILL), (f"{DRILL}~SLK-AWLR-03", "")])
def test_code_of_another_world_is_rejected(room: JudgedJournal, ani: Author, code: str, exercise_id: str):
    admin = room.author("admin", Role.ADMIN)
    entry = room.entry(admin, register_station(gauge(code)), exercise=bool(exercise_id), exercise_ref=exercise_id)
    assert room.judge(entry).reason == "exercise_differs"


def test_maintenance_keeps_to_one_world(room: JudgedJournal, ani: Author):
    admin = room.author("admin", Role.ADMIN)
    for each in (gauge(), station_in_exercise(gauge(), DRILL)):
        assert room.write(admin, register_station(each)).verdict is Verdict.ACCEPTED
    planned = window_of(room, ani, station(room, "SLK-AWLR-03"))
    assert room.judge(planned).verdict is Verdict.ACCEPTED
    mixed = window_of(room, ani, station(room, "SLK-AWLR-03"), exercise=True, exercise_ref=DRILL)
    assert room.judge(mixed).reason == "exercise_differs"


def window_of(room: JudgedJournal, author: Author, of: Station, **changes: object) -> Entry:
    entry = room.entry(author, note_incident(room.report(author, key_of(9)), "x"))
    until = entry.at.replace(hour=entry.at.hour + 2)
    key = key_of(int(entry.n) + 100)
    draft = plan_maintenance(key, [of], since=entry.at, until=until, reason="uji", now=entry.at)
    return room.entry(author, draft, **changes)


def test_nothing_is_written_into_ended_exercise(room: JudgedJournal, ani: Author):
    _real, drill = report_both(room, ani)
    room.write(ani, end_exercise(exercise(room)))
    assert room.write(ani, note_incident(drill, "Terlambat.")).reason == "exercise_ended"
    assert room.write(ani, report(key_of(3), DRILL)).reason == "exercise_ended"
    room.write(ani, wipe_exercise(exercise(room)))
    assert room.write(ani, note_incident(drill, "Terlambat.")).reason == "exercise_ended"


def test_server_ends_alarms_of_ended_exercise(room: JudgedJournal, ani: Author):
    server = room.server()
    raised = {"exercise": True, "exercise_id": DRILL}
    body = AlarmRaised(rule="r", station="", parameter="p", severity=AlarmSeverity.HIGH, onset_at=MORNING)
    assert room.write(server, raise_alarm(FIRST, body, **raised)).verdict is Verdict.ACCEPTED
    room.write(ani, end_exercise(exercise(room)))
    over = clear_alarm(FIRST, cleared_at=MORNING, value=None, **raised)
    assert room.write(server, over).verdict is Verdict.ACCEPTED
    room.write(ani, wipe_exercise(exercise(room)))
    assert room.write(server, raise_alarm(SECOND, body, **raised)).reason == "exercise_ended"


def test_unknown_exercise_is_rejected(room: JudgedJournal, ani: Author):
    assert room.write(ani, report(FIRST, "tsunami-c3")).reason == "unknown_exercise"


@pytest.mark.parametrize("version", [FIRST_VERSION, STRICT_VERSION])
def test_earlier_rules_mix_worlds(version: int):
    room = JudgedJournal(decide_version=version)
    ani = room.author("ani", Role.SUPERVISOR)
    incident = room.report(ani)
    assert room.write(ani, note_incident(incident, "x"), exercise=True).verdict is Verdict.ACCEPTED
    drill = register_station(station_in_exercise(gauge(), DRILL))
    assert room.write(room.author("admin", Role.ADMIN), drill).reason == "malformed_body"


def test_supervisor_registers_station_in_named_exercise_only(room: JudgedJournal, ani: Author):
    copy = station_in_exercise(gauge("SLK-AWLR-09"), DRILL)
    assert room.write(ani, register_station(copy)).verdict is Verdict.ACCEPTED
    for other in (gauge("SLK-AWLR-09"), msgspec.structs.replace(gauge("SLK-AWLR-08"), exercise=True)):
        assert room.write(ani, register_station(other)).reason == "role_forbids"


def test_tracker_is_edited_within_its_exercise(room: JudgedJournal, ani: Author):
    register_units(room, ani)
    unit = room.states[f"unit/{DRILL}~TRC-1"].value
    assert isinstance(unit, Unit)
    code = check_tracker_free([unit], f"{DRILL}~gps-1", unit.id)  # its own, as a form shows it or not
    assert room.write(ani, edit_unit(unit, UnitEdited(tracker=code))).verdict is Verdict.ACCEPTED
    assert room.states[f"unit/{DRILL}~TRC-1"].value.tracker == f"{DRILL}~GPS-1"  # type: ignore[union-attr]
    with pytest.raises(NotPossible):
        check_tracker_free([unit], "GPS-1", "TRC-2")


def wipe_drill(room: JudgedJournal, author: Author) -> None:
    room.write(author, end_exercise(exercise(room)))
    assert room.write(author, wipe_exercise(exercise(room))).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("of", ["incident", "unit", "alarm"])
def test_real_subject_is_not_linked_to_incident_of_wiped_exercise(room: JudgedJournal, ani: Author, of: str):
    register_units(room, ani)
    real, drill = report_both(room, ani)
    body = AlarmRaised(rule="r", station="", parameter="p", severity=AlarmSeverity.HIGH, onset_at=MORNING)
    assert room.write(room.server(), raise_alarm(FIRST, body, exercise=False)).verdict is Verdict.ACCEPTED
    alarm = room.states[f"alarm/{FIRST}"].value
    assert isinstance(alarm, Alarm)
    wipe_drill(room, ani)
    links = {
        "incident": merge_incidents(real, drill),
        "unit": move_unit(unit(room, ""), UnitState.ASSIGNED, incident=drill.id),
        "alarm": link_alarm(alarm, drill.id),
    }
    assert room.write(ani, links[of]).reason == "exercise_differs"


def test_merge_into_unknown_incident_is_accepted(room: JudgedJournal, ani: Author):
    """The report of the target may be on its way from another office."""
    real = room.report(ani)
    assert (
        room.write(ani, merge_incidents(real, msgspec.structs.replace(real, id=SECOND))).verdict is Verdict.ACCEPTED
    )


def test_settlement_does_not_merge_into_another_world(room: JudgedJournal, ani: Author):
    """A merge into an unknown incident is proposed; then the report of this incident belongs to an exercise."""
    budi = room.author("budi", Role.SUPERVISOR)
    real = room.report(ani)
    other = room.report(ani, key_of(3), id="other")
    target = msgspec.structs.replace(real, id=SECOND)
    assert room.write(ani, merge_incidents(real, other)).verdict is Verdict.ACCEPTED
    assert room.write(budi, merge_incidents(real, target)).verdict is Verdict.CONFLICT
    assert room.write(ani, report(SECOND, DRILL)).verdict is Verdict.ACCEPTED
    conflict = room.incident(FIRST).open_conflicts[0].id
    assert room.write(ani, settle_conflict(real, conflict, "proposed")).reason == "exercise_differs"
    assert room.write(ani, settle_conflict(real, conflict, "current")).verdict is Verdict.ACCEPTED
    assert room.incident(FIRST).merged_into == other.id


def test_code_of_unknown_station_has_the_world_of_its_exercise(room: JudgedJournal, ani: Author):
    drill = station_in_exercise(gauge(), DRILL)
    assert room.judge(window_of(room, ani, drill)).verdict is Verdict.ACCEPTED
    mixed = window_of(room, ani, drill, exercise=False, exercise_ref=msgspec.UNSET)
    assert room.judge(mixed).reason == "exercise_differs"
