"""What the journal has answered for is known before a reading is judged, however late its listeners are told."""

import time
from pathlib import Path

from readings_room import GATEWAY, Clock, Listener, gauge, stage
from station_files_samples import sheet

from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.gestures import attach_to_station
from tabuah.operations.stations.posted import PostedReading
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.news import JournalNews
from tabuah.server.readings.service import ReadingsService

LATE_S = 0.4


def registration(number: int) -> Draft:
    station = gauge(number)
    subject = subject_of("station", station.code)
    return Draft(subject=subject, kind="station.registered", body=encode_body(StationRegistered(station=station)))


def test_a_reading_of_a_station_that_has_just_been_registered_is_taken(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        journal.subscribe(lambda _records: time.sleep(LATE_S))  # told first, and so all others later
        service = ReadingsService(journal, Listener(), tmp_path)
        service.start()
        try:
            journal.append_own([registration(3)])
            reply = service.submit(GATEWAY, [PostedReading(stage(1.2))]).result(timeout=30)
            assert (reply.stored, reply.set_aside) == (1, ())
        finally:
            service.stop()


def test_what_is_taken_is_taken_once(tmp_path: Path):
    told = []
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalNews(journal, on_news=lambda: told.append(1))
        news.begin()
        journal.append_own([registration(3), registration(4)])
        assert sorted(news.take()) == ["station/SLK-AWLR-03", "station/SLK-AWLR-04"]
        assert news.take() == ()
        assert told == [1]
        news.end()


def test_a_file_of_a_station_makes_nobody_learn_it_again(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalNews(journal, on_news=lambda: None)
        journal.append_own([registration(3)])
        news.begin()
        journal.append_own([attach_to_station(gauge(3), sheet())])
        assert news.take() == ()
        news.end()


def test_nobody_waits_for_news_after_the_end(tmp_path: Path):
    with ServerJournal.open(tmp_path, clock=Clock()) as journal:
        news = JournalNews(journal, on_news=lambda: None)
        news.begin()
        news.end()
        journal.append_own([registration(3)])
        began = time.monotonic()
        assert news.take() == ()
        assert time.monotonic() - began < LATE_S * 5
