"""The server process: killed under load, stopped, and refused where it would do harm."""

import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.certificates import write_certificate
from support.draft_samples import incident_report_draft
from support.readings_fixture import gauge
from support.running_server import PASSWORD, WritingDevice, log_in

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.push import PushedEntry
from tabuah.storage.journal.wire import decode_entry, ruling_hash
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

pytestmark = pytest.mark.journey

TABUAH = [sys.executable, "-c", "from tabuah.console.commands.main import main; main()", "server"]
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
ENVIRONMENT = {**os.environ, "TABUAH_PASSWORD": PASSWORD, "PYTHONUTF8": "1", "TABUAH_LANGUAGE": "en"}


def run(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    command = [*TABUAH, *arguments, "--data", str(data)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def server_process(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server and its URL; it is killed at the end if it still runs."""
    with ready_process(data, *arguments) as (process, told):
        yield process, told["url"]


@contextmanager
def ready_process(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A server, and its output once it is ready."""
    command = [*TABUAH, "--port", "0", *arguments, "--json", "--data", str(data)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def end_softly(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)
    return process.wait(timeout=20)


class Pusher(threading.Thread):
    """Pushes without a pause until the server is gone; records what was acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.acknowledged: list[PushedEntry] = []
        self.client = httpx2.Client(base_url=url, timeout=20, trust_env=False)
        self.client.headers["Authorization"] = f"Bearer {log_in(self.client, 'ani').access_token}"
        self.device = WritingDevice(self.client, "ani")
        self.device.enrol()

    def run(self) -> None:
        tag = self.device.key.tag
        try:
            for number in range(1, 1_000_000):
                chain = [self.device.write(incident_report_draft(tag, 10 * number + k)) for k in range(10)]
                self.acknowledged += self.device.push(*chain).results
        except httpx2.TransportError:
            return
        finally:
            self.client.close()


def test_acknowledged_entries_survive_a_kill(tmp_path: Path):
    assert run("init", data=tmp_path).returncode == 0
    assert run("user", "add", "ani", "--role", "operator", "--opd", "BPBD", data=tmp_path).returncode == 0
    acknowledged: list[PushedEntry] = []
    for _ in range(3):
        with server_process(tmp_path) as (process, url):
            pushers = [Pusher(url) for _ in range(3)]
            for pusher in pushers:
                pusher.start()
            while any(len(pusher.acknowledged) < 50 for pusher in pushers):
                assert all(pusher.is_alive() for pusher in pushers)
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.5))
            process.kill()
            for pusher in pushers:
                pusher.join()
                acknowledged += pusher.acknowledged
    with ServerJournal.open(tmp_path) as journal:
        records = journal.records_after(0, 1_000_000)
        while records[-1].seq < journal.head().seq:
            records += journal.records_after(records[-1].seq, 1_000_000)
        head = journal.head()
    entries = {decode_entry(record.text).id: record for record in records}
    assert len(entries) == len(records) == head.seq
    assert all(entries[result.id].seq == result.seq for result in acknowledged)
    previous = "0" * 64
    for record in records:
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash
        previous = record.hash
    assert previous == head.hash


class Publisher(threading.Thread):
    """A gateway that publishes without a pause until the server is gone; records the acknowledged minutes."""

    def __init__(self, port: int, station: str) -> None:
        super().__init__()
        self.station = station
        self.acknowledged: set[int] = set()
        self._client = Client(CallbackAPIVersion.VERSION2, station, protocol=MQTTProtocolVersion.MQTTv311)
        self._client.connect("127.0.0.1", port)

    def run(self) -> None:
        self._client.loop_start()
        for minute in range(100_000):
            payload = json.dumps({"t": (MIDNIGHT + timedelta(minutes=minute)).isoformat(), "v": 1.2})
            sent = self._client.publish(f"tabuah/v1/{self.station}/stage_m", payload, qos=1)
            try:
                sent.wait_for_publish(2)
            except RuntimeError:  # paho has noticed the lost server
                break
            if not sent.is_published():
                break
            self.acknowledged.add(minute)
        self._client.loop_stop()


def test_acknowledged_readings_survive_a_kill(tmp_path: Path):
    gauges = [gauge(number, gateway="mqtt/tabuah") for number in (1, 2, 3)]
    with ServerJournal.open(tmp_path) as journal:
        for found in gauges:
            body = encode_body(StationRegistered(station=found))
            journal.append_drafts([Draft(subject=f"station/{found.code}", kind="station.registered", body=body)])
    with ready_process(tmp_path, "--mqtt", "embedded:0", "--reading-days", "3660") as (process, told):
        publishers = [Publisher(int(told["broker"].rpartition(":")[2]), found.code) for found in gauges]
        for publisher in publishers:
            publisher.start()
        while any(len(publisher.acknowledged) < 20 for publisher in publishers):
            assert all(publisher.is_alive() for publisher in publishers)
            time.sleep(0.01)
        process.kill()
        for publisher in publishers:
            publisher.join()
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        for publisher in publishers:
            found = store.between(publisher.station, "stage_m", MIDNIGHT, MIDNIGHT + timedelta(days=90))
            kept = {(reading.at - MIDNIGHT) // timedelta(minutes=1) for reading in found}
            assert kept >= publisher.acknowledged


def test_server_stops_at_once_with_open_streams(tmp_path: Path):
    run("init", data=tmp_path)
    run("user", "add", "ani", "--role", "operator", "--opd", "BPBD", data=tmp_path)
    with server_process(tmp_path) as (process, url), httpx2.Client(base_url=url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {log_in(client, 'ani').access_token}"
        with client.stream("GET", "/v1/stream", timeout=20) as response:
            events = iter(httpx2.EventSource(response))
            assert next(events).event == "alive"
            began = time.monotonic()
            assert end_softly(process) == 0
            assert list(events) == []
    assert time.monotonic() - began < 4


def test_server_initialises_an_empty_directory(tmp_path: Path):
    command = [*TABUAH, "--port", "0", "--data", str(tmp_path / "baru")]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline(), process.stdout.readline()]
        end_softly(process)
    assert "tabuah server user add" in lines[0]
    assert "http://127.0.0.1:" in lines[1]


def test_second_server_process_is_refused(tmp_path: Path):
    with server_process(tmp_path / "satu") as (_process, url):
        again = run("--port", "0", data=tmp_path / "satu")
        assert (again.returncode, "Another server is running" in again.stderr) == (2, True)
        port = url.rpartition(":")[2]
        same_port = run("--port", port, data=tmp_path / "dua")
        assert (same_port.returncode, "--port" in same_port.stderr) == (2, True)
        assert "Traceback" not in again.stderr + same_port.stderr


def test_administration_works_while_server_runs(tmp_path: Path):
    with server_process(tmp_path, "--enrolment", "approve") as (_process, url):
        add = run("user", "add", "ani", "--role", "operator", "--opd", "BPBD", "--json", data=tmp_path)
        assert json.loads(add.stdout) == {
            "name": "ani", "full_name": "", "role": "operator", "opd": "BPBD", "kecamatan": "", "active": True,
            "second_factor": False,
        }  # fmt: skip
        with httpx2.Client(base_url=url, timeout=20, trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {log_in(client, 'ani').access_token}"
            device = WritingDevice(client, "ani")
            assert not device.enrol().approved
            listed = json.loads(run("device", "list", "--json", data=tmp_path).stdout)
            assert [(d["id"], d["approved"]) for d in listed] == [(device.key.device_id, False)]
            assert run("device", "approve", device.key.tag, data=tmp_path).returncode == 0
            assert device.enrol().approved
            assert device.push(device.write(incident_report_draft(device.key.tag))).results[0].verdict == "accepted"
            assert run("device", "revoke", device.key.tag, "--reason", "hilang", data=tmp_path).returncode == 0
            assert device.push(device.write(incident_report_draft(device.key.tag, 2))).results[0].verdict == "held"


def test_remote_server_address_needs_https(tmp_path: Path):
    refused = run("--host", "0.0.0.0", "--port", "0", data=tmp_path)
    assert (refused.returncode, "--certificate" in refused.stderr) == (2, True)
    certificate, key = write_certificate(tmp_path)
    arguments = ["--host", "0.0.0.0", "--certificate", str(certificate), "--key", str(key)]
    with server_process(tmp_path / "server", *arguments) as (_process, url):
        assert url.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(certificate))
        with httpx2.Client(verify=trusted, trust_env=False) as client:
            health = client.get(url.replace("0.0.0.0", "127.0.0.1") + "/health")
        assert health.json()["problems"] == ["certificate_ends"]  # that of the test is short-lived
    key.write_text("this is no key", "ascii")
    damaged = run(*arguments, "--port", "0", data=tmp_path / "server")
    assert damaged.returncode == 2
    assert "Traceback" not in damaged.stderr
