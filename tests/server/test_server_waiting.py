"""A server ends waits by itself, in the transaction of what was waited for, and to nobody's harm."""

import pytest
from drafts import note, report
from running_server import RunningServer, WritingDevice
from waiting import until_told

from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.server.admission import answering
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash


def kinds(records: tuple[Record, ...]) -> list[str]:
    return [decode_entry(record.text).kind for record in records]


def test_the_end_of_a_wait_follows_what_was_waited_for_in_the_same_commit(
    running_server: RunningServer, device: WritingDevice
):
    heard: list[tuple[Record, ...]] = []
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        coming = report(device.key.tag)
        early = [other.write(note(coming.subject, text)) for text in ("satu", "dua")]
        assert [result.reason for result in other.push(*early).results] == ["rests_on_unknown"] * 2
        unsubscribe = running_server.journal.subscribe(heard.append)
        reply = device.push(device.write(coming), device.write(note(coming.subject, "tiga")))
        until_told(running_server.journal)
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


def test_a_push_that_comes_again_ends_nothing_twice_and_is_answered_alike(
    running_server: RunningServer, device: WritingDevice
):
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        coming = report(device.key.tag)
        other.push(other.write(note(coming.subject)))
    chained = device.write(coming)
    first = device.push(chained)
    assert device.push(chained).results == first.results
    records = device.pull().records
    assert kinds(records).count("entry.released") == 1
    previous = "0" * 64
    for record in records:
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash
        previous = record.hash


def test_a_bug_in_what_is_said_of_waits_blocks_no_device(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch, caplog
):
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answering, "end_of_wait", fail)
    assert device.push(device.write(report(device.key.tag))).results[0].verdict is Verdict.ACCEPTED
    assert "could not be judged" in caplog.text
    caplog.clear()


def test_an_answer_that_the_rules_do_not_take_is_given_once(
    running_server: RunningServer, device: WritingDevice, monkeypatch: pytest.MonkeyPatch
):
    chained = device.write(report(device.key.tag))
    monkeypatch.setattr(answering, "end_of_wait", lambda *_arguments: note("incident/unknown"))
    assert device.push(chained).results[0].verdict is Verdict.ACCEPTED
    assert kinds(device.pull().records).count("incident.noted") == 1
