"""Readings from a real broker: on disk before they are acknowledged, and none lost when either side is down."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import MQTTException, Properties
from support.mosquitto_broker import MOSQUITTO, Broker, running_broker
from support.readings_fixture import START, ReadingsFixture, gauge, open_readings_fixture
from support.wait import wait_until_true

from tabuah.operations.gateways.configuration import BadConfiguration, read_mappings
from tabuah.operations.gateways.mapping import DEFAULT_MAPPING
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.server.errors import StorageFull, UnusableBroker
from tabuah.server.mqtt import ingest as intake_module
from tabuah.server.mqtt.address import parse_broker_url
from tabuah.server.mqtt.broker_client import BrokerClient, BrokerMessage, share_property_tables
from tabuah.server.mqtt.ingest import MqttIngest
from tabuah.server.mqtt.status import initial_status
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed (Debian: mosquitto)")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with running_broker(folder) as broker:
        yield broker


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ReadingsFixture]:
    with open_readings_fixture(tmp_path / "server") as room:
        room.register(gauge(gateway="mqtt/tabuah"))
        yield room


@contextmanager
def linked(room: ReadingsFixture, broker: Broker, text: str = "", *, query: str = "") -> Iterator[BrokerClient]:
    mappings = read_mappings(text)
    link = BrokerClient(
        parse_broker_url(broker.url + query), mappings, room.service, name="tabuah-test", clock=room.clock
    )
    link.start()
    try:
        wait_until_true(lambda: link.state.connected)
        yield link
    finally:
        link.stop()


@contextmanager
def publishing(broker: Broker) -> Iterator[Callable[[str, str | bytes], None]]:
    """A gateway: the broker confirms each message before the next is published."""
    client = Client(CallbackAPIVersion.VERSION2, "gateway", protocol=MQTTProtocolVersion.MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        yield lambda topic, payload: client.publish(topic, payload, qos=1).wait_for_publish(10)
    finally:
        client.disconnect()
        wait_until_true(lambda: client.socket() is None)  # paho leaves it open when its loop ends first
        client.loop_stop()


def sample(minute: int, value: float) -> str:
    return json.dumps({"t": (START + timedelta(minutes=minute)).isoformat(), "v": value})


def stored(room: ReadingsFixture) -> list[float]:
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        found = store.between("SLK-AWLR-03", "stage_m", START - timedelta(days=1), START + timedelta(days=1))
    return [reading.value for reading in found]


TOPIC = "tabuah/v1/SLK-AWLR-03/stage_m"


def test_mqtt_message_is_stored_and_raises_alarm(room: ReadingsFixture, broker: Broker):
    with linked(room, broker) as link, publishing(broker) as publish:
        for minute in range(4):
            room.clock.go(1)
            publish(TOPIC, sample(minute, 3.5))
        wait_until_true(lambda: stored(room) == [3.5] * 4)
        wait_until_true(lambda: link.state.counts["tabuah"].readings == 4)
    room.catch_up()  # waits until the decisions are journalled
    assert room.alarms()
    assert link.state.counts["tabuah"].messages == 4


def test_invalid_mqtt_message_is_quarantined(room: ReadingsFixture, broker: Broker):
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, "<html>502</html>")
        publish("tabuah/v1/SLK-AWLR-99/stage_m", sample(0, 1))
        publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: link.state.counts["tabuah"].set_aside == 2)
        wait_until_true(lambda: stored(room) == [1.2])
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        assert {doubt.value: n for doubt, n in store.quarantine.count().items()} == {
            "malformed": 1,
            "unknown_station": 1,
        }


def test_gateway_mapping_is_read_from_file(room: ReadingsFixture, broker: Broker):
    text = """
        [[gateway]]
        name = "lora"
        topic = "v3/solok/devices/{station}/up"
        time = "at"
        stations = { "eui-70b3d5" = "SLK-AWLR-03" }
        values = [{ path = "decoded.level", parameter = "stage_m", unit = "cm" }]
    """
    room.assign(gauge(), "mqtt/lora")
    with linked(room, broker, text) as link, publishing(broker) as publish:
        sent = {"at": START.isoformat(), "decoded": {"level": 142}}
        publish("v3/solok/devices/eui-70b3d5/up", json.dumps(sent))
        wait_until_true(lambda: stored(room) == [pytest.approx(1.42)])
        wait_until_true(lambda: link.state.counts["lora"].readings == 1)


def test_mqtt_messages_survive_server_downtime(room: ReadingsFixture, broker: Broker):
    with linked(room, broker):
        pass
    with publishing(broker) as publish:
        for minute in range(20):
            publish(TOPIC, sample(-minute, 1 + minute / 100))
    assert stored(room) == []
    with linked(room, broker):
        wait_until_true(lambda: len(stored(room)) == 20)


def test_mqtt3_messages_survive_server_downtime(room: ReadingsFixture, broker: Broker):
    with linked(room, broker, query="?version=3.1.1") as link:
        assert link._client.protocol == MQTTProtocolVersion.MQTTv311
    with publishing(broker) as publish:
        for minute in range(20):
            publish(TOPIC, sample(-minute, 1 + minute / 100))
    assert stored(room) == []
    with linked(room, broker, query="?version=3.1.1"), publishing(broker) as publish:
        wait_until_true(lambda: len(stored(room)) == 20)
        publish(TOPIC, sample(-20, 2))
        wait_until_true(lambda: len(stored(room)) == 21)


def test_other_mappings_change_the_subscriptions(room: ReadingsFixture, broker: Broker):
    other = '[[gateway]]\nname = "tabuah"\ntopic = "logger/{station}/{parameter}"\n'
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, sample(0, 1))
        wait_until_true(lambda: stored(room) == [1.0])
        link.use_mappings(read_mappings(other))

        def is_read() -> bool:
            """The subscription begins some time after the call."""
            publish("logger/SLK-AWLR-03/stage_m", sample(1, 2))
            return stored(room) == [1.0, 2.0]

        wait_until_true(is_read)
        unmatched = link.state.unmatched
        publish(TOPIC, sample(2, 3))
        publish("logger/SLK-AWLR-03/stage_m", sample(3, 4))
        wait_until_true(lambda: stored(room) == [1.0, 2.0, 4.0])
    assert link.state.unmatched == unmatched
    assert [gateway.topic for gateway in link.health().gateways] == ["logger/+/+"]


def test_mqtt_stop_saves_pending_messages(room: ReadingsFixture):
    state = initial_status([DEFAULT_MAPPING], room.clock())
    kept: list[BrokerMessage] = []
    intake: MqttIngest[BrokerMessage] = MqttIngest(
        [DEFAULT_MAPPING], room.service, state, clock=room.clock, acknowledge=kept.extend
    )
    arrived = BrokerMessage(TOPIC, sample(0, 1.2).encode(), 1, 1, 1)
    intake.start()
    intake.put(arrived)
    intake.stop()
    assert (kept, stored(room)) == ([arrived], [1.2])


def test_unsaved_mqtt_message_is_redelivered(room: ReadingsFixture, broker: Broker):
    real, refused = room.service.submit, []

    def full(source: str, posted: object) -> Future[object]:
        refused.append(posted)
        future: Future[object] = Future()
        future.set_exception(StorageFull("no space"))
        return future

    room.service.submit = full  # type: ignore[method-assign, assignment]
    with linked(room, broker), publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: refused)
    room.service.submit = real  # type: ignore[method-assign]
    assert stored(room) == []
    with linked(room, broker):
        wait_until_true(lambda: stored(room) == [1.2])


def test_mqtt_saving_is_retried(room: ReadingsFixture, broker: Broker):
    real, refused = room.service.submit, []

    def full_once(author: ReadingAuthor, posted: object) -> Future[object]:
        if refused:
            return real(author, posted)  # type: ignore[arg-type, return-value]
        future: Future[object] = Future()
        future.set_exception(StorageFull("no space"))
        refused.append(author.account)
        return future

    room.service.submit = full_once  # type: ignore[method-assign, assignment]
    with linked(room, broker), publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: stored(room) == [1.2])
    assert refused == ["mqtt/tabuah"]


def test_mqtt_ingest_survives_a_saving_bug(room: ReadingsFixture, broker: Broker, caplog: pytest.LogCaptureFixture):
    real, failed = room.service.submit, []

    def break_once(author: ReadingAuthor, posted: object) -> Future[object]:
        if failed:
            return real(author, posted)  # type: ignore[arg-type, return-value]
        future: Future[object] = Future()
        future.set_exception(ZeroDivisionError("a bug"))
        failed.append(author)
        return future

    room.service.submit = break_once  # type: ignore[method-assign, assignment]
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: "a bug" in link.health().error)
        wait_until_true(lambda: stored(room) == [1.2])
        wait_until_true(lambda: link.health().error == "")
    assert "bug" in caplog.text


def test_mqtt_ingest_isolates_a_bad_message(room: ReadingsFixture, broker: Broker, monkeypatch: pytest.MonkeyPatch):
    real = intake_module.read_payload

    def breaks(mapping: object, places: object, payload: bytes, now: object) -> object:
        if b"poison" in payload:
            raise ZeroDivisionError
        return real(mapping, places, payload, now)  # type: ignore[arg-type]

    monkeypatch.setattr(intake_module, "read_payload", breaks)
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, "poison")
        publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: stored(room) == [1.2])
        wait_until_true(lambda: link.state.counts["tabuah"].set_aside == 1)


def test_mqtt_client_reconnects(room: ReadingsFixture, broker: Broker):
    with linked(room, broker) as link:
        broker.stop()
        wait_until_true(lambda: not link.state.connected)
        assert str(broker.port) in link.state.error
        broker.start()
        wait_until_true(lambda: link.state.connected)
        with publishing(broker) as publish:
            publish(TOPIC, sample(0, 1.2))
        wait_until_true(lambda: stored(room) == [1.2])
        assert link.state.error == ""


def test_mqtt_client_loses_nothing_over_broker_restart(room: ReadingsFixture, broker: Broker):
    with linked(room, broker) as link:
        broker.stop()
        wait_until_true(lambda: not link.state.connected)
    broker.start()
    with publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
    with linked(room, broker):
        wait_until_true(lambda: stored(room) == [1.2])


def test_shared_subscription_distributes_messages(room: ReadingsFixture, broker: Broker):
    with linked(room, broker, query="?shared=yes") as one:
        address = parse_broker_url(broker.url + "?shared=yes")
        two = BrokerClient(address, read_mappings(""), room.service, name="second", clock=room.clock)
        two.start()
        try:
            wait_until_true(lambda: two.state.connected)
            counts = [link.state.counts["tabuah"] for link in (one, two)]
            sent: list[int] = []
            with publishing(broker) as publish:

                def both_have_some() -> bool:
                    publish(TOPIC, sample(-len(sent), 1))
                    sent.append(1)
                    return all(count.messages for count in counts)

                wait_until_true(both_have_some)  # the second server's subscription may take a while
            wait_until_true(lambda: len(stored(room)) == len(sent))
            wait_until_true(lambda: sum(count.messages for count in counts) == len(sent))
        finally:
            two.stop()


def test_mqtt_client_reports_refused_login(room: ReadingsFixture, tmp_path: Path):
    folder = tmp_path / "closed"
    folder.mkdir()
    passwords = folder / "passwords"
    passwords.write_text("")
    passwords.chmod(0o600)
    with running_broker(folder, password_file=passwords) as broker:
        address = parse_broker_url(f"mqtt://ani:salah@127.0.0.1:{broker.port}")
        link = BrokerClient(address, [DEFAULT_MAPPING], room.service, name="x", clock=room.clock)
        link.start()
        try:
            wait_until_true(lambda: "uthori" in link.state.error)
        finally:
            link.stop()
    assert "salah" not in repr(address) + str(address) + link.state.error


def test_shared_property_tables_keep_behaviour():
    def packed() -> bytes:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval, properties.UserProperty = 60, ("a", "b")
        return properties.pack()

    share_property_tables()
    share_property_tables()
    found, length = Properties(PacketTypes.CONNECT).unpack(packed())
    assert (found.SessionExpiryInterval, found.UserProperty, length) == (60, [("a", "b")], len(packed()))
    found.clear()
    assert found.isEmpty()
    assert Properties(PacketTypes.CONNECT).isEmpty()
    with pytest.raises(MQTTException):
        Properties(PacketTypes.CONNECT).TopicAlias = 1


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1", "http://x", "mqtt://", "mqtt://x:99999", "mqtt://x/y", "mqtt://[x", "mqtt://x?version=4"]
)
def test_broker_url_must_be_valid(url: str):
    with pytest.raises(UnusableBroker, match="mqtt://"):
        parse_broker_url(url)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[gateway]", "line 1"),
        ("[[gateway]]\nname = 'a'\ntopic = 'x/{station}/{parameter}'\nfromat = 'csv'", "fromat"),
        ("[[gateway]]\nname = 'a'\ntopic = 'x'", "station"),
        ("[[gateway]]\nname = 'Ä'\ntopic = 'x/{station}/{parameter}'", "name"),
        ("[[gateway]]\nname = 'a'\ntopic = '{station}/{parameter}'\n" * 2, "two gateways"),
    ],
)
def test_gateway_mappings_report_the_faulty_line(text: str, told: str):
    with pytest.raises(BadConfiguration, match=told):
        read_mappings(text)
