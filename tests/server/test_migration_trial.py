"""The dry run of migrations, and a move to another host by the steps of the page."""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.restored_server import restorable_server

from tabuah.console.commands.main import run
from tabuah.server.database import migrations
from tabuah.server.errors import NewerDatabase, NotInitialised, ServerError, StorageFull
from tabuah.server.journal import ServerJournal
from tabuah.server.migration_trial import is_current, try_migrations
from tabuah.server.readings.service import FILE_NAME as READINGS_NAME
from tabuah.storage.readings.store import ReadingsStore


@pytest.fixture
def server(tmp_path: Path) -> Path:
    with ServerJournal.open(tmp_path / "server"), ReadingsStore(tmp_path / "server" / READINGS_NAME):
        pass
    return tmp_path / "server"


def newer_program(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, statements))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)


def version_of(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "journal.db")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def test_dry_run_migrates_a_copy_only(server: Path, monkeypatch: pytest.MonkeyPatch):
    before, files = version_of(server), names(server)
    newer_program(monkeypatch, "CREATE TABLE extra (x TEXT)")
    trial = try_migrations(server)
    journal = next(each for each in trial.databases if each.file == "journal.db")
    assert (journal.found, journal.after) == (before, before + 1)
    assert not is_current(trial)
    assert (trial.findings, version_of(server), names(server)) == ((), before, files)


def test_dry_run_of_current_data_has_nothing_to_do(server: Path):
    trial = try_migrations(server)
    assert is_current(trial)
    assert {each.file for each in trial.databases} == {"journal.db", "readings.db"}


def test_failing_migration_changes_nothing(server: Path, monkeypatch: pytest.MonkeyPatch):
    before, files = version_of(server), names(server)
    newer_program(monkeypatch, "CREATE TABLE extra (x TEXT)", "ALTER TABLE missing ADD COLUMN x")
    with pytest.raises(ServerError):
        try_migrations(server)
    assert (version_of(server), names(server)) == (before, files)
    assert run(["server", "migrate", "--data", str(server)]) != 0
    assert version_of(server) == before


def test_dry_run_refuses_newer_missing_and_large_data(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NotInitialised):
        try_migrations(tmp_path / "nothing")
    monkeypatch.setattr("tabuah.server.migration_trial.shutil.disk_usage", lambda _path: SimpleNamespace(free=1))
    with pytest.raises(StorageFull, match="MB"):
        try_migrations(server)
    monkeypatch.undo()
    with closing(sqlite3.connect(server / "journal.db")) as connection:
        connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(NewerDatabase):
        try_migrations(server)


def test_migrate_command_tries_first_and_migrates_a_stopped_server(
    server: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    before = version_of(server)
    newer_program(monkeypatch, "CREATE TABLE extra (x TEXT)")
    assert run(["server", "migrate", "--dry-run", "--data", str(server)]) == 0
    assert version_of(server) == before
    assert run(["server", "migrate", "--json", "--data", str(server)]) == 0
    assert '"migrated": true' in capsys.readouterr().out
    assert version_of(server) == before + 1


def test_server_moves_to_another_host_with_its_consoles(tmp_path: Path):
    with restorable_server(tmp_path) as place:
        place.console("ani")
        first = place.report("ani", "Sebelum pindah")
        place.sync_all()
        server, port, old = place.server.journal.server_id, place.port, place.directory
        place.stop()
        offline = place.report("ani", "Selama pindah")
        backup, new = tmp_path / "usb", tmp_path / "new-host"
        assert run(["server", "backup", str(backup), "--data", str(old)]) == 0
        assert run(["server", "restore", str(backup), "--into", str(new), "--server", server[:8]]) == 0
        assert run(["server", "handback", "--end-wait", "--data", str(new)]) == 0
        place.start(new, port)
        assert place.server.journal.server_id == server
        place.log_in("ani")
        place.sync_all()
        known = {state.value.id for state in place.server.journal.states_of_kind("incident").values()}
        assert known == {first.id, offline.id}
