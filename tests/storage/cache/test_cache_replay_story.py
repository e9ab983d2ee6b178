"""Replay of a cache: the last state is the present one, every earlier state is what the journal said."""

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.console_stores import add_users, enrol, pull, report_incident_at, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Severity, Status
from tabuah.operations.errors import NotPossible
from tabuah.operations.fold import fold
from tabuah.operations.incidents.drafts import delete_incident, edit_incident, move_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.replay.events import ReplayEventKind, replay_events, stop_times
from tabuah.operations.replay.state_history import StateHistory, StateStep
from tabuah.operations.subject_state import EMPTY, SubjectState, SubjectValue
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import decode_entry

USERS = {"ani": Role.OPERATOR, "sari": Role.SUPERVISOR}
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ALARM = Alarm(
    id="a", rule="r", station="s", parameter="p", severity=AlarmSeverity.HIGH, title="t", onset_at=BEGINNING,
    raised_at=BEGINNING, value=None, limit=None, unit="m", hazard=None, lon_deg=None, lat_deg=None, cause="",
    exercise=False,
)  # fmt: skip
ACTS = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from(["report", "severity", "move", "note", "delete", "sync", "pull"]),
        st.integers(0, 999),
    ),
    min_size=5, max_size=40,
)  # fmt: skip


class Room:
    def __init__(self, directory: Path, opened: ExitStack) -> None:
        self.journal = opened.enter_context(ServerJournal.open(directory / "server", serving=True))
        add_users(self.journal, **USERS)
        self.stores = [ConsoleStore(directory / user) for user in USERS]
        for user, store in zip(USERS, self.stores, strict=True):
            opened.callback(store.close)
            store._session.connection.execute("PRAGMA synchronous = OFF")
            enrol(self.journal, store, user)
            sync(store, self.journal)

    def do(self, console: int, act: str, pick: int) -> None:
        store = self.stores[console]
        incidents = sorted(store.incidents(), key=lambda i: i.id)
        if act == "sync":
            sync(store, self.journal)
        elif act == "pull":
            pull(store, self.journal, limit=1 + pick % 3)
        elif act == "report" or not incidents:
            report_incident_at(store, f"insiden {pick}")
        else:
            incident = incidents[pick % len(incidents)]
            drafts = {
                "severity": lambda: edit_incident(incident, IncidentEdited(severity=list(Severity)[pick % 4])),
                "move": lambda: move_incident(incident, list(Status)[pick % 7]),
                "note": lambda: note_incident(incident, f"catatan {pick}"),
                "delete": lambda: delete_incident(incident, reason="salah"),
            }
            try:
                store.save(drafts[act]())
            except NotPossible:
                return


def values(states: dict[str, SubjectState]) -> dict[str, SubjectValue | None]:
    return {subject: state.value for subject, state in states.items() if state.value is not None}


def shown(store: ConsoleStore) -> dict[str, SubjectValue | None]:
    rows = store._session.connection.execute("SELECT subject FROM subjects WHERE kind IN ('incident', 'alarm')")
    return values({subject: store.state(subject) for (subject,) in rows})


def as_the_server_said(journal: ServerJournal, store: ConsoleStore) -> list[tuple[datetime, dict[str, SubjectState]]]:
    """Return the states after every entry on the console, computed from the server's journal."""
    states: dict[str, SubjectState] = {}
    told = []
    for record in journal.records_after(0, 10_000):
        entry = decode_entry(record.text)
        if record.seq > store.head.seq or not entry.subject.startswith("incident/"):
            continue
        state = fold(states.get(entry.subject, EMPTY), entry, record.verdict, text=record.text, reason=record.reason)
        states = {**states, entry.subject: state}
        told.append((record.received_at, states))
    return told


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS, share=st.floats(0, 1))
def test_replay_matches_journal_at_every_moment(acts: list, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        room = Room(Path(folder), opened)
        for act in acts:
            room.do(*act)
        for store in room.stores:
            told = as_the_server_said(room.journal, store)
            since = told[int(share * (len(told) - 1))][0] if told else BEGINNING
            past = store.replay.story_since(since)
            assert values(dict(past.story.at(past.until))) == shown(store)
            waiting = {entry.subject for entry in store._session.journal.pending()}
            for place, (moment, states) in enumerate(told):
                is_last = place + 1 == len(told) or told[place + 1][0] > moment
                if moment >= since and is_last:
                    at = values(dict(past.story.at(moment)))
                    expected = values(states)
                    assert {s: v for s, v in at.items() if s not in waiting} == {
                        s: v for s, v in expected.items() if s not in waiting
                    }


@given(
    steps=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5), st.integers(0, 9)), max_size=700),
    asked=st.lists(st.integers(-1, 51), min_size=1, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_replay_is_equal_forwards_and_backwards(steps: list, asked: list[int]) -> None:
    def state(mark: int) -> SubjectState:
        return SubjectState(heard={"d": mark}) if mark == 0 else SubjectState(value=ALARM, heard={"d": mark})

    taken = [
        StateStep(at=BEGINNING + timedelta(seconds=second), subject=f"alarm/{number}", state=state(mark))
        for second, number, mark in steps
    ]
    story = StateHistory({"alarm/x": state(1)}, taken)
    plain = {}
    for second in sorted({*asked}):
        moment = BEGINNING + timedelta(seconds=second)
        states = {"alarm/x": state(1)}
        for step in sorted(taken, key=lambda step: step.at):
            if step.at <= moment:
                states[step.subject] = step.state
        plain[second] = {s: each for s, each in states.items() if each.value is not None}
    for second in (*asked, *reversed(asked)):
        assert story.at(BEGINNING + timedelta(seconds=second)) == plain[second]


def test_pending_work_appears_at_writing_time(tmp_path: Path) -> None:
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        store = room.stores[0]
        incident = report_incident_at(store, "di sini saja")
        past = store.replay.story_since(BEGINNING)
        assert set(past.story.at(past.until)) == {f"incident/{incident.id}"}
        assert past.story.at(incident.reported_at - timedelta(seconds=1)) == {}
        assert [each.kind for each in replay_events(past.story)] == [ReplayEventKind.REPORTED]


def test_long_closed_incidents_are_left_out(tmp_path: Path) -> None:
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        store = room.stores[0]
        open_one, ended = (f"incident/{report_incident_at(store, title).id}" for title in ("banjir", "salah lihat"))
        store.save(move_incident(store.incident(ended[-36:]), Status.FALSE_REPORT, reason="salah lihat"))
        sync(store, room.journal)
        for days, expected in ((1, {open_one, ended}), (40, {open_one})):
            past = store.replay.story_since(datetime.now(UTC) + timedelta(days=days))
            assert set(past.story.at(past.until)) == expected


def test_replay_events_skip_edits(tmp_path: Path) -> None:
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        store = room.stores[1]
        incident = report_incident_at(store, "banjir")
        store.save(note_incident(incident, "air naik"))
        store.save(move_incident(store.incident(incident.id), Status.VERIFIED))
        sync(store, room.journal)
        past = store.replay.story_since(BEGINNING)
        found = replay_events(past.story)
        assert [each.kind for each in found] == [
            ReplayEventKind.REPORTED,
            ReplayEventKind.CHANGED,
            ReplayEventKind.MOVED,
        ]
        assert {each.title for each in found} == {"banjir"}
        assert stop_times(found) == tuple(sorted({found[0].at, found[2].at}))


def test_incomplete_histories_are_counted(tmp_path: Path) -> None:
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        writer, reader = room.stores
        incident = report_incident_at(writer, "lama")
        writer.save(move_incident(incident, Status.VERIFIED))
        sync(writer, room.journal)
        apply_snapshot(reader, room.journal, build_snapshot(room.journal, tmp_path / "snapshots"))
        writer.save(note_incident(writer.incident(incident.id), "baru"))
        sync(writer, room.journal)
        sync(reader, room.journal)
        past = reader.replay.story_since(BEGINNING)
        assert past.incomplete == 1
        assert values(dict(past.story.at(past.until))) == shown(reader)
