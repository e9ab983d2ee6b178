"""Sync passes with a real server: everything goes both ways, and errors are reported and harmless."""

import gc
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.certificates import write_certificate
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import attach_to_incident, edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentEdited
from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.operations.people.roles import Role
from tabuah.server.administration import approve_device, revoke_device
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.storage.cache.errors import AnotherServer
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.sync.attachments import blob_store
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import (
    AwaitingApproval,
    BadServerAddress,
    Intercepted,
    NewKeyNotLoggedIn,
    NotLoggedIn,
    Offline,
    RequestRefused,
    ServerRolledBack,
    UnexpectedAnswer,
)
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.system_trust import system_context


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi", Role.FIELD)
        yield server


@pytest.fixture
def budi(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def test_work_before_first_log_in_is_accepted(server, tmp_path):
    with open_store(tmp_path / "posko") as store:
        incident = report_incident_at(store, "sebelum masuk")
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        store.save(note_incident(incident, "sesudah masuk"))
        result = sync(store)
        assert (result.pushed, result.pending, result.held, result.rejected) == (2, 0, 0, 0)
        assert result.head == store.head.seq == server.journal.head().seq
        assert store.incident(incident.id).note_count == 1


def test_several_pages_are_pushed_and_pulled(ani, budi):
    incident = report_incident_at(ani)
    for n in range(250):
        ani.save(note_incident(ani.incident(incident.id), f"catatan {n} " + "x" * 4000))
    first = sync(ani)
    assert (first.pushed, first.pending) == (251, 0)
    assert sync(ani).pushed == 0
    assert sync(budi).pulled == budi.head.seq
    assert budi.rows() == ani.rows()


def test_acknowledged_entries_are_not_pushed_again(ani):
    report_incident_at(ani)
    session = ConsoleSession(ani)
    with session.client:
        assert push_outbox(ani, session.client) == 1
        assert push_outbox(ani, session.client) == 0
    assert ani.counts().pending == 1
    assert sync(ani).pending == 0


def test_conflict_is_counted_on_both_consoles(ani, budi):
    incident = report_incident_at(ani)
    sync(ani)
    sync(budi)
    ani.save(edit_incident(ani.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
    budi.save(edit_incident(budi.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
    sync(ani)
    assert sync(budi).conflicts == sync(ani).conflicts == 1


def test_unreachable_server_keeps_work_with_message(tmp_path):
    with open_store(tmp_path / "ani") as store:
        with start_server(tmp_path / "server") as server:
            server.add_user("ani")
            log_in(store, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(store)
        with pytest.raises(Offline, match="aman di sini"):
            sync(store)
        assert store.counts().pending == 1


def test_wrong_password_leaves_console_unchanged(server, tmp_path):
    with open_store(tmp_path / "x") as store:
        with pytest.raises(RequestRefused, match="kata sandi salah"):
            log_in(store, url=server.url, user="ani", password="salah-salah")
        assert store.identity is None
        with pytest.raises(NotLoggedIn):
            ConsoleSession(store)


def test_unapproved_device_may_only_pull(tmp_path):
    with start_server(tmp_path / "server", enrolment=EnrolmentPolicy.APPROVE) as server:
        server.add_user("ani")
        with open_store(tmp_path / "ani") as store:
            before = report_incident_at(store, "sebelum daftar")
            log_in(store, url=server.url, user="ani", password=PASSWORD)
            waiting = report_incident_at(store, "menunggu persetujuan")
            with pytest.raises(AwaitingApproval, match=store.device):
                sync(store)
            assert store.counts().pending == 2
            assert store.history.pinned_seq == store.head.seq > 0, "it can hand back what a restored server lost"
            approve_device(server.journal, store.device)
            result = sync(store)
            assert (result.pushed, result.pending, result.held) == (2, 0, 0)
            assert {i.id for i in store.incidents()} == {before.id, waiting.id}


def test_device_whose_approval_the_server_lost_still_pulls(tmp_path):
    with (
        start_server(tmp_path / "server", enrolment=EnrolmentPolicy.APPROVE) as server,
        open_store(tmp_path / "ani") as store,
    ):
        server.add_user("ani")
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(store)
        # As after a restore from a backup that was made before the approval.
        store.remember_identity(msgspec.structs.replace(store.identity, approved=True))
        server.add_user("budi")
        with pytest.raises(AwaitingApproval):
            sync(store)
        assert ("budi" in store.authority().users, store.counts().pending) == (True, 1)
        approve_device(server.journal, store.device)
        result = sync(store)
        assert (result.pushed, result.pending, result.held) == (1, 0, 0)


def test_users_of_one_desk_write_under_own_names(server, ani):
    incident = report_incident_at(ani, "dari ani")
    ani.save(note_incident(incident, "belum terkirim"))
    log_in(ani, url=server.url, user="budi", password=PASSWORD)
    ani.save(note_incident(incident, "dari budi"))
    result = sync(ani)
    assert (result.pushed, result.pending, result.held, result.rejected) == (3, 0, 0, 0)
    written = [(entry.actor, entry.grant) for entry, _verdict in ani.entries_of(f"incident/{incident.id}")]
    assert [actor for actor, _grant in written] == ["ani", "ani", "budi"]
    grants = server.journal.authority.grants
    assert all((grants[grant].user, grants[grant].device) == (actor, ani.device) for actor, grant in written)


def test_personal_values_arrive_after_approval(tmp_path):
    with start_server(tmp_path / "server", enrolment=EnrolmentPolicy.APPROVE) as server:
        server.add_user("ani")
        with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "baru") as new:
            for store in (ani, new):
                log_in(store, url=server.url, user="ani", password=PASSWORD)
            approve_device(server.journal, ani.device)
            report_incident_at(ani, caller="0812")
            sync(ani)
            with pytest.raises(AwaitingApproval):
                sync(new)
            entry = new.entries_of(f"incident/{new.incidents()[0].id}")[0][0]
            assert new.personal_of(entry.id) == {}
            approve_device(server.journal, new.device)
            sync(new)
            assert new.personal_of(entry.id) == ani.personal_of(entry.id) != {}


def test_revoked_device_hands_in_work_and_files(server, ani):
    incident = report_incident_at(ani)
    sync(ani)
    blob = blob_store(ani).add(b"foto" * 1000)
    attached = IncidentAttached(sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size)
    ani.save(attach_to_incident(incident, attached))
    revoke_device(server.journal, ani.device, "hilang")
    with pytest.raises(RequestRefused) as refused:
        sync(ani)
    assert refused.value.code == "device_revoked"
    assert server.journal.records_by(ani.device)[-1].reason == "device_revoked"
    assert ani.attachments.waiting() == ()


def test_revoked_device_unaware_of_approval_hands_in_work(tmp_path):
    with (
        start_server(tmp_path / "server", enrolment=EnrolmentPolicy.APPROVE) as server,
        open_store(tmp_path / "a") as store,
    ):
        server.add_user("ani")
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(store)
        approve_device(server.journal, store.device)
        revoke_device(server.journal, store.device, "hilang")
        with pytest.raises(RequestRefused, match="dikunci"):
            sync(store)
        assert [record.verdict for record in server.journal.records_by(store.device)] == [Verdict.HELD]


def test_revoked_device_goes_on_as_a_new_one(server, ani):
    report_incident_at(ani, "sebelum dicabut")
    sync(ani)
    revoke_device(server.journal, ani.device, "hilang, lalu kembali")
    revoked, late = ani.device, report_incident_at(ani, "sesudah dicabut")
    with pytest.raises(RequestRefused):
        sync(ani)
    log_in(ani, url=server.url, user="ani", password=PASSWORD, new_key=True)
    assert (ani.device != revoked, ani.last_key_replacement.cause) == (True, KeyReplacementCause.REVOKED)
    result = sync(ani)
    assert (result.pending, result.rejected) == (0, 0)
    assert sorted(incident.title for incident in ani.incidents()) == ["sebelum dicabut", "sesudah dicabut"]
    assert ani.incident(late.id).reporter == "ani"


def test_revoked_device_work_is_held(tmp_path):
    """Its session has ended, too: only a log-in lets it push, and that reveals the revocation."""
    with (
        start_server(tmp_path / "server", enrolment=EnrolmentPolicy.APPROVE) as server,
        open_store(tmp_path / "a") as store,
    ):
        server.add_user("ani")
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        approve_device(server.journal, store.device)
        revoke_device(server.journal, store.device, "hilang")
        report_incident_at(store)
        with pytest.raises(RequestRefused) as refused:
            log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert refused.value.code == "device_revoked"
        with pytest.raises(RequestRefused, match="dikunci"):
            sync(store)
        assert store.outbox_after(0, 1) == ()
        assert server.journal.records_by(store.device)[-1].verdict is Verdict.HELD


def test_attachments_follow_their_entries(ani, budi):
    incident = report_incident_at(ani)
    content = os.urandom(1_300_000)
    blob = blob_store(ani).add(content)
    attached = IncidentAttached(sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size)
    ani.save(attach_to_incident(incident, attached))
    assert [w.sha256 for w in ani.attachments.waiting()] == [blob.sha256]
    sync(ani)
    assert ani.attachments.waiting() == ()
    sync(budi)
    assert blob_store(budi).read(blob.sha256) == content
    assert budi.attachments.waiting() == ()


def test_attachment_not_uploaded_yet_waits(ani, budi):
    incident = report_incident_at(ani)
    attached = IncidentAttached(sha256="a" * 64, name="foto.jpg", media_type="image/jpeg", size=10)
    ani.save(attach_to_incident(incident, attached))
    sync(ani)
    sync(budi)
    assert [w.sha256 for w in budi.attachments.waiting()] == ["a" * 64]
    assert budi.rows() == ani.rows()


def test_expired_access_token_is_renewed(ani):
    tokens = TokenFile(ani.directory)
    kept = tokens.read()
    import msgspec

    broken = msgspec.structs.replace(kept, access_token="tidak-berlaku")
    (ani.directory / "session.json").write_bytes(msgspec.json.encode(broken))
    report_incident_at(ani)
    assert sync(ani).pushed == 1
    assert tokens.read().refresh_token != kept.refresh_token
    assert (ani.directory / "session.json").stat().st_mode & 0o077 == 0


def test_closed_session_is_freed_without_garbage_collection(ani):
    """A window opens one at each renewal of its presence; uncollected, their TLS contexts took 160 MB in a shift."""
    gc.disable()
    try:
        session = ConsoleSession(ani)
        with session.client as client:
            client.health()
        freed = [weakref.ref(session), weakref.ref(client)]
        del session, client
        assert [each() for each in freed] == [None, None]
    finally:
        gc.enable()


def test_clients_share_the_authorities_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    context = system_context(reads_environment=True)
    assert system_context(reads_environment=True) is context
    certificate, _key = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert [each["serialNumber"] for each in system_context(reads_environment=True).get_ca_certs()]
    assert system_context(reads_environment=True) is not context


def test_ended_session_asks_for_log_in(server, ani):
    import msgspec

    kept = TokenFile(ani.directory).read()
    gone = msgspec.structs.replace(kept, access_token="x", refresh_token="y")
    (ani.directory / "session.json").write_bytes(msgspec.json.encode(gone))
    with pytest.raises(NotLoggedIn):
        sync(ani)
    log_in(ani, url=server.url, user="ani", password=PASSWORD)
    assert sync(ani).pending == 0


def test_directory_never_mixes_two_servers(ani, tmp_path):
    sync(ani)
    with start_server(tmp_path / "other") as other:
        other.add_user("ani")
        with pytest.raises(AnotherServer):
            log_in(ani, url=other.url, user="ani", password=PASSWORD)
    assert sync(ani).pending == 0


def test_clone_continues_as_new_device(ani, budi, tmp_path):
    import shutil

    sync(ani)
    shutil.copytree(ani.directory, tmp_path / "clone")
    report_incident_at(ani, "asli")
    sync(ani)
    with open_store(tmp_path / "clone") as clone:
        report_incident_at(clone, "salinan")
        with pytest.raises(NewKeyNotLoggedIn):
            sync(clone)
        log_in(clone, url=clone.identity.server_url, user="ani", password=PASSWORD)
        result = sync(clone)
        assert clone.device != ani.device
        assert (result.pushed, result.pending, result.rejected, result.held) == (2, 0, 0, 0)
        sync(budi)
        assert sorted(i.title for i in budi.incidents()) == ["asli", "salinan"]


def test_rolled_back_server_stops_sync(ani, monkeypatch):
    sync(ani)
    report_incident_at(ani)
    pull = ServerClient.pull

    def shortened(client: ServerClient, *, after: int, limit: int) -> object:
        import msgspec

        return msgspec.structs.replace(pull(client, after=after, limit=limit), head=2, records=())

    monkeypatch.setattr(ServerClient, "pull", shortened)
    with pytest.raises(ServerRolledBack):
        sync(ani)


@pytest.mark.parametrize(
    "address",
    ["http://tabuah.solokkab.go.id", "ftp://x", "https://", "https://x/path", "http://10.0.0.1:8410", "a b"],
)
def test_invalid_or_unencrypted_address_is_refused(address: str):
    with pytest.raises(BadServerAddress):
        ServerClient(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8410", "http://localhost:1", "http://[::1]:8410", "contoh.id"])
def test_loopback_and_https_are_accepted(address: str):
    with ServerClient(address) as client:
        assert client.url.startswith("http://" if "//" in address else "https://")


@contextmanager
def answering(response: httpx2.Response) -> Iterator[ServerClient]:
    with ServerClient("https://contoh.id", transport=httpx2.MockTransport(lambda _request: response)) as client:
        yield client


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(404, text="Not found"),
        httpx2.Response(200, json={"status": "ok"}),
        httpx2.Response(200, content=b"\x28\xb5\x2f\xfdxxxxxxx"),
        httpx2.Response(200, content=b"\xff\xfe"),
    ],
)
def test_unexpected_answer_is_no_server(response: httpx2.Response):
    with answering(response) as client, pytest.raises(UnexpectedAnswer):
        client.health()


PAGE = "<html>Silakan masuk ke Wi-Fi</html>"


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(200, html=PAGE),
        httpx2.Response(200, text=PAGE),
        httpx2.Response(403, html=PAGE),
        httpx2.Response(407, text="proxy"),
        httpx2.Response(511, html=PAGE),
        httpx2.Response(302, headers={"Location": "https://portal.contoh.id"}),
    ],
)
def test_captive_portal_or_proxy_is_intercepted(response: httpx2.Response):
    with answering(response) as client:
        with pytest.raises(Intercepted, match="halaman masuk Wi-Fi atau proksi") as told:
            client.log_in(SessionRequest(user="ani", password="x", device=""))
        assert isinstance(told.value, Offline)
        assert "malformed" not in str(told.value)


def test_web_page_as_attachment_is_intercepted():
    client = ServerClient(
        "https://contoh.id",
        access_token=lambda: "x",
        transport=httpx2.MockTransport(lambda _request: httpx2.Response(200, html=PAGE)),
    )
    with client, pytest.raises(Intercepted), client.fetch("/v1/blobs/x", first=0, end=10):
        pass


def test_silent_connection_is_offline():
    def fail(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("timed out")

    client = ServerClient("https://contoh.id", transport=httpx2.MockTransport(fail))
    with client, pytest.raises(Offline, match="tidak ada jawaban"):
        client.health()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_proxy_without_server_is_offline(status: int):
    with answering(httpx2.Response(status, text="<html>Bad gateway</html>")) as client, pytest.raises(Offline):
        client.health()
