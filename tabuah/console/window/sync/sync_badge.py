"""The sync badge: pending work, since when, and why."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from tabuah.console.window.shared.world_links import describe_elsewhere
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, WorkElsewhere
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.key_replacement import is_recent_renewal
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _
from tabuah.text.sync import status_bar, sync_status
from tabuah.text.sync.device_notices import describe_renewal
from tabuah.text.sync.held_and_rejected import describe_rejected_count, list_held_changes
from tabuah.text.sync.history_problem import history_state, list_history_steps
from tabuah.widgets.values import ActionState, Level, SyncBadgeState


def sync_badge_state(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> SyncBadgeState:
    return SyncBadgeState(
        level=_level(snapshot, link),
        text=_text(snapshot, link, now),
        details=tuple(part for part in _details(snapshot, link, now) if part),
        can_sync=link.state is not ConnectionState.NONE,
        actions=_actions(snapshot),
        click="log_in" if _opens_login(snapshot, link) else "",
    )


def _opens_login(snapshot: ConsoleSnapshot, link: ConnectionStatus) -> bool:
    return link.needs_login or (snapshot.identity is None and link.state is ConnectionState.NONE)


def _actions(snapshot: ConsoleSnapshot) -> tuple[ActionState, ...]:
    """Return the actions of the badge: conflicts and trays that are not empty."""
    counts = snapshot.counts
    offered = (
        ("settle", _("Settle conflicts"), "K", counts.conflicts),
        ("held", _("Held changes"), "B", counts.held),
        ("rejected", _("Rejected changes"), "Shift B", counts.rejected),
    )
    others = {
        "settle": sum(work.conflicts for work in snapshot.elsewhere),
        "held": sum(work.held for work in snapshot.elsewhere),
        "rejected": sum(work.rejected for work in snapshot.elsewhere),
    }
    found = [
        ActionState(code=code, label=f"{label} · {n}", key=key)
        for code, label, key, n in offered
        if n or others[code]
    ]
    saver = _("Turn the data saver off") if snapshot.connection_settings.data_saver else _("Turn the data saver on")
    return (*found, ActionState(code="data_saver", label=saver, key="Shift F5"))


def _level(snapshot: ConsoleSnapshot, link: ConnectionStatus) -> Level:
    real = _real_elsewhere(snapshot)
    if link.state is ConnectionState.REFUSED or snapshot.counts.rejected or real.rejected:
        return Level.HIGH
    if link.state is ConnectionState.NONE:
        return Level.INFORMATION
    if link.state is ConnectionState.OFFLINE:
        return Level.ATTENTION
    if link.state is ConnectionState.CONNECTING:
        return Level.NO_DATA
    if snapshot.counts.held or real.held:
        return Level.ATTENTION
    return Level.INFORMATION if snapshot.counts.pending else Level.NORMAL


def _text(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> str:
    """Return how much is pending and what needs a person."""
    counts = snapshot.counts
    waiting = sync_status.list_waiting_counts(
        photos=snapshot.transfers.uploads, readings=link.typed.waiting, held=counts.held, rejected=counts.rejected
    )
    connection = sync_status.describe_connection(link.state, link.since, counts.pending, counts.since, now)
    if link.needs_login:
        connection = f"{status_bar.describe_server(link.state, live=False, needs_login=True)} · {connection}"
    elif link.history is not None:
        connection = f"{history_state(link.history)} · {sync_status.describe_waiting(counts.pending)}"
    real = describe_elsewhere(replace(snapshot, elsewhere=snapshot.elsewhere[:1])) if _has_real(snapshot) else ()
    return " · ".join((connection, *waiting, *real))


def _has_real(snapshot: ConsoleSnapshot) -> bool:
    """Return whether real work needs a person while the window is in an exercise."""
    return bool(snapshot.elsewhere) and not snapshot.elsewhere[0].world.exercise


def _real_elsewhere(snapshot: ConsoleSnapshot) -> WorkElsewhere:
    return snapshot.elsewhere[0] if _has_real(snapshot) else WorkElsewhere(world=SubjectWorld())


def _details(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> Iterator[str]:
    """Yield the lines of the popover; some are empty."""
    counts, transfers = snapshot.counts, snapshot.transfers
    deferred = sum(aside.reason in DEFERRAL_REASONS for aside in snapshot.held)
    if link.history is not None:
        yield from list_history_steps(link.history, counts.pending)
    else:
        yield link.problem
    yield sync_status.describe_next_attempt(link.retry_at)
    yield sync_status.describe_pending_changes(counts.pending, counts.since, counts.pending_bytes, now)
    yield sync_status.describe_next_step(link.state, counts.pending)
    yield sync_status.describe_transfers(
        uploads=transfers.uploads, downloads=transfers.downloads, failed=transfers.failed
    )
    yield sync_status.describe_refused_readings(link.typed.refused)
    if snapshot.connection_settings.data_saver:
        known, codes = snapshot.stations, snapshot.connection_settings.stations
        yield sync_status.describe_data_saver([known[code].name if code in known else code for code in codes])
    yield sync_status.describe_conflict_count(counts.conflicts)
    yield from list_held_changes(counts.held - deferred, deferred)
    yield describe_rejected_count(counts.rejected)
    yield from describe_elsewhere(snapshot)
    if is_recent_renewal(snapshot.renewal, now) and snapshot.renewal is not None:
        approved = snapshot.identity is not None and snapshot.identity.approved
        yield describe_renewal(snapshot.renewal, approved=approved)
    yield sync_status.describe_last_answer(snapshot.last_sync_at, now)
