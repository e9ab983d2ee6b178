"""`tabuah readings gateways` and its line among the sources: what comes by MQTT, what is lost, what is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from running_server import PASSWORD, start_server

from tabuah.console.commands.main import run
from tabuah.console.window.presenting.source_items import gateway_items
from tabuah.operations.authority.roles import Role
from tabuah.operations.gateways.configuration import FILE_NAME
from tabuah.server.mqtt.address import EmbeddedAddress, read_address
from tabuah.storage.journal.protocol import GatewaysReply
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
OWN_TOPIC = '[[gateway]]\nname = "pupr"\ntopic = "pupr/{station}/{parameter}"\nusers = ["pupr"]\n'


def told_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str, *, code: int = 0
) -> tuple[str, str]:
    data = ["--data", str(tmp_path / "console")]
    assert run(["login", "--server", url, "--user", "ani", *data]) == 0
    capsys.readouterr()
    assert run(["readings", "gateways", *data]) == code
    told = capsys.readouterr()
    return told.out, told.err


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)


def test_a_gateway_that_is_refused_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    directory = tmp_path / "server"
    directory.mkdir()
    (directory / FILE_NAME).write_text(OWN_TOPIC)
    with start_server(directory, broker=EmbeddedAddress(port=0)) as server:
        server.add_user("ani", Role.SUPERVISOR)
        out, err = told_by_command(tmp_path, capsys, server.url)
        assert ("pupr/+/+" in out, err) == (True, "")
        client = Client(CallbackAPIVersion.VERSION2, "x", protocol=MQTTProtocolVersion.MQTTv311)
        left: list[object] = []
        client.on_disconnect = lambda *_all: left.append(client.disconnect())
        client.on_connect = lambda *_all: client.publish("pupr/SLK-AWLR-03/stage_m", json.dumps({"v": 1}), qos=1)
        client.connect("127.0.0.1", int(server.service.link.health().broker.rpartition(":")[2]))
        client.loop_forever(retry_first_connection=False)
        out, err = told_by_command(tmp_path, capsys, server.url)
    assert left
    assert "may not publish pupr/SLK-AWLR-03/stage_m" in err


def test_a_broker_that_is_lost_is_told_by_the_code_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with start_server(tmp_path / "server", broker=read_address("mqtt://127.0.0.1:9")) as server:
        server.add_user("ani", Role.SUPERVISOR)
        _out, err = told_by_command(tmp_path, capsys, server.url, code=4)
    assert "127.0.0.1:9" in err


@pytest.mark.parametrize(
    ("reply", "level"),
    [
        (GatewaysReply(broker="mqtt://127.0.0.1:1883", connected=True), Level.NORMAL),
        (GatewaysReply(broker="mqtt://127.0.0.1:1883", connected=True, error="no space"), Level.ATTENTION),
        (GatewaysReply(broker="mqtt://127.0.0.1:1883", error="gone"), Level.HIGH),
    ],
)
def test_the_line_among_the_sources_is_as_bad_as_what_does_not_come_in(reply: GatewaysReply, level: Level):
    (item,) = gateway_items(reply, NOW)
    assert (item.level, item.about) == (level, reply.error)
    assert gateway_items(GatewaysReply(), NOW) == ()
