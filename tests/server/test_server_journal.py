"""The journal and its writer: atomic, in parallel with other processes, on a full disk, and after a restart."""

import errno
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserChanged, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, NEWEST_VERSION
from tabuah.server.administration import find_device, write_initial_rules
from tabuah.server.admission import verdicts
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.server_entries import AppendServerEntries
from tabuah.server.database.engine import database_url, open_engine
from tabuah.server.database.migrations import MIGRATIONS, VERSION, migrate
from tabuah.server.database.schema import METADATA
from tabuah.server.errors import (
    DamagedData,
    DraftRefused,
    NewerDatabase,
    NotInitialised,
    ServerDirectoryInUse,
    ServerStopping,
    StorageFull,
    UnsupportedDatabase,
    UnusableDirectory,
    WrongClock,
)
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.storage.journal.checkpoint import SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import decode_entry, ruling_hash


def user(name: str, role: Role = Role.OPERATOR) -> Draft:
    body = UserCreated(name=name, role=role, opd="BPBD")
    return Draft(subject=f"user/{name}", kind="user.created", body=encode_body(body))


def hashes_fit(journal: ServerJournal) -> bool:
    previous = "0" * 64
    for record in journal.records_after(0, 10_000):
        if ruling_hash(previous, record.text.encode(), record.ruling) != record.hash:
            return False
        previous = record.hash
    return previous == journal.head().hash


def test_journal_records_the_rules_in_force(journal: ServerJournal):
    record = journal.records_after(0)[1]
    assert decode_entry(record.text).kind == "policy.changed"
    assert journal.authority.decide_version == NEWEST_VERSION


def test_journal_of_an_older_version_gets_the_newest_rules_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "server"
    with monkeypatch.context() as older:
        older.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
        with ServerJournal.open(path) as journal:
            create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password="batang-lembang")
            assert journal.authority.decide_version == FIRST_VERSION
    for _start in range(2):
        with ServerJournal.open(path) as journal:
            assert journal.authority.decide_version == NEWEST_VERSION
            assert [decode_entry(record.text).kind for record in journal.records_after(0)][-1] == "policy.changed"
            assert journal.head().seq == 3


def test_journal_of_newer_rules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "server"
    with monkeypatch.context() as newer:
        newer.setattr("tabuah.server.admission.server_entries.NEWEST_VERSION", NEWEST_VERSION + 1)
        ServerJournal.open(path).close()
    with pytest.raises(NewerDatabase, match="versi"):
        ServerJournal.open(path)


def test_journal_begins_with_the_server_device(journal: ServerJournal):
    first = journal.records_after(0)[0]
    entry = decode_entry(first.text)
    assert (first.seq, first.verdict, entry.kind) == (1, Verdict.ACCEPTED, "device.enrolled")
    assert journal.authority.devices[journal.server_id].is_server


def test_journal_survives_restart(tmp_path: Path):
    with ServerJournal.open(tmp_path) as journal:
        journal.append_drafts([user("ani"), user("budi", Role.SUPERVISOR)])
        head, users = journal.head(), journal.authority.users
    with ServerJournal.open(tmp_path) as journal:
        assert (journal.head(), journal.authority.users) == (head, users)
        journal.append_drafts([user("cici")])
        assert hashes_fit(journal)
        assert journal.head().seq == head.seq + 1


def test_append_drafts_is_atomic(journal: ServerJournal):
    journal.append_drafts([user("ani")])
    head = journal.head()
    with pytest.raises(DraftRefused) as refused:
        journal.append_drafts([user("budi"), user("ani")])
    assert refused.value.reason == "already_exists"
    assert journal.head() == head
    assert "budi" not in journal.authority.users
    assert journal.state_of("user/budi").value is None
    journal.append_drafts([user("budi")])
    assert hashes_fit(journal)


def test_writer_isolates_a_failing_request(journal: ServerJournal):
    """The writer is blocked first, so that all requests form one transaction."""
    held = threading.Event()
    blocker = journal.submit(lambda _sheet: held.wait(10))
    drafts = [user("ani"), user("ani"), user("budi")]
    futures = [journal.submit(AppendServerEntries(journal.key, (draft,))) for draft in drafts]
    broken = journal.submit(lambda batch: batch.connection.exec_driver_sql("this is no SQL"))
    held.set()
    assert blocker.result()
    assert isinstance(futures[1].exception(10), DraftRefused)
    assert broken.exception(10) is not None
    assert {"ani", "budi"} <= set(journal.authority.users)
    assert hashes_fit(journal)


def test_writer_rolls_back_a_failed_request(journal: ServerJournal):
    def write_and_fail(batch: AdmissionBatch) -> None:
        batch.connection.exec_driver_sql("INSERT INTO passwords VALUES ('siapa', 'x')")
        raise ValueError("in the middle of it")

    failed = journal.submit(write_and_fail)
    journal.append_drafts([user("ani")])
    assert isinstance(failed.exception(10), ValueError)
    count = "SELECT count(*) FROM passwords"
    assert journal.read(lambda connection: connection.exec_driver_sql(count).scalar_one()) == 0


def test_listeners_get_commits_in_order(journal: ServerJournal):
    heard: list[int] = []

    def fail(_records: object) -> None:
        raise ValueError("a listener's bug")

    journal.subscribe(fail)
    unsubscribe = journal.subscribe(lambda records: heard.extend(record.seq for record in records))
    for name in ("ani", "budi", "cici"):
        journal.append_drafts([user(name)])
    journal.submit(lambda _sheet: None).result()
    unsubscribe()
    journal.append_drafts([user("dedi")])
    assert heard == [3, 4, 5]


def test_listener_gets_no_earlier_commits(journal: ServerJournal):
    hold, heard = threading.Event(), []
    journal.subscribe(lambda _records: hold.wait(10))
    journal.append_drafts([user("ani")])  # answered before the listeners are called
    journal.subscribe(lambda records: heard.extend(record.seq for record in records))
    hold.set()
    journal.append_drafts([user("budi")])
    journal.submit(lambda _sheet: None).result()
    assert heard == [4]


def test_listener_must_not_write(journal: ServerJournal):
    errors: list[BaseException] = []

    def write(_records: object) -> None:
        try:
            journal.append_drafts([user("budi")])
        except RuntimeError as error:
            errors.append(error)

    journal.subscribe(write)
    journal.append_drafts([user("ani")])
    journal.submit(lambda _sheet: None).result()
    assert len(errors) == 1


def test_second_server_on_directory_is_refused(journal: ServerJournal):
    with pytest.raises(ServerDirectoryInUse, match=r"\d+"):
        ServerJournal.open(journal.directory.path, serving=True)


def test_writer_notices_entries_of_commands(journal: ServerJournal):
    heard: list[int] = []
    journal.subscribe(lambda records: heard.extend(record.seq for record in records))
    with ServerJournal.open(journal.directory.path) as beside:
        create_user(beside, name="ani", role=Role.OPERATOR, opd="BPBD", password="batang-lembang")
    deadline = time.monotonic() + 10
    while "ani" not in journal.authority.users or heard != [3]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    journal.append_drafts([user("budi")])
    assert journal.head().seq == 4
    assert hashes_fit(journal)


def test_parallel_writers_never_duplicate_a_seq(tmp_path: Path):
    with ServerJournal.open(tmp_path) as one, ServerJournal.open(tmp_path) as other:

        def write(journal: ServerJournal, prefix: str) -> None:
            for number in range(25):
                journal.append_drafts([user(f"{prefix}{number}")])

        threads = [threading.Thread(target=write, args=pair) for pair in ((one, "a"), (other, "b"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        records = one.records_after(0)
        assert [record.seq for record in records] == list(range(1, 53))
        assert [decode_entry(record.text).n for record in records] == list(range(1, 53))
        one.submit(lambda _sheet: None).result()
        assert hashes_fit(one)


def limit_pages(journal: ServerJournal, pages: int) -> None:
    """Limit the database to its current pages, as on a full disk, or to `pages`."""
    pragma = f"PRAGMA max_page_count = {pages}"
    journal.submit(lambda batch: batch.connection.exec_driver_sql(pragma).scalar_one()).result()


def fill(journal: ServerJournal) -> None:
    for number in range(200):
        journal.append_drafts([user(f"orang{number}-{'x' * 60}")])


def test_journal_recovers_from_full_disk(journal: ServerJournal):
    limit_pages(journal, 1)
    with pytest.raises(StorageFull):
        fill(journal)
    last = journal.head()
    assert journal.records_after(0, 1000)[-1].seq == last.seq
    limit_pages(journal, 1_000_000)
    journal.append_drafts([user("budi")])
    assert journal.head().seq == last.seq + 1
    assert hashes_fit(journal)


def test_closed_journal_refuses_requests(tmp_path: Path):
    journal = ServerJournal.open(tmp_path)
    journal.close()
    with pytest.raises(ServerStopping):
        journal.append_drafts([user("ani")])


def test_journal_is_not_created_by_accident(tmp_path: Path):
    with pytest.raises(NotInitialised, match="tabuah server init"):
        ServerJournal.open(tmp_path / "kosong", create=False)
    assert not (tmp_path / "kosong").exists()


def test_journal_distinguishes_missing_foreign_and_damaged_key(tmp_path: Path):
    with ServerJournal.open(tmp_path) as journal:
        path = journal.directory.key_path
    kept = path.read_text("ascii")
    path.unlink()
    with pytest.raises(DamagedData, match=r"server\.key"):
        ServerJournal.open(tmp_path)
    for text in (DeviceKey.generate().secret.hex(), "abc", "xyz", "é"):
        path.write_text(text, "utf-8")
        with pytest.raises(DamagedData):
            ServerJournal.open(tmp_path)
    path.write_text(kept, "ascii")
    ServerJournal.open(tmp_path).close()


def test_interrupted_creation_leaves_no_damaged_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int):
        raise OSError(errno.ENOSPC, "disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(UnusableDirectory):
            ServerJournal.open(tmp_path)
    assert not list(tmp_path.glob("server.key*"))
    ServerJournal.open(tmp_path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_server_key_is_private(journal: ServerJournal):
    assert journal.directory.key_path.stat().st_mode & 0o777 == 0o600


def test_journal_refuses_a_clock_behind_its_records(tmp_path: Path):
    written_at = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    with ServerJournal.open(tmp_path, checks_clock=True, clock=lambda: written_at) as journal:
        head = journal.head()
    reset, corrected = written_at.replace(year=1999), written_at - timedelta(minutes=5)
    with pytest.raises(WrongClock, match="1999-12-01 07:00 UTC"):
        ServerJournal.open(tmp_path, checks_clock=True, clock=lambda: reset)
    for checks_clock, now in ((False, reset), (True, corrected)):
        with ServerJournal.open(tmp_path, checks_clock=checks_clock, clock=lambda now=now: now) as journal:
            assert journal.head() == head


def test_newer_database_is_refused(tmp_path: Path):
    with ServerJournal.open(tmp_path) as journal:
        journal.submit(
            lambda batch: batch.connection.exec_driver_sql(f"PRAGMA user_version = {VERSION + 1}")
        ).result()
    with pytest.raises(NewerDatabase):
        ServerJournal.open(tmp_path)


def test_journal_reports_a_damaged_database(tmp_path: Path):
    ServerJournal.open(tmp_path).close()
    for name in ("journal.db-wal", "journal.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "journal.db").write_bytes(b"this is no database at all " * 500)
    with pytest.raises(DamagedData):
        ServerJournal.open(tmp_path)


def test_journal_reports_a_file_as_directory(tmp_path: Path):
    (tmp_path / "berkas").touch()
    with pytest.raises(UnusableDirectory):
        ServerJournal.open(tmp_path / "berkas")


@pytest.mark.parametrize("url", ["postgresql://h/d", "postgresql+psycopg://h/d", "mysql://h/d", "sqlite://", "x"])
def test_database_url_must_be_sqlite(tmp_path: Path, url: str):
    with pytest.raises(UnsupportedDatabase):
        ServerJournal.open(tmp_path, database=url)


def test_migrations_match_the_schema(tmp_path: Path):
    engine = open_engine(database_url(tmp_path))
    with engine.connect() as connection:
        migrate(connection)
        migrate(connection)
        found = {
            table: {column["name"] for column in inspect(connection).get_columns(table)}
            for table in inspect(connection).get_table_names()
        }
    engine.dispose()
    assert found == {name: {column.name for column in table.columns} for name, table in METADATA.tables.items()}


def test_checkpoint_is_the_signed_head(journal: ServerJournal):
    journal.append_drafts([user("ani")])
    signed = journal.checkpoint()
    checkpoint = read_checkpoint(signed, journal.key.public_key)
    assert (checkpoint.server, checkpoint.seq, checkpoint.hash) == (
        journal.server_id,
        journal.head().seq,
        journal.head().hash,
    )
    forged = SignedCheckpoint(text=signed.text.replace('"seq":3', '"seq":4'), signature=signed.signature)
    with pytest.raises(BadSignature):
        read_checkpoint(forged, journal.key.public_key)


def test_initial_rules_are_written_once(journal: ServerJournal):
    assert write_initial_rules(journal) == len(journal.states_of_kind("rule")) > 0
    assert write_initial_rules(journal) == 0


def test_find_device_accepts_tag_or_id_prefix(journal: ServerJournal):
    key = DeviceKey.generate()
    body = DeviceEnrolled(public_key=key.public_key.hex(), tag=key.tag, owner="ani")
    journal.append_drafts([Draft(subject=f"device/{key.device_id}", kind="device.enrolled", body=encode_body(body))])
    for wanted in (key.device_id, key.device_id[:12], key.tag, key.tag.lower()):
        assert find_device(journal, wanted).id == key.device_id


def test_records_page_size_is_limited(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    journal.append_drafts([user(f"orang{number}") for number in range(20)])
    monkeypatch.setattr("tabuah.server.database.queries.MAX_PAGE_BYTES", 1500)
    page = journal.records_after(0, 500)
    assert 1 <= len(page) < 21
    monkeypatch.setattr("tabuah.server.database.queries.MAX_PAGE_BYTES", 1)
    assert len(journal.records_after(0, 500)) == 1


def test_states_are_read_by_subject_and_kind(journal: ServerJournal):
    journal.append_drafts([user("ani"), user("budi")])
    change = UserChanged(role=Role.SUPERVISOR)
    journal.append_drafts([Draft(subject="user/ani", kind="user.changed", body=encode_body(change))])
    assert journal.states_of_kind("user")["user/ani"] == journal.state_of("user/ani")
    assert journal.state_of("user/ani").value.role is Role.SUPERVISOR
    assert [r.seq for r in journal.records_of("user/ani")] == [3, 5]
    assert journal.states_of_kind("station") == {}


def test_directory_lock_ends_with_its_process(tmp_path: Path):
    code = (
        "import os, sys, pathlib; from tabuah.server.journal import ServerJournal;"
        "ServerJournal.open(pathlib.Path(sys.argv[1]), serving=True); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    ServerJournal.open(tmp_path, serving=True).close()


def test_judging_bug_rejects_only_the_entry(
    journal: ServerJournal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(verdicts, "decide", fail)
    with pytest.raises(DraftRefused, match="not_judgeable"):
        journal.append_drafts([user("ani")])
    assert "could not be judged" in caplog.text


def test_migration_of_sessions_counts_from_their_last_renewal(tmp_path: Path):
    engine = open_engine(database_url(tmp_path))
    with engine.connect() as connection:
        for statement in (statement for migration in MIGRATIONS[:6] for statement in migration):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO refresh_tokens VALUES ('h', 'f', 'ani', 1798000000, '', 'd')")
        connection.exec_driver_sql("PRAGMA user_version = 6")
        connection.commit()
        migrate(connection)
        row = connection.exec_driver_sql("SELECT opened_at, issued_at, epoch FROM refresh_tokens").one()
    engine.dispose()
    opened_at = 1798000000 - 30 * 86_400
    assert tuple(row) == (opened_at, opened_at, 0)
