"""The journal listener: committed changes are known before a reading is evaluated, even if notifications are late."""

import time
from datetime import UTC, datetime
from pathlib import Path

from support.readings_fixture import Clock, RecordingListener, gateway_account, gauge, stage
from support.station_file_samples import sample_document

from tabuah.operations.alarms.alarm import AlarmSeverity
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.readings.reading import PostedReading
from tabuah.operations.stations.drafts import attach_to_station
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.journal_listener import JournalListener
from tabuah.server.readings.service import ReadingsService

LATE_S = 0.4


def registration(number: int) -> Draft:
    station = gauge(number)
    subject = subject_of("station", station.code)
    return Draft(subject=subject, kind="station.registered", body=encode_body(StationRegistered(station=station)))


def test_journal_listener_knows_a_just_registered_station(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        journal.subscribe(lambda _records: time.sleep(LATE_S))  # called first, which delays all other listeners
        service = ReadingsService(journal, RecordingListener(), tmp_path)
        service.start()
        try:
            journal.append_drafts([registration(3)])
            reply = service.submit(gateway_account(), [PostedReading(stage(1.2))]).result(timeout=30)
            assert (reply.stored, reply.set_aside) == (1, ())
        finally:
            service.stop()


def test_journal_listener_returns_each_change_once(tmp_path: Path):
    told = []
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalListener(journal, on_change=lambda: told.append(1))
        news.begin()
        journal.append_drafts([registration(3), registration(4)])
        assert sorted(news.take()) == ["station/SLK-AWLR-03", "station/SLK-AWLR-04"]
        assert news.take() == ()
        assert told == [1]
        news.end()


def test_journal_listener_ignores_station_attachments(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalListener(journal, on_change=lambda: None)
        journal.append_drafts([registration(3)])
        news.begin()
        journal.append_drafts([attach_to_station(gauge(3), sample_document())])
        assert news.take() == ()
        news.end()


def test_journal_listener_end_releases_waiting_threads(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalListener(journal, on_change=lambda: None)
        news.begin()
        news.end()
        journal.append_drafts([registration(3)])
        began = time.monotonic()
        assert news.take() == ()
        assert time.monotonic() - began < LATE_S * 5


def test_journal_listener_knows_own_alarms_that_were_handed_back(tmp_path: Path):
    body = AlarmRaised(
        rule="r",
        station="",
        parameter="stage_m",
        severity=AlarmSeverity.HIGH,
        onset_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        listener = JournalListener(journal, on_change=lambda: None)
        listener.begin()
        journal.append_drafts([raise_alarm("01a22118-c187-7509-ba25-85a48052ab2a", body, exercise=False)])
        assert listener.take() == ()
        journal.returned_until = journal.head().seq + 1
        journal.append_drafts([raise_alarm("01a22118-c187-7509-ba25-85a48052ab2b", body, exercise=False)])
        assert listener.take() == ("alarm/01a22118-c187-7509-ba25-85a48052ab2b",)
        listener.end()
