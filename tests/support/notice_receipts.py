"""Receipts in the queue of a server, without sending anything."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.flood_limits import Mention
from tabuah.server.notices.notice_queue import Delivery, NoticeQueue

ALARM = "0199c1de-0000-7000-8000-0000000000a1"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def add_receipts(
    directory: Path,
    *,
    states: Sequence[str] = ("waiting",),
    address: str = "camat@example.org",
    error: str = "",
    alarms: Sequence[str] = (ALARM,),
) -> datetime:
    """Add a delivery of each state; the first one is about the alarms. Return when they were written."""
    with NoticeQueue(directory) as queue, queue.transaction():
        for number, state in enumerate(states):
            queue.add(
                Delivery(
                    notice=f"n-{number}",
                    contact="01a0c1de-0000-7000-8000-000000000001",
                    contact_name=f"Camat {number}",
                    occasion="alarm",
                    exercise=False,
                    severity=1,
                    channel="sms",
                    address=address,
                    title=f"Kritis: Batang Lembang {number}",
                    text="Tinggi muka air 3,42 m",
                    created_at=NOW,
                    due_at=NOW,
                    state=state,
                    error=error,
                )
            )
        queue.take(
            [
                Mention(
                    contact="01a0c1de-0000-7000-8000-000000000001",
                    subject=f"alarm/{alarm}",
                    occasion="alarm",
                    severity=AlarmSeverity.CRITICAL,
                    channels=("sms",),
                    queued_at=NOW,
                    notice="n-0",
                )
                for alarm in alarms
            ],
            until_seq=1,
        )
    return NOW
