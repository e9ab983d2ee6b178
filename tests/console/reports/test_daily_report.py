"""The daily report as a value: counted and listed incidents."""

from datetime import date, timedelta

import msgspec
import pytest
from msgspec.structs import replace as replace_fields
from support.flood_report import AS_OF, flood
from support.judged_journal import MORNING

from tabuah.console.reports.daily_document import make_daily_document
from tabuah.console.reports.daily_report import DailyReport, DailySources, make_daily_report
from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.incident_report import JournalReference
from tabuah.console.reports.office import read_office
from tabuah.operations.calls.call import Call
from tabuah.operations.codes import CallClass, Channel, Hazard, Status
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD, ExerciseScope, exercise_scope
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.week_roster import PlannedCrew, RosterShift, WeekRoster

TODAY = date(2026, 11, 24)


def report_of(*incidents: Incident, day: date = TODAY, scope: ExerciseScope = REAL_WORLD) -> DailyReport:
    sources = DailySources(
        incidents=incidents,
        pending=frozenset(),
        alarms=(),
        stations={},
        rules={},
        as_of=AS_OF,
        author="rina",
        office=read_office(),
        trace=JournalReference(),
        scope=scope,
    )
    return make_daily_report(sources, day)


def test_daily_report_lists_the_shifts_of_the_day():
    week = WeekRoster(
        week="2026-W48",
        shifts={
            f"{day}T08:00": RosterShift(
                shift=ShiftTime(day=day, start="08:00"),
                by="rina",
                at=AS_OF,
                versions=("e",),
                planned=PlannedCrew(crew=Crew(name=f"Regu {day}", supervisor="rina")),
            )
            for day in range(1, 6)
        },
    )
    sources = replace_fields(report_of().sources, rosters={week.week: week})
    shifts = make_daily_report(sources, TODAY).shifts
    assert [each.shift.planned.crew.name for each in shifts] == ["Regu 1", "Regu 2"]
    drill = replace_fields(sources, scope=exercise_scope("galodo-1"))
    assert make_daily_report(drill, TODAY).shifts == ()


def test_daily_report_counts_calls_of_its_day_and_world():
    call = Call(
        id="c",
        call_class=CallClass.PRANK,
        channel=Channel.CALL_112,
        taken_by="ani",
        received_at=MORNING,
        changed_at=MORNING,
    )
    earlier = msgspec.structs.replace(call, id="d", received_at=MORNING - timedelta(days=1))
    drill = msgspec.structs.replace(call, id="e", exercise=True)
    sources = replace_fields(report_of(scope=ALL_WORLDS).sources, calls=(call, earlier, drill))
    report = make_daily_report(sources, TODAY)
    assert report.calls == (call,)
    assert report.number != make_daily_report(replace_fields(sources, calls=()), TODAY).number
    blocks = make_daily_document(report, ReportPictures()).blocks
    (table,) = (block for block in blocks if block.heading == "Catatan panggilan hari ini")
    assert [row.cells for row in table.rows] == [("Panggilan iseng", "1")]
    assert all(b.heading != table.heading for b in make_daily_document(report_of(), ReportPictures()).blocks)


def test_daily_report_has_the_disruptions_of_its_day_in_its_number():
    road = Disruption(
        id="r",
        kind=DisruptionKind.ROAD,
        name="Jalan Solok - Alahan Panjang",
        place=IncidentPlace(lon_deg=100.65, lat_deg=-0.85),
        began_at=MORNING,
        changed_at=MORNING,
        source="PU",
    )
    later = msgspec.structs.replace(road, id="l", began_at=MORNING + timedelta(days=1))
    drill = msgspec.structs.replace(road, id="d", exercise=True)
    sources = report_of().sources
    with_road, with_all, without = (
        make_daily_report(replace_fields(sources, disruptions=listed), TODAY)
        for listed in ((road,), (road, later, drill), ())
    )
    assert with_all.disruptions == with_road.disruptions == (road,)
    assert with_all.number == with_road.number != without.number


def changed(incident: Incident, **changes: object) -> Incident:
    return msgspec.structs.replace(incident, **changes)


def test_daily_report_counts_incidents_by_wib_date():
    last_minute = changed(flood().incident, id="a", reported_at=MORNING.replace(hour=16, minute=59))
    next_day = changed(flood().incident, id="b", reported_at=MORNING.replace(hour=17, minute=0))
    assert [incident.id for incident in report_of(last_minute, next_day).reported] == ["a"]


def test_daily_report_carries_over_open_incidents():
    earlier = changed(flood().incident, id="a", reported_at=MORNING - timedelta(days=1))
    closed = changed(earlier, id="b", status=Status.CLOSED)
    report = report_of(earlier, closed, flood().incident)
    assert [incident.id for incident in report.carried] == ["a"]
    assert report.still_open == 2


def test_daily_report_never_counts_exercises_or_merged():
    real = flood().incident
    exercise = changed(flood(exercise=True).incident, id="a")
    false = changed(real, id="b", status=Status.FALSE_REPORT)
    merged = changed(real, id="c", status=Status.MERGED)
    report = report_of(real, exercise, false, merged, scope=ALL_WORLDS)
    assert report.reported == (real,)
    assert report.exercises == (exercise,)
    assert report.not_counted == (false, merged)
    assert report.by_hazard == ((Hazard.FLOOD, 1),)


def test_real_daily_report_contains_no_exercise():
    real, exercise = flood().incident, changed(flood(exercise=True).incident, id="a")
    report = report_of(real, exercise)
    assert report.reported == (real,)
    assert report.exercises == ()
    assert exercise not in (*report.carried, *report.ended, *report.not_counted)


def test_daily_report_of_exercise_counts_only_its_own():
    real, drill = flood().incident, flood(exercise=True).incident
    own = changed(drill, id="a", exercise_ref="galodo-1")
    other = changed(drill, id="b", exercise_ref="banjir-2")
    report = report_of(real, own, other, scope=exercise_scope("galodo-1"))
    assert report.reported == (own,)
    assert report.exercises == ()


def test_daily_numbers_of_worlds_differ():
    drill = changed(flood(exercise=True).incident, id="a", exercise_ref="galodo")
    scopes = (REAL_WORLD, ALL_WORLDS, exercise_scope("galodo"))
    assert len({report_of(flood().incident, drill, scope=scope).number for scope in scopes}) == 3


def test_daily_totals_sum_known_values_only():
    first, second = flood(), flood()
    first.count(Figures(displaced_people=86, deaths=0), "TRC")
    second.count(Figures(displaced_people=4), "PMI")
    totals = dict(report_of(first.incident, changed(second.incident, id="2")).totals)
    assert (totals["displaced_people"], totals["deaths"], totals["missing"]) == (90, 0, None)


def test_daily_report_lists_contained_as_ended():
    event = flood()
    event.move(Status.CONTAINED)
    assert report_of(event.incident).ended == (event.incident,)
    assert report_of(event.incident, day=TODAY - timedelta(days=1)).ended == ()


def test_daily_report_rejects_future_days():
    with pytest.raises(ReportNotPossible, match="belum dimulai"):
        report_of(day=TODAY + timedelta(days=1))
