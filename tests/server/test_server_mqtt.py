"""Readings from a real broker: on disk before they are acknowledged, and nothing lost when either side is down."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from broker import MOSQUITTO, Broker, running_broker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import MQTTException, Properties
from readings_room import START, Room, gauge, open_room
from waiting import until

from tabuah.operations.gateways.configuration import BadConfiguration, read_mappings
from tabuah.operations.gateways.mapping import DEFAULT_MAPPING
from tabuah.server.errors import StorageFull, UnusableBroker
from tabuah.server.mqtt import intake as intake_module
from tabuah.server.mqtt.address import read_address
from tabuah.server.mqtt.intake import Intake
from tabuah.server.mqtt.link import Arrived, MqttLink
from tabuah.server.mqtt.property_tables import share_property_tables
from tabuah.server.mqtt.state import begin_state
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed (Debian: mosquitto)")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with running_broker(folder) as broker:
        yield broker


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with open_room(tmp_path / "server") as room:
        room.register(gauge())
        yield room


@contextmanager
def linked(room: Room, broker: Broker, text: str = "", *, query: str = "") -> Iterator[MqttLink]:
    mappings = read_mappings(text)
    link = MqttLink(read_address(broker.url + query), mappings, room.service, name="tabuah-test", clock=room.clock)
    link.start()
    try:
        until(lambda: link.state.connected)
        yield link
    finally:
        link.stop()


@contextmanager
def publishing(broker: Broker) -> Iterator[Callable[[str, str | bytes], None]]:
    """A gateway: each message is confirmed by the broker before the next."""
    client = Client(CallbackAPIVersion.VERSION2, "gateway", protocol=MQTTProtocolVersion.MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        yield lambda topic, payload: client.publish(topic, payload, qos=1).wait_for_publish(10)
    finally:
        client.disconnect()
        client.loop_stop()


def sample(minute: int, value: float) -> str:
    return json.dumps({"t": (START + timedelta(minutes=minute)).isoformat(), "v": value})


def stored(room: Room) -> list[float]:
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        found = store.between("SLK-AWLR-03", "stage_m", START - timedelta(days=1), START + timedelta(days=1))
    return [reading.value for reading in found]


TOPIC = "tabuah/v1/SLK-AWLR-03/stage_m"


def test_a_message_becomes_a_reading_and_raises_its_alarm(room: Room, broker: Broker):
    with linked(room, broker) as link, publishing(broker) as publish:
        for minute in range(4):
            room.clock.go(1)
            publish(TOPIC, sample(minute, 3.5))
        until(lambda: stored(room) == [3.5] * 4)
        until(lambda: link.state.counts["tabuah"].readings == 4)
    room.look()  # until what was decided is in the journal
    assert room.alarms()
    assert link.state.counts["tabuah"].messages == 4


def test_what_is_no_reading_is_counted_and_kept_with_its_reason(room: Room, broker: Broker):
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, "<html>502</html>")
        publish("tabuah/v1/SLK-AWLR-99/stage_m", sample(0, 1))
        publish(TOPIC, sample(0, 1.2))
        until(lambda: link.state.counts["tabuah"].set_aside == 2)
        until(lambda: stored(room) == [1.2])
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        assert {doubt.value: n for doubt, n in store.count_asides().items()} == {"malformed": 1, "unknown_station": 1}


def test_a_gateway_is_described_in_a_file(room: Room, broker: Broker):
    text = """
        [[gateway]]
        name = "lora"
        topic = "v3/solok/devices/{station}/up"
        time = "at"
        stations = { "eui-70b3d5" = "SLK-AWLR-03" }
        values = [{ path = "decoded.level", parameter = "stage_m", unit = "cm" }]
    """
    with linked(room, broker, text) as link, publishing(broker) as publish:
        sent = {"at": START.isoformat(), "decoded": {"level": 142}}
        publish("v3/solok/devices/eui-70b3d5/up", json.dumps(sent))
        until(lambda: stored(room) == [pytest.approx(1.42)])
        until(lambda: link.state.counts["lora"].readings == 1)


def test_what_comes_while_the_server_is_down_is_taken_when_it_is_back(room: Room, broker: Broker):
    with linked(room, broker):
        pass
    with publishing(broker) as publish:
        for minute in range(20):
            publish(TOPIC, sample(-minute, 1 + minute / 100))
    assert stored(room) == []
    with linked(room, broker):
        until(lambda: len(stored(room)) == 20)


def test_a_broker_of_mqtt_3_keeps_for_us_what_comes_while_the_server_is_down(room: Room, broker: Broker):
    with linked(room, broker, query="?version=3.1.1") as link:
        assert link._client.protocol == MQTTProtocolVersion.MQTTv311
    with publishing(broker) as publish:
        for minute in range(20):
            publish(TOPIC, sample(-minute, 1 + minute / 100))
    assert stored(room) == []
    with linked(room, broker, query="?version=3.1.1"), publishing(broker) as publish:
        until(lambda: len(stored(room)) == 20)
        publish(TOPIC, sample(-20, 2))
        until(lambda: len(stored(room)) == 21)


def test_what_comes_just_before_the_end_is_taken_and_the_end_still_comes(room: Room):
    state = begin_state([DEFAULT_MAPPING], room.clock())
    kept: list[Arrived] = []
    intake: Intake[Arrived] = Intake(
        [DEFAULT_MAPPING], room.service, state, clock=room.clock, acknowledge=kept.extend
    )
    arrived = Arrived(TOPIC, sample(0, 1.2).encode(), 1, 1, 1)
    intake.start()
    intake.put(arrived)
    intake.stop()
    assert (kept, stored(room)) == ([arrived], [1.2])


def test_what_cannot_be_saved_is_not_acknowledged_and_comes_again(room: Room, broker: Broker):
    real, refused = room.service.submit, []

    def full(source: str, posted: object) -> Future[object]:
        refused.append(posted)
        future: Future[object] = Future()
        future.set_exception(StorageFull("no space"))
        return future

    room.service.submit = full  # type: ignore[method-assign, assignment]
    with linked(room, broker), publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        until(lambda: refused)
    room.service.submit = real  # type: ignore[method-assign]
    assert stored(room) == []
    with linked(room, broker):
        until(lambda: stored(room) == [1.2])


def test_what_cannot_be_saved_is_tried_again_while_the_link_stands(room: Room, broker: Broker):
    real, refused = room.service.submit, []

    def full_once(source: str, posted: object) -> Future[object]:
        if refused:
            return real(source, posted)  # type: ignore[arg-type, return-value]
        future: Future[object] = Future()
        future.set_exception(StorageFull("no space"))
        refused.append(source)
        return future

    room.service.submit = full_once  # type: ignore[method-assign, assignment]
    with linked(room, broker), publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        until(lambda: stored(room) == [1.2])
    assert refused == ["mqtt/tabuah"]


def test_a_bug_while_saving_is_told_and_ends_nothing(room: Room, broker: Broker, caplog: pytest.LogCaptureFixture):
    real, failed = room.service.submit, []

    def break_once(source: str, posted: object) -> Future[object]:
        if failed:
            return real(source, posted)  # type: ignore[arg-type, return-value]
        future: Future[object] = Future()
        future.set_exception(ZeroDivisionError("a bug"))
        failed.append(source)
        return future

    room.service.submit = break_once  # type: ignore[method-assign, assignment]
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
        until(lambda: "a bug" in link.health().error)
        until(lambda: stored(room) == [1.2])
        until(lambda: link.health().error == "")
    assert "bug" in caplog.text


def test_a_message_that_breaks_the_reader_keeps_no_other_from_being_read(
    room: Room, broker: Broker, monkeypatch: pytest.MonkeyPatch
):
    real = intake_module.read_payload

    def breaks(mapping: object, places: object, payload: bytes, now: object) -> object:
        if b"poison" in payload:
            raise ZeroDivisionError
        return real(mapping, places, payload, now)  # type: ignore[arg-type]

    monkeypatch.setattr(intake_module, "read_payload", breaks)
    with linked(room, broker) as link, publishing(broker) as publish:
        publish(TOPIC, "poison")
        publish(TOPIC, sample(0, 1.2))
        until(lambda: stored(room) == [1.2])
        until(lambda: link.state.counts["tabuah"].set_aside == 1)


def test_a_broker_that_goes_and_comes_back_is_found_again(room: Room, broker: Broker):
    with linked(room, broker) as link:
        broker.stop()
        until(lambda: not link.state.connected)
        assert str(broker.port) in link.state.error
        broker.start()
        until(lambda: link.state.connected)
        with publishing(broker) as publish:
            publish(TOPIC, sample(0, 1.2))
        until(lambda: stored(room) == [1.2])
        assert link.state.error == ""


def test_what_comes_before_a_broker_that_fell_knows_us_again_is_taken(room: Room, broker: Broker):
    with linked(room, broker) as link:
        broker.stop()
        until(lambda: not link.state.connected)
    broker.start()
    with publishing(broker) as publish:
        publish(TOPIC, sample(0, 1.2))
    with linked(room, broker):
        until(lambda: stored(room) == [1.2])


def test_two_servers_of_one_group_take_turns(room: Room, broker: Broker):
    with linked(room, broker, query="?shared=yes") as one:
        address = read_address(broker.url + "?shared=yes")
        two = MqttLink(address, read_mappings(""), room.service, name="second", clock=room.clock)
        two.start()
        try:
            until(lambda: two.state.connected)
            counts = [link.state.counts["tabuah"] for link in (one, two)]
            sent: list[int] = []
            with publishing(broker) as publish:

                def both_have_some() -> bool:
                    publish(TOPIC, sample(-len(sent), 1))
                    sent.append(1)
                    return all(count.messages for count in counts)

                until(both_have_some)  # it may be a while until the subscription of the second one stands
            until(lambda: len(stored(room)) == len(sent))
            until(lambda: sum(count.messages for count in counts) == len(sent))
        finally:
            two.stop()


def test_a_broker_that_does_not_know_us_is_told(room: Room, tmp_path: Path):
    folder = tmp_path / "closed"
    folder.mkdir()
    passwords = folder / "passwords"
    passwords.write_text("")
    passwords.chmod(0o600)
    with running_broker(folder, password_file=passwords) as broker:
        address = read_address(f"mqtt://ani:salah@127.0.0.1:{broker.port}")
        link = MqttLink(address, [DEFAULT_MAPPING], room.service, name="x", clock=room.clock)
        link.start()
        try:
            until(lambda: "uthori" in link.state.error)
        finally:
            link.stop()
    assert "salah" not in repr(address) + str(address) + link.state.error


def test_properties_with_shared_tables_are_read_and_written_as_before():
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
def test_what_is_no_broker_is_refused(url: str):
    with pytest.raises(UnusableBroker, match="mqtt://"):
        read_address(url)


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
def test_a_description_that_cannot_be_used_says_where(text: str, told: str):
    with pytest.raises(BadConfiguration, match=told):
        read_mappings(text)
