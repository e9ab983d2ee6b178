"""Benchmark of MQTT readings: rate into the durable store with rules, and delay to a console.

Run with `make bench-mqtt`. Broker and server are separate processes; the server has 2,000 stations
and the default rules, half of the stations are gauges with two levels. The rate counts from the
first published message to the last reading on disk. The delay is from publishing a reading to its
event on a console's live stream, at 2,000 readings a second. Both are measured with Mosquitto and
with the server's embedded broker.
"""

import argparse
import json
import math
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
from bench_readings import PASSWORD, STATIONS, client_of, minute_of_readings, prepare
from goals import ResultLine, save_results, show_results
from mqtt_gateway import Gateway, pace, publish_packet
from server_in_process import server_in_process

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
LIVE_PER_S = 2_000
ASKED_PER_S = 8_000
ASKED_P99_MS = 500


@contextmanager
def running_broker(folder: Path) -> Iterator[int]:
    """Run a Mosquitto and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    file = folder / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "max_queued_messages 0", "max_inflight_messages 0"]
    file.write_text("\n".join([*lines, ""]))
    process = subprocess.Popen([str(MOSQUITTO), "-c", str(file)], stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running_server(directory: Path, broker: str) -> Iterator[str]:
    """Run a server in a separate process, connected to the broker, and yield its address."""
    with server_in_process(directory, broker=broker) as url:
        with closing(client_of(url)) as client:
            while not client.get("/v1/gateways").json()["connected"]:
                time.sleep(0.05)
        yield url


@contextmanager
def running_system(folder: Path, *, own_broker: bool) -> Iterator[tuple[int, str]]:
    """Run a broker (Mosquitto or the server's own) and a server; yield port and address."""
    if own_broker:
        with running_server(folder / "server", "embedded:0") as url, closing(client_of(url)) as client:
            yield int(client.get("/v1/gateways").json()["broker"].rpartition(":")[2]), url
        return
    with running_broker(folder) as port, running_server(folder / "server", f"mqtt://127.0.0.1:{port}") as url:
        yield port, url


def packets_of(minutes: int, per_message: int) -> list[bytes]:
    """Return messages of one station each, with `per_message` readings."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    by_station: dict[tuple[str, str], list[dict[str, Any]]] = {}
    packets: list[bytes] = []
    for minute in reversed(range(minutes)):
        for reading in minute_of_readings(now - timedelta(minutes=minute)):
            waiting = by_station.setdefault((reading.station, reading.parameter), [])
            waiting.append({"t": reading.at.isoformat(), "v": reading.value})
            if len(waiting) == per_message:
                topic = f"tabuah/v1/{reading.station}/{reading.parameter}"
                body = waiting[0] if per_message == 1 else waiting
                packets.append(publish_packet(topic, json.dumps(body).encode(), len(packets)))
                waiting.clear()
    return packets


def ingest_rate(minutes: int, per_message: int, *, own_broker: bool = False) -> float:
    """Return readings per second from publishing to disk; none may be lost or quarantined."""
    packets = packets_of(minutes, per_message)
    expected = len(packets) * per_message
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder) / "server", gateway="mqtt/tabuah")
        with running_system(Path(folder), own_broker=own_broker) as (port, url):
            client = client_of(url)
            gateway = Gateway(port, "gateway")
            began_s = time.perf_counter()
            for start in range(0, len(packets), 500):
                gateway.publish(packets[start : start + 500])
            while stored(client) < expected:
                time.sleep(0.02)
            took_s = time.perf_counter() - began_s
            gateway.finish()
            client.close()
    return expected / took_s


def stored(client: httpx2.Client) -> int:
    """Return how many of the broker's readings are on disk; abort when one was quarantined."""
    (gateway,) = client.get("/v1/gateways").json()["gateways"]
    if gateway["set_aside"]:
        raise SystemExit(f"{gateway['set_aside']} readings were set aside")
    return int(gateway["readings"])


def delays_ms(seconds: int, *, own_broker: bool = False) -> list[float]:
    """Return the delays from publishing to the live stream, in milliseconds, at 2,000 readings a second."""
    heard: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder) / "server", gateway="mqtt/tabuah")
        with ServerJournal.open(Path(folder) / "server") as journal:
            create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
        with running_system(Path(folder), own_broker=own_broker) as (port, url):
            expected = seconds * LIVE_PER_S
            listener = threading.Thread(target=_listen, args=(url, heard, expected))
            listener.start()
            time.sleep(1)
            gateway = Gateway(port, "gateway")
            for _second in range(seconds):
                now = datetime.now(UTC)
                packets = [
                    publish_packet(
                        f"tabuah/v1/B-{n:04d}/{'stage_m' if n % 2 == 0 else 'rain_mm'}",
                        json.dumps({"t": (now + timedelta(seconds=n / LIVE_PER_S)).isoformat(), "v": 1.0}).encode(),
                        n,
                    )
                    for n in range(STATIONS)
                ]
                pace(gateway, packets, LIVE_PER_S)
            gateway.finish()
            listener.join(30)
    if len(heard) < expected:
        raise SystemExit(f"{expected} readings were published and {len(heard)} heard")
    return sorted(heard)


def p99_of(delays: list[float]) -> float:
    """Return the 99th percentile of sorted delays."""
    return delays[math.ceil(len(delays) * 0.99) - 1]


def _listen(url: str, heard: list[float], expected: int) -> None:
    with closing(client_of(url, "ani")) as client, client.stream("GET", "/v1/stream", timeout=30) as stream:
        for text in stream.iter_lines():
            if text.startswith("data: [["):
                now = datetime.now(UTC)
                found = json.loads(text[6:])
                heard += [(now - datetime.fromisoformat(row[2])).total_seconds() * 1000 for row in found]
                if len(heard) >= expected:
                    return


def lines_of(figures: dict[str, float]) -> list[ResultLine]:
    """Return the table."""
    one, ten = figures["one_reading_a_message_per_s"], figures["ten_readings_a_message_per_s"]
    middle, p99 = figures["delay_median_ms"], figures["delay_p99_ms"]
    return [
        ResultLine(
            "MQTT QoS 1 (Mosquitto) to the durable store, rules on, one reading a message",
            f"≥ {ASKED_PER_S:,} readings/s",
            f"{one:,.0f} readings/s",
            one >= ASKED_PER_S,
        ),
        ResultLine("  ten readings a message", "stated", f"{ten:,.0f} readings/s", True),
        ResultLine(
            f"  from publishing to a console's live stream at {LIVE_PER_S:,} readings/s",
            f"p99 ≤ {ASKED_P99_MS} ms",
            f"p99 {p99:.0f} ms, median {middle:.0f} ms",
            p99 <= ASKED_P99_MS,
        ),
        ResultLine(
            "MQTT QoS 1 (the server's own broker), one reading a message",
            f"≥ {LIVE_PER_S:,} readings/s",
            f"{figures['own_broker_per_s']:,.0f} readings/s",
            figures["own_broker_per_s"] >= LIVE_PER_S,
        ),
        ResultLine(
            f"  from publishing to a console's live stream at {LIVE_PER_S:,} readings/s",
            f"p99 ≤ {ASKED_P99_MS} ms",
            f"p99 {figures['own_broker_delay_p99_ms']:.0f} ms",
            figures["own_broker_delay_p99_ms"] <= ASKED_P99_MS,
        ),
    ]


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=int, default=30, help="minutes of 2,000 readings in a run")
    parser.add_argument("--seconds", type=int, default=15, help="how long the delay is measured")
    options = parser.parse_args()
    if MOSQUITTO is None:
        raise SystemExit("Mosquitto is not installed (Debian: mosquitto)")
    delays = delays_ms(options.seconds)
    figures = {
        "one_reading_a_message_per_s": median(ingest_rate(options.minutes, 1) for _ in range(options.runs)),
        "ten_readings_a_message_per_s": median(ingest_rate(options.minutes, 10) for _ in range(options.runs)),
        "delay_median_ms": median(delays),
        "delay_p99_ms": p99_of(delays),
        "own_broker_per_s": median(ingest_rate(options.minutes, 1, own_broker=True) for _ in range(options.runs)),
        "own_broker_delay_p99_ms": p99_of(delays_ms(options.seconds, own_broker=True)),
    }
    lines = lines_of(figures)
    show_results(lines)
    save_results("mqtt", lines, figures=figures)


if __name__ == "__main__":
    main()
