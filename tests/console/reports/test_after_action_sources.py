"""The sources of after-action reports: two consoles and a server, one console without a connection for two hours."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, report_incident_at, sync

from tabuah.console.reports.after_action_document import make_after_action_text
from tabuah.console.reports.after_action_sources import (
    read_day_after_action,
    read_event_after_action,
    read_incident_after_action,
)
from tabuah.operations.after_action.decision_records import DecisionKind
from tabuah.operations.alarms.drafts import acknowledge_alarm, link_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.exercises.scope import exercise_scope
from tabuah.operations.incidents.drafts import edit_incident, move_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.parent_events.drafts import open_event
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class FloodDay:
    """The control room and a field post; `at` sets the clock of all computers."""

    def __init__(self, directory: Path, opened: ExitStack) -> None:
        self.now = MORNING
        server = ServerJournal.open(directory / "server", serving=True, clock=self.clock)
        self.journal = opened.enter_context(server)
        add_users(self.journal, ani=Role.SUPERVISOR, budi=Role.FIELD)
        self.room, self.post = (ConsoleStore(directory / name, clock=self.clock) for name in ("ani", "budi"))
        for name, store in (("ani", self.room), ("budi", self.post)):
            opened.callback(store.close)
            enrol(self.journal, store, name)
            sync(store, self.journal)

    def clock(self) -> datetime:
        return self.now

    def at(self, minutes: int) -> None:
        self.now = MORNING + timedelta(minutes=minutes)

    def raise_alarm(self, alarm_id: str, severity: AlarmSeverity) -> None:
        body = AlarmRaised(
            rule="lembang", station="LEMBANG-1", parameter="stage_m", severity=severity, onset_at=self.now,
            value=2.4, limit=2.0, unit="m", title=f"Batang Lembang {severity.value}", cause="stage/LEMBANG-1",
        )  # fmt: skip
        self.journal.append_drafts([raise_alarm(alarm_id, body, exercise=False)])

    def alarm(self, alarm_id: str):
        return next(each for each in self.room.alarms() if each.id == alarm_id)

    def play(self) -> str:
        """Play the day and return the id of the incident; the post reports figures that arrive two hours late."""
        first, second = new_uuid(self.now), new_uuid(self.now)
        self.raise_alarm(first, AlarmSeverity.ATTENTION)
        self.at(12)
        self.raise_alarm(second, AlarmSeverity.CRITICAL)
        sync(self.room, self.journal)
        self.at(15)
        self.room.save(acknowledge_alarm(self.alarm(second)))
        sync(self.room, self.journal)
        self.at(30)
        incident = report_incident_at(self.room, "Banjir di Jorong Simpang")
        self.room.save(link_alarm(self.alarm(first), incident.id))
        for store in (self.room, self.post):
            sync(store, self.journal)
        self.at(40)
        self.post.save(report_figures(incident, Figures(displaced_people=86), source="Wali Nagari"))
        self.at(50)
        self.room.save(move_incident(self.room.incident(incident.id), Status.VERIFIED))
        self.room.save(edit_incident(self.room.incident(incident.id), IncidentEdited(assignment=("BPBD",))))
        sync(self.room, self.journal)
        self.at(160)
        for store in (self.post, self.room):
            sync(store, self.journal)
        self.room.save(edit_incident(self.room.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
        sync(self.room, self.journal)
        return incident.id


@pytest.fixture
def day(tmp_path: Path) -> Iterator[FloodDay]:
    with ExitStack() as opened:
        yield FloodDay(tmp_path, opened)


def test_decision_before_the_late_figures_did_not_know_them(day: FloodDay) -> None:
    report = read_incident_after_action(day.room, day.play())
    kinds = [each.kind for each in report.found.decisions]
    assert kinds == [
        DecisionKind.ACKNOWLEDGEMENT, DecisionKind.STATUS, DecisionKind.DISPATCH, DecisionKind.SEVERITY
    ]  # fmt: skip
    _answer, verified, sent, severity = report.found.decisions
    assert (verified.known.status, verified.known.assignment) == (Status.REPORTED, ())  # before the decision itself
    assert (sent.known.status, sent.known.assignment) == (Status.VERIFIED, ())
    assert verified.known.figures == {}
    assert len(verified.known.unknown) == 1
    assert len(verified.known.open_alarms) == 2
    assert severity.known.figures == {"displaced_people": 86}
    (late,) = report.found.late
    assert late.known_at == MORNING + timedelta(minutes=160)
    assert "10.40" in make_after_action_text(report)  # 160 minutes after 08.00 WIB


def test_both_consoles_compute_the_same_report(day: FloodDay) -> None:
    key = day.play()
    sync(day.post, day.journal)
    assert read_incident_after_action(day.post, key).found == read_incident_after_action(day.room, key).found


def test_lead_times_use_the_alarms_of_the_gauge(day: FloodDay) -> None:
    (lead,) = read_incident_after_action(day.room, day.play()).found.leads
    assert lead.before_report_s == 30 * 60
    assert lead.before_highest_s == 12 * 60
    assert lead.acknowledged_at == MORNING + timedelta(minutes=15)


def test_pending_work_is_marked(day: FloodDay) -> None:
    key = day.play()
    day.at(170)
    day.room.save(move_incident(day.room.incident(key), Status.ON_SCENE))
    report = read_incident_after_action(day.room, key)
    assert [line.known_at for line in report.found.lines if line.kind == "incident.moved"][-1] is None
    assert report.found.decisions[-1].kind is DecisionKind.STATUS


def test_day_contains_what_was_written_on_it(day: FloodDay) -> None:
    day.play()
    report = read_day_after_action(day.room)
    assert len(report.found.lines) == 9
    assert len(report.found.decisions) == 4
    day.at(24 * 60)
    assert read_day_after_action(day.room).found.lines == ()
    assert read_day_after_action(day.room, MORNING.date(), exercise_scope("galodo-1")).found.lines == ()
    assert len(read_day_after_action(day.room, MORNING.date()).found.lines) == 9


def test_event_has_the_delays_of_all_its_incidents(day: FloodDay) -> None:
    key = day.play()
    other = report_incident_at(day.room, "Longsor")
    members = (day.room.incident(key), other)
    drafts = open_event(new_uuid(day.now), "Galodo Kubung", Hazard.FLOOD, began_at=MORNING, incidents=members)
    day.room.save_all(drafts)
    (opened,) = day.room.parent_events()
    report = read_event_after_action(day.room, opened)
    assert [delays.incident for delays in report.found.delays] == [key, other.id]
    assert DecisionKind.EVENT in {each.kind for each in report.found.decisions}
