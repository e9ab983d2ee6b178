"""Deferred entries: the server resolves them in the transaction of the entry that they depend on."""

import pytest
from support.draft_samples import incident_report_draft, note_draft
from support.running_server import RunningServer, WritingDevice
from support.wait import wait_for_notification

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entries import end_deferral
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import SubjectState
from tabuah.server.admission import verdicts
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash

UNKNOWN_ENTRY = "00000000-0000-7000-8000-000000000099"


def kinds(records: tuple[Record, ...]) -> list[str]:
    return [decode_entry(record.text).kind for record in records]


def defer_note(server: RunningServer, coming: Draft) -> None:
    """Push a note of another device on an incident that is not there yet."""
    with server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        assert other.push(other.write(note_draft(coming.subject))).results[0].verdict is Verdict.HELD


def test_deferred_entries_resolve_in_the_same_commit(running_server: RunningServer, device: WritingDevice):
    heard: list[tuple[Record, ...]] = []
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        coming = incident_report_draft(device.key.tag)
        early = [other.write(note_draft(coming.subject, text)) for text in ("satu", "dua")]
        assert [result.reason for result in other.push(*early).results] == ["rests_on_unknown"] * 2
        unsubscribe = running_server.journal.subscribe(heard.append)
        reply = device.push(device.write(coming), device.write(note_draft(coming.subject, "tiga")))
        wait_for_notification(running_server.journal)
        unsubscribe()
    assert [kinds(records) for records in heard] == [
        ["incident.reported", "entry.released", "entry.released", "incident.noted"]
    ]
    assert [(result.n, result.verdict) for result in reply.results] == [(1, Verdict.ACCEPTED), (2, Verdict.ACCEPTED)]
    assert [result.seq for result in reply.results] == [heard[0][0].seq, heard[0][3].seq]
    assert {decode_entry(record.text).device for record in heard[0][1:3]} == {running_server.journal.server_id}
    incident = running_server.journal.state_of(coming.subject).value
    assert isinstance(incident, Incident)
    assert incident.note_count == 3


def test_deferred_entries_resolve_once_for_repeated_push(running_server: RunningServer, device: WritingDevice):
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        coming = incident_report_draft(device.key.tag)
        other.push(other.write(note_draft(coming.subject)))
    chained = device.write(coming)
    first = device.push(chained)
    assert device.push(chained).results == first.results
    records = device.pull().records
    assert kinds(records).count("entry.released") == 1
    previous = "0" * 64
    for record in records:
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash
        previous = record.hash


def test_resolution_bug_blocks_no_device(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch, caplog
):
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    coming = incident_report_draft(device.key.tag)
    defer_note(running_server, coming)
    monkeypatch.setattr(verdicts, "end_deferral", fail)
    assert device.push(device.write(coming)).results[0].verdict is Verdict.ACCEPTED
    assert "could not be judged" in caplog.text
    caplog.clear()


def test_rejected_resolution_is_tried_once(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch
):
    coming = incident_report_draft(device.key.tag)
    defer_note(running_server, coming)
    before = kinds(device.pull().records).count("incident.noted")
    monkeypatch.setattr(verdicts, "end_deferral", lambda *_arguments: note_draft("incident/unknown"))
    assert device.push(device.write(coming)).results[0].verdict is Verdict.ACCEPTED
    assert kinds(device.pull().records).count("incident.noted") == before + 1


def test_entries_on_a_subject_judge_no_unaffected_ones(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch
):
    """Judging all waiting entries after each one made a push of 100 take nine seconds."""
    judged: list[str] = []

    def count(state: SubjectState, authority: Authority, lookups: Lookups, among: tuple[str, ...]) -> Draft | None:
        judged.extend(among)
        return end_deferral(state, authority, lookups, among)

    monkeypatch.setattr(verdicts, "end_deferral", count)
    coming = incident_report_draft(device.key.tag)
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        early = [other.write(note_draft(coming.subject, str(n))) for n in range(20)]
        other.push(*early)
        assert judged == []
        settlement = Draft(
            subject=coming.subject,
            kind="conflict.settled",
            body=encode_body(ConflictSettled(conflict=f"{UNKNOWN_ENTRY}.severity", take="current")),
        )
        device.push(device.write(coming))
        assert judged == [chained.entry.id for chained in early]
        assert device.push(device.write(settlement)).results[0].reason == "rests_on_unknown"
        device.push(device.write(note_draft(coming.subject)))
    assert len(judged) == len(early)
