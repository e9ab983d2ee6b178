"""The mappings of gateways at the server: read, checked, replaced without a restart, and put back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from support.running_server import RunningServer, start_server
from support.wait import wait_until_true

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.operations.people.roles import Role
from tabuah.server.errors import Refusal, StorageFailed
from tabuah.server.gateways.mapping_file import PREVIOUS_NAME, MappingFile
from tabuah.server.mqtt.address import parse_broker

WRONG = """[[gateway]]
name = "lora"
topic = "lora/{station}/up"
values = [{ path = "level", parameter = "stage_m" }]
"""
RIGHT = WRONG.replace('"level"', '"tinggi"')
TOPIC = "lora/SLK-AWLR-03/up"
MESSAGE = b'{"t": "2026-11-24T07:30:00Z", "tinggi": 3.42}'


@pytest.fixture
def used() -> list[list[str]]:
    return []


@pytest.fixture
def file(tmp_path: Path, used: list[list[str]]) -> MappingFile:
    def use(mappings: Sequence[GatewayMapping]) -> None:
        used.append([mapping.name for mapping in mappings])

    return MappingFile(tmp_path, use)


def test_mappings_are_replaced_and_the_former_ones_kept(
    file: MappingFile, used: list[list[str]], tmp_path: Path
) -> None:
    first = file.replace(WRONG, replaces=file.read().digest)
    second = file.replace(RIGHT, replaces=first.digest)
    assert (second.text, second.previous) == (RIGHT, WRONG)
    assert (tmp_path / "gateways.toml").read_text() == RIGHT
    assert (tmp_path / PREVIOUS_NAME).read_text() == WRONG
    assert used == [["lora", "tabuah"]] * 2
    back = file.replace(second.previous, replaces=second.digest)
    assert (back.text, back.previous) == (WRONG, RIGHT)


@pytest.mark.parametrize("text", ["[[gateway]", '[[gateway]]\nname = 7\ntopic = "x"', WRONG + WRONG, "rubbish = 1"])
def test_invalid_mappings_change_nothing(file: MappingFile, used: list[list[str]], tmp_path: Path, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        file.replace(text, replaces=file.read().digest)
    assert (refused.value.status, refused.value.code) == (400, "bad_mappings")
    assert used == []
    assert list(tmp_path.iterdir()) == []


def test_mappings_that_were_changed_meanwhile_are_not_overwritten(file: MappingFile, tmp_path: Path) -> None:
    seen = file.read().digest
    (tmp_path / "gateways.toml").write_text(WRONG)
    with pytest.raises(Refusal) as refused:
        file.replace(RIGHT, replaces=seen)
    assert (refused.value.status, refused.value.code) == (409, "mappings_changed")
    assert file.read().text == WRONG


def test_unreadable_mapping_file_is_a_refusal(file: MappingFile, tmp_path: Path) -> None:
    (tmp_path / "gateways.toml").mkdir()
    with pytest.raises(StorageFailed):
        file.read()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server", broker=parse_broker("embedded:0")) as server:
        server.add_user("admin", Role.ADMIN)
        server.add_user("ani", Role.OPERATOR)
        yield server


def publish(server: RunningServer, payload: bytes) -> None:
    """Publish a message to the embedded broker, and wait until it is handled."""
    port = int(server.service.mqtt_source.health().broker.rpartition(":")[2])
    client = Client(CallbackAPIVersion.VERSION2, "lora")
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        client.publish(TOPIC, payload, qos=1).wait_for_publish(30)
    finally:
        client.disconnect()
        wait_until_true(lambda: client.socket() is None)  # paho leaves it open when its loop ends first
        client.loop_stop()


def test_corrected_mapping_is_taken_into_force_without_a_restart(server: RunningServer) -> None:
    path = "/v1/gateways/mappings"
    with server.client("ani") as client:
        assert client.get(path).status_code == 403
        assert client.put(path, json={"text": "", "replaces": ""}).status_code == 403
        assert client.delete("/v1/gateways/messages").status_code == 403
    with server.client("admin") as program:
        assert program.put(path, json={"text": "", "replaces": ""}).json()["code"] == "device_not_approved"
    with server.approved_client("admin") as client:
        digest = client.get(path).json()["digest"]
        digest = client.put(path, json={"text": WRONG, "replaces": digest}).json()["digest"]
        publish(server, MESSAGE)
        (unread,) = client.get("/v1/gateways/messages").json()["messages"]
        assert (unread["mapping"], unread["topic"]) == ("lora", TOPIC)
        refused = client.put(path, json={"text": RIGHT, "replaces": ""})
        assert (refused.status_code, refused.json()["code"]) == (409, "mappings_changed")
        reply = client.put(path, json={"text": RIGHT, "replaces": digest}).json()
        assert (reply["text"], reply["previous"], reply["receives"]) == (RIGHT, WRONG, True)
        publish(server, MESSAGE)
        assert len(client.get("/v1/gateways/messages").json()["messages"]) == 1
        assert client.delete("/v1/gateways/messages").json() == {"messages": []}
        assert client.get("/v1/gateways/messages").json() == {"messages": []}
    assert server.service.mqtt_source.health().gateways[0].messages == 2
    log = server.service.journal.security_log.path.read_text()
    assert '"event":"mappings_changed","user":"admin"' in log


def test_messages_are_there_after_a_restart(tmp_path: Path) -> None:
    with start_server(tmp_path / "server", broker=parse_broker("embedded:0")) as server:
        server.add_user("admin", Role.ADMIN)
        publish(server, MESSAGE)
    with (
        start_server(tmp_path / "server", broker=parse_broker("embedded:0")) as server,
        server.approved_client("admin") as client,
    ):
        (unread,) = client.get("/v1/gateways/messages").json()["messages"]
    assert (unread["mapping"], unread["topic"]) == ("", TOPIC)
