"""Deferred entries: the server resolves them in the transaction of the entry that they depend on."""

import pytest
from support.draft_samples import incident_report_draft, note_draft
from support.running_server import RunningServer, WritingDevice
from support.wait import wait_for_notification

from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.server.admission import verdicts
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash


def kinds(records: tuple[Record, ...]) -> list[str]:
    return [decode_entry(record.text).kind for record in records]


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

    monkeypatch.setattr(verdicts, "end_deferral", fail)
    assert device.push(device.write(incident_report_draft(device.key.tag))).results[0].verdict is Verdict.ACCEPTED
    assert "could not be judged" in caplog.text
    caplog.clear()


def test_rejected_resolution_is_tried_once(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch
):
    chained = device.write(incident_report_draft(device.key.tag))
    monkeypatch.setattr(verdicts, "end_deferral", lambda *_arguments: note_draft("incident/unknown"))
    assert device.push(chained).results[0].verdict is Verdict.ACCEPTED
    assert kinds(device.pull().records).count("incident.noted") == 1
