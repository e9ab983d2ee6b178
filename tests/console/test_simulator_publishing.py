"""The simulator publishes by MQTT: nothing is lost when the line breaks, and what cannot be is told plainly."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from breaking_line import BreakingLine
from command_lines import Line
from running_server import PASSWORD, RunningServer, start_server
from storm_by_mqtt import stored_values
from waiting import until

from tabuah.console.simulator.errors import NotLetIn
from tabuah.console.simulator.publishing import MAX_A_MESSAGE, Publisher, messages_of
from tabuah.console.simulator.registering import stations_to_play
from tabuah.console.simulator.ways import loggers_among
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.readings import Reading
from tabuah.server.administration import write_first_rules
from tabuah.server.mqtt.address import BrokerAddress, EmbeddedAddress

PAST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
GAUGE, RAIN = ("SLK-AWLR-03", "stage_m"), ("SLK-ARR-01", "rain_mm")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[RunningServer]:
    """A server that is its own broker and knows the simulated stations."""
    with start_server(folder, broker=EmbeddedAddress(port=port)) as server:
        if not server.journal.states_of_kind("station"):
            write_first_rules(server.journal)
            server.add_user("gerbang", Role.GATEWAY)
            server.journal.append_own([_registered(station) for station in stations_to_play(20)])
        yield server


def _registered(station: Any) -> Draft:
    body = encode_body(StationRegistered(station=station))
    return Draft(subject=f"station/{station.code}", kind="station.registered", body=body, exercise=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with serving(tmp_path / "server") as server:
        yield server


def port_of(server: RunningServer) -> int:
    return int(server.service.link.health().broker.rpartition(":")[2])  # type: ignore[union-attr]


def publisher(
    port: int, told: list[str], *, stopping: threading.Event | None = None, word: str = PASSWORD
) -> Publisher:
    return Publisher(
        BrokerAddress(host="127.0.0.1", port=port, user="gerbang", password=word),
        name="simulator-under-test",
        stopping=stopping or threading.Event(),
        on_trouble=told.append,
        on_recovery=lambda: told.append("back"),
    )


def readings(count: int, *, after: int = 0) -> list[Reading]:
    """A value a second of two stations, from a while ago."""
    return [
        Reading(station, parameter, PAST + timedelta(seconds=after + n), round(0.2 * (n % 7), 1))
        for n in range(count)
        for station, parameter in (GAUGE, RAIN)
    ]


def values_of(sent: Sequence[Reading]) -> dict[tuple[str, str, datetime], float]:
    return {(reading.station, reading.parameter, reading.at): reading.value for reading in sent}


def test_one_message_holds_what_is_new_of_one_series():
    found = list(messages_of(readings(3)))
    assert [(message.topic, message.readings) for message in found] == [
        ("tabuah/v1/SLK-AWLR-03/stage_m", 3),
        ("tabuah/v1/SLK-ARR-01/rain_mm", 3),
    ]
    assert json.loads(found[0].payload)[1] == {"t": (PAST + timedelta(seconds=1)).isoformat(), "v": 0.2}
    assert [message.readings for message in messages_of(readings(MAX_A_MESSAGE + 1))] == [MAX_A_MESSAGE, 1] * 2


def test_all_that_send_has_returned_for_is_on_disk(server: RunningServer, tmp_path: Path):
    told: list[str] = []
    sent = readings(200)
    with publisher(port_of(server), told) as gateway:
        assert gateway.send(sent)
        assert gateway.sent.readings == len(sent)
        assert stored_values(tmp_path / "server", sent) == values_of(sent)
    assert told == []


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_line_that_breaks_on_the_way_loses_nothing_and_counts_nothing_twice(
    server: RunningServer, tmp_path: Path, way: str
):
    told: list[str] = []
    sent: list[Reading] = []
    with closing(BreakingLine(f"mqtt://127.0.0.1:{port_of(server)}")) as line:
        with publisher(int(line.url.rpartition(":")[2]), told) as gateway:
            for n in range(6):
                if n in (2, 4):
                    line.cut(way, after=2 if way == "down" else 700)  # within an answer, within a message
                piece = readings(20, after=20 * n)
                assert gateway.send(piece)
                sent += piece
        until(line.idle)
    assert gateway.sent.readings == len(sent)
    assert stored_values(tmp_path / "server", sent) == values_of(sent)
    assert {word for word in told if word != "back"} == {
        f"Jalur ke mqtt://127.0.0.1:{line.url.rpartition(':')[2]} putus."
    }
    assert told[-1] == "back"


def test_a_server_that_goes_away_and_comes_back_misses_nothing(tmp_path: Path):
    told: list[str] = []
    sent = readings(50, after=5)
    with ExitStack() as first:
        port = port_of(first.enter_context(serving(tmp_path / "server")))
        with publisher(port, told) as gateway:
            assert gateway.send(readings(5))
            first.close()
            sending = threading.Thread(target=gateway.send, args=(sent,), name="sending")
            sending.start()
            until(lambda: told)
            with serving(tmp_path / "server", port=port):
                sending.join(30)
                assert not sending.is_alive()
    assert stored_values(tmp_path / "server", sent) == values_of(sent)
    assert [word == "back" for word in told] == [False, True]


def test_stopping_ends_a_wait_for_a_broker_at_once():
    assert wait_in_vain(9) == ["mqtt://127.0.0.1:9 tidak dapat dihubungi."]  # nobody listens there


def wait_in_vain(port: int) -> list[str]:
    """What is told of a broker that takes nothing, until somebody ends it."""
    told: list[str] = []
    stopping = threading.Event()
    with publisher(port, told, stopping=stopping) as gateway:
        waiting = threading.Thread(target=gateway.send, args=(readings(1),), name="waiting")
        waiting.start()
        until(lambda: told)
        stopping.set()
        waiting.join(5)
        assert not waiting.is_alive()
    assert gateway.sent.readings == 0
    return told


def test_a_broker_that_says_nothing_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tabuah.console.simulator.publishing.QUIET_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert wait_in_vain(port) == [f"mqtt://127.0.0.1:{port} tidak menjawab."]


def test_something_else_than_a_broker_is_told(server: RunningServer):
    port = int(server.url.rpartition(":")[2])  # where HTTP is spoken
    assert wait_in_vain(port) == [f"Jalur ke mqtt://127.0.0.1:{port} putus."]


def test_a_wrong_password_is_told_and_not_tried_for_ever(server: RunningServer):
    with publisher(port_of(server), [], word="salah") as gateway, pytest.raises(NotLetIn, match="gerbang"):
        gateway.send(readings(1))


def simulate(line: Line, server: RunningServer, *options: str) -> Any:
    return line.json("simulate", "--server", server.url, "--user", "gerbang", "--history", "1", *options)


def test_the_storm_comes_by_both_ways_and_raises_the_same_alarm(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    line = Line(capsys, tmp_path / "simulator")
    broker = f"mqtt://gerbang@127.0.0.1:{port_of(server)}"
    answer = simulate(line, server, "--mqtt", broker, "--stations", "20", "--speed", "500", "--seconds", "2")
    assert (answer["stations"], answer["set_aside"]) == (20, {})
    alarms = [state.value for state in server.journal.states_of_kind("alarm").values()]
    assert any(a.severity is AlarmSeverity.CRITICAL and a.station == "SLK-AWLR-03" and a.exercise for a in alarms)
    with server.client("gerbang") as client:
        (gateway,) = client.get("/v1/gateways").json()["gateways"]
    assert 100 < gateway["readings"] < answer["sent"], "the archive and the loggers go over HTTP"
    assert gateway["set_aside"] == 0


def test_what_changes_slowly_is_uploaded_by_a_logger():
    loggers = loggers_among(stations_to_play(None))
    assert {code.split("-")[1] for code in loggers} == {"LTN", "PMU"}
    assert 10 <= len(loggers) <= 20


@pytest.mark.parametrize("url", ["mqtt:/x", "embedded", "http://gerbang:rahasia@127.0.0.1", "mqtt://127.0.0.1:99999"])
def test_an_address_that_is_none_is_told_before_anything_is_sent(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str
):
    line = Line(capsys, tmp_path / "simulator")
    code, _out, err = line("simulate", "--server", server.url, "--user", "gerbang", "--mqtt", url)
    assert (code, "mqtt://PENGGUNA@HOST:PORTA" in err, "rahasia" in err) == (2, True, False)


def test_a_user_whom_the_broker_does_not_know_ends_it_with_a_reason(
    server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    line = Line(capsys, tmp_path / "simulator")
    broker = f"mqtt://nobody:{PASSWORD}@127.0.0.1:{port_of(server)}"
    options = ("--user", "gerbang", "--history", "0", "--stations", "1", "--speed", "2", "--mqtt", broker)
    code, _out, err = line("simulate", "--server", server.url, *options)
    assert (code, "nobody" in err) == (4, True)
