"""The embedded broker: acknowledged readings are on disk, and gateways publish only on their own topics."""

import json
import random
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.certificates import write_certificate
from support.readings_fixture import START, ReadingsFixture, gauge, open_readings_fixture
from support.running_server import PASSWORD, hash_of, start_server
from support.wait import wait_until_true

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.gateways.configuration import read_mappings
from tabuah.operations.people.entry_bodies import UserChanged, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.errors import InsecureAddress, StorageFull, UnusableBroker
from tabuah.server.listen_address import ListenAddress
from tabuah.server.mqtt.address import EmbeddedAddress, parse_broker
from tabuah.server.mqtt.embedded import broker as broker_module
from tabuah.server.mqtt.embedded import connection as connection_module
from tabuah.server.mqtt.embedded.broker import EmbeddedBroker, broker_address
from tabuah.server.mqtt.embedded.gateway_access import GatewayAccess
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.server.people.sessions import SessionService
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

TOPIC = "tabuah/v1/SLK-AWLR-03/stage_m"
second_address = pytest.mark.skipif(sys.platform != "linux", reason="the loopback network has one address here")
CONNECT = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01x"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ReadingsFixture]:
    with open_readings_fixture(tmp_path / "server") as room:
        room.register(gauge(gateway="mqtt/tabuah"))
        yield room


@contextmanager
def listening(
    room: ReadingsFixture, text: str = "", *, open_to_all: bool = True, address: ListenAddress | None = None
) -> Iterator[EmbeddedBroker]:
    mappings = read_mappings(text)
    sessions = SessionService(room.journal, AccessTokens(room.journal.key.secret), EnrolmentPolicy.OPEN)
    gateway_access = GatewayAccess(room.journal, sessions, open_to_all=open_to_all)
    broker = EmbeddedBroker(
        address or ListenAddress(port=0), mappings, room.service, gateway_access, clock=room.clock
    )
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
        sessions.close()


def gateway(name: str = "gateway", *, user: str = "", password: str = PASSWORD, **options: object) -> Client:
    options = {"protocol": MQTTProtocolVersion.MQTTv311, "clean_session": False} | options
    client = Client(CallbackAPIVersion.VERSION2, name, **options)  # type: ignore[arg-type]
    client.max_inflight_messages_set(500)
    if user:
        client.username_pw_set(user, password)
    return client


@contextmanager
def connected(client: Client, port: int) -> Iterator[Client]:
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        wait_until_true(client.is_connected)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def answer_to_log_in(client: Client, port: int) -> str:
    answers: list[str] = []
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(str(reason))
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        wait_until_true(lambda: answers)
    finally:
        client.disconnect()
        client.loop_stop()
    return answers[0]


def sample(minute: int, value: float) -> str:
    return json.dumps({"t": (START + timedelta(minutes=minute)).isoformat(), "v": value})


def stored(room: ReadingsFixture) -> list[float]:
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        found = store.between("SLK-AWLR-03", "stage_m", START - timedelta(days=9), START + timedelta(days=1))
    return [reading.value for reading in found]


def add_user(room: ReadingsFixture, name: str, role: Role = Role.GATEWAY) -> None:
    body = UserCreated(name=name, role=role, opd="PUPR")
    draft = Draft(subject=f"user/{name}", kind="user.created", body=encode_body(body))
    room.journal.append_drafts([draft], passwords={name: hash_of(PASSWORD)})


@contextmanager
def raw(port: int, *, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0)) as found:
        yield found


def read_to_end(found: socket.socket) -> bytes:
    data = b""
    try:
        while piece := found.recv(4096):
            data += piece
    except ConnectionResetError:
        pass
    return data


@pytest.mark.parametrize("qos", [1, 2])
def test_embedded_broker_acknowledges_saved_readings(room: ReadingsFixture, qos: int):
    with listening(room) as broker, connected(gateway(), broker.port) as client:
        for minute in range(5):
            client.publish(TOPIC, sample(-minute, 1 + minute), qos=qos).wait_for_publish(10)
            assert len(stored(room)) == minute + 1


def test_embedded_broker_accepts_qos_0(room: ReadingsFixture):
    with listening(room) as broker, connected(gateway(), broker.port) as client:
        client.publish(TOPIC, sample(0, 1.2), qos=0)
        wait_until_true(lambda: stored(room) == [1.2])
        wait_until_true(lambda: broker.health().gateways[0].readings == 1)


def test_embedded_broker_acknowledges_messages_in_order(room: ReadingsFixture):
    with listening(room) as broker, connected(gateway(), broker.port) as client:
        answered: list[int] = []
        client.on_publish = lambda _client, _data, mid, _reason, _properties: answered.append(mid)
        sent = [client.publish(TOPIC, sample(-minute, 1), qos=1).mid for minute in range(1_500)]
        wait_until_true(lambda: len(answered) == 1_500)
    assert answered == sent
    assert len(stored(room)) == 1_500


def test_embedded_broker_never_acknowledges_unsaved_messages(room: ReadingsFixture):
    real = room.service.submit

    def full(source: str, posted: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_exception(StorageFull("no space"))
        return future

    room.service.submit = full  # type: ignore[method-assign, assignment]
    with ExitStack() as stack:
        with listening(room) as broker:
            client = stack.enter_context(connected(gateway(), broker.port))
            info = client.publish(TOPIC, sample(0, 1.2), qos=1)
            wait_until_true(lambda: "no space" in broker.health().error)
        assert not info.is_published()
        room.service.submit = real  # type: ignore[method-assign]
        assert stored(room) == []
        stack.enter_context(listening(room, address=ListenAddress(port=broker.port)))
        wait_until_true(info.is_published)
        assert stored(room) == [1.2]


def test_embedded_broker_pauses_reading_when_full(room: ReadingsFixture, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker_module, "MAX_WAITING", 20)
    real, held = room.service.submit, []

    def hold(source: str, posted: object) -> Future[object]:
        if len(held) < 2:
            held.append(source)
            future: Future[object] = Future()
            future.set_exception(StorageFull("no space"))
            return future
        return real(source, posted)  # type: ignore[arg-type, return-value]

    room.service.submit = hold  # type: ignore[method-assign, assignment]
    with listening(room) as broker, connected(gateway(), broker.port) as client:
        sent = [client.publish(TOPIC, sample(-minute, 1), qos=1) for minute in range(400)]
        wait_until_true(lambda: broker.is_full)
        assert broker._backlog.messages == 20
        assert "unavailable" in answer_to_log_in(gateway("late"), broker.port)
        wait_until_true(lambda: all(info.is_published() for info in sent))
        wait_until_true(lambda: not broker.is_full)
    assert len(stored(room)) == 400


def test_embedded_broker_refuses_remote_anonymous_gateways(room: ReadingsFixture):
    with listening(room, open_to_all=False) as broker:
        assert answer_to_log_in(gateway(), broker.port) == "Not authorized"


@pytest.mark.parametrize(
    ("user", "password", "role", "answer"),
    [
        ("pupr", PASSWORD, Role.GATEWAY, "Success"),
        ("pupr", "salah", Role.GATEWAY, "Bad user name or password"),
        ("lain", PASSWORD, Role.GATEWAY, "Bad user name or password"),
        ("pupr", PASSWORD, Role.VIEWER, "Not authorized"),
    ],
)
def test_embedded_broker_checks_gateway_account(
    room: ReadingsFixture, user: str, password: str, role: Role, answer: str
):
    add_user(room, "pupr", role)
    with listening(room, open_to_all=False) as broker:
        assert answer_to_log_in(gateway(user=user, password=password), broker.port) == answer


OWN_TOPIC = """
    [[gateway]]
    name = "pupr"
    topic = "pupr/{station}/{parameter}"
    users = ["bws"]
"""


def test_gateway_file_grants_no_rights(room: ReadingsFixture):
    """The journal names the account of a station; the former setting `users` has no effect."""
    room.assign(gauge(), "pupr")
    add_user(room, "pupr")
    add_user(room, "bws")
    with listening(room, OWN_TOPIC, open_to_all=False) as broker:
        for name, value in (("pupr", 1.2), ("bws", 9.9)):
            with connected(gateway(name, user=name), broker.port) as client:
                client.publish("pupr/SLK-AWLR-03/stage_m", sample(0, value), qos=1).wait_for_publish(10)
        assert broker.health().error == ""
    assert stored(room) == [1.2]
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        (waiting,) = store.quarantine.groups(most=10)
    assert (waiting.source, waiting.doubt.value) == ("bws", "not_your_station")


def test_embedded_broker_keeps_messages_without_readings(room: ReadingsFixture):
    add_user(room, "pupr")
    with listening(room, open_to_all=False) as broker, connected(gateway(user="pupr"), broker.port) as client:
        for topic, payload in ((TOPIC, b"rusak"), ("lain/topik", b"{}"), (TOPIC, sample(0, 1.2))):
            client.publish(topic, payload, qos=1).wait_for_publish(10)
        kept = sorted((message.mapping, message.payload, message.account) for message in broker.unread.newest())
    assert kept == [("", b"{}", "pupr"), ("tabuah", b"rusak", "pupr")]


def test_embedded_broker_names_the_publishing_account(room: ReadingsFixture):
    add_user(room, "pupr")
    add_user(room, "bws")
    room.assign(gauge(), "pupr")
    with listening(room, open_to_all=False) as broker:
        for name, value in (("bws", 9.9), ("pupr", 1.2)):
            with connected(gateway(name, user=name), broker.port) as client:
                client.publish(TOPIC, sample(0, value), qos=1).wait_for_publish(10)
    assert stored(room) == [1.2]
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        (waiting,) = store.quarantine.groups(most=10)
    assert (waiting.source, waiting.doubt.value) == ("bws", "not_your_station")


def test_embedded_broker_drops_locked_account(room: ReadingsFixture):
    room.assign(gauge(), "pupr")
    add_user(room, "pupr")
    with listening(room, open_to_all=False) as broker, connected(gateway(user="pupr"), broker.port) as client:
        client.publish(TOPIC, sample(0, 1.2), qos=1).wait_for_publish(10)
        body = encode_body(UserChanged(active=False))
        room.journal.append_drafts([Draft(subject="user/pupr", kind="user.changed", body=body)])
        client.publish(TOPIC, sample(1, 9.9), qos=1)
        wait_until_true(lambda: "pupr may not publish" in broker.health().error)
    assert stored(room) == [1.2]


def test_embedded_broker_keeps_newer_connection_of_gateway(room: ReadingsFixture):
    with listening(room) as broker, raw(broker.port) as older, raw(broker.port) as newer:
        older.sendall(CONNECT)
        assert older.recv(4) == b"\x20\x02\x00\x00"
        newer.sendall(CONNECT)
        assert newer.recv(4) == b"\x20\x02\x00\x00"
        assert read_to_end(older) == b""
        newer.sendall(b"\xc0\x00")
        assert newer.recv(2) == b"\xd0\x00"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (b"\x30\x05\x00\x01a77", b""),
        (CONNECT + CONNECT, b"\x20\x02\x00\x00"),
        (CONNECT + b"\x30\x03\x00\x01#", b"\x20\x02\x00\x00"),
        (CONNECT + b"\x82\x06\x00\x07\x00\x01a\x01\xa2\x05\x00\x08\x00\x01a\xe0\x00",
         b"\x20\x02\x00\x00\x90\x03\x00\x07\x80\xb0\x02\x00\x08"),
        (b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x01x", b"\x20\x02\x00\x01"),
        (b"\x10\x0c\x00\x04MQTT\x04\x00\x00\x3c\x00\x00", b"\x20\x02\x00\x02"),
    ],
)  # fmt: skip
def test_embedded_broker_closes_only_the_violating_connection(room: ReadingsFixture, sent: bytes, answer: bytes):
    with listening(room) as broker, connected(gateway("sound"), broker.port) as client:
        with raw(broker.port) as found:
            found.sendall(sent)
            assert read_to_end(found) == answer
        client.publish(TOPIC, sample(0, 1.2), qos=1).wait_for_publish(10)
    assert stored(room) == [1.2]


def test_embedded_broker_closes_idle_connections(room: ReadingsFixture, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection_module, "LOG_IN_WITHIN_S", 0.05)
    with listening(room) as broker, raw(broker.port) as silent, raw(broker.port) as quiet:
        assert read_to_end(silent) == b""
        quiet.close()
        with raw(broker.port) as brief:
            brief.sendall(CONNECT.replace(b"\x00\x3c", b"\x00\x01"))  # keep-alive of a second
            assert read_to_end(brief) == b"\x20\x02\x00\x00"


def test_embedded_broker_limits_connections(
    room: ReadingsFixture, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(broker_module, "MAX_CONNECTIONS", 1)
    with listening(room) as broker, raw(broker.port) as first:
        first.sendall(CONNECT)
        assert first.recv(4)
        with raw(broker.port) as second:
            assert read_to_end(second) == b""
    assert "too many connections" in caplog.text


@second_address
def test_embedded_broker_limits_connections_of_an_address(
    room: ReadingsFixture, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(broker_module, "MAX_CONNECTIONS_OF_ADDRESS", 1)
    with listening(room) as broker:
        for _turn in range(2):  # a closed connection does not count
            with raw(broker.port) as first:
                first.sendall(CONNECT)
                assert first.recv(4)
                with raw(broker.port) as second:
                    assert read_to_end(second) == b""
                with raw(broker.port, source="127.0.0.2") as other:
                    other.sendall(CONNECT)
                    assert other.recv(4)
            wait_until_true(lambda: not broker._connections)
    assert "too many connections" in caplog.text


@second_address
def test_embedded_broker_checks_accounts_of_addresses_in_turn(room: ReadingsFixture):
    """A flood of log-ins from one address does not delay the gateway of another one."""
    checked: list[str] = []
    is_released = threading.Event()

    class SlowAccess:
        def may_connect(self, _user: str, _password: str, address: str, _certificate: str) -> bool:
            is_released.wait(10)
            checked.append(address)
            return True

    with listening(room) as broker, ExitStack() as flood:
        broker._gateway_access = SlowAccess()  # type: ignore[assignment]
        for _number in range(12):
            flood.enter_context(raw(broker.port)).sendall(CONNECT)
        wait_until_true(lambda: len(broker._connections) == 12)
        with raw(broker.port, source="127.0.0.2") as found:
            found.sendall(CONNECT)
            wait_until_true(lambda: len(broker._password_checks) == 2)
            is_released.set()
            assert found.recv(4) == b"\x20\x02\x00\x00"
        wait_until_true(lambda: len(checked) == 13)
    assert checked.index("127.0.0.2") <= 4


def test_embedded_broker_uses_server_certificate(room: ReadingsFixture, tmp_path: Path):
    certificate, key = write_certificate(tmp_path)
    address = ListenAddress(port=0, certificate=certificate, key=key)
    with listening(room, address=address) as broker:
        client = gateway()
        client.tls_set_context(ssl.create_default_context(cafile=str(certificate)))
        with connected(client, broker.port):
            client.publish(TOPIC, sample(0, 1.2), qos=1).wait_for_publish(10)
        assert broker.url.startswith("mqtts://")
    assert stored(room) == [1.2]


def test_embedded_broker_reports_occupied_port(room: ReadingsFixture):
    with listening(room) as broker, pytest.raises(UnusableBroker, match=str(broker.port)):
        EmbeddedBroker(ListenAddress(port=broker.port), (), room.service, broker._gateway_access, clock=room.clock)


@pytest.fixture
def tls_address(tmp_path: Path) -> ListenAddress:
    certificate, key = write_certificate(tmp_path)
    return ListenAddress(port=0, certificate=certificate, key=key)


def log_in_over_tls(found: socket.socket, address: ListenAddress) -> bytes:
    """Shake hands, log in, and return the answer."""
    context = ssl.create_default_context(cafile=str(address.certificate))
    with context.wrap_socket(found, server_hostname="localhost") as secured:
        secured.sendall(CONNECT)
        return secured.recv(4)


@second_address
def test_half_open_handshakes_count_for_their_address(
    room: ReadingsFixture, tls_address: ListenAddress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(broker_module, "MAX_CONNECTIONS_OF_ADDRESS", 2)
    monkeypatch.setattr(broker_module, "_HANDSHAKE_S", 60.0)
    with listening(room, address=tls_address) as broker, ExitStack() as opened:
        for _each in range(2):
            opened.enter_context(raw(broker.port, source="127.0.0.9")).sendall(b"\x16\x03\x01")
        with raw(broker.port, source="127.0.0.9") as refused:
            assert read_to_end(refused) == b""
        with raw(broker.port, source="127.0.0.8") as other:
            assert log_in_over_tls(other, tls_address)[:2] == b"\x20\x02"


def test_half_open_handshakes_count_in_total(
    room: ReadingsFixture, tls_address: ListenAddress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(broker_module, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(broker_module, "_HANDSHAKE_S", 60.0)
    with listening(room, address=tls_address) as broker, ExitStack() as opened:
        for _each in range(2):
            opened.enter_context(raw(broker.port))
        with raw(broker.port) as refused:
            assert read_to_end(refused) == b""


def test_ended_handshakes_make_room_for_gateways(
    room: ReadingsFixture, tls_address: ListenAddress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(broker_module, "MAX_CONNECTIONS_OF_ADDRESS", 1)
    monkeypatch.setattr(broker_module, "_HANDSHAKE_S", 0.2)

    def may_log_in(port: int) -> bool:
        with raw(port) as found, suppress(OSError):
            return log_in_over_tls(found, tls_address)[:2] == b"\x20\x02"
        return False

    with listening(room, address=tls_address) as broker:
        with raw(broker.port) as silent:
            read_to_end(silent)
        for _each in range(2):  # the end of the connection before it counts, too
            wait_until_true(lambda: may_log_in(broker.port))


def test_embedded_broker_shares_host_and_certificate():
    assert broker_address(ListenAddress(host="::1", port=8410), EmbeddedAddress()) == ListenAddress(
        host="::1", port=1883
    )
    assert broker_address(ListenAddress(port=8410), EmbeddedAddress(port=1999)).port == 1999
    with pytest.raises(InsecureAddress):
        ListenAddress(host="0.0.0.0", port=1883)


@pytest.mark.parametrize("text", ["embedded:", "embedded:x", "embedded:99999", "embedded:-1", "embedded:²"])
def test_embedded_broker_address_rejects_bad_port(text: str):
    with pytest.raises(UnusableBroker, match="embedded:PORT"):
        parse_broker(text)


def test_server_runs_embedded_broker(tmp_path: Path):
    assert parse_broker("embedded:0") == EmbeddedAddress(port=0)
    with start_server(tmp_path, broker=parse_broker("embedded:0")) as server:
        server.add_user("ani")
        port = int(server.service.mqtt_source.health().broker.rpartition(":")[2])
        with connected(gateway(), port) as client:
            client.publish("tabuah/v1/SLK-XX/stage_m", sample(0, 1.2), qos=1).wait_for_publish(10)
        with server.client("ani") as http:
            found = http.get("/v1/gateways").json()
    assert (found["connected"], found["gateways"][0]["messages"]) == (True, 1)


def test_embedded_broker_loses_nothing_over_reconnects(room: ReadingsFixture):
    """Every message is published until it is acknowledged, over connections that break."""
    chance = random.Random(7)
    with listening(room) as broker:
        client = gateway()
        client.reconnect_delay_set(1, 1)
        with connected(client, broker.port):
            sent, answered = set(), set()
            client.on_publish = lambda _client, _data, mid, _reason, _properties: answered.add(mid)
            for minute in range(200):
                sent.add(client.publish(TOPIC, sample(-minute, 1), qos=1).mid)
                if chance.random() < 0.01:
                    for connection in tuple(broker._connections):
                        broker._loop.call_soon_threadsafe(connection.abort)
            wait_until_true(lambda: answered == sent, timeout_s=30)
    assert len(stored(room)) == 200
