"""`tabuah readings gateways` and the gateways among the data sources: received, lost and rejected."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.console.commands.main import run
from tabuah.console.window.bulletins.source_items import gateway_items
from tabuah.operations.gateways.configuration import FILE_NAME
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.mqtt.address import EmbeddedAddress, parse_broker_url
from tabuah.server.people.user_changes import change_user
from tabuah.storage.journal.protocol import GatewaysReply
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
OWN_TOPIC = '[[gateway]]\nname = "pupr"\ntopic = "pupr/{station}/{parameter}"\n'


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


def publish_after_a_lock(server: RunningServer, topic: str) -> bool:
    """Connect as the gateway `pupr`, lock its account, and publish; return whether the broker disconnects."""
    client = Client(CallbackAPIVersion.VERSION2, "x", protocol=MQTTProtocolVersion.MQTTv311)
    connected, left = threading.Event(), threading.Event()
    client.on_connect = lambda *_all: connected.set()
    client.on_disconnect = lambda *_all: left.set()
    client.username_pw_set("pupr", PASSWORD)
    client.connect("127.0.0.1", int(server.service.mqtt_source.health().broker.rpartition(":")[2]))
    client.loop_start()
    try:
        assert connected.wait(30)
        change_user(server.journal, "pupr", UserChanged(active=False, by="rina", reason="selesai"))
        client.publish(topic, json.dumps({"v": 1}), qos=1)
        return left.wait(30)
    finally:
        client.disconnect()
        client.loop_stop()


def test_gateways_name_rejected_gateway(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    directory = tmp_path / "server"
    directory.mkdir()
    (directory / FILE_NAME).write_text(OWN_TOPIC)
    with start_server(directory, broker=EmbeddedAddress(port=0)) as server:
        server.add_user("ani", Role.SUPERVISOR)
        out, err = told_by_command(tmp_path, capsys, server.url)
        assert ("pupr/+/+" in out, err) == (True, "")
        server.add_user("pupr", Role.GATEWAY)
        left = publish_after_a_lock(server, "pupr/SLK-AWLR-03/stage_m")
        out, err = told_by_command(tmp_path, capsys, server.url)
    assert left
    assert "pupr may not publish pupr/SLK-AWLR-03/stage_m" in err


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
