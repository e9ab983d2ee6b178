"""Damage: a broken file is detected and left unchanged; a crash leaves the file consistent."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.storage.cache.errors import CacheError, DamagedCache, DiskFull, NewerCache
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import read_chain


def make(directory: Path, incidents: int = 3) -> Path:
    with open_store(directory) as store:
        for n in range(incidents):
            report_incident_at(store, f"insiden {n}")
        return store.path


def test_file_without_database_is_refused_unchanged(tmp_path: Path):
    path = make(tmp_path)
    path.write_bytes(b"halo dunia" * 1000)
    with pytest.raises(DamagedCache, match="simpan berkas yang rusak"):
        ConsoleStore(tmp_path)
    assert path.read_bytes() == b"halo dunia" * 1000


def test_flipped_pages_are_detected_at_open(tmp_path: Path):
    path = make(tmp_path, 30)
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = os.urandom(64)
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedCache):
        ConsoleStore(tmp_path)


def test_foreign_geopackage_is_refused(tmp_path: Path):
    other = sqlite3.connect(tmp_path / "cache.gpkg")
    other.execute("CREATE TABLE gpkg_contents (x)")
    other.commit()
    other.close()
    with pytest.raises(DamagedCache, match="program lain"):
        ConsoleStore(tmp_path)


def test_newer_cache_is_refused(tmp_path: Path):
    path = make(tmp_path)
    newer = sqlite3.connect(path)
    newer.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('cache', '9999_x', '')")
    newer.commit()
    newer.close()
    with pytest.raises(NewerCache, match="lebih baru"):
        ConsoleStore(tmp_path)


def test_empty_cache_file_is_initialised(tmp_path: Path):
    (tmp_path / "cache.gpkg").touch()
    assert make(tmp_path).stat().st_size > 0


def test_full_disk_saves_nothing_and_recovers(tmp_path: Path):
    with open_store(tmp_path) as store:
        report_incident_at(store, "masih muat")
        connection = store._session.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull, match="Tidak ada yang disimpan"):
            report_many(store, 1000)
        saved = store.chain_length
        assert store.counts().pending == saved == len(store.incidents())
        connection.execute("PRAGMA max_page_count = 1000000")
        report_incident_at(store, "muat lagi")
        assert store.chain_length == saved + 1


NO_ROOM = """
import resource, sys
from pathlib import Path
from tabuah.console.commands.main import run
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file can grow by a single byte
sys.exit(run(sys.argv[1:]))
"""


def without_room(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", NO_ROOM, *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for the size of files there")
@pytest.mark.parametrize("ended", ["closed", "killed"])
def test_full_disk_opens_cache_read_only(tmp_path: Path, ended: str):
    data = tmp_path / "data"
    if ended == "killed":  # the last entries are in the write-ahead log only
        code = (
            "import os, sys\nfrom pathlib import Path\nfrom support.console_stores import report_incident_at\n"
            "from tabuah.storage.cache.store import ConsoleStore\n"
            "store = ConsoleStore(Path(sys.argv[1]))\nreport_incident_at(store, 'Banjir')\nos._exit(9)"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", code, str(data)], check=False, timeout=120, env=environment)
        assert (data / "cache.gpkg-wal").stat().st_size > 0
        (data / "cache.gpkg-shm").unlink()
    else:
        with open_store(data) as store:
            report_incident_at(store, "Banjir")
    listed = without_room(data, "incident", "list", "--json")
    assert (listed.returncode, [row["title"] for row in json.loads(listed.stdout)]) == (0, ["Banjir"]), listed.stderr
    assert "semua data dapat dibaca" in listed.stderr
    noted = without_room(data, "incident", "note", "SLK", "halo")
    assert (noted.returncode, "Tidak ada yang disimpan" in noted.stderr) == (2, True), noted.stderr
    with open_store(data) as store:
        assert not store.is_read_only
        assert store.counts().pending == 1
        report_incident_at(store, "muat lagi")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for the size of files there")
def test_full_disk_without_cache_is_reported(tmp_path: Path):
    (tmp_path / "data").mkdir()
    told = without_room(tmp_path / "data", "incident", "list")
    assert (told.returncode, "penuh" in told.stderr) == (2, True), told.stderr


def report_many(store: ConsoleStore, count: int) -> None:
    for n in range(count):
        report_incident_at(store, f"insiden {n} " + "x" * 150)


WRITER = """
import sys
from pathlib import Path
from support.console_stores import open_store, report_incident_at
with open_store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    n = 0
    while True:
        report_incident_at(store, f"insiden {n}")
        print(n, flush=True)
        n += 1
"""


def test_killed_console_loses_no_saved_entry(tmp_path: Path, project: Path):
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{project / 'tests'}"}
    confirmed = 0
    for _attempt in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "ready"
        lines = [writer.stdout.readline() for _line in range(5)]
        writer.kill()
        lines += writer.stdout.read().splitlines(keepends=True)
        writer.stdout.close()
        assert writer.wait() == (-signal.SIGKILL if os.name == "posix" else 1)
        confirmed += sum(line.endswith("\n") for line in lines)
        with open_store(tmp_path) as store:
            assert store.find_damage() == ""
            chain = read_chain([w.signed for w in store.outbox_after(0, 10_000)], device=store.device)
            assert [c.entry.n for c in chain] == list(range(1, len(chain) + 1))
            assert len(store.incidents()) == len(chain) == store.chain_length
            assert confirmed <= len(chain)
            confirmed = len(chain)


def test_backup_opens_in_another_directory(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        incident = report_incident_at(store)
        store.back_up(tmp_path / "salinan.gpkg")
        report_incident_at(store, "sesudah cadangan")
    (tmp_path / "restored").mkdir()
    (tmp_path / "salinan.gpkg").rename(tmp_path / "restored" / "cache.gpkg")
    with open_store(tmp_path / "restored") as restored:
        assert [i.id for i in restored.incidents()] == [incident.id]


def test_backup_never_overwrites_data(tmp_path: Path):
    with open_store(tmp_path) as store:
        report_incident_at(store)
        with pytest.raises(CacheError, match="data itu sendiri"):
            store.back_up(store.path)
        with pytest.raises(CacheError, match="tidak ada"):
            store.back_up(tmp_path / "nowhere" / "x.gpkg")
        assert store.find_damage() == ""
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix == ".new") == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_cache_on_read_only_disk_can_be_read(tmp_path: Path):
    make(tmp_path / "data")
    (tmp_path / "data" / "cache.gpkg").chmod(0o400)
    (tmp_path / "data").chmod(0o500)
    try:
        with open_store(tmp_path / "data") as store:
            assert store.is_read_only
            assert len(store.incidents()) == 3
    finally:
        (tmp_path / "data").chmod(0o700)


def test_dropped_table_is_detected_at_open(tmp_path: Path):
    other = sqlite3.connect(make(tmp_path))
    other.execute("DROP TABLE outbox")
    other.commit()
    other.close()
    with pytest.raises(DamagedCache, match="outbox"):
        ConsoleStore(tmp_path)
