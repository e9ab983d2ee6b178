"""A copied or restored console and its original both go on: a real server keeps the work of both."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.incidents.drafts import attach_to_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentAttached
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.console_backup import back_up_console, restore_console
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import NewKeyNotLoggedIn, NotLoggedIn
from tabuah.storage.sync.session import ConsoleSession, has_session, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi", Role.FIELD)
        yield server


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        sync(store, server, "ani")
        report_incident_at(store)
        yield store


def sync(store: ConsoleStore, server: RunningServer, user: str) -> None:
    log_in(store, url=server.url, user=user, password=PASSWORD)
    sync_in_session(store)


def sync_in_session(store: ConsoleStore) -> None:
    session = ConsoleSession(store)
    with session.client:
        run_sync_pass(store, session)


def go_on(store: ConsoleStore, word: str) -> None:
    """Add a note, figures and a photo to the incident."""
    (incident,) = store.incidents()
    blob = store.attachments.files.add(word.encode())
    photo = IncidentAttached(sha256=blob.sha256, name=f"{word}.jpg", media_type="image/jpeg", size=blob.size)
    store.save(note_incident(incident, word))
    store.save(report_figures(incident, Figures(missing=len(word)), source=word))
    store.save(attach_to_incident(incident, photo))


def copy_folder(ani: ConsoleStore, folder: Path) -> None:
    shutil.copytree(ani.directory, folder)


def restore_backup(ani: ConsoleStore, folder: Path) -> None:
    back_up_console(ani, folder.with_suffix(".tar"))
    restore_console(folder.with_suffix(".tar"), folder)


@pytest.mark.parametrize("unsent", [False, True])
@pytest.mark.parametrize("duplicate", [copy_folder, restore_backup])
def test_work_of_both_consoles_reaches_everyone(
    server: RunningServer,
    ani: ConsoleStore,
    tmp_path: Path,
    duplicate: Callable[[ConsoleStore, Path], None],
    unsent: bool,
):
    go_on(ani, "bersama")
    if not unsent:
        sync(ani, server, "ani")
    duplicate(ani, tmp_path / "salinan")
    go_on(ani, "asli")
    sync(ani, server, "ani")
    with open_store(tmp_path / "salinan") as copy, open_store(tmp_path / "budi") as budi:
        go_on(copy, "salinan")
        with contextlib.suppress(NewKeyNotLoggedIn):  # a restored backup has its new key already
            sync(copy, server, "ani")
        sync(copy, server, "ani")
        sync(ani, server, "ani")
        sync(budi, server, "budi")
        words = ["bersama", "asli", "salinan"]
        for store in (ani, copy, budi):
            (incident,) = store.incidents()
            assert [o.source for o in incident.observations] == words
            photos = [store.attachments.files.read(photo.sha256).decode() for photo in incident.attachments]
            assert photos == words
            assert incident.note_count == 3
            assert (store.rejections(), store.counts().pending) == ([], 0)


def test_copy_logs_in_for_itself_and_the_original_keeps_its_session(
    server: RunningServer, ani: ConsoleStore, tmp_path: Path
):
    sync(ani, server, "ani")
    copy_folder(ani, tmp_path / "salinan")
    go_on(ani, "asli")
    sync_in_session(ani)
    with open_store(tmp_path / "salinan") as copy:
        go_on(copy, "salinan")
        with pytest.raises(NewKeyNotLoggedIn):
            sync_in_session(copy)
        assert copy.device not in (ani.device, *server.journal.authority.devices)
        assert not has_session(copy.directory)
        with pytest.raises(NotLoggedIn):
            sync_in_session(copy)
        sync(copy, server, "ani")
        assert copy.counts().pending == 0
    session = ConsoleSession(ani)
    with session.client:
        session.renew()
    sync_in_session(ani)
    (incident,) = ani.incidents()
    assert [o.source for o in incident.observations] == ["asli", "salinan"]


def test_new_key_does_not_use_the_session_of_the_former_key(server: RunningServer, ani: ConsoleStore):
    sync(ani, server, "ani")
    ani.answer_fork()
    with pytest.raises(NewKeyNotLoggedIn):
        sync_in_session(ani)
