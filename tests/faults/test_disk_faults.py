"""Tests of full disks: no partial writes, clear messages, and recovery with free space."""

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from faults.convergence_checks import converge_offices
from faults.offices import open_offices
from faults.process_kills import WRITER
from faults.server_process import ServerProcess, prepare_server
from faults.small_disks import small_disk
from support.console_stores import open_store
from support.running_server import log_in

pytestmark = pytest.mark.journey


def test_server_with_full_disk_reports_and_recovers(tmp_path: Path):
    prepare_server(tmp_path / "prepared", ["ani", "budi"])
    disk = small_disk(tmp_path / "disk", size="8m", filled_from=tmp_path / "prepared")
    server = ServerProcess(disk.path, wrap=disk.wrap)
    server.start()
    try:
        with open_offices(tmp_path, "ani", "budi", url=server.url) as offices:
            for office in offices:
                office.work(2)
            filler = disk.fill(server.pid)
            for office in offices:
                office.write(100)  # more than the log has space for
                assert not office.sync()
                assert "Disk server penuh" in str(office.ledger.failures[-1])
                assert office.ask(lambda store: store.counts().pending) > 0
            filler.unlink()
            converge_offices(offices)
    finally:
        server.stop()


@pytest.mark.parametrize(("size", "read_only"), [("160k", False), ("64m", True)], ids=["full", "read-only"])
def test_server_starts_on_disk_without_space(tmp_path: Path, size: str, read_only: bool):
    prepare_server(tmp_path / "prepared", ["ani"])
    disk = small_disk(tmp_path / "disk", size=size, filled_from=tmp_path / "prepared", read_only=read_only)
    server = ServerProcess(disk.path, wrap=disk.wrap)
    server.start()
    try:
        with httpx2.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            assert client.get("/health").json()["read_only"] == "no_space"
            session = log_in(client, "ani")
            client.headers["Authorization"] = f"Bearer {session.access_token}"
            assert client.get("/v1/journal").json()["records"]
            assert client.post("/v1/readings", json={"readings": []}).status_code == 507
    finally:
        server.stop()


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="limits of files are POSIX")
def test_console_with_full_disk_keeps_saves(tmp_path: Path):
    with open_store(tmp_path) as store:
        size = (tmp_path / "cache.gpkg").stat().st_size
        assert store.chain_length == 0
    limited = f'ulimit -f {size // 512 + 2048}; exec "$@"'  # blocks of 512 bytes: 1 MiB more
    done = subprocess.run(
        ["sh", "-c", limited, "sh", sys.executable, str(WRITER), str(tmp_path)],
        env={**os.environ, "TABUAH_KEYRING": "file"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = done.stdout.splitlines()
    saved = [line.split()[1] for line in told if line.startswith("saved")]
    assert len(saved) > 10, done.stderr
    assert told[-1].startswith("failed"), done.stderr
    assert "tidak dapat ditulis" in told[-1]
    with open_store(tmp_path) as store:
        assert store.find_damage() == ""
        own = store.own_entries_from(1)
        assert [waiting.n for waiting in own] == list(range(1, len(own) + 1))
        assert [waiting.entry for waiting in own][1:] == saved
