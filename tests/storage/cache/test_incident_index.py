"""The search index of incidents: it follows the states, stays sound, and contains no personal value."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot, fetch_history

from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.incidents.drafts import add_restricted_note, delete_incident, edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.incident_index import find_index_damage, rebuild_index
from tabuah.storage.cache.index_fill import IndexFill
from tabuah.storage.cache.repair import repair_cache
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    with_store = ConsoleStore(tmp_path / "ani")
    yield with_store
    with_store.close()


def found(store: ConsoleStore, words: str) -> set[str]:
    query = """SELECT r.incident FROM search_text t JOIN search_rows r ON r.id = t.rowid WHERE search_text MATCH ?"""
    return {row[0] for row in store._session.connection.execute(query, (words,))}


def index_words(path: Path) -> set[str]:
    """Return all words of the index, as FTS5 lists them."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search_text', 'row')")
    words = {row[0] for row in connection.execute("SELECT term FROM temp.words")}
    connection.close()
    return words


def stored_words(store: ConsoleStore) -> bytes:
    """Return the content of the index as it is in the file."""
    return b"".join(row[0] for row in store._session.connection.execute("SELECT block FROM search_text_data"))


def damage(store: ConsoleStore) -> str:
    return find_index_damage(store._session.connection, -1)


def test_index_finds_title_note_unit_and_place(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(edit_incident(incident, IncidentEdited(title="Jembatan putus", assignment=("Damkar Kubung",))))
    store.save(note_incident(store.incident(incident.id), "arus deras di dekat musala"))
    assert found(store, "jembatan") == found(store, "musala") == found(store, "damkar") == {incident.id}
    store.save(edit_incident(store.incident(incident.id), IncidentEdited(title="Jembatan selamat")))
    assert not found(store, "putus")
    assert damage(store) == ""


def test_deleted_incident_leaves_the_index(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(note_incident(incident, "musala"))
    store.save(delete_incident(store.incident(incident.id), reason="salah catat"))
    assert not found(store, "musala")
    assert damage(store) == ""


def test_personal_values_never_enter_the_index(store: ConsoleStore):
    incident = report_incident_at(store, caller="Bu Yusna 081299887766")
    store.save(add_restricted_note(incident, "pasien bernama Zulkarnain", salt=new_salt()))
    store.save(note_incident(store.incident(incident.id), "catatan terbuka"))
    words = index_words(store.path)
    assert "terbuka" in words
    assert not words & {"081299887766", "yusna", "zulkarnain", "pasien"}
    connection = sqlite3.connect(store.path)
    for table in ("search_text_data", "search_text_idx", "search_text_docsize", "search_rows"):
        for row in connection.execute(f"SELECT * FROM {table}"):
            stored = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row).lower()
            assert b"081299887766" not in stored
            assert b"zulkarnain" not in stored
    connection.close()
    assert b"081299887766" in store.path.with_name("cache.gpkg-wal").read_bytes()  # the value itself is beside it


def test_rebuilt_index_is_the_same(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(note_incident(incident, "arus deras"))
    connection = store._session.connection
    before = connection.execute("SELECT * FROM search_rows").fetchall()
    with store._session.writing():
        rebuild_index(connection)
    assert connection.execute("SELECT * FROM search_rows").fetchall() == before
    assert found(store, "deras") == {incident.id}


def test_older_index_is_filled_at_the_next_start(store: ConsoleStore):
    incident = report_incident_at(store)
    with store._session.writing():
        store._session.connection.execute("DELETE FROM search_rows")
        store._session.meta.write("search_index", "0")
    store.close()
    again = ConsoleStore(store.directory)
    assert found(again, "banjir") == {incident.id}
    again.close()


def test_large_index_is_filled_in_steps(store: ConsoleStore):
    ids = {report_incident_at(store).id for _n in range(3)}
    session = store._session
    with session.writing():
        session.connection.execute("UPDATE search_rows SET status = 'closed'")
        session.meta.write("search_index", "0")
    assert not IndexFill(session.connection, session.meta, at_once=2).is_short
    with session.writing():
        session.index_fill.take_step(2)
    assert (store.search.is_complete, len(found(store, "banjir"))) == (False, 2)
    assert store.checks.find_damage() == "", "an index that is being built is not damaged"
    ids.add(report_incident_at(store).id)
    again = ConsoleStore(store.directory)  # it is short, and thus filled at the start
    assert again.search.is_complete
    again.close()
    assert found(store, "banjir") == ids
    assert damage(store) == ""


def test_index_fill_continues_after_its_last_step(store: ConsoleStore):
    ids = {report_incident_at(store).id for _n in range(5)}
    session = store._session
    with session.writing():
        session.meta.write("search_index", "0")
    for expected in (2, 4, 5):
        with session.writing():
            session.index_fill.take_step(2)
        assert len(found(store, "banjir")) == expected
    assert store.search.is_complete
    assert store.fill_search_index()
    assert found(store, "banjir") == ids
    assert damage(store) == ""


def test_doctor_finds_a_changed_index_and_repair_writes_it_again(store: ConsoleStore):
    incident = report_incident_at(store)
    foreign = sqlite3.connect(store.path)
    foreign.execute("DELETE FROM search_text WHERE rowid = 1")
    foreign.commit()
    foreign.close()
    assert "search index" in store.checks.find_damage(quick=True)
    store.close()
    repair_cache(store.directory)
    again = ConsoleStore(store.directory)
    assert again.checks.find_damage() == ""
    assert found(again, "banjir") == {incident.id}
    again.close()


def test_doctor_finds_a_row_that_differs_from_its_state(store: ConsoleStore):
    report_incident_at(store)
    with store._session.writing():
        store._session.connection.execute("UPDATE search_rows SET status = 'closed'")
    assert "search index" in damage(store)


def test_plain_table_of_an_older_sqlite_is_maintained_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 0))
    store = ConsoleStore(tmp_path / "old")
    incident = report_incident_at(store)
    other = report_incident_at(store)
    store.save(edit_incident(incident, IncidentEdited(title="Jembatan putus")))
    store.save(delete_incident(store.incident(other.id), reason="salah catat"))
    assert found(store, "jembatan") == {incident.id}
    assert not found(store, "jembatan") & {other.id}
    assert damage(store) == ""
    store.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
        yield journal


def test_index_follows_pull_rebase_and_wiped_exercise(journal: ServerJournal, tmp_path: Path):
    with open_store(tmp_path / "a") as ani, open_store(tmp_path / "b") as budi:
        for store, name in ((ani, "ani"), (budi, "budi")):
            enrol(journal, store, name)
            sync(store, journal)
        real = report_incident_at(ani)
        drill = report_incident_at(ani, "Gempa dahsyat", exercise=True, exercise_id="gempa-1")
        sync(ani, journal)
        sync(budi, journal)
        budi.save(note_incident(budi.incident(real.id), "catatan tertunda"))
        ani.save(edit_incident(ani.incident(real.id), IncidentEdited(title="Galodo")))
        sync(ani, journal)
        pull(budi, journal)
        assert found(budi, "galodo") == found(budi, "tertunda") == {real.id}
        assert found(budi, "dahsyat") == {drill.id}
        for change in (end_exercise, wipe_exercise):
            ani.save(change(journal.authority.exercises["gempa-1"]))
            sync(ani, journal)
        sync(budi, journal)
        assert not found(budi, "dahsyat")
        assert b"dahsyat" in stored_words(budi), "only marked as deleted"
        budi.delete_wiped_exercises()
        assert b"dahsyat" not in stored_words(budi)
        assert damage(ani) == damage(budi) == ""


def test_index_follows_snapshot_and_later_history(journal: ServerJournal, tmp_path: Path):
    with open_store(tmp_path / "a") as ani, open_store(tmp_path / "b") as budi:
        enrol(journal, ani, "ani")
        sync(ani, journal)
        incident = report_incident_at(ani, "Galodo")
        ani.save(note_incident(incident, "batang kayu"))
        sync(ani, journal)
        enrol(journal, budi, "budi")
        apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
        assert found(budi, "galodo") == {incident.id}
        assert not found(budi, "kayu"), "the notes come with the history"
        fetch_history(budi, journal, f"incident/{incident.id}")
        assert found(budi, "kayu") == {incident.id}
        assert damage(budi) == ""
