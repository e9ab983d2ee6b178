"""Repair of a damaged cache: unsent work, readable records and layers are kept, and so is the original."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.errors import DirectoryInUse
from tabuah.storage.cache.repair import RepairResult, repair_cache


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR)
        yield journal


@pytest.fixture
def console(tmp_path: Path, journal: ServerJournal) -> Path:
    """A console with three synced and three unsent reports."""
    with open_store(tmp_path / "ani") as store:
        enrol(journal, store, "ani")
        for number in range(3):
            report_incident_at(store, f"terkirim {number}")
        sync(store, journal)
        for number in range(3):
            report_incident_at(store, f"tertunda {number}", caller="Pak Amir")
    return tmp_path / "ani"


ALL = [f"terkirim {n}" for n in range(3)] + [f"tertunda {n}" for n in range(3)]


def change(console: Path, *statements: str) -> None:
    connection = sqlite3.connect(console / "cache.gpkg")
    connection.create_function("tabuah_writer", 0, lambda: 1)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def titles_of(console: Path) -> list[str]:
    with open_store(console) as store:
        assert store.checks.find_damage() == ""
        return sorted(incident.title for incident in store.incidents())


def sync_repaired(console: Path, journal: ServerJournal, result: RepairResult) -> list[str]:
    with open_store(console) as store:
        if result.is_new_key:
            enrol(journal, store, "ani")
        sync(store, journal)
        sync(store, journal)
        assert store.counts().pending == 0
        assert store.head.hash == journal.head().hash
    return titles_of(console)


def test_repair_of_sound_cache_changes_nothing(console: Path, journal: ServerJournal):
    with open_store(console) as store:
        before = (store.device, store.head, store.counts())
    result = repair_cache(console)
    assert (result.exported, result.pending, result.is_new_key) == (0, 3, False)
    with open_store(console) as store:
        assert (store.device, store.head, store.counts()) == before
    assert titles_of(console) == ALL
    assert sync_repaired(console, journal, result) == ALL


def test_repair_folds_damaged_states_again(console: Path, journal: ServerJournal):
    change(
        console, "UPDATE subjects SET confirmed = replace(confirmed, '\"title\"', '\"tit\"') WHERE kind = 'incident'"
    )
    damaged = (console / "cache.gpkg").read_bytes()
    result = repair_cache(console)
    assert (result.is_new_key, result.pending, titles_of(console)) == (False, 3, ALL)
    assert (Path(result.original) / "cache.gpkg").read_bytes() == damaged
    assert sync_repaired(console, journal, result) == ALL


def test_repair_keeps_records_up_to_damage(console: Path, journal: ServerJournal):
    change(console, "UPDATE journal SET text = replace(text, 'terkirim 1', 'terkirim 9')")
    result = repair_cache(console)
    assert 0 < result.head < journal.head().seq
    assert titles_of(console) == ["terkirim 0", *ALL[3:]]
    assert sync_repaired(console, journal, result) == ALL


def test_repair_exports_unreadable_outbox_entry(console: Path, journal: ServerJournal):
    change(console, "UPDATE journal SET text = replace(text, '{\"id\"', '{\"ix\"') WHERE text LIKE '%tertunda 1%'")
    with open_store(console) as store:
        former = store.device
    result = repair_cache(console)
    assert (result.exported, result.pending, result.is_new_key) == (1, 2 + 2, True)  # two notes of earlier numbers
    (raw,) = Path(result.original).glob("outbox-*.json")
    assert b"tertunda 1" in raw.read_bytes()
    with open_store(console) as store:
        assert store.device != former
        assert store.last_key_replacement is not None
        assert store.last_key_replacement.cause is KeyReplacementCause.REPAIRED
    assert sync_repaired(console, journal, result) == [title for title in ALL if title != "tertunda 1"]


def test_repair_takes_new_key_without_chain_head(console: Path, journal: ServerJournal):
    change(console, "UPDATE meta SET value = 'x' WHERE key = 'chain_head'")
    result = repair_cache(console)
    assert result.is_new_key
    assert sync_repaired(console, journal, result) == ALL


def test_repair_of_foreign_file_begins_empty(console: Path, journal: ServerJournal):
    (console / "cache.gpkg").write_bytes(b"rusak" * 10_000)
    result = repair_cache(console)
    assert (result.head, result.pending) == (0, 0)
    assert (Path(result.original) / "cache.gpkg").read_bytes() == b"rusak" * 10_000
    assert titles_of(console) == []


@pytest.mark.parametrize("page", [20, 40, 60])
def test_repair_reads_around_damaged_page(console: Path, journal: ServerJournal, page: int):
    data = bytearray((console / "cache.gpkg").read_bytes())
    data[page * 4096 : page * 4096 + 4096] = bytes(4096)
    (console / "cache.gpkg").write_bytes(bytes(data))
    result = repair_cache(console)
    with open_store(console) as store:
        assert store.checks.find_damage() == ""
    assert sync_repaired(console, journal, result)[:3] == ALL[:3]


def test_repair_keeps_imported_layers(console: Path, journal: ServerJournal):
    change(
        console,
        "CREATE TABLE layer_jalan (fid INTEGER PRIMARY KEY, geom BLOB, nama TEXT)",
        "INSERT INTO layer_jalan VALUES (1, x'4750', 'Jl. Lintas')",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('layer_jalan', 'features', 'j', 4326)",
        "UPDATE subjects SET confirmed = 'x'",
    )
    repair_cache(console)
    connection = sqlite3.connect(console / "cache.gpkg")
    assert connection.execute("SELECT * FROM layer_jalan").fetchall() == [(1, b"GP", "Jl. Lintas")]
    assert connection.execute("SELECT count(*) FROM gpkg_contents WHERE identifier = 'j'").fetchone() == (1,)
    connection.close()


def test_repair_refuses_directory_in_use(console: Path, journal: ServerJournal):
    with DirectoryLock(console, "sync"), pytest.raises(DirectoryInUse):
        repair_cache(console)
