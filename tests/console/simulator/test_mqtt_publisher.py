"""The simulator's MQTT publisher: no reading is lost when the connection breaks, and errors are reported."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.breaking_connection import BreakingConnection
from support.command_line import CommandLine
from support.mqtt_storm import stored_values
from support.running_server import PASSWORD, RunningServer, start_server
from support.wait import wait_until_true

from tabuah.console.simulator.errors import BrokerLogInRefused
from tabuah.console.simulator.mqtt_publisher import MAX_READINGS_A_MESSAGE, MqttPublisher, group_into_messages
from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.console.simulator.transport import logger_stations
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.administration import write_initial_rules
from tabuah.server.mqtt.address import BrokerAddress, EmbeddedAddress

PAST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
GAUGE, RAIN = ("SLK-AWLR-03", "stage_m"), ("SLK-ARR-01", "rain_mm")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[RunningServer]:
    """A server with an embedded broker and the simulated stations."""
    with start_server(folder, broker=EmbeddedAddress(port=port)) as server:
        if not server.journal.states_of_kind("station"):
            write_initial_rules(server.journal)
            server.add_user("gerbang", Role.GATEWAY)
            server.journal.append_drafts([start_exercise("Simulasi", known=(), suffix="1")])
            server.journal.append_drafts([_registered(station) for station in load_simulated_stations(20)])
        yield server


def _registered(station: Any) -> Draft:
    body = encode_body(StationRegistered(station=msgspec.structs.replace(station, gateway="gerbang")))
    return Draft(subject=f"station/{station.code}", kind="station.registered", body=body, exercise=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with serving(tmp_path / "server") as server:
        yield server


def port_of(server: RunningServer) -> int:
    return int(server.service.mqtt_source.health().broker.rpartition(":")[2])  # type: ignore[union-attr]


def publisher(
    port: int, told: list[str], *, stopping: threading.Event | None = None, word: str = PASSWORD
) -> MqttPublisher:
    return MqttPublisher(
        BrokerAddress(host="127.0.0.1", port=port, user="gerbang", password=word),
        name="simulator-under-test",
        stopping=stopping or threading.Event(),
        on_trouble=told.append,
        on_recovery=lambda: told.append("back"),
    )


def readings(count: int, *, after: int = 0) -> list[Reading]:
    """One value a second from two stations, some time ago."""
    return [
        Reading(station, parameter, PAST + timedelta(seconds=after + n), round(0.2 * (n % 7), 1))
        for n in range(count)
        for station, parameter in (GAUGE, RAIN)
    ]


def values_of(sent: Sequence[Reading]) -> dict[tuple[str, str, datetime], float]:
    return {(reading.station, reading.parameter, reading.at): reading.value for reading in sent}


def test_mqtt_message_contains_one_series():
    found = list(group_into_messages(readings(3)))
    assert [(message.topic, message.readings) for message in found] == [
        ("tabuah/v1/SLK-AWLR-03/stage_m", 3),
        ("tabuah/v1/SLK-ARR-01/rain_mm", 3),
    ]
    assert json.loads(found[0].payload)[1] == {"t": (PAST + timedelta(seconds=1)).isoformat(), "v": 0.2}
    assert [message.readings for message in group_into_messages(readings(MAX_READINGS_A_MESSAGE + 1))] == [
        MAX_READINGS_A_MESSAGE,
        1,
    ] * 2


def test_publisher_send_returns_after_saving(server: RunningServer, tmp_path: Path):
    told: list[str] = []
    sent = readings(200)
    with publisher(port_of(server), told) as gateway:
        assert gateway.send(sent)
        assert gateway.sent.readings == len(sent)
        assert stored_values(tmp_path / "server", sent) == values_of(sent)


@pytest.mark.parametrize("way", ["up", "down"])
def test_publisher_is_exact_over_broken_connections(server: RunningServer, tmp_path: Path, way: str):
    told: list[str] = []
    sent: list[Reading] = []
    with closing(BreakingConnection(f"mqtt://127.0.0.1:{port_of(server)}")) as line:
        with publisher(int(line.url.rpartition(":")[2]), told) as gateway:
            for n in range(6):
                if n in (2, 4):
                    line.cut(way, after=2 if way == "down" else 700)  # inside a reply, inside a message
                piece = readings(20, after=20 * n)
                assert gateway.send(piece)
                sent += piece
        wait_until_true(line.idle)
    assert gateway.sent.readings == len(sent)
    assert stored_values(tmp_path / "server", sent) == values_of(sent)
    assert {word for word in told if word != "back"} == {
        f"Sambungan ke mqtt://127.0.0.1:{line.url.rpartition(':')[2]} terputus."
    }
    assert told[-1] == "back"


def test_publisher_loses_nothing_over_server_restart(tmp_path: Path):
    told: list[str] = []
    sent = readings(50, after=5)
    with ExitStack() as first:
        port = port_of(first.enter_context(serving(tmp_path / "server")))
        with publisher(port, told) as gateway:
            assert gateway.send(readings(5))
            first.close()
            sending = threading.Thread(target=gateway.send, args=(sent,), name="sending")
            sending.start()
            wait_until_true(lambda: told)
            with serving(tmp_path / "server", port=port):
                sending.join(30)
                assert not sending.is_alive()
    assert stored_values(tmp_path / "server", sent) == values_of(sent)
    assert [word == "back" for word in told] == [False, True]


def test_publisher_stop_ends_a_wait():
    assert wait_in_vain(9) == ["mqtt://127.0.0.1:9 tidak dapat dihubungi."]  # a closed port


def wait_in_vain(port: int) -> list[str]:
    """Return the trouble reported for a broker that takes nothing."""
    told: list[str] = []
    stopping = threading.Event()
    with publisher(port, told, stopping=stopping) as gateway:
        waiting = threading.Thread(target=gateway.send, args=(readings(1),), name="waiting")
        waiting.start()
        wait_until_true(lambda: told)
        stopping.set()
        waiting.join(5)
        assert not waiting.is_alive()
    assert gateway.sent.readings == 0
    return told


def test_publisher_reports_a_silent_broker(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tabuah.console.simulator.mqtt_publisher.QUIET_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert wait_in_vain(port) == [f"mqtt://127.0.0.1:{port} tidak menjawab."]


def test_publisher_reports_a_non_mqtt_server(server: RunningServer):
    port = int(server.url.rpartition(":")[2])  # an HTTP server
    assert wait_in_vain(port) == [f"Sambungan ke mqtt://127.0.0.1:{port} terputus."]


def test_publisher_stops_after_wrong_password(server: RunningServer):
    with publisher(port_of(server), [], word="salah") as gateway, pytest.raises(BrokerLogInRefused, match="gerbang"):
        gateway.send(readings(1))


def simulate(line: CommandLine, server: RunningServer, *options: str) -> Any:
    return line.json("simulate", "--server", server.url, "--user", "gerbang", "--history", "1", *options)


def test_simulator_raises_same_alarm_over_both_transports(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    line = CommandLine(capsys, tmp_path / "simulator")
    broker = f"mqtt://gerbang@127.0.0.1:{port_of(server)}"
    answer = simulate(line, server, "--mqtt", broker, "--stations", "20", "--speed", "500", "--seconds", "2")
    assert (answer["stations"], answer["set_aside"]) == (20, {})
    alarms = [state.value for state in server.journal.states_of_kind("alarm").values()]
    assert any(
        a.severity is AlarmSeverity.CRITICAL and a.station == "simulasi-1~SLK-AWLR-03" and a.exercise for a in alarms
    )
    with server.client("gerbang") as client:
        (gateway,) = client.get("/v1/gateways").json()["gateways"]
    assert 100 < gateway["readings"] < answer["sent"], "the archive and the loggers go over HTTP"
    assert gateway["set_aside"] == 0


def test_logger_stations_use_http():
    loggers = logger_stations(load_simulated_stations(None))
    assert {code.split("-")[1] for code in loggers} == {"LTN", "PMU"}
    assert 10 <= len(loggers) <= 20


@pytest.mark.parametrize("url", ["mqtt:/x", "embedded", "http://gerbang:rahasia@127.0.0.1", "mqtt://127.0.0.1:99999"])
def test_simulate_reports_invalid_broker_url(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str
):
    line = CommandLine(capsys, tmp_path / "simulator")
    code, _out, err = line("simulate", "--server", server.url, "--user", "gerbang", "--mqtt", url)
    assert (code, "mqtt://PENGGUNA@HOST:PORTA" in err, "rahasia" in err) == (2, True, False)


def test_simulate_reports_refused_broker_login(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    line = CommandLine(capsys, tmp_path / "simulator")
    broker = f"mqtt://nobody:{PASSWORD}@127.0.0.1:{port_of(server)}"
    options = ("--user", "gerbang", "--history", "0", "--stations", "1", "--speed", "2", "--mqtt", broker)
    code, _out, err = line("simulate", "--server", server.url, *options)
    assert (code, "nobody" in err) == (4, True)
