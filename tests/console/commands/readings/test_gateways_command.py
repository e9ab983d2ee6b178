"""`tabuah readings gateways` and the gateways among the data sources: received, lost and rejected."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.running_server import PASSWORD, start_server

from tabuah.console.commands.main import run
from tabuah.console.window.bulletins.source_items import gateway_items
from tabuah.operations.gateways.configuration import FILE_NAME
from tabuah.operations.people.roles import Role
from tabuah.server.mqtt.address import EmbeddedAddress, parse_broker_url
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


def test_gateways_name_rejected_gateway(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
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
        client.connect("127.0.0.1", int(server.service.mqtt_source.health().broker.rpartition(":")[2]))
        client.loop_forever(retry_first_connection=False)
        out, err = told_by_command(tmp_path, capsys, server.url)
    assert left
    assert "may not publish pupr/SLK-AWLR-03/stage_m" in err


def test_gateways_exit_code_reports_lost_broker(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with start_server(tmp_path / "server", broker=parse_broker_url("mqtt://127.0.0.1:9")) as server:
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
def test_gateway_items_show_worst_state(reply: GatewaysReply, level: Level):
    (item,) = gateway_items(reply, NOW)
    assert (item.level, item.about) == (level, reply.error)
    assert gateway_items(GatewaysReply(), NOW) == ()
