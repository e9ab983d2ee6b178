"""Work that reaches the server before what it rests on: it waits where everybody sees it, and ends told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from carrying_room import CarryingRoom, DirectLine
from consoles import enrol, page, push, sync
from snapshot_room import fetch_history, load, make

from tabuah.operations.authority.bodies import UserCreated
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.holding import refuse_held, release_held
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import Outcome, timeline_of
from tabuah.server.administration import revoke_device
from tabuah.server.bundles.importing import import_bundle
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.carrying import push_carried

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[CarryingRoom]:
    """Budi and citra know of each other's devices; ani's console does not know citra's yet."""
    with CarryingRoom(tmp_path) as room:
        kalaksa = encode_body(UserCreated(name="kalaksa", role=Role.SUPERVISOR, opd="BPBD"))
        room.journal.append_own([Draft(subject="user/kalaksa", kind="user.created", body=kalaksa)])
        room.let_in("ani", "budi")
        room.let_in("citra", "budi")
        room.consoles["kalaksa"] = room.open("kalaksa")
        room.let_in("kalaksa")
        yield room


def answered(room: CarryingRoom) -> Incident:
    """Citra reports, offline; budi, to whom that was carried, answers twice, and hands both on to ani."""
    flood = room.report("citra")
    room["budi"].carrier.take(room.export("citra"))
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Perahu menuju ke sana"))
    grading = edit_incident(room["budi"].incident(flood.id), IncidentEdited(severity=Severity.SEVERE))
    room["budi"].save(grading)
    room["ani"].carrier.take(room.export("budi"))
    return flood


def send_before_pulling(room: CarryingRoom) -> int:
    """Ani's console sends what it can; a sync begins with that."""
    return push_carried(room["ani"], DirectLine(room.journal))  # type: ignore[arg-type]


def reasons(room: CarryingRoom, name: str) -> list[str]:
    return [aside.reason for aside in room[name].held()]


def outcomes_at(store: ConsoleStore, flood: Incident) -> list[Outcome]:
    return [event.outcome for event in timeline_of(store.entries_of(f"incident/{flood.id}"))]


def test_an_answer_that_is_brought_first_takes_effect_when_the_report_is_brought(room: CarryingRoom):
    flood = answered(room)
    assert [carried.ready for carried in room["ani"].carrier.devices()] == [0, 2]  # citra's device is unknown to ani
    assert send_before_pulling(room) == 2
    sync(room["kalaksa"], room.journal)
    assert reasons(room, "kalaksa") == ["rests_on_unknown"] * 2
    assert room.bring("ani") == 1
    for name in ("ani", "budi", "citra"):
        sync(room[name], room.journal)
        incident = room[name].incident(flood.id)
        assert (incident.note_count, incident.severity, incident.conflicts) == (1, Severity.SEVERE, ())
        assert (reasons(room, name), room[name].rejections()) == ([], [])
    assert outcomes_at(room["budi"], flood).count(Outcome.CAME) == 2


def test_own_work_that_is_sent_without_what_was_carried_for_it_waits_in_the_tray(room: CarryingRoom):
    flood = room.report("citra")
    room["budi"].carrier.take(room.export("citra"))
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Perahu menuju ke sana"))
    room["budi"].carrier.refuse(room["citra"].device, "fork")  # what the server never takes of somebody
    push(room["budi"], room.journal)
    sync(room["kalaksa"], room.journal)
    (aside,) = room["kalaksa"].held()
    assert (aside.entry.actor, aside.reason) == ("budi", "rests_on_unknown")
    sync(room["citra"], room.journal)  # who comes back on the line, though
    sync(room["kalaksa"], room.journal)
    assert room["kalaksa"].held() == []
    assert room["kalaksa"].incident(flood.id).note_count == 1


def test_what_waits_for_a_held_report_is_released_with_it(room: CarryingRoom):
    flood = answered(room)
    revoke_device(room.journal, room["citra"].device, "hilang")
    room.bring("ani")
    import_bundle(room.journal, room.export("citra"))
    sync(room["kalaksa"], room.journal)
    report = next(aside for aside in room["kalaksa"].held() if aside.entry.kind == "incident.reported")
    assert sorted(reasons(room, "kalaksa")) == ["device_revoked", "rests_on_held", "rests_on_held"]
    room["kalaksa"].save(release_held(report.entry))
    sync(room["kalaksa"], room.journal)
    assert reasons(room, "kalaksa") == []
    assert room["kalaksa"].incident(flood.id).note_count == 1


def test_what_waits_for_a_report_that_is_refused_comes_into_its_authors_tray(room: CarryingRoom):
    answered(room)
    revoke_device(room.journal, room["citra"].device, "hilang")
    room.bring("ani")
    import_bundle(room.journal, room.export("citra"))
    sync(room["kalaksa"], room.journal)
    report = next(aside for aside in room["kalaksa"].held() if aside.entry.kind == "incident.reported")
    room["kalaksa"].save(refuse_held(report.entry, "laptop curian"))
    for name in ("kalaksa", "budi", "ani"):
        sync(room[name], room.journal)
    assert reasons(room, "budi") == []
    assert [(tray.root.reason, tray.root.told) for tray in room["budi"].rejections()] == [("unknown_subject", "")] * 2
    assert room["ani"].rejections() == []


def test_a_supervisor_is_told_why_what_waits_cannot_be_released_and_may_refuse_it(room: CarryingRoom):
    answered(room)
    send_before_pulling(room)
    sync(room["kalaksa"], room.journal)
    note = room["kalaksa"].held()[0].entry
    with pytest.raises(NotPossible, match="belum tiba"):
        room["kalaksa"].save(release_held(note))
    room["kalaksa"].save(refuse_held(note, "laptopnya hilang di sungai"))
    for name in ("kalaksa", "budi"):
        sync(room[name], room.journal)
    (tray,) = room["budi"].rejections()
    assert (tray.root.told, tray.root.by) == ("laptopnya hilang di sungai", "kalaksa")


def test_who_logs_in_again_goes_on_with_a_report_of_the_log_in_that_had_expired(room: CarryingRoom):
    enrol(room.journal, room["budi"], "budi", expires_at=LONG_AGO)
    flood = room.report("budi")
    enrol(room.journal, room["budi"], "budi")
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Air mulai surut"))
    sync(room["budi"], room.journal)
    assert reasons(room, "budi") == ["grant_expired", "rests_on_held"]
    (mine,) = room["budi"].held_reports()
    assert mine.incident.note_count == 1
    sync(room["kalaksa"], room.journal)
    room["kalaksa"].save(release_held(room["kalaksa"].held()[0].entry))
    sync(room["kalaksa"], room.journal)
    assert room["kalaksa"].incident(flood.id).note_count == 1


def test_a_snapshot_brings_what_waits_and_its_history_folds_to_what_was_signed(room: CarryingRoom):
    flood, new = answered(room), room.open("baru")
    send_before_pulling(room)
    enrol(room.journal, new, "kalaksa")
    load(new, room.journal, make(room.journal, room.folder / "snapshots"))
    assert [aside.reason for aside in new.held()] == ["rests_on_unknown"] * 2
    room.bring("ani")
    sync(new, room.journal)
    fetch_history(new, room.journal, f"incident/{flood.id}")
    assert (new.held(), new.incident(flood.id).note_count) == ([], 1)
    assert outcomes_at(new, flood).count(Outcome.CAME) == 2


def test_nobody_writes_on_what_has_not_come_here(room: CarryingRoom):
    flood = room.report("citra")
    with pytest.raises(NotPossible) as refused:
        room["ani"].save(note_incident(flood, "Perahu menuju ke sana"))
    assert refused.value.reason == "rests_on_unknown"


def test_pages_end_anywhere_and_a_wait_is_told_until_its_end_has_come(room: CarryingRoom):
    flood = answered(room)
    send_before_pulling(room)
    room.bring("ani")
    kalaksa = room["kalaksa"]
    while kalaksa.head.seq < room.journal.head().seq:
        kalaksa.apply_pull(page(room.journal, kalaksa.head.seq, 1))
        assert all(aside.reason in ("rests_on_unknown", "rests_on_held") for aside in kalaksa.held())
    assert kalaksa.held() == []
    verdicts = [verdict for _entry, verdict in kalaksa.entries_of(f"incident/{flood.id}")]
    assert verdicts == [Verdict.HELD, Verdict.HELD, *[Verdict.ACCEPTED] * 3]
