"""What matters of the incidents is read by a query, and what was over long ago is found by its words."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from consoles import over, report

from tabuah.operations.incidents.gestures import delete_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MONTH_AGO = NOW - timedelta(days=31)


class Clock:
    def __init__(self) -> None:
        self.now = NOW - timedelta(days=400)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[ConsoleStore]:
    store = ConsoleStore(tmp_path / "ani", clock=clock)
    yield store
    store.close()


def ids(incidents: list[Incident]) -> set[str]:
    return {incident.id for incident in incidents}


def test_current_is_what_is_open_however_old_and_what_ended_lately(store: ConsoleStore, clock: Clock):
    old_open, old_over = report(store), over(store)
    clock.now = NOW
    fresh = over(store)
    assert ids(store.archive.current(MONTH_AGO)) == {old_open.id, fresh.id}
    assert store.archive.among([old_over.id, "nobody"]) == [store.incident(old_over.id)]


def test_what_is_over_and_written_on_again_is_current(store: ConsoleStore, clock: Clock):
    old_over = over(store)
    clock.now = NOW
    store.save(note_incident(old_over, "ada laporan susulan"))
    assert ids(store.archive.current(MONTH_AGO)) == {old_over.id}


def test_the_worst_comes_first_and_what_is_deleted_never(store: ConsoleStore, clock: Clock):
    clock.now = NOW
    ended, deleted, open_one = over(store), report(store), report(store)
    store.save(delete_incident(deleted, reason="ganda"))
    assert [incident.id for incident in store.archive.current(MONTH_AGO)] == [open_one.id, ended.id]
    assert store.archive.among([deleted.id]) == store.archive.find("banjir", 5)[2:] == []


def test_incidents_are_found_by_all_words_of_number_title_and_place(store: ConsoleStore):
    first, second = over(store, "Longsor di Jorong Simpang"), over(store, "Banjir di Jorong Simpang")
    assert ids(store.archive.find("simpang LONGSOR", 20)) == {first.id}
    assert ids(store.archive.find("koto baru simpang", 20)) == {first.id, second.id}
    assert ids(store.archive.find(second.number.lower(), 20)) == {second.id}
    assert store.archive.find("simpang kebakaran", 20) == []


def test_the_newest_are_found_first_and_no_more_than_asked(store: ConsoleStore, clock: Clock):
    found = []
    for _number in range(4):
        clock.now += timedelta(days=1)
        found.append(over(store).id)
    assert ids(store.archive.find("banjir", 2)) == set(found[-2:])


@pytest.mark.parametrize("text", ["", "  ", "ba", "%%%", "___", "\\\\\\", "'; DROP TABLE incidents", "banjir%"])
def test_signs_of_a_query_are_letters_like_others(store: ConsoleStore, text: str):
    over(store)
    assert store.archive.find(text, 20) == []


def test_a_percent_sign_is_found_where_one_is(store: ConsoleStore):
    assert ids(store.archive.find("80% mata", 20)) == set()
    found = over(store, "Tertutup 80% mata jalan")
    assert ids(store.archive.find("80% mata", 20)) == {found.id}


def test_what_waits_for_the_server_is_named(store: ConsoleStore):
    assert store.archive.pending() == frozenset()
    incident = over(store)
    assert store.archive.pending() == {incident.id}
