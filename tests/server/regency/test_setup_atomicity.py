"""A setup import that is refused or ends half-way leaves profile, map and mappings of one state."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from errno import ENOSPC
from pathlib import Path

import msgspec
import pytest
from support.regencies import eastern_regency, write_profile_folder

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.regency.subject import PROFILE_CHANGED, PROFILE_SUBJECT, ProfileChanged
from tabuah.resources.regency import current_regency, kept_map_file, read_kept_profile, set_regency, shipped_regency
from tabuah.resources.regency_profile import MAX_HOLIDAYS, Holiday
from tabuah.server.errors import ServerError, UnusableDirectory, UnusableSetup
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.server.regency import setup_files
from tabuah.server.regency.journal_profile import change_profile, journal_profile, use_journal_profile
from tabuah.server.regency.setup_changes import import_setup
from tabuah.server.regency.setup_files import (
    PENDING_NAME,
    finish_files,
    finish_killed_import,
    locked_import,
    prepare_files,
    present_text,
)
from tabuah.server.regency.setup_folder import read_setup
from tabuah.storage.data_files import replace_private
from tabuah.storage.regency.kept_profile import has_map, keep_map, keep_profile
from tabuah.storage.regency.profile_file import ProfileFolder, read_profile

GATEWAYS = "gateways.toml"
MAPPINGS = "# none yet\n"


@pytest.fixture(scope="module")
def profile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_profile_folder(tmp_path_factory.mktemp("profile"), eastern_regency())


@pytest.fixture
def folder(tmp_path: Path, profile_folder: Path) -> Path:
    return shutil.copytree(profile_folder, tmp_path / "setup")


@pytest.fixture
def journal(tmp_path: Path, folder: Path) -> Iterator[ServerJournal]:
    """A server of the made-up regency with one administrator."""
    with ServerJournal.open(tmp_path / "server") as opened:
        change_profile(opened, read_profile(folder), actor="administrator")
        create_user(opened, name="ani", role=Role.ADMIN, opd="BPBD", password="gunung-talang-77")
        yield opened
    set_regency(None)


def rewrite_map(folder: Path, *, comment: bytes = b"2") -> None:
    """Give the map other bytes with the same content."""
    with zipfile.ZipFile(folder / "teluk-harapan.npz", "a") as archive:
        archive.comment = comment


def import_folder(journal: ServerJournal, folder: Path) -> None:
    import_setup(journal, folder, read_setup(folder), actor="administrator")


def changed_draft(profile: ProfileFolder) -> Draft:
    body = ProfileChanged(profile=profile.profile, by="administrator")
    return Draft(subject=PROFILE_SUBJECT, kind=PROFILE_CHANGED, body=encode_body(body))


def has_one_state(journal: ServerJournal) -> bool:
    profile = journal_profile(journal)
    folder = journal.directory.path
    return profile is not None and has_map(folder, profile) and read_kept_profile(folder) == profile


def test_refused_import_keeps_profile_and_map(journal: ServerJournal, folder: Path):
    before = journal_profile(journal)
    rewrite_map(folder)
    (folder / "users.csv").write_text("name,role,opd\nani,viewer,BPBD\n", "utf-8")
    (folder / "gateways.toml").write_text(MAPPINGS, "utf-8")
    with pytest.raises(UnusableSetup):
        import_folder(journal, folder)
    assert journal_profile(journal) == before
    assert has_one_state(journal)
    assert [*journal.directory.path.glob("*.npz")] == [journal.directory.path / "teluk-harapan.npz"]
    assert mappings_of(journal) is None


def test_import_with_another_map_of_the_same_name_replaces_it(journal: ServerJournal, folder: Path):
    for comment in (b"2", b"3"):
        rewrite_map(folder, comment=comment)
        import_folder(journal, folder)
        assert has_one_state(journal)
    profile = journal_profile(journal)
    assert profile is not None
    kept = kept_map_file(journal.directory.path, profile)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == profile.map_sha256
    assert [*journal.directory.path.glob("*.npz")] == [kept]


@pytest.mark.parametrize("is_committed", [False, True])
def test_start_after_a_kill_in_the_import_has_one_state(journal: ServerJournal, folder: Path, is_committed: bool):
    rewrite_map(folder)
    new = read_profile(folder)
    keep_map(journal.directory.path, new.profile, new.map_content)
    assert has_one_state(journal)
    if is_committed:
        journal.append_drafts([changed_draft(new)])
    use_journal_profile(journal)()
    assert has_one_state(journal)
    assert (journal_profile(journal) == new.profile) == is_committed


def test_start_discards_a_kept_profile_that_the_journal_does_not_have(tmp_path: Path):
    other = msgspec.structs.replace(shipped_regency(), number_prefix="XYZ")
    with ServerJournal.open(tmp_path / "empty") as journal:
        keep_profile(journal.directory.path, other)
        use_journal_profile(journal)()
        assert read_kept_profile(journal.directory.path) is None
    assert current_regency() == shipped_regency()


def test_import_finishes_a_kept_profile_that_could_not_be_written(journal: ServerJournal, folder: Path):
    text = (folder / "regency.toml").read_text("utf-8").replace('capital = "Harapan"', 'capital = "Harapan Baru"')
    (folder / "regency.toml").write_text(text, "utf-8")
    kept = journal.directory.path / "regency.json"
    kept.unlink()
    kept.mkdir()
    with pytest.raises(UnusableDirectory, match=r"regency\.json"):
        import_folder(journal, folder)
    kept.rmdir()
    import_folder(journal, folder)
    assert has_one_state(journal)


@pytest.mark.parametrize("is_committed", [False, True])
def test_start_finishes_or_discards_pending_files(journal: ServerJournal, folder: Path, is_committed: bool):
    drafts = [changed_draft(read_profile(folder))]
    prepare_files(journal, {GATEWAYS: MAPPINGS}, drafts)
    assert mappings_of(journal) is None
    if is_committed:
        journal.append_drafts(drafts)
    finish_files(journal)
    assert mappings_of(journal) == (MAPPINGS if is_committed else None)
    assert not (journal.directory.path / PENDING_NAME).exists()


def test_start_leaves_the_files_of_a_running_import(journal: ServerJournal, folder: Path):
    drafts = [changed_draft(read_profile(folder))]
    with locked_import(journal):
        prepare_files(journal, {GATEWAYS: MAPPINGS}, drafts)
        finish_killed_import(journal)
        journal.append_drafts(drafts)
    finish_killed_import(journal)
    assert mappings_of(journal) == MAPPINGS


def test_import_finishes_the_files_of_a_killed_one_first(journal: ServerJournal, folder: Path):
    drafts = [changed_draft(read_profile(folder))]
    prepare_files(journal, {GATEWAYS: MAPPINGS}, drafts)
    journal.append_drafts(drafts)
    import_folder(journal, folder)
    assert mappings_of(journal) == MAPPINGS


def test_two_imports_exclude_each_other(journal: ServerJournal, folder: Path):
    write_users_and_mappings(folder)
    with locked_import(journal), pytest.raises(UnusableSetup, match="impor lain"):
        import_folder(journal, folder)
    assert "budi" not in journal.authority.users
    import_folder(journal, folder)
    assert "budi" in journal.authority.users


def test_damaged_pending_files_are_discarded(journal: ServerJournal):
    (journal.directory.path / PENDING_NAME).write_text(json.dumps({"texts": 1}))
    finish_files(journal)
    assert not (journal.directory.path / PENDING_NAME).exists()


def test_mappings_that_cannot_be_read_change_nothing(journal: ServerJournal, folder: Path):
    write_users_and_mappings(folder)
    (journal.directory.path / GATEWAYS).mkdir()
    with pytest.raises(UnusableDirectory, match=r"gateways\.toml"):
        import_folder(journal, folder)
    assert "budi" not in journal.authority.users


def test_import_says_that_only_a_file_is_missing(
    journal: ServerJournal, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(path: Path, data: bytes) -> None:
        if path.name == GATEWAYS:
            raise OSError(ENOSPC, "No space left on device")
        replace_private(path, data)

    write_users_and_mappings(folder)
    with monkeypatch.context() as patched:
        patched.setattr(setup_files, "replace_private", fail)
        with pytest.raises(UnusableDirectory, match=r"gateways\.toml"):
            import_folder(journal, folder)
    assert "budi" in journal.authority.users
    finish_files(journal)
    assert mappings_of(journal) == MAPPINGS


def write_users_and_mappings(folder: Path) -> None:
    (folder / GATEWAYS).write_text(MAPPINGS, "utf-8")
    (folder / "users.csv").write_text("name,role,opd\nbudi,field,BPBD\n", "utf-8")


def mappings_of(journal: ServerJournal) -> str | None:
    return present_text(journal.directory.path, GATEWAYS)


def test_profile_that_consoles_could_not_read_is_refused(journal: ServerJournal):
    before = journal_profile(journal)
    assert before is not None
    holidays = tuple(Holiday(date=date(2000, 1, 1) + timedelta(days=n), name="🎉" * 80) for n in range(MAX_HOLIDAYS))
    large = ProfileFolder(profile=msgspec.structs.replace(before, holidays=holidays))
    with pytest.raises(ServerError, match="361 kB"):
        change_profile(journal, large, actor="administrator")
    assert journal_profile(journal) == before == current_regency()
