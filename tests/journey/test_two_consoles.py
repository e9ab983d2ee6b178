"""End-to-end test of two consoles: a real server process, two directories, everything by the command line.

One console is offline, both edit, they sync, and a user settles the conflict; at the end both show
the same, and the server's journal holds every entry once.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tabuah.operations.entries import GENESIS
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import decode_entry, ruling_hash

pytestmark = pytest.mark.journey

TABUAH = [sys.executable, "-c", "from tabuah.console.commands.main import main; main()"]
PASSWORD = "batang-lembang"
ENVIRONMENT = {**os.environ, "TABUAH_KEYRING": "file", "TABUAH_PASSWORD": PASSWORD, "PYTHONUTF8": "1"}


@dataclass
class Answer:
    """Result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass
class Console:
    """A data directory, operated by commands."""

    data: Path
    numbers: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> Answer:
        command = [*TABUAH, *arguments, "--data", str(self.data), "--json"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def do(self, *arguments: str) -> Any:
        return self.run(*arguments).json

    def report(self, title: str, *more: str) -> str:
        answer = self.do("incident", "report", "--hazard", "banjir", "--title", title, "--at", "100.62,-0.86", *more)
        self.numbers.append(answer["number"])
        return str(answer["id"])

    def list_without_pending(self) -> list[dict[str, Any]]:
        rows = self.do("incident", "list")
        return [{key: value for key, value in row.items() if key != "pending"} for row in rows]


@dataclass
class Server:
    """A server process on one directory and port, which can be stopped and restarted."""

    data: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    url: str = ""

    def start(self) -> None:
        command = [*TABUAH, "server", "--port", str(self.port), "--data", str(self.data), "--json"]
        self.process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM if os.name == "posix" else signal.CTRL_BREAK_EVENT)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server")
    office = Console(server.data)
    office.do("server", "init")
    for name, role in (("ani", "operator"), ("budi", "field"), ("sari", "supervisor")):
        office.do("server", "user", "add", name, "--role", role, "--opd", "BPBD")
    server.start()
    yield server
    server.stop()


def test_two_consoles_converge_after_offline_work(server: Server, tmp_path: Path):
    ani, budi = Console(tmp_path / "ani"), Console(tmp_path / "budi")
    early = budi.report("Sebelum masuk pertama kali")
    ani.do("login", "--server", server.url, "--user", "ani")
    budi.do("login", "--server", server.url, "--user", "budi")
    flood = ani.report("Banjir di Koto Baru", "--caller", "Pak Rusdi 0812")
    assert ani.do("sync")["pushed"] == 1
    assert budi.do("sync")["pending"] == 0
    ani.do("sync")
    assert {row["id"] for row in ani.do("incident", "list")} == {early, flood}

    server.stop()  # offline, for both
    work_offline(ani, budi, flood, tmp_path)
    refused = budi.run("sync")
    assert refused.code == 3
    assert "aman di sini" in refused.err
    assert all(row["pending"] for row in budi.do("incident", "list") if row["id"] == flood)

    server.start()
    first = ani.do("sync")
    assert (first["pending"], first["rejected"], first["held"]) == (0, 0, 0)
    second = budi.do("sync")
    assert (second["pending"], second["rejected"], second["held"], second["conflicts"]) == (0, 0, 0, 1)
    assert ani.do("sync")["conflicts"] == 1
    settle_the_severity(ani, flood)
    ani.do("sync")
    budi.do("sync")
    check_both_show_the_same(ani, budi, flood)
    head = ani.do("status")["head"]
    assert head == budi.do("status")["head"]
    server.stop()
    check_the_journal(server, ani, budi, head)


def work_offline(ani: Console, budi: Console, flood: str, tmp_path: Path) -> None:
    photo = tmp_path / "foto.jpg"
    Image.new("RGB", (640, 480), "navy").save(photo)
    ani.do("incident", "edit", flood, "--set", "severity=berat", "--set", "title=Banjir bandang di Koto Baru")
    ani.do("incident", "move", flood, "verified")
    ani.do("incident", "note", flood, "Camat sudah dihubungi")
    budi.do("incident", "edit", flood, "--set", "severity=minor", "--set", "description=Air setinggi lutut")
    budi.do("incident", "move", flood, "on_scene")
    budi.do("incident", "attach", flood, str(photo))
    budi.do("incident", "figures", flood, "--set", "displaced_people=40", "--source", "Wali Nagari")
    budi.report("Longsor menutup jalan", "--severity", "severe")
    assert budi.run("incident", "move", flood, "closed").code == 2


def settle_the_severity(ani: Console, flood: str) -> None:
    (conflict,) = ani.do("conflict", "list")
    assert (conflict["incident"], conflict["field"]) == (flood, "severity")
    assert (conflict["current"]["value"], conflict["proposed"]["value"]) == ("severe", "minor")
    assert (conflict["current"]["actor"], conflict["proposed"]["actor"]) == ("ani", "budi")
    assert conflict["base"]["value"] == "moderate"
    ani.do("conflict", "settle", conflict["id"], "--take", "proposed")


def check_both_show_the_same(ani: Console, budi: Console, flood: str) -> None:
    assert ani.list_without_pending() == budi.list_without_pending()
    assert len(ani.do("incident", "list")) == 3
    shown = ani.do("incident", "show", flood)
    assert shown == budi.do("incident", "show", flood)
    assert (shown["severity"], shown["status"], shown["pending"]) == ("minor", "on_scene", False)
    assert shown["title"] == "Banjir bandang di Koto Baru"
    assert shown["figures"] == {"displaced_people": 40}
    assert [attachment["name"] for attachment in shown["attachments"]] == ["foto.jpg"]
    assert shown["attachments"][0]["state"] == "here"
    with Image.open(ani.data / "blobs" / shown["attachments"][0]["sha256"]) as picture:
        assert picture.size == (640, 480)
    told = [event["text"] for event in shown["timeline"]]
    assert "Camat sudah dihubungi" in told
    assert any("Air setinggi lutut" in text for text in told)
    assert ani.do("conflict", "list") == budi.do("conflict", "list") == []


def check_the_journal(server: Server, ani: Console, budi: Console, head: int) -> None:
    with ServerJournal.open(server.data, create=False) as journal:
        records = journal.records_after(0, 10_000)
        assert [record.seq for record in records] == list(range(1, head + 1))
        previous = GENESIS
        for record in records:
            assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash
            previous = record.hash
        entries = [decode_entry(record.text) for record in records]
        assert len({entry.id for entry in entries}) == len(entries)
        for console, written in ((ani, 5), (budi, 6)):
            device = console.do("status")["device"]
            assert [entry.n for entry in entries if entry.device == device] == list(range(1, written + 1))
        numbers = {row["number"] for row in ani.do("incident", "list")}
        assert numbers == {*ani.numbers, *budi.numbers}
