"""After-action reports as values: chronology, decisions with what was known, lead times and delays."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace
from support.judged_journal import FIRST, FIRST_SUBJECT, MORNING, Author, JudgedJournal

from tabuah.operations.after_action.after_action import (
    AfterAction,
    AfterActionScope,
    AfterActionSources,
    alarms_of_incidents,
    make_after_action,
)
from tabuah.operations.after_action.decision_records import DecisionKind
from tabuah.operations.after_action.delays import LimitResult, incident_delays
from tabuah.operations.after_action.lead_times import lead_times
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.incidents.clocks import ARRIVAL
from tabuah.operations.incidents.drafts import move_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.operations.incidents.response_times import SpanProblem
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.text.after_action.after_action_text import describe_limit_result

ALARM = Alarm(
    id="a", rule="r", station="s", parameter="stage_m", severity=AlarmSeverity.ATTENTION, title="t",
    onset_at=MORNING - timedelta(minutes=42), raised_at=MORNING - timedelta(minutes=40), value=None, limit=None,
    unit="m", hazard=None, lon_deg=None, lat_deg=None, cause="stage/s", exercise=False,
)  # fmt: skip


class Flood:
    """A flood that an operator works on while a field post writes without a connection."""

    def __init__(self) -> None:
        self.journal = JudgedJournal()
        self.operator = self.journal.author("ani", Role.SUPERVISOR)
        self.post = self.journal.author("budi", Role.FIELD)
        self.dated: list[DatedEntry] = []
        self.write(self.operator, lambda: None)

    def write(
        self,
        author: Author,
        make: Callable[[], Draft | None],
        *,
        at_min: int = 0,
        delay_min: int = 0,
        pending: bool = False,
    ) -> None:
        """Write the draft of `make`, or the report, at a minute; the server receives it after a delay."""
        at = MORNING + timedelta(minutes=at_min)
        before = len(self.journal.judged.get(FIRST_SUBJECT, ()))
        draft = make()
        if draft is None:
            self.journal.report(author, at=at)
        else:
            self.journal.write(author, draft, at=at)
        entry, verdict = self.journal.judged[FIRST_SUBJECT][before]
        self.dated.append(
            DatedEntry(
                known_at=at + timedelta(minutes=delay_min),
                entry=entry,
                verdict=verdict,
                text=msgspec.json.encode(entry).decode(),
                pending=pending,
            )
        )

    def move(self, status: Status, *, at_min: int, **changes: int) -> None:
        self.write(self.operator, lambda: move_incident(self.journal.incident(), status), at_min=at_min, **changes)

    def report(self, *, as_of_min: int = 300, **changes: object) -> AfterAction:
        received = sorted((each for each in self.dated if not each.pending), key=lambda each: each.known_at)
        sources = AfterActionSources(
            scope=AfterActionScope.INCIDENT,
            since=MORNING,
            until=MORNING + timedelta(hours=5),
            as_of=MORNING + timedelta(minutes=as_of_min),
            dated={FIRST_SUBJECT: (*received, *(each for each in self.dated if each.pending))},
            incidents=(self.journal.incident(),),
        )
        return make_after_action(replace(sources, **changes))


@pytest.fixture
def flood() -> Flood:
    return Flood()


def test_late_figures_were_not_known_at_an_earlier_decision(flood):
    counted = Figures(displaced_people=86)
    flood.write(
        flood.post,
        lambda: report_figures(flood.journal.incident(), counted, source="Wali Nagari"),
        at_min=20,
        delay_min=120,
    )
    flood.move(Status.VERIFIED, at_min=30)
    flood.move(Status.CONTAINED, at_min=200)
    found = flood.report()
    early, later = found.decisions
    assert early.known.figures == {}
    assert early.known.unknown == (flood.dated[1].entry.id,)
    assert later.known.figures == {"displaced_people": 86}
    assert later.known.unknown == ()
    assert [(line.entry, line.late_s) for line in found.late] == [(flood.dated[1].entry.id, 120 * 60.0)]


def test_author_knows_own_work_that_has_not_reached_the_server(flood):
    flood.write(flood.post, lambda: note_incident(flood.journal.incident(), "Air naik"), at_min=20, delay_min=120)
    flood.write(
        flood.post, lambda: move_incident(flood.journal.incident(), Status.ON_SCENE), at_min=25, delay_min=115
    )
    (decision,) = flood.report().decisions
    assert decision.known.notes == 1
    assert decision.known.unknown == ()
    assert decision.at == MORNING + timedelta(minutes=25)


def test_decision_is_never_later_than_its_arrival(flood):
    flood.move(Status.VERIFIED, at_min=30, delay_min=-10)  # the clock of the computer was ahead
    (decision,) = flood.report().decisions
    assert decision.at == MORNING + timedelta(minutes=20)


def test_rejected_entry_is_a_line_and_no_decision(flood):
    flood.move(Status.VERIFIED, at_min=30)
    flood.dated[-1] = DatedEntry(
        known_at=flood.dated[-1].known_at, entry=flood.dated[-1].entry, verdict=Verdict.REJECTED, text=""
    )
    found = flood.report()
    assert [line.outcome for line in found.lines] == [EntryOutcome.EFFECTIVE, EntryOutcome.REJECTED]
    assert found.decisions == ()


def test_pending_entry_is_late_after_five_minutes(flood):
    flood.move(Status.VERIFIED, at_min=30, pending=True)
    assert flood.report(as_of_min=34).late == ()
    (line,) = flood.report(as_of_min=36).late
    assert line.known_at is None
    assert line.outcome is EntryOutcome.PENDING


def test_delays_are_measured_from_the_step_before(flood):
    flood.move(Status.VERIFIED, at_min=4)
    flood.move(Status.ON_SCENE, at_min=30)  # the steps between were skipped
    (delays,) = flood.report().delays
    steps = {step.status: step for step in delays.steps}
    assert steps[Status.VERIFIED].after_s == 4 * 60
    assert steps[Status.ASSIGNED].problem is SpanProblem.MISSING
    assert steps[Status.ON_SCENE].after_s == 26 * 60
    assert steps[Status.ON_SCENE].actor == "ani"


def test_impossible_step_has_no_length(flood):
    flood.move(Status.VERIFIED, at_min=30)
    (delays,) = flood.report(as_of_min=20).delays  # the time of the step is in the future
    verified = next(step for step in delays.steps if step.status is Status.VERIFIED)
    assert (verified.after_s, verified.problem) == (None, SpanProblem.IMPOSSIBLE)


@pytest.mark.parametrize(
    ("status", "at_min", "as_of_min", "result"),
    [
        (Status.REPORTED, 0, 5, LimitResult.RUNNING),
        (Status.REPORTED, 0, 20, LimitResult.OVERDUE),
        (Status.ON_SCENE, 14, 20, LimitResult.MET),
        (Status.ON_SCENE, 16, 20, LimitResult.MISSED),
        (Status.ON_SCENE, 30, 20, LimitResult.UNKNOWN),  # in the future
        (Status.FALSE_REPORT, 4, 20, LimitResult.UNKNOWN),  # ended without the step
    ],
)
def test_arrival_limit_of_a_fire_has_a_result(flood, status, at_min, as_of_min, result):
    times = {status: MORNING + timedelta(minutes=at_min)}
    fire = msgspec.structs.replace(
        flood.journal.incident(), hazard=Hazard.FIRE, status=status, status_times=times, reported_at=MORNING
    )
    (limit, *_others) = incident_delays(fire, (), MORNING + timedelta(minutes=as_of_min)).limits
    assert (limit.code, limit.due_at, limit.result) == (ARRIVAL, MORNING + timedelta(minutes=15), result)


@pytest.mark.parametrize(
    ("arrived_min", "as_of_min", "escalated_min"),
    [(None, 29, None), (None, 30, 30), (29, 200, None), (30, 200, 30), (14, 200, None), (300, 200, None)],
)
def test_limit_that_stayed_overdue_names_when_it_was_escalated(flood, arrived_min, as_of_min, escalated_min):
    status = Status.REPORTED if arrived_min is None else Status.ON_SCENE
    times = {} if arrived_min is None else {status: MORNING + timedelta(minutes=arrived_min)}
    fire = msgspec.structs.replace(
        flood.journal.incident(), hazard=Hazard.FIRE, status=status, status_times=times, reported_at=MORNING
    )
    (limit, *_others) = incident_delays(fire, (), MORNING + timedelta(minutes=as_of_min)).limits
    expected = None if escalated_min is None else MORNING + timedelta(minutes=escalated_min)
    assert limit.escalated_at == expected
    assert ("dieskalasi" in describe_limit_result(limit)) is (expected is not None)


def test_day_shows_only_its_own_entries(flood):
    flood.move(Status.VERIFIED, at_min=30)
    found = flood.report(scope=AfterActionScope.DAY, until=MORNING + timedelta(minutes=10))
    assert [line.kind for line in found.lines] == ["incident.reported"]
    assert found.decisions == ()


def test_lead_time_counts_from_the_first_alarm_of_a_cause(flood):
    incident = flood.journal.incident()
    first = msgspec.structs.replace(ALARM, expected=Expectation(at=MORNING, earliest_at=MORNING), incidents=(FIRST,))
    worse = msgspec.structs.replace(
        ALARM,
        id="b",
        severity=AlarmSeverity.CRITICAL,
        onset_at=MORNING + timedelta(minutes=10),
        raised_at=MORNING + timedelta(minutes=11),
    )
    other = msgspec.structs.replace(ALARM, id="c", cause="rain/s")
    leads = lead_times((worse, other, first), (incident,))
    assert [(lead.first, lead.report, lead.highest) for lead in leads] == [("a", FIRST, "b"), ("c", "", "")]
    assert leads[0].before_report_s == 40 * 60
    assert leads[0].before_highest_s == 51 * 60
    assert leads[0].before_reached_s == 50 * 60


def test_report_before_the_alarm_has_a_negative_lead(flood):
    late = msgspec.structs.replace(ALARM, raised_at=MORNING + timedelta(minutes=7), incidents=(FIRST,))
    (lead,) = lead_times((late,), (flood.journal.incident(),))
    assert lead.before_report_s == -7 * 60


def test_alarms_of_an_incident_contain_the_other_levels_of_the_gauge(flood):
    linked = msgspec.structs.replace(ALARM, incidents=(FIRST,))
    level = msgspec.structs.replace(ALARM, id="b", raised_at=MORNING)
    last_week = msgspec.structs.replace(ALARM, id="c", raised_at=MORNING - timedelta(days=7))
    other = msgspec.structs.replace(ALARM, id="d", cause="stage/t")
    found = alarms_of_incidents((flood.journal.incident(),), (linked, level, last_week, other))
    assert [alarm.id for alarm in found] == ["a", "b"]


def test_closing_is_a_closure(flood):
    flood.write(flood.post, lambda: move_incident(flood.journal.incident(), Status.CONTAINED), at_min=60)
    flood.move(Status.CLOSED, at_min=70)
    assert [each.kind for each in flood.report().decisions] == [DecisionKind.STATUS, DecisionKind.CLOSURE]
