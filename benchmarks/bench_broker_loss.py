"""Benchmark of loss: acknowledged MQTT messages that are gone after `kill -9` of broker and server, or a power cut.

Run with `make bench-broker_loss`. A gateway publishes with QoS 1 at a steady rate. At a random moment broker and
server are killed at the same time and started again, several times; the gateway sends again what was not
acknowledged, as a real one does. Then the acknowledged messages are counted that are not in the store. Both brokers
are measured: the server's own, and a private Mosquitto with the settings that lose least: it writes its messages to
disk after each change. The power cut is simulated for the server's own broker only (see `power_cut`): for Mosquitto
`kill -9` is the easier case.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
from bench_mqtt import MOSQUITTO
from bench_readings import PASSWORD, client_of, station
from goals import ResultLine, save_results, show_results
from mqtt_gateway import connect_packet, publish_packet
from power_cut import STRACE, cut_power, recorded

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

_MAIN = "from tabuah.console.commands.main import main; main()"
# A server that acknowledges before fsync: the simulated power cut has to find its losses.
_NOT_DURABLE = """
from tabuah.storage.readings.store import ReadingsStore
begin = ReadingsStore.__init__
ReadingsStore.__init__ = lambda store, path, durable=False: begin(store, path, durable=False)
"""
ENVIRONMENT = {**os.environ, "TABUAH_KEYRING": "file", "PYTHONUTF8": "1"}
SETTLED_S = 5.0  # the store has not grown for so long: nothing more arrives
STEP_S = 0.01
STATIONS = 200


@dataclass
class Publisher:
    """Publishes messages over one connection at a time, and counts which were acknowledged."""

    packets: Sequence[bytes]
    acknowledged: set[int] = field(default_factory=set)

    def run(self, port: int, *, per_s: int, until: Callable[[], bool]) -> None:
        """Publish what is not acknowledged, in order, until all is acknowledged or the broker is gone."""
        with closing(connect(port)) as line:
            reader = threading.Thread(target=self._read, args=(line,))
            reader.start()
            try:
                self._send(line, per_s, until)
            except OSError:  # the broker was killed
                pass
            finally:
                reader.join()

    def _send(self, line: socket.socket, per_s: int, until: Callable[[], bool]) -> None:
        waiting = [n for n in range(len(self.packets)) if n not in self.acknowledged]
        began_s, step = time.perf_counter(), max(1, int(per_s * STEP_S))
        for start in range(0, len(waiting), step):
            if until():
                return
            time.sleep(max(0.0, began_s + start / per_s - time.perf_counter()))
            line.sendall(b"".join(self.packets[n] for n in waiting[start : start + step]))
        while len(self.acknowledged) < len(self.packets) and not until():
            time.sleep(STEP_S)
        if not until():
            line.shutdown(socket.SHUT_RDWR)

    def _read(self, line: socket.socket) -> None:
        left = b""
        while data := received(line):
            left += data
            whole = len(left) // 4 * 4
            for at in range(0, whole, 4):
                assert left[at] == 0x40, "not a PUBACK"
                self.acknowledged.add(int.from_bytes(left[at + 2 : at + 4], "big") - 1)
            left = left[whole:]


def received(line: socket.socket) -> bytes:
    try:
        return line.recv(65_536)
    except OSError:
        return b""


def connect(port: int) -> socket.socket:
    """Connect to a broker that may still be starting."""
    while True:
        try:
            line = socket.create_connection(("127.0.0.1", port), 5)
            line.settimeout(None)
            line.sendall(connect_packet("gateway"))
            if received(line)[:1] == b"\x20":
                return line
            line.close()
        except OSError:
            pass
        time.sleep(0.05)


@dataclass
class System:
    """A server, and a Mosquitto if it has one, on ports that stay the same after a restart."""

    folder: Path
    is_own_broker: bool
    cuts_power: bool
    is_durable: bool = True
    port: int = 0
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    url: str = ""

    @property
    def data(self) -> Path:
        return self.folder / "server"

    def start(self) -> None:
        """Start everything and wait until the server receives messages."""
        if not self.is_own_broker:
            self._start_mosquitto()
        self._start_server()
        with closing(client_of(self.url)) as client:
            while not client.get("/v1/gateways").json()["connected"]:
                time.sleep(0.05)

    def kill(self) -> int:
        """Kill everything at the same time; return how many bytes of the databases a power cut took."""
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        self._wait()
        return self._cut_power() if self.cuts_power else 0

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        self._wait()

    def _wait(self) -> None:
        for process in self.processes:
            if process.stdout is not None:
                process.stdout.close()
            process.wait()
        self.processes.clear()

    def _start_mosquitto(self) -> None:
        assert MOSQUITTO is not None
        file = self.folder / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "allow_anonymous true", "max_queued_messages 0"]
        lines += ["persistence true", f"persistence_location {self.folder}/"]
        lines += ["autosave_on_changes true", "autosave_interval 1"]
        lines += ["user root"] if os.name == "posix" and os.getuid() == 0 else []
        file.write_text("\n".join([*lines, ""]))
        command = [MOSQUITTO, "-c", str(file)]
        self.processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True))
        connect(self.port).close()

    def _start_server(self) -> None:
        broker = f"embedded:{self.port}" if self.is_own_broker else f"mqtt://127.0.0.1:{self.port}"
        program = _MAIN if self.is_durable else _NOT_DURABLE + _MAIN
        command = [
            sys.executable,
            "-c",
            program,
            "server",
            "--port",
            "0",
            "--data",
            str(self.data),
            "--mqtt",
            broker,
            "--json",
        ]
        if self.cuts_power:
            shutil.rmtree(self._before, ignore_errors=True)
            shutil.copytree(self.data, self._before)
            self._log.unlink(missing_ok=True)
            command = recorded(self._log, command)
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        self.url = json.loads(process.stdout.readline())["url"]
        self.processes.append(process)

    def _cut_power(self) -> int:
        return cut_power(self.data, self._before, self._log)

    @property
    def _before(self) -> Path:
        return self.folder / "before"

    @property
    def _log(self) -> Path:
        return self.folder / "calls.log"


@dataclass(frozen=True)
class Loss:
    """What happened to the acknowledged messages of a run."""

    acknowledged: int
    lost: int
    kills: int
    cut_bytes: int
    per_s: float


def prepare(directory: Path) -> None:
    """Create a server's data with a gateway, and stations that accept the readings of the broker."""
    with ServerJournal.open(directory) as journal:
        create_user(journal, name="gerbang", role=Role.GATEWAY, opd="BPBD", password=PASSWORD)
        stations = (msgspec.structs.replace(station(n), gateway="mqtt/tabuah") for n in range(STATIONS))
        drafts = [
            Draft(
                subject=f"station/{each.code}",
                kind="station.registered",
                body=encode_body(StationRegistered(station=each)),
            )
            for each in stations
        ]
        journal.append_drafts(drafts)


def readings_of(count: int) -> list[Reading]:
    """Return distinct readings of all stations, the newest at the present."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    stations = [station(n) for n in range(STATIONS)]
    return [
        Reading(each.code, each.parameters[0].code, now - timedelta(minutes=n // STATIONS), 1.0)
        for n in range(count)
        for each in (stations[n % STATIONS],)
    ]


def packet_of(number: int, reading: Reading) -> bytes:
    body = json.dumps({"t": reading.at.isoformat(), "v": reading.value}).encode()
    return publish_packet(f"tabuah/v1/{reading.station}/{reading.parameter}", body, number)


def measure(
    options: argparse.Namespace, *, own_broker: bool = True, cuts_power: bool = False, is_durable: bool = True
) -> Loss:
    """Publish, kill and restart; return what was lost."""
    messages, kills, draw = options.messages, options.kills, random.Random(options.seed)
    readings = readings_of(messages)
    publisher = Publisher([packet_of(n, reading) for n, reading in enumerate(readings)])
    cut_bytes, sent_s = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder), own_broker, cuts_power, is_durable, port=free_port())
        prepare(system.data)
        for number in range(kills):
            system.start()
            target = int(messages * (number + draw.uniform(0.3, 0.9)) / kills)
            began_s = time.perf_counter()
            cut_bytes += publish_until_killed(publisher, system, options.rate, target)
            sent_s += time.perf_counter() - began_s
        acknowledged = set(publisher.acknowledged)
        system.start()
        wait_until_settled(system.url)
        system.stop()
        with ReadingsStore(system.data / FILE_NAME) as store:
            lost = [n for n in acknowledged if not is_stored(store, readings[n])]
    return Loss(len(acknowledged), len(lost), kills, cut_bytes, len(acknowledged) / sent_s)


def publish_until_killed(publisher: Publisher, system: System, per_s: int, target: int) -> int:
    """Publish until `target` messages are acknowledged, then kill all; return the bytes that a power cut took."""
    is_killed = threading.Event()
    work = threading.Thread(
        target=publisher.run, args=(system.port,), kwargs={"per_s": per_s, "until": is_killed.is_set}
    )
    work.start()
    while len(publisher.acknowledged) < target and work.is_alive():
        time.sleep(0.001)
    is_killed.set()
    cut_bytes = system.kill()
    work.join()
    return cut_bytes


def wait_until_settled(url: str) -> None:
    """Wait until the server has stored all that a broker had kept for it."""
    with closing(client_of(url)) as client:
        count, since_s = -1, time.monotonic()
        while time.monotonic() - since_s < SETTLED_S:
            found = stored(client)
            if found != count:
                count, since_s = found, time.monotonic()
            time.sleep(0.1)


def stored(client: httpx2.Client) -> int:
    (gateway,) = client.get("/v1/gateways").json()["gateways"]
    return int(gateway["readings"])


def is_stored(store: ReadingsStore, reading: Reading) -> bool:
    return bool(store.between(reading.station, reading.parameter, reading.at, reading.at + timedelta(seconds=1)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def line_of(what: str, loss: Loss, *, is_goal: bool) -> ResultLine:
    cut = f", {loss.cut_bytes:,} bytes of the databases cut" if loss.cut_bytes else ""
    reached = f"{loss.lost:,} of {loss.acknowledged:,} lost at {loss.per_s:,.0f}/s{cut}"
    asked = "0 lost" if is_goal else "stated"
    return ResultLine(f"{what} ×{loss.kills}", asked, reached, not (is_goal and loss.lost))


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=2_500, help="messages a second")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lines = [line_of("the server's own broker: kill -9", measure(options), is_goal=True)]
    if STRACE:
        cut = measure(options, cuts_power=True)
        lines.append(line_of("the server's own broker: power cut", cut, is_goal=True))
        careless = measure(options, cuts_power=True, is_durable=False)
        lines.append(line_of("  the same without fsync of readings", careless, is_goal=False))
    if MOSQUITTO:
        killed = measure(options, own_broker=False)
        lines.append(line_of("Mosquitto, saved at each change: kill -9 of both", killed, is_goal=False))
    show_results(lines)
    save_results("broker_loss", lines)


if __name__ == "__main__":
    main()
