"""Search for incidents: by words with their forms, by filters, in an order, without other worlds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import report_incident_at

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.exercises.scope import ALL_WORLDS, exercise_scope
from tabuah.operations.incidents.drafts import edit_incident, merge_incidents, move_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.incident_list import sort_for_board
from tabuah.storage.cache.store import ConsoleStore

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

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


def edit(store: ConsoleStore, incident: Incident, **fields: object) -> Incident:
    store.save(edit_incident(store.incident(incident.id), IncidentEdited(**fields)))  # type: ignore[arg-type]
    return store.incident(incident.id)


def found(store: ConsoleStore, words: str = "", **filters: object) -> list[str]:
    return list(store.search.find(IncidentFilters(words=words, **filters)))  # type: ignore[arg-type]


def test_words_find_forms_phrases_and_numbers(store: ConsoleStore):
    first = report_incident_at(store, "Jembatan putus")
    second = report_incident_at(store, "Pohon tumbang")
    store.save(note_incident(first, "warga kebanjiran, lalu dievakuasi ke balai nagari"))
    for words in ("banjir", "evakuasi ", "jembatan evak", '"balai nagari"', first.number, first.number[4:], "BÁLAI"):
        assert found(store, words) == [first.id], words
    assert found(store, "putus -banjir") == []
    assert found(store, "-banjir ") == [second.id]
    assert found(store, '"nagari balai"') == found(store, "😀") == []
    assert found(store, "1 ") == [first.id], "the number as people say it"


def test_filters_select_by_each_field(store: ConsoleStore, clock: Clock):
    first = report_incident_at(store)
    clock.now += timedelta(days=2)
    second = edit(
        store,
        report_incident_at(store),
        hazard=Hazard.FIRE,
        severity=Severity.SEVERE,
        channel=Channel.RADIO,
        assignment=("Damkar 1", "BPBD"),
    )
    store.save(move_incident(second, Status.FALSE_REPORT, reason="salah lihat"))
    for filters in (
        {"hazards": frozenset({Hazard.FIRE})},
        {"severities": frozenset({Severity.SEVERE})},
        {"channels": frozenset({Channel.RADIO})},
        {"unit": "damkar 1"},
        {"opd": "bpbd"},
        {"stage": IncidentStage.ENDED},
        {"statuses": frozenset({Status.FALSE_REPORT})},
        {"since": NOW + timedelta(days=1)},
    ):
        assert found(store, **filters) == [second.id], filters
    assert found(store, stage=IncidentStage.OPEN) == found(store, until=NOW + timedelta(days=1)) == [first.id]
    assert found(store, nagari="koto baru", author=store.actor) == [second.id, first.id], "newest first"
    assert found(store, author="nobody") == found(store, kecamatan="Kubung") == []


def test_real_world_and_exercises_are_apart(store: ConsoleStore):
    real = report_incident_at(store)
    drill = report_incident_at(store, exercise=True)
    assert found(store, "banjir") == [real.id]
    search = store.search
    assert search.find(IncidentFilters(), scope=exercise_scope("")) == (drill.id,)
    assert set(search.find(IncidentFilters(), scope=ALL_WORLDS)) == {real.id, drill.id}
    assert search.find(IncidentFilters(), scope=exercise_scope("gempa-1")) == ()


def test_urgent_order_is_that_of_the_board(store: ConsoleStore, clock: Clock):
    for n in range(12):
        clock.now += timedelta(minutes=7)
        incident = report_incident_at(store)
        hazard = Hazard.FIRE if n % 3 else Hazard.FLOOD
        channel = Channel.WHATSAPP if n % 4 == 0 else Channel.SP4N_LAPOR
        edit(store, incident, severity=list(Severity)[n % 4], hazard=hazard, channel=channel)
        if n % 5 == 0:
            store.save(move_incident(store.incident(incident.id), Status.FALSE_REPORT, reason="salah lihat"))
    expected = [incident.id for incident in sort_for_board(store.incidents(), store.now())]
    assert list(store.search.find(IncidentFilters(), order=IncidentOrder.URGENT)) == expected
    late = store.search.find(IncidentFilters(late=True), order=IncidentOrder.URGENT)
    assert late
    assert list(late) == expected[: len(late)]
    assert [i.id for i in store.search.read(expected)] == expected


def test_merged_incident_is_found_as_ended(store: ConsoleStore):
    first, second = report_incident_at(store), report_incident_at(store)
    store.save(merge_incidents(first, second))
    assert found(store, stage=IncidentStage.OPEN) == [second.id]
    assert found(store, statuses=frozenset({Status.MERGED})) == [first.id]


def test_excerpt_marks_the_found_word_in_a_note(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(note_incident(incident, "arus deras menghanyutkan kandang"))
    excerpt = store.search.excerpts([store.incident(incident.id)], "hanyut")[incident.id]
    assert [excerpt.text[a:b] for a, b in excerpt.marks] == ["menghanyutkan"]
