"""Deferred entries: work that reaches the server before what it depends on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.bundle_exchange import BundleExchange, DirectClient
from support.console_stores import enrol, pull_page, push, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot, fetch_history

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entries import refuse_held, release_held
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.server.bundles.bundle_import import import_bundle
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.relay import push_relayed
from tabuah.text.incidents.timeline import timeline_of

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[BundleExchange]:
    """Consoles of which budi's and citra's know each other's device; ani's does not know citra's."""
    with BundleExchange(tmp_path) as room:
        kalaksa = encode_body(UserCreated(name="kalaksa", role=Role.SUPERVISOR, opd="BPBD"))
        room.journal.append_drafts([Draft(subject="user/kalaksa", kind="user.created", body=kalaksa)])
        room.let_in("ani", "budi")
        room.let_in("citra", "budi")
        room.consoles["kalaksa"] = room.open("kalaksa")
        room.let_in("kalaksa")
        yield room


def answered(room: BundleExchange) -> Incident:
    """Let citra report offline and budi answer twice by bundle; both go on to ani."""
    flood = room.report("citra")
    room["budi"].relay.import_bundle(room.export("citra"))
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Perahu menuju ke sana"))
    grading = edit_incident(room["budi"].incident(flood.id), IncidentEdited(severity=Severity.SEVERE))
    room["budi"].save(grading)
    room["ani"].relay.import_bundle(room.export("budi"))
    return flood


def send_before_pulling(room: BundleExchange) -> int:
    """Push from ani's console without a pull, as at the begin of a sync pass."""
    return push_relayed(room["ani"], DirectClient(room.journal))  # type: ignore[arg-type]


def reasons(room: BundleExchange, name: str) -> list[str]:
    return [aside.reason for aside in room[name].held()]


def outcomes_at(store: ConsoleStore, flood: Incident) -> list[EntryOutcome]:
    return [event.outcome for event in timeline_of(store.entries_of(f"incident/{flood.id}"))]


def test_deferred_answer_takes_effect_with_report(room: BundleExchange):
    flood = answered(room)
    assert [carried.ready for carried in room["ani"].relay.devices()] == [0, 2]  # citra's device is unknown to ani
    assert send_before_pulling(room) == 2
    sync(room["kalaksa"], room.journal)
    assert reasons(room, "kalaksa") == ["rests_on_unknown"] * 2
    assert room.sync_carried("ani") == 1
    for name in ("ani", "budi", "citra"):
        sync(room[name], room.journal)
        incident = room[name].incident(flood.id)
        assert (incident.note_count, incident.severity, incident.conflicts) == (1, Severity.SEVERE, ())
        assert (reasons(room, name), room[name].rejections()) == ([], [])
    assert outcomes_at(room["budi"], flood).count(EntryOutcome.RESOLVED) == 2


def test_own_work_without_dependency_is_deferred(room: BundleExchange):
    flood = room.report("citra")
    room["budi"].relay.import_bundle(room.export("citra"))
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Perahu menuju ke sana"))
    room["budi"].relay.refuse(room["citra"].device, "fork")  # a refusal that is final for a device
    push(room["budi"], room.journal)
    sync(room["kalaksa"], room.journal)
    (aside,) = room["kalaksa"].held()
    assert (aside.entry.actor, aside.reason) == ("budi", "rests_on_unknown")
    sync(room["citra"], room.journal)  # the author is online again
    sync(room["kalaksa"], room.journal)
    assert room["kalaksa"].held() == []
    assert room["kalaksa"].incident(flood.id).note_count == 1


def test_deferred_entries_are_released_with_report(room: BundleExchange):
    flood = answered(room)
    revoke_device(room.journal, room["citra"].device, "hilang")
    room.sync_carried("ani")
    import_bundle(room.journal, room.export("citra"))
    sync(room["kalaksa"], room.journal)
    report = next(aside for aside in room["kalaksa"].held() if aside.entry.kind == "incident.reported")
    assert sorted(reasons(room, "kalaksa")) == ["device_revoked", "rests_on_held", "rests_on_held"]
    room["kalaksa"].save(release_held(report.entry))
    sync(room["kalaksa"], room.journal)
    assert reasons(room, "kalaksa") == []
    assert room["kalaksa"].incident(flood.id).note_count == 1


def test_deferred_entry_of_refused_report_is_rejected(room: BundleExchange):
    answered(room)
    revoke_device(room.journal, room["citra"].device, "hilang")
    room.sync_carried("ani")
    import_bundle(room.journal, room.export("citra"))
    sync(room["kalaksa"], room.journal)
    report = next(aside for aside in room["kalaksa"].held() if aside.entry.kind == "incident.reported")
    room["kalaksa"].save(refuse_held(report.entry, "laptop curian"))
    for name in ("kalaksa", "budi", "ani"):
        sync(room[name], room.journal)
    assert reasons(room, "budi") == []
    assert [(tray.root.reason, tray.root.refusal_reason) for tray in room["budi"].rejections()] == [
        ("unknown_subject", "")
    ] * 2
    assert room["ani"].rejections() == []


def test_deferred_entry_can_only_be_refused(room: BundleExchange):
    answered(room)
    send_before_pulling(room)
    sync(room["kalaksa"], room.journal)
    note = room["kalaksa"].held()[0].entry
    with pytest.raises(NotPossible, match="rests_on_unknown"):
        room["kalaksa"].save(release_held(note))
    room["kalaksa"].save(refuse_held(note, "laptopnya hilang di sungai"))
    for name in ("kalaksa", "budi"):
        sync(room[name], room.journal)
    (tray,) = room["budi"].rejections()
    assert (tray.root.refusal_reason, tray.root.by) == ("laptopnya hilang di sungai", "kalaksa")


def test_new_log_in_continues_held_report(room: BundleExchange):
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


def test_snapshot_contains_deferred_entries(room: BundleExchange):
    flood, new = answered(room), room.open("baru")
    send_before_pulling(room)
    enrol(room.journal, new, "kalaksa")
    apply_snapshot(new, room.journal, build_snapshot(room.journal, room.folder / "snapshots"))
    assert [aside.reason for aside in new.held()] == ["rests_on_unknown"] * 2
    room.sync_carried("ani")
    sync(new, room.journal)
    fetch_history(new, room.journal, f"incident/{flood.id}")
    assert (new.held(), new.incident(flood.id).note_count) == ([], 1)
    assert outcomes_at(new, flood).count(EntryOutcome.RESOLVED) == 2


def test_unknown_subject_cannot_be_edited(room: BundleExchange):
    flood = room.report("citra")
    with pytest.raises(NotPossible) as refused:
        room["ani"].save(note_incident(flood, "Perahu menuju ke sana"))
    assert refused.value.reason == "rests_on_unknown"


def test_deferral_is_shown_across_pages(room: BundleExchange):
    flood = answered(room)
    send_before_pulling(room)
    room.sync_carried("ani")
    kalaksa = room["kalaksa"]
    while kalaksa.head.seq < room.journal.head().seq:
        kalaksa.apply_pull(pull_page(room.journal, kalaksa.head.seq, 1))
        assert all(aside.reason in ("rests_on_unknown", "rests_on_held") for aside in kalaksa.held())
    assert kalaksa.held() == []
    verdicts = [verdict for _entry, verdict in kalaksa.entries_of(f"incident/{flood.id}")]
    assert verdicts == [Verdict.HELD, Verdict.HELD, *[Verdict.ACCEPTED] * 3]
