"""Client certificates of gateways, over HTTPS and MQTT: the account, its lock, and revocation."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.running_server import PASSWORD, RunningServer, log_in
from support.tls_server import create_tls_server, start_tls_server
from support.wait import wait_for_notification, wait_until_true

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.errors import NameTaken, NoSuchRecord, NotInitialised
from tabuah.server.mqtt.address import EmbeddedAddress
from tabuah.server.mqtt.embedded.broker import EmbeddedBroker
from tabuah.server.tls.administration import TlsState, init_tls
from tabuah.server.tls.authority import TlsFiles
from tabuah.server.tls.gateway_certificates import GatewayCertificates
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

YEAR = timedelta(days=365)


@pytest.fixture
def state(tmp_path: Path) -> TlsState:
    return create_tls_server(tmp_path / "server")


@pytest.fixture
def secured(tmp_path: Path, state: TlsState) -> Iterator[RunningServer]:
    with start_tls_server(tmp_path / "server", broker=EmbeddedAddress(port=0)) as server:
        server.add_user("bws", Role.GATEWAY)
        server.add_user("pupr", Role.GATEWAY)
        yield server


def certificates_of(tmp_path: Path) -> GatewayCertificates:
    return GatewayCertificates(tmp_path / "server", clock=lambda: datetime.now(UTC))


def issue(tmp_path: Path, server: RunningServer, account: str = "bws", name: str = "bws.pem") -> Path:
    file = tmp_path / name
    certificates_of(tmp_path).issue(account, file, authority=server.journal.authority, life=YEAR)
    return file


def lock(server: RunningServer, account: str) -> None:
    body = encode_body(UserChanged(active=False))
    server.journal.append_drafts([Draft(subject=f"user/{account}", kind="user.changed", body=body)])
    wait_for_notification(server.journal)


def context(state: TlsState, file: Path | None) -> ssl.SSLContext:
    found = ssl.create_default_context(cafile=state.authority)
    if file is not None:
        found.load_cert_chain(file)
    return found


@contextmanager
def client_with(server: RunningServer, state: TlsState, file: Path | None) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, verify=context(state, file), trust_env=False) as client:
        yield client


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_gateway_sends_readings_by_certificate(tmp_path: Path, secured: RunningServer, state: TlsState):
    file = issue(tmp_path, secured)
    now = datetime.now(UTC).isoformat()
    with client_with(secured, state, file) as client:
        answer = client.post("/v1/readings", json={"readings": [["POS-1", "river_stage", now, 1.2]]})
    assert answer.status_code == 200
    with ReadingsStore(tmp_path / "server" / FILE_NAME) as store:
        (waiting,) = store.quarantine.groups(most=10)
    assert (waiting.source, waiting.station) == ("bws", "POS-1")


def test_certificate_stands_for_its_account_only(tmp_path: Path, secured: RunningServer, state: TlsState):
    file = issue(tmp_path, secured)
    with client_with(secured, state, file) as client:
        assert client.get("/v1/readings/latest").status_code == 200
        assert refusal(client.get("/v1/journal?after=0")) == (403, "forbidden")
        for name, expected in (("bws", 200), ("pupr", 403)):
            token = log_in(client, name).access_token
            answer = client.get("/v1/readings/latest", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == expected, name
    with client_with(secured, state, None) as client:
        assert refusal(client.get("/v1/readings/latest")) == (401, "unauthorised")


def test_locked_and_revoked_gateways_are_refused_on_an_open_connection(
    tmp_path: Path, secured: RunningServer, state: TlsState
):
    files = {name: issue(tmp_path, secured, name, f"{name}.pem") for name in ("bws", "pupr")}
    for name, end in (("bws", lock), ("pupr", lambda _server, name: certificates_of(tmp_path).revoke(name))):
        with client_with(secured, state, files[name]) as client:
            assert client.get("/v1/readings/latest").status_code == 200
            end(secured, name)
            assert refusal(client.get("/v1/readings/latest")) == (403, "certificate_refused")


def test_expired_certificate_counts_for_nothing(tmp_path: Path, secured: RunningServer):
    issue(tmp_path, secured)
    (record,) = certificates_of(tmp_path).read_all()
    later = GatewayCertificates(tmp_path / "server", clock=lambda: record.expires_at)
    assert certificates_of(tmp_path).account_of(record.serial) == "bws"
    assert later.account_of(record.serial) == ""


def test_certificate_of_another_authority_is_refused(tmp_path: Path, secured: RunningServer, state: TlsState):
    create_tls_server(tmp_path / "other")
    foreign = GatewayCertificates(tmp_path / "other", clock=lambda: datetime.now(UTC))
    foreign.issue("bws", tmp_path / "foreign.pem", authority=secured.journal.authority, life=YEAR)
    with client_with(secured, state, tmp_path / "foreign.pem") as client, pytest.raises(httpx2.TransportError):
        client.get("/v1/readings/latest")


def test_certificates_end_with_their_authority(tmp_path: Path, secured: RunningServer, state: TlsState):
    file = issue(tmp_path, secured)
    new = init_tls(tmp_path / "server", ("127.0.0.1", "localhost"), new_authority=True)
    secured.service.certificate_renewal.check()
    with client_with(secured, new, file) as client, pytest.raises(httpx2.TransportError):
        client.get("/v1/readings/latest")


def test_server_certificate_is_no_client_certificate(tmp_path: Path, secured: RunningServer, state: TlsState):
    server_file = TlsFiles(tmp_path / "server").server
    with client_with(secured, state, server_file) as client, pytest.raises(httpx2.TransportError):
        client.get("/v1/readings/latest")


def connect(server: RunningServer, state: TlsState, file: Path | None, **account: str) -> int:
    """Connect by MQTT and return the answer of the broker."""
    broker = server.service.mqtt_source
    assert isinstance(broker, EmbeddedBroker)
    answers: list[int] = []
    client = Client(CallbackAPIVersion.VERSION2, "pos", protocol=MQTTProtocolVersion.MQTTv311)
    client.tls_set_context(context(state, file))
    if account:
        client.username_pw_set(account["user"], account.get("password"))
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(reason.value)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        wait_until_true(lambda: bool(answers))
    finally:
        client.disconnect()
        client.loop_stop()
    return answers[0]


def test_mqtt_gateway_connects_by_certificate(tmp_path: Path, secured: RunningServer, state: TlsState):
    file = issue(tmp_path, secured)
    assert connect(secured, state, file) == 0
    assert connect(secured, state, file, user="bws") == 0
    assert connect(secured, state, file, user="bws", password=PASSWORD) == 0
    assert connect(secured, state, file, user="bws", password="wrong-password") != 0
    assert connect(secured, state, file, user="pupr", password=PASSWORD) != 0
    certificates_of(tmp_path).revoke("bws")
    assert connect(secured, state, file) != 0
    assert connect(secured, state, None, user="bws", password=PASSWORD) == 0


def test_mqtt_message_after_a_revocation_is_refused(tmp_path: Path, secured: RunningServer, state: TlsState):
    file = issue(tmp_path, secured)
    broker = secured.service.mqtt_source
    assert isinstance(broker, EmbeddedBroker)
    client = Client(CallbackAPIVersion.VERSION2, "pos", protocol=MQTTProtocolVersion.MQTTv311)
    client.tls_set_context(context(state, file))
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        client.publish("tabuah/pos", json.dumps({}), qos=1).wait_for_publish(10)
        certificates_of(tmp_path).revoke("bws")
        client.publish("tabuah/pos", json.dumps({}), qos=1)
        wait_until_true(lambda: "bws may not publish" in broker.health().error)
    finally:
        client.disconnect()
        client.loop_stop()


def test_certificate_needs_an_active_gateway_and_a_new_file(tmp_path: Path, secured: RunningServer):
    for name in ("nobody", "ani"):
        with pytest.raises(NoSuchRecord, match="--role gateway"):
            issue(tmp_path, secured, name)
    file = issue(tmp_path, secured)
    content = file.read_bytes()
    with pytest.raises(NameTaken):
        issue(tmp_path, secured)
    assert file.read_bytes() == content
    assert file.stat().st_mode & 0o077 == 0
    lock(secured, "bws")
    with pytest.raises(NoSuchRecord):
        issue(tmp_path, secured, name="again.pem")
    assert len(certificates_of(tmp_path).read_all()) == 1


def test_certificate_needs_an_authority(tmp_path: Path, secured: RunningServer):
    plain = GatewayCertificates(tmp_path / "plain", clock=lambda: datetime.now(UTC))
    with pytest.raises(NotInitialised, match="tls init"):
        plain.issue("bws", tmp_path / "x.pem", authority=secured.journal.authority, life=YEAR)
    assert not (tmp_path / "x.pem").exists()


def test_revocation_of_one_certificate_keeps_the_other(tmp_path: Path, secured: RunningServer):
    issue(tmp_path, secured)
    issue(tmp_path, secured, name="second.pem")
    certificates = certificates_of(tmp_path)
    first, second = certificates.read_all()
    assert [record.serial for record in certificates.revoke("bws", first.serial.lower())] == [first.serial]
    assert (certificates.account_of(first.serial), certificates.account_of(second.serial)) == ("", "bws")
    for name, serial in (("bws", first.serial), ("pupr", ""), ("pupr", second.serial)):
        with pytest.raises(NoSuchRecord):
            certificates.revoke(name, serial)


def test_damaged_record_is_left_out(tmp_path: Path, secured: RunningServer):
    issue(tmp_path, secured)
    issue(tmp_path, secured, "pupr", "pupr.pem")
    certificates = certificates_of(tmp_path)
    damaged, _sound = certificates.read_all()
    path = TlsFiles(tmp_path / "server").folder / "gateways" / f"{damaged.serial}.json"
    path.write_bytes(b"{}")
    assert certificates.account_of(damaged.serial) == ""
    assert [record.account for record in certificates.read_all()] == ["pupr"]


@pytest.mark.parametrize("serial", ["", "..", "../../server", "a/b", "Z", "0" * 65])
def test_serial_numbers_are_no_paths(tmp_path: Path, serial: str):
    assert GatewayCertificates(tmp_path, clock=lambda: datetime.now(UTC)).account_of(serial) == ""
