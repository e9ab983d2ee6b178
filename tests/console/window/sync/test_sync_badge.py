"""The sync badge: pending work, age, transfers and data saver."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from support.window_fixture import GAUGE, identity
from support.window_values import NOW, snapshot_with

from tabuah.console.window.shell.status_updates import status_summary
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.pending_work import PendingCounts
from tabuah.storage.sync.data_saver import DataSaverSettings
from tabuah.widgets.values import Level


@pytest.mark.parametrize(
    ("link", "pending", "text", "level"),
    [
        (ConnectionStatus(state=ConnectionState.ONLINE), 0, "Tersinkron · 0 menunggu", Level.NORMAL),
        (ConnectionStatus(state=ConnectionState.ONLINE), 3, "3 menunggu sejak 14.02", Level.INFORMATION),
        (
            ConnectionStatus(state=ConnectionState.OFFLINE, since=NOW),
            7,
            "Luring sejak 14.30 · 7 menunggu",
            Level.ATTENTION,
        ),
        (
            ConnectionStatus(state=ConnectionState.REFUSED, problem="x"),
            1,
            "Belum tersinkron · 1 menunggu",
            Level.HIGH,
        ),
        (ConnectionStatus(state=ConnectionState.NONE), 0, "Hanya di komputer ini", Level.INFORMATION),
    ],
)
def test_sync_badge_shows_pending_and_age(link: ConnectionStatus, pending: int, text: str, level: Level) -> None:
    since = datetime(2026, 11, 24, 7, 2, tzinfo=UTC) if pending else None
    state = sync_badge_state(snapshot_with(pending=pending, since=since, role=Role.OPERATOR), link, NOW)
    assert (state.text, state.level) == (text, level)


def test_sync_badge_shows_date_of_long_outage() -> None:
    link = ConnectionStatus(state=ConnectionState.OFFLINE, since=NOW - timedelta(days=2))
    assert (
        sync_badge_state(snapshot_with(role=Role.FIELD), link, NOW).text
        == "Luring sejak 22 Nov 2026 14.30 WIB · 0 menunggu"
    )


def test_sync_badge_shows_transfer_and_retry() -> None:
    counts = PendingCounts(
        pending=7, since=NOW - timedelta(hours=2), conflicts=0, held=0, rejected=0, pending_bytes=12_300
    )
    snapshot = ConsoleSnapshot(
        counts=counts,
        transfers=TransferCounts(uploads=3),
        identity=identity(Role.FIELD),
        stations={GAUGE.code: GAUGE},
    )
    link = ConnectionStatus(
        state=ConnectionState.OFFLINE,
        since=NOW - timedelta(minutes=85),
        problem="Server tidak menjawab.",
        retry_at=NOW + timedelta(seconds=40),
    )
    state = sync_badge_state(snapshot, link, NOW)
    assert state.text == "Luring sejak 13.05 · 7 menunggu · 3 foto menunggu"
    told = " ".join(state.details)
    assert "Server tidak menjawab." in told
    assert "Yang tertua menunggu sejak 12.30 WIB, semuanya 12 kB." in told
    assert "Dicoba lagi pukul 14.30.45 WIB" in told
    assert "Hemat data" not in told


def test_data_saver_is_shown_where_stations_grey() -> None:
    connection_settings = DataSaverSettings(data_saver=True, stations=(GAUGE.code, "SLK-X"))
    snapshot = replace(
        snapshot_with(role=Role.FIELD), connection_settings=connection_settings, stations={GAUGE.code: GAUGE}
    )
    state = sync_badge_state(snapshot, ConnectionStatus(state=ConnectionState.ONLINE, live=True), NOW)
    assert "Hemat data: bacaan langsung hanya dari AWLR Koto Baru, SLK-X" in " ".join(state.details)
    assert [action.label for action in state.actions] == ["Matikan hemat data"]
    summary = status_summary(
        snapshot, ConnectionStatus(state=ConnectionState.ONLINE), latest={}, severities=[], now=NOW
    )
    assert "Hemat data · 2 stasiun langsung" in [item.text for item in summary.services]
