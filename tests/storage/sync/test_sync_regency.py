"""A console and its server are of the same regency, and the console has the profile before its first number."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.console_stores import report_incident_at
from support.regencies import eastern_regency, write_profile_folder
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.incidents.clocks import limit_end
from tabuah.operations.people.roles import Role
from tabuah.resources.regency import current_regency, set_regency
from tabuah.resources.regency_profile import Holiday
from tabuah.server.errors import ServerError
from tabuah.server.regency.journal_profile import change_profile, journal_profile
from tabuah.storage.cache.errors import AnotherRegency
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.regency.kept_profile import keep_profile
from tabuah.storage.regency.profile_file import ProfileFolder, read_profile
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass


@pytest.fixture
def profile(tmp_path: Path) -> ProfileFolder:
    return read_profile(write_profile_folder(tmp_path / "profile", eastern_regency()))


@pytest.fixture
def server(tmp_path: Path, profile: ProfileFolder) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        assert change_profile(running.journal, profile, actor="administrator")
        running.add_user("ani", Role.SUPERVISOR)
        set_regency(None)  # another process than the console
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    opened = ConsoleStore(tmp_path / "console")
    yield opened
    opened.close()


def sync_once(store: ConsoleStore) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return run_sync_pass(store, session)


def test_empty_console_takes_profile_at_log_in(server: RunningServer, store: ConsoleStore, profile: ProfileFolder):
    log_in(store, url=server.url, user="ani", password=PASSWORD)
    assert current_regency() == profile.profile
    assert store.next_incident_number().startswith("TLH-")
    assert (store.directory / "teluk-harapan.npz").read_bytes() == profile.map_content


def test_number_with_prefix_of_profile_is_accepted(server: RunningServer, store: ConsoleStore):
    log_in(store, url=server.url, user="ani", password=PASSWORD)
    report_incident_at(store)
    assert sync_once(store).rejected == 0


def test_console_with_work_of_another_regency_is_refused(server: RunningServer, store: ConsoleStore):
    report_incident_at(store)
    with pytest.raises(AnotherRegency, match="Kabupaten Solok"):
        log_in(store, url=server.url, user="ani", password=PASSWORD)
    assert store.identity is None
    assert store.chain_length == 1


def test_changed_profile_reaches_consoles_with_the_journal(
    server: RunningServer, store: ConsoleStore, profile: ProfileFolder
):
    log_in(store, url=server.url, user="ani", password=PASSWORD)
    changed = msgspec.structs.replace(profile.profile, capital="Harapan Baru", map_sha256=profile.profile.map_sha256)
    change_profile(server.journal, ProfileFolder(profile=changed), actor="administrator", reason="Ibu kota pindah")
    keep_profile(store.directory, profile.profile)
    sync_once(store)
    assert current_regency().capital == "Harapan Baru"


def test_server_stays_that_of_its_regency(server: RunningServer, profile: ProfileFolder):
    other = msgspec.structs.replace(profile.profile, kemendagri_code="53.98", name="Kabupaten Lain")
    with pytest.raises(ServerError, match="Kabupaten Teluk Harapan"):
        change_profile(server.journal, ProfileFolder(profile=other), actor="administrator")
    assert journal_profile(server.journal) == profile.profile
    assert not change_profile(server.journal, profile, actor="administrator")


def test_changed_holidays_move_the_limits_that_a_console_computes(
    server: RunningServer, store: ConsoleStore, profile: ProfileFolder
):
    log_in(store, url=server.url, user="ani", password=PASSWORD)
    friday = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    before = limit_end(friday, minutes=None, days=1, working=True)
    monday = Holiday(date=date(2026, 11, 30), name="Libur")
    changed = msgspec.structs.replace(profile.profile, holidays=(monday,))
    change_profile(server.journal, ProfileFolder(profile=changed), actor="administrator", reason="SKB")
    keep_profile(store.directory, profile.profile)
    assert limit_end(friday, minutes=None, days=1, working=True) == before
    sync_once(store)
    assert limit_end(friday, minutes=None, days=1, working=True) == before + timedelta(days=1)
