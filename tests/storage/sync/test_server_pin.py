"""Consoles pin their server by a pairing code or a file, and send nothing to any other."""

import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from support.console_stores import open_store
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server
from support.tls_server import create_tls_server, start_tls_server

from tabuah.server.admission.server_entries import ReplaceServerKey
from tabuah.server.tls.administration import TlsState, init_tls, read_tls_state, renew_tls
from tabuah.server.tls.authority import CertificateAuthority, TlsFiles
from tabuah.server.tls.certificates import SERVER_LIFE, certificate_pem, issue_server_certificate, new_authority
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.data_files import PIN_FILE
from tabuah.storage.sync import client as sync_client
from tabuah.storage.sync.account import reset_password
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import (
    BadServerAddress,
    Offline,
    PairingRefused,
    PinDiffers,
    UntrustedServer,
    UnusablePin,
)
from tabuah.storage.sync.server_pin import PinFile, check_pin, pin_from_code, pin_from_file
from tabuah.storage.sync.session import has_session, log_in


@pytest.fixture
def state(tmp_path: Path) -> TlsState:
    return create_tls_server(tmp_path / "server")


@pytest.fixture
def secured(tmp_path: Path, state: TlsState) -> Iterator[RunningServer]:
    with start_tls_server(tmp_path / "server") as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        yield store


def paired(store: ConsoleStore, server: RunningServer, state: TlsState) -> ConsoleStore:
    pin = pin_from_code(server.url, state.code)
    log_in(store, url=server.url, user="ani", password=PASSWORD, pin=pin)
    return store


def port_of(server: RunningServer) -> int:
    return urlsplit(server.url).port or 0


def trust_in_system(monkeypatch: pytest.MonkeyPatch, state: TlsState) -> None:
    """Let the authority be one that the system trusts."""
    context = ssl.create_default_context(cafile=state.authority)
    monkeypatch.setattr(sync_client, "system_context", lambda **_options: context)


def replace_certificate(directory: Path, names: tuple[str, ...], now: datetime) -> None:
    """Put another certificate of the same authority into the place of the server's."""
    authority = CertificateAuthority.open_in(directory)
    TlsFiles(directory).server.write_bytes(issue_server_certificate(authority.issued, names, now).pem)


def test_unknown_authority_is_refused_with_the_next_step(store: ConsoleStore, secured: RunningServer):
    with pytest.raises(UntrustedServer, match="--code") as refused:
        log_in(store, url=secured.url, user="ani", password=PASSWORD)
    assert "aman" in str(refused.value)
    assert not has_session(store.directory)
    assert secured.journal.authority.devices.keys() == {secured.journal.server_id}


def test_log_in_by_code_pins_the_server(store: ConsoleStore, secured: RunningServer, state: TlsState):
    paired(store, secured, state)
    pin = PinFile(store.directory).read()
    assert pin is not None
    assert (pin.server, pin.source) == (secured.journal.server_id, "code")
    sync(store)
    if sys.platform != "win32":
        assert (store.directory / PIN_FILE).stat().st_mode & 0o077 == 0


def test_log_in_by_the_file_of_the_authority(store: ConsoleStore, secured: RunningServer, state: TlsState):
    pin = pin_from_file(Path(state.authority))
    log_in(store, url=secured.url, user="ani", password=PASSWORD, pin=pin)
    assert sync(store).head == secured.journal.head().seq


def test_code_of_another_server_sends_no_password(store: ConsoleStore, secured: RunningServer, tmp_path: Path):
    other = create_tls_server(tmp_path / "other")
    with pytest.raises(PairingRefused):
        pin_from_code(secured.url, other.code)
    assert not (store.directory / PIN_FILE).exists()


def test_relay_that_adds_its_authority_is_refused(secured: RunningServer, state: TlsState):
    own = Path(state.authority).read_text()
    relay = certificate_pem(new_authority("Tabuah", datetime.now(UTC)).certificate).decode()
    key = secured.journal.key.public_key.hex()

    def answer(text: str) -> httpx2.MockTransport:
        return httpx2.MockTransport(
            lambda _request: httpx2.Response(200, json={"public_key": key, "authority": text})
        )

    assert pin_from_code(secured.url, state.code, transport=answer(f"# added\n{own}")).authority == own
    with pytest.raises(PairingRefused):
        pin_from_code(secured.url, state.code, transport=answer(own + relay))


def test_file_may_hold_two_authorities(store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path):
    other = certificate_pem(new_authority("Lama", datetime.now(UTC)).certificate).decode()
    (tmp_path / "both.crt").write_text(other + Path(state.authority).read_text())
    log_in(store, url=secured.url, user="ani", password=PASSWORD, pin=pin_from_file(tmp_path / "both.crt"))
    assert has_session(store.directory)


def test_failed_log_in_pins_nothing(store: ConsoleStore, secured: RunningServer, state: TlsState):
    pin = pin_from_code(secured.url, state.code)
    with pytest.raises(Exception, match="salah"):
        log_in(store, url=secured.url, user="ani", password="wrong-password", pin=pin)
    assert not (store.directory / PIN_FILE).exists()


def test_code_needs_a_server_with_an_authority(state: TlsState, tmp_path: Path):
    with start_server(tmp_path / "plain") as plain:
        with pytest.raises(BadServerAddress):
            pin_from_code(plain.url, state.code)
        with pytest.raises(Offline):
            pin_from_code(plain.url.replace("http:", "https:"), state.code)


def test_renewed_certificate_needs_nothing_of_the_console(
    store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path
):
    paired(store, secured, state)
    renew_tls(tmp_path / "server")
    secured.service.certificate_renewal.check()
    sync(store)


@pytest.mark.parametrize(
    ("names", "age", "finding"),
    [
        (("other.example",), timedelta(0), "nama lain"),
        (("10.9.8.7",), timedelta(0), "nama lain"),
        (("127.0.0.1",), SERVER_LIFE * 2, "sudah habis"),
        (("127.0.0.1",), -SERVER_LIFE, "belum berlaku"),
    ],
)
def test_bad_certificate_is_explained(
    store: ConsoleStore,
    secured: RunningServer,
    state: TlsState,
    tmp_path: Path,
    names: tuple[str, ...],
    age: timedelta,
    finding: str,
):
    paired(store, secured, state)
    replace_certificate(tmp_path / "server", names, datetime.now(UTC) - age)
    assert secured.service.tls is not None
    assert secured.service.tls.reload_if_changed()
    with pytest.raises(UntrustedServer, match=finding) as refused:
        sync(store)
    assert "aman" in str(refused.value)
    assert "tabuah server tls renew" in str(refused.value)


def test_replaced_authority_stops_sync_until_the_pin_is_set(
    store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path
):
    paired(store, secured, state)
    before = PinFile(store.directory).read()
    init_tls(tmp_path / "server", ("127.0.0.1",), new_authority=True)
    secured.service.certificate_renewal.check()
    with pytest.raises(UntrustedServer, match="tabuah pin set"):
        sync(store)
    new = pin_from_code(secured.url, read_tls_state(tmp_path / "server").code)
    with pytest.raises(PinDiffers, match="tabuah pin set"):
        log_in(store, url=secured.url, user="ani", password=PASSWORD, pin=new)
    assert PinFile(store.directory).read() == before
    check_pin(new, secured.url, server=store.server)
    PinFile(store.directory).write(new)
    sync(store)


def test_pin_of_another_server_is_not_set(
    store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path
):
    paired(store, secured, state)
    other = create_tls_server(tmp_path / "other")
    with start_tls_server(tmp_path / "other") as another:
        for pin in (pin_from_code(another.url, other.code), pin_from_file(Path(other.authority))):
            with pytest.raises(PairingRefused):
                check_pin(pin, another.url, server=store.server)


def test_same_authority_with_another_server_key_is_refused(
    store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path
):
    """A thief of the authority's key alone cannot play the server."""
    pin = pin_from_code(secured.url, state.code)
    create_tls_server(tmp_path / "thief")
    thief, victim = TlsFiles(tmp_path / "thief"), TlsFiles(tmp_path / "server")
    for name in ("authority", "shared", "server"):
        getattr(thief, name).write_bytes(getattr(victim, name).read_bytes())
    with start_tls_server(tmp_path / "thief") as other:
        with pytest.raises(PairingRefused):
            pin_from_code(other.url, state.code)
        with pytest.raises(PairingRefused):
            log_in(store, url=other.url, user="ani", password=PASSWORD, pin=pin)
        with pytest.raises(PairingRefused):
            reset_password(store, url=other.url, user="ani", code="x", new_password="batang-baru-2026", pin=pin)
    assert not has_session(store.directory)


def test_code_holds_after_the_server_key_was_replaced(store: ConsoleStore, secured: RunningServer, state: TlsState):
    journal = secured.journal
    journal.submit(ReplaceServerKey(journal.keys.first, journal.key)).result()
    paired(store, secured, state)
    assert store.identity is not None
    assert store.identity.server_public_key != journal.keys.first.public_key.hex()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"authority": 1}', b"\xff"])
def test_damaged_pin_contacts_no_server(store: ConsoleStore, secured: RunningServer, state: TlsState, content: bytes):
    paired(store, secured, state)
    (store.directory / PIN_FILE).write_bytes(content)
    with pytest.raises(UnusablePin, match="tabuah pin set"):
        sync(store)


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_bad_authority_file_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "ca.crt"
    file.write_bytes(content)
    with pytest.raises(UnusablePin):
        pin_from_file(file)
    with pytest.raises(UnusablePin):
        pin_from_file(tmp_path / "missing.crt")


def test_public_certificate_works_without_a_pin(
    store: ConsoleStore, state: TlsState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trust_in_system(monkeypatch, state)
    with start_tls_server(tmp_path / "server") as server:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert PinFile(store.directory).read() is None
        sync(store)


def test_pinned_console_ignores_the_authorities_of_the_system(
    store: ConsoleStore, secured: RunningServer, state: TlsState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    paired(store, secured, state)
    other = create_tls_server(tmp_path / "other")
    trust_in_system(monkeypatch, other)
    pin = PinFile(store.directory).read()
    assert pin is not None
    with start_tls_server(tmp_path / "other") as another:
        with ServerClient(another.url) as client:
            assert client.health().server == another.journal.server_id
        with ServerClient(another.url, trust=pin.context()) as client, pytest.raises(UntrustedServer):
            client.health()
