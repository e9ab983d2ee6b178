"""Log-in without the server, the own password of a locked window, another password, and the log-out."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server, utc_now

from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.server.people.enrolment import GRANT_TERM
from tabuah.server.people.user_changes import change_user, issue_reset_code
from tabuah.storage.cache.errors import NoVerifier, PasswordNotVerified, VerifierOutdated, WrongPassword
from tabuah.storage.cache.password_verifiers import VERIFIER_FILE
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.account import change_password, log_out, reset_password
from tabuah.storage.sync.errors import NotLoggedIn, RequestRefused
from tabuah.storage.sync.offline_login import check_own_password, log_in_offline, offline_users
from tabuah.storage.sync.session import ConsoleSession, has_session, log_in

NEW_PASSWORD = "jembatan-kelapa-7"


class Clock:
    """A clock of a console that can be moved."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi", Role.FIELD)
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, server: RunningServer, clock: Clock) -> Iterator[ConsoleStore]:
    """A console on which ani and then budi have logged in."""
    with contextlib.closing(ConsoleStore(tmp_path / "posko", clock=clock)) as store:
        for user in ("ani", "budi"):
            log_in(store, url=server.url, user=user, password=PASSWORD)
            sync(store)
        yield store


def test_offline_log_in_changes_the_author(store: ConsoleStore, server: RunningServer):
    assert offline_users(store) == ("budi", "ani")
    identity = log_in_offline(store, user="ani", password=PASSWORD)
    assert (identity.user, identity.role) == ("ani", Role.OPERATOR)
    incident = report_incident_at(store, "tanpa server")
    (entry, _verdict), *_more = store.entries_of(f"incident/{incident.id}")
    assert (entry.actor, entry.grant) == ("ani", identity.grant.id if identity.grant else "")
    with pytest.raises(NotLoggedIn):
        ConsoleSession(store).token()
    log_in(store, url=server.url, user="ani", password=PASSWORD)
    result = sync(store)
    assert (result.pushed, result.held, result.rejected) == (1, 0, 0)


def test_offline_log_in_of_the_same_user_keeps_the_session(store: ConsoleStore):
    log_in_offline(store, user="budi", password=PASSWORD)
    assert ConsoleSession(store).token()


def test_offline_log_in_refuses_wrong_and_unknown(store: ConsoleStore):
    with pytest.raises(WrongPassword):
        log_in_offline(store, user="ani", password="salah-salah")
    with pytest.raises(NoVerifier):
        log_in_offline(store, user="sari", password=PASSWORD)
    assert store.identity is not None
    assert store.identity.user == "budi"


def test_offline_log_in_ends_with_the_grant(store: ConsoleStore, clock: Clock):
    clock.ahead = GRANT_TERM + timedelta(minutes=1)
    assert offline_users(store) == ()
    for user in ("ani", "budi"):
        with pytest.raises(VerifierOutdated):
            log_in_offline(store, user=user, password=PASSWORD)
    check_own_password(store, PASSWORD)  # a locked window opens: the alarms behind it are needed


def test_offline_log_in_ends_with_lock_role_and_device(store: ConsoleStore, server: RunningServer):
    change_user(server.journal, "ani", UserChanged(active=False, by="rina", reason="keluar"))
    sync(store)
    with pytest.raises(VerifierOutdated):
        log_in_offline(store, user="ani", password=PASSWORD)
    assert offline_users(store) == ("budi",)
    revoke_device(server.journal, store.device, "hilang")
    sync_or_refused(store)


def sync_or_refused(store: ConsoleStore) -> None:
    """A revoked device pulls nothing more, so it learns nothing: its grant ends the offline log-in."""
    with pytest.raises(RequestRefused):
        sync(store)
    log_in_offline(store, user="budi", password=PASSWORD)


def test_changed_password_replaces_the_verifier(store: ConsoleStore, server: RunningServer):
    change_password(store, password=PASSWORD, new_password=NEW_PASSWORD)
    check_own_password(store, NEW_PASSWORD)
    with pytest.raises(WrongPassword):
        check_own_password(store, PASSWORD)
    sync(store)  # the session goes on, and the journal now knows of the change
    check_own_password(store, NEW_PASSWORD)
    with pytest.raises(RequestRefused):
        log_in(store, url=server.url, user="budi", password=PASSWORD)


def test_password_changed_elsewhere_outdates_the_verifier(store: ConsoleStore, server: RunningServer):
    code = issue_reset_code(server.journal, "ani", by="rina", reason="lupa").code
    reset_password(store, url=server.url, user="ani", code=code, new_password=NEW_PASSWORD)
    log_in_offline(store, user="ani", password=PASSWORD)  # nothing has arrived here yet
    log_in(store, url=server.url, user="budi", password=PASSWORD)
    sync(store)
    with pytest.raises(VerifierOutdated):
        log_in_offline(store, user="ani", password=PASSWORD)


def test_log_out_ends_the_session_and_keeps_work(store: ConsoleStore, server: RunningServer):
    report_incident_at(store, "belum terkirim")
    session = ConsoleSession(store)
    token = session.token()
    session.client.close()
    assert log_out(store)
    assert not has_session(store.directory)
    assert store.counts().pending == 1
    with server.client() as client:
        reply = client.get("/v1/journal", headers={"Authorization": f"Bearer {token}"})
    assert reply.json()["code"] == "session_ended"
    assert not log_out(store)
    check_own_password(store, PASSWORD)


def test_log_out_without_a_server_forgets_the_tokens(tmp_path: Path):
    with start_server(tmp_path / "server") as server, open_store(tmp_path / "posko") as store:
        server.add_user("ani")
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        server.stop()
        server.service.close()
        assert not log_out(store)
        assert not has_session(store.directory)


def test_wipe_deletes_verifiers(store: ConsoleStore):
    assert (store.directory / VERIFIER_FILE).exists()
    store.wipe()
    assert not (store.directory / VERIFIER_FILE).exists()


def test_offline_log_in_needs_a_known_server(tmp_path: Path):
    with open_store(tmp_path / "baru") as store:
        with pytest.raises(NotLoggedIn):
            log_in_offline(store, user="ani", password=PASSWORD)
        with pytest.raises(NotLoggedIn):
            check_own_password(store, PASSWORD)
    assert issubclass(WrongPassword, PasswordNotVerified)
