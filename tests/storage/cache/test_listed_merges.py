"""Lists of a console show an incident of every chain of merges."""

import msgspec
import pytest
from support.judged_journal import KOTO_BARU

from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.drafts import delete_incident, merge_incidents, move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.merges import has_broken_merge
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid


@pytest.fixture
def store(tmp_path):
    opened = ConsoleStore(tmp_path / "konsol")
    yield opened
    opened.close()


@pytest.fixture
def reported(store):
    """Return a function that reports an incident and returns it."""

    def report(*, key="", exercise=False):
        number = store.next_incident_number()
        body = IncidentReported(number=number, hazard=Hazard.FLOOD, title="Banjir", place=KOTO_BARU)
        key = key or new_uuid(store.now())
        store.save(report_incident(body, incident_id=key, exercise=exercise))
        return store.incident(key)

    return report


def test_incident_list_shows_oldest_of_circle(store, reported):
    one, two = reported(), reported()
    store.save(merge_incidents(one, two))
    store.save(merge_incidents(two, one))  # as journals of the first rules contain it
    first, last = sorted((one.id, two.id))
    assert store.archive.broken_merges() == {first}
    for found in (store.incidents(), store.archive.current(store.now()), store.archive.among((first, last))):
        assert [i.id for i in found if i.is_open] == [first]
    assert has_broken_merge(store.incident(first))
    assert store.archive.final_target(last) == first
    store.save(move_incident(store.incident(first), Status.VERIFIED))
    assert store.archive.broken_merges() == frozenset()


def test_incident_list_shows_incident_of_deleted_target(store, reported):
    one, two = reported(), reported()
    store.save(merge_incidents(one, two))
    assert not store.incident(one.id).is_open
    store.save(delete_incident(two, reason="uji coba"))
    assert store.archive.broken_merges() == {one.id}
    assert [i.id for i in store.incidents() if i.is_open] == [one.id]


def test_incident_list_shows_real_incident_merged_into_drill(store, reported):
    one, two, target = reported(), reported(), new_uuid(store.now())
    store.save(merge_incidents(one, two))
    store.save(merge_incidents(two, msgspec.structs.replace(two, id=target)))
    reported(key=target, exercise=True)
    assert store.archive.broken_merges() == {two.id}
    for found in (store.incidents(), store.archive.current(store.now())):
        assert [i.id for i in found if i.is_open and not i.exercise] == [two.id]


def test_final_target_follows_a_chain(store, reported):
    one, two, three = reported(), reported(), reported()
    store.save(merge_incidents(one, two))
    store.save(merge_incidents(two, three))
    assert store.archive.final_target(one.id) == three.id
    assert store.archive.number_of(three.id) == three.number
