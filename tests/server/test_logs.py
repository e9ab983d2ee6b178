"""The log of the server: JSON lines, private rotating files, and requests without personal data."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from support.running_server import RunningServer, start_server

from tabuah.server.errors import UnusableConfiguration
from tabuah.server.logs import FIELDS, LogConfiguration, log_output

log = logging.getLogger("tabuah.server.example")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_json_log_has_one_object_a_line(tmp_path: Path):
    with log_output(LogConfiguration(format="json", file="server.log"), tmp_path):
        log.warning("two\nlines %s", "“x”", extra={FIELDS: {"seq": 3}})
        try:
            raise ValueError("broken")
        except ValueError:
            log.exception("failed")
        log.info("not logged")
    first, second = lines(tmp_path / "server.log")
    assert (first["level"], first["logger"], first["message"], first["seq"]) == (
        "warning",
        log.name,
        "two\nlines “x”",
        3,
    )
    assert "ValueError: broken" in second["error"]


def test_log_level_and_handlers_end_with_the_block(tmp_path: Path):
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with log_output(LogConfiguration(level="debug", file="server.log"), tmp_path):
        assert root.level == logging.DEBUG
    assert (root.level, list(root.handlers)) == before


def test_log_files_are_private_and_bounded(tmp_path: Path):
    with log_output(LogConfiguration(file="server.log", file_mb=1, old_files=2), tmp_path):
        for number in range(50):
            log.warning("%d %s", number, "x" * 100_000)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["server.log", "server.log.1", "server.log.2"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_log_file_that_cannot_be_written_is_refused(tmp_path: Path):
    with (
        pytest.raises(UnusableConfiguration, match=r"log\.file"),
        log_output(LogConfiguration(file="missing/server.log"), tmp_path),
    ):
        pass


def test_request_log_has_route_and_no_personal_data(tmp_path: Path):
    file = tmp_path / "server.log"
    configuration = LogConfiguration(format="json", requests=True, file="server.log")
    with log_output(configuration, tmp_path), start_server(tmp_path / "server") as server, server.client() as client:
        client.headers["Authorization"] = "Bearer rahasia"
        client.get("/v1/blobs/" + "a" * 64, params={"token": "rahasia"})
        client.get("/siapa/ani", params={"phone": "0812-3456"})
        client.post("/v1/session", json={"user": "ani", "password": "batang-lembang", "device": ""})
        health = client.get("/health")
    requests = [line for line in lines(file) if "route" in line]
    assert [each["route"] for each in requests] == ["/v1/blobs/{sha256}", "-", "/v1/session", "/health"]
    last = requests[-1]
    assert (last["method"], last["status"], last["bytes"]) == ("GET", 200, len(health.content))
    text = file.read_text("utf-8")
    assert not any(word in text for word in ("rahasia", "0812-3456", "ani", "batang", "127.0.0.1"))


def test_requests_are_not_logged_by_default(tmp_path: Path):
    with (
        log_output(LogConfiguration(level="debug", file="server.log"), tmp_path),
        start_server(tmp_path / "server") as server,
        server.client() as client,
    ):
        client.get("/health")
    assert "/health" not in (tmp_path / "server.log").read_text("utf-8")


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/v1/journal", 401), ("/nothing", 404)])
def test_every_response_has_security_headers(running_server: RunningServer, path: str, status: int):
    with running_server.client() as client:
        reply = client.get(path)
    assert reply.status_code == status
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in reply.headers, "only over TLS"
