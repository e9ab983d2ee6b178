"""A running server renews and loads certificates without a restart, for HTTPS and MQTT."""

import logging
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from support.certificates import write_certificate
from support.running_server import RunningServer
from support.tls_server import create_tls_server, served_certificate, start_tls_server

from tabuah.server.errors import InsecureAddress
from tabuah.server.listen_address import ListenAddress
from tabuah.server.mqtt.address import EmbeddedAddress
from tabuah.server.mqtt.embedded.broker import EmbeddedBroker
from tabuah.server.tls.administration import init_tls, renew_tls
from tabuah.server.tls.authority import CertificateAuthority, TlsFiles
from tabuah.server.tls.certificates import SERVER_LIFE
from tabuah.server.tls.server_tls import CertificateRenewal, ServerTls


def port_of(server: RunningServer) -> int:
    return urlsplit(server.url).port or 0


def health(server: RunningServer, authority: Path) -> dict[str, object]:
    trusted = ssl.create_default_context(cafile=str(authority))
    trusted.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN  # the default of Python 3.13
    with httpx2.Client(verify=trusted, trust_env=False) as client:
        return client.get(f"{server.url}/health").json()


def test_renewed_certificate_is_used_by_https_and_mqtt(tmp_path: Path):
    before = create_tls_server(tmp_path)
    with start_tls_server(tmp_path, broker=EmbeddedAddress(port=0)) as server:
        broker = server.service.mqtt_source
        assert isinstance(broker, EmbeddedBroker)
        ports = (port_of(server), broker.port)
        old = [served_certificate(port).serial_number for port in ports]
        renew_tls(tmp_path)
        server.service.certificate_renewal.check()
        new = [served_certificate(port).serial_number for port in ports]
        assert len({*old, *new}) == 2
        assert health(server, Path(before.authority))["certificate_expires_at"]


def test_open_connection_survives_a_renewal(tmp_path: Path):
    found = create_tls_server(tmp_path)
    trusted = ssl.create_default_context(cafile=found.authority)
    with start_tls_server(tmp_path) as server, httpx2.Client(verify=trusted, trust_env=False) as client:
        for _each in range(2):
            assert client.get(f"{server.url}/health").status_code == 200
            renew_tls(tmp_path)
            server.service.certificate_renewal.check()


def test_expiring_certificate_is_renewed_at_the_start(tmp_path: Path):
    long_ago = datetime.now(UTC) - SERVER_LIFE * 2
    found = create_tls_server(tmp_path, clock=lambda: long_ago)
    assert found.expires_at < datetime.now(UTC)
    with start_tls_server(tmp_path) as server:
        assert health(server, Path(found.authority))["status"] == "ok"


def test_renewal_runs_by_itself_when_it_is_due(tmp_path: Path):
    now = datetime.now(UTC)
    create_tls_server(tmp_path)
    files = TlsFiles(tmp_path)
    tls = ServerTls(ListenAddress(certificate=files.server, key=files.server))
    later = now + SERVER_LIFE * 0.7
    renewal = CertificateRenewal(tls, lambda: CertificateAuthority.open_in(tmp_path), clock=lambda: later)
    renewal.check()
    assert renewal.expires_at == tls.expires_at
    assert tls.expires_at > now + SERVER_LIFE + timedelta(days=50)


def test_half_replaced_certificate_is_not_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        write_certificate(tmp_path / name)
    certificate, key = tmp_path / "old" / "server.crt", tmp_path / "old" / "server.pem"
    tls = ServerTls(ListenAddress(certificate=certificate, key=key))
    renewal = CertificateRenewal(tls, lambda: None, clock=lambda: datetime.now(UTC))
    before = tls.context
    shutil.copy(tmp_path / "new" / "server.crt", certificate)
    with caplog.at_level(logging.ERROR):
        renewal.check()
        renewal.check()
    assert tls.context is before
    assert len(caplog.records) == 1
    shutil.copy(tmp_path / "new" / "server.pem", key)
    renewal.check()
    assert tls.context is not before


def test_damaged_certificate_keeps_the_former_one(tmp_path: Path):
    create_tls_server(tmp_path)
    files = TlsFiles(tmp_path)
    tls = ServerTls(ListenAddress(certificate=files.server, key=files.server))
    renewal = CertificateRenewal(tls, lambda: CertificateAuthority.open_in(tmp_path), clock=lambda: datetime.now(UTC))
    before = tls.context
    files.server.write_bytes(b"damaged")
    renewal.check()
    assert tls.context is before
    with pytest.raises(InsecureAddress):
        ServerTls(ListenAddress(certificate=files.server, key=files.server))


def test_full_disk_keeps_the_former_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    create_tls_server(tmp_path)
    files = TlsFiles(tmp_path)
    content = files.server.read_bytes()

    def fail(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tabuah.server.tls.authority.replace_private", fail)
    renewal = CertificateRenewal(
        ServerTls(ListenAddress(certificate=files.server, key=files.server)),
        lambda: CertificateAuthority.open_in(tmp_path),
        clock=lambda: datetime.now(UTC) + SERVER_LIFE,
    )
    renewal.check()
    assert files.server.read_bytes() == content


def test_new_authority_is_taken_over_by_a_running_server(tmp_path: Path):
    before = create_tls_server(tmp_path)
    with start_tls_server(tmp_path) as server:
        old = served_certificate(port_of(server))
        init_tls(tmp_path, ("localhost", "127.0.0.1"), new_authority=True)
        server.service.certificate_renewal.check()
        assert not CertificateAuthority.open_in(tmp_path).has_issued(old)
        assert CertificateAuthority.open_in(tmp_path).has_issued(served_certificate(port_of(server)))
        assert health(server, Path(before.authority))["status"] == "ok"
