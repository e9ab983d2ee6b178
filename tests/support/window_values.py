"""Values for tests of items and views: an incident, and a snapshot of the console."""

from datetime import UTC, datetime, timedelta

import msgspec
from support.window_fixture import KOTO_BARU, identity

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.pending_work import PendingCounts

NOW = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)


def incident(**changes: object) -> Incident:
    at = NOW - timedelta(minutes=12)
    first = Incident(
        id="a",
        number="SLK-7K3Q-0012",
        hazard=Hazard.FLOOD,
        title="Banjir, Nagari Koto Baru",
        severity=Severity.SEVERE,
        status=Status.REPORTED,
        channel=Channel.PHONE,
        place=KOTO_BARU,
        description="",
        occurred_at=at,
        reported_at=at,
        updated_at=at,
        reporter="ani",
        device="d1",
    )
    return msgspec.structs.replace(first, **changes)


def snapshot_with(
    *incidents: Incident, pending: int = 0, since: datetime | None = None, role: Role | None = None
) -> ConsoleSnapshot:
    return ConsoleSnapshot(
        incidents={i.id: i for i in incidents},
        counts=PendingCounts(pending=pending, since=since, conflicts=0, held=0, rejected=0),
        identity=identity(role) if role else None,
    )
