"""The health of a running server: disk, writer, jobs, feeds and backups, and what of it needs attention."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.feeds.feed_health import FeedState
from tabuah.resources.fault_isolation import fault_counts
from tabuah.server.journal import ServerJournal
from tabuah.server.people.sessions import OLDEST_PROTOCOL
from tabuah.server.read_only import ReadOnlyReason
from tabuah.server.steady_clock import clock_jump_s
from tabuah.storage.journal.messages_protocol import MailboxesHealth
from tabuah.storage.journal.notices_protocol import NoticesHealth, WebhooksHealth
from tabuah.storage.journal.protocol import (
    PROTOCOL_VERSION,
    BackupHealth,
    FeedsReply,
    Health,
    WriterHealth,
)

VERSION: Final = version("tabuah")
MIN_FREE_MB: Final = 500
SLOW_WRITER_S: Final = 10.0
CERTIFICATE_WARNING: Final = timedelta(days=7)
_MEGABYTE: Final = 1_000_000
_OK: Final = "ok"
_DEGRADED: Final = "degraded"


class HealthSources(msgspec.Struct, frozen=True, kw_only=True):
    """Where the parts of the health come from; `jobs` returns whether the thread of each job runs."""

    journal: ServerJournal
    quarantined: Callable[[], Mapping[str, int]] = dict
    jobs: Mapping[str, Callable[[], bool]] = msgspec.field(default_factory=dict)
    feeds: Callable[[], FeedsReply] = lambda: FeedsReply(asking=False, feeds=())
    backup: Callable[[], BackupHealth | None] = lambda: None
    notices: Callable[[], NoticesHealth | None] = lambda: None
    webhooks: Callable[[], WebhooksHealth | None] = lambda: None
    mailboxes: Callable[[], MailboxesHealth | None] = lambda: None
    certificate_expires_at: Callable[[], datetime | None] = lambda: None
    has_writer: bool = True


def health_of(sources: HealthSources) -> Health:
    """Return the reply of `/health`."""
    journal = sources.journal
    journal.check_space()
    if journal.read_only.reason is ReadOnlyReason.RESTORED:
        journal.follow_wait()
    found = Health(
        status=_OK,
        server=journal.server_id,
        version=VERSION,
        protocol=PROTOCOL_VERSION,
        oldest_protocol=OLDEST_PROTOCOL,
        head=journal.head().seq,
        now=journal.clock(),
        faults=sum(fault_counts().values()),
        read_only=journal.read_only.reason or "",
        clock_jump_s=clock_jump_s(journal.clock),
        quarantined=dict(sources.quarantined()),
        disk_free_mb=_free_mb(journal.directory.path),
        writer=journal.writer_health() if sources.has_writer else None,
        jobs={name: is_running() for name, is_running in sources.jobs.items()},
        feeds={feed.name: feed.state.value for feed in sources.feeds().feeds},
        backup=sources.backup(),
        notices=sources.notices(),
        webhooks=sources.webhooks(),
        mailboxes=sources.mailboxes(),
        certificate_expires_at=sources.certificate_expires_at(),
    )
    problems = tuple(_problems_of(found))
    return msgspec.structs.replace(found, problems=problems, status=_DEGRADED if problems else _OK)


def _free_mb(directory: Path) -> int | None:
    try:
        return shutil.disk_usage(directory).free // _MEGABYTE
    except OSError:
        return None


def _problems_of(found: Health) -> Iterator[str]:
    if found.disk_free_mb is None or found.disk_free_mb < MIN_FREE_MB:
        yield "disk_low"
    if found.read_only:
        yield "read_only"
    if found.clock_jump_s:
        yield "clock_jumped"
    yield from _writer_problems(found.writer)
    if _certificate_ends_soon(found):
        yield "certificate_ends"
    if not all(found.jobs.values()):
        yield "job_ended"
    yield from (f"feed_{state}" for state in (FeedState.LOST, FeedState.FROZEN) if state in found.feeds.values())
    if found.backup is not None and found.backup.is_old:
        yield "backup_old"
    if found.backup is not None and found.backup.failed:
        yield "backup_failed"
    yield from _message_problems(found)


def _message_problems(found: Health) -> Iterator[str]:
    if found.notices is not None and found.notices.is_late:
        yield "notices_late"
    if found.notices is not None and found.notices.failed:
        yield "notices_failed"
    if found.webhooks is not None and found.webhooks.failed:
        yield "webhooks_failed"
    if found.webhooks is not None and found.webhooks.failing:
        yield "webhooks_failing"
    if found.webhooks is not None and found.webhooks.disabled:
        yield "webhooks_disabled"
    if found.mailboxes is not None and found.mailboxes.failing:
        yield "mailboxes_failing"
    if found.mailboxes is not None and not found.mailboxes.is_file_valid:
        yield "messages_file_invalid"


def _writer_problems(writer: WriterHealth | None) -> Iterator[str]:
    if writer is None:
        return
    if not writer.is_running:
        yield "writer_ended"
    elif writer.busy_s >= SLOW_WRITER_S:
        yield "writer_slow"


def _certificate_ends_soon(found: Health) -> bool:
    return found.certificate_expires_at is not None and found.certificate_expires_at < found.now + CERTIFICATE_WARNING
