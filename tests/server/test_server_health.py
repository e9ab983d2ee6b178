"""`/health`: disk, writer, jobs, feeds and backups, and what of it is a problem."""

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from support.running_server import RunningServer

from tabuah.operations.feeds.feed_health import FeedState
from tabuah.server import health
from tabuah.server.health import HealthSources, health_of
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import BackupHealth, Health


def reply(server: RunningServer) -> Health:
    with server.client() as client:
        return msgspec.json.decode(client.get("/health").content, type=Health)


def problems(journal: ServerJournal, **sources: Any) -> tuple[str, ...]:
    found = health_of(HealthSources(journal=journal, **sources))
    assert found.status == ("degraded" if found.problems else "ok")
    return found.problems


def test_health_of_running_server_names_its_jobs(running_server: RunningServer):
    found = reply(running_server)
    assert found.jobs == dict.fromkeys(
        (
            "answers",
            "mailboxes",
            "readings",
            "forecasts",
            "escalation",
            "feeds",
            "snapshots",
            "attachments",
            "backups",
            "retention",
        ),
        True,
    )
    assert found.writer is not None
    assert (found.writer.is_running, found.writer.queued) == (True, 0)
    assert found.disk_free_mb is not None
    assert found.backup is None, "none are scheduled"


def test_health_reports_a_job_that_ended(running_server: RunningServer):
    running_server.service.escalation_scheduler.stop()
    found = reply(running_server)
    assert found.jobs["escalation"] is False
    assert "job_ended" in found.problems
    assert found.status == "degraded"


def test_health_reports_a_writer_that_is_stuck(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "SLOW_WRITER_S", 0.0)
    assert "writer_slow" in problems(journal)
    began, ends = threading.Event(), threading.Event()
    future = journal.submit(lambda _batch: (began.set(), ends.wait(20)))
    assert began.wait(20)
    assert journal.writer_health().is_running
    ends.set()
    future.result()
    assert journal.writer_health().busy_s >= 0.0


def test_health_reports_a_full_disk(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "MIN_FREE_MB", 10**12)
    assert problems(journal) == ("disk_low",)


@pytest.mark.parametrize("state", [FeedState.LOST, FeedState.FROZEN])
def test_health_reports_lost_and_frozen_feeds(journal: ServerJournal, state: FeedState):
    feeds = [SimpleNamespace(name="gempa", state=state), SimpleNamespace(name="cuaca", state=FeedState.WORKING)]
    assert f"feed_{state.value}" in problems(journal, feeds=lambda: SimpleNamespace(feeds=feeds))


def test_health_reports_old_and_failed_backups(journal: ServerJournal):
    old = BackupHealth(age_s=90 * 3600, is_old=True, failed=False)
    assert "backup_old" in problems(journal, backup=lambda: old)
    failed = BackupHealth(age_s=60, is_old=False, failed=True)
    assert "backup_failed" in problems(journal, backup=lambda: failed)


def test_health_without_a_disk_is_a_problem(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    def fail(_path: Path) -> None:
        raise OSError("gone")

    monkeypatch.setattr("tabuah.server.health.shutil.disk_usage", fail)
    assert "disk_low" in problems(journal)


def test_health_reports_a_certificate_that_ends(journal: ServerJournal):
    soon, later = (journal.clock() + timedelta(days=days) for days in (6, 8))
    assert "certificate_ends" in problems(journal, certificate_expires_at=lambda: soon)
    assert "certificate_ends" not in problems(journal, certificate_expires_at=lambda: later)
