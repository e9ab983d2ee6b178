"""`tabuah sync`: exchange changes with the server, once or continuously."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.stop_signals import stop_on_signals
from tabuah.operations.people.key_replacement import KeyReplacement
from tabuah.operations.readings.reading import Reading
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.known_history import HandbackNote
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.newest_readings import pull_newest_readings, store_readings
from tabuah.storage.sync.server_link import ServerLink, SyncProgress, SyncStage
from tabuah.storage.sync.session import ConsoleSession, has_session
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass
from tabuah.storage.sync.syncer import Syncer, SyncerState
from tabuah.text.sync.device_notices import describe_renewal
from tabuah.text.sync.sync_status import describe_handback, describe_sync_progress


@click.command("sync", cls=TabuahCommand, help=N_("Exchange changes with the server."))
@click.option("--watch", is_flag=True, help=N_("Sync continuously with the live stream; one line for each sync."))
@click.pass_obj
def sync(call: Invocation, *, watch: bool) -> None:
    if watch:
        _sync_until_stopped(call)
        return
    with call.open_store() as store, DirectoryLock(store.directory, "sync"):
        before, handed_back = store.last_key_replacement, store.history.last_handback
        session = ConsoleSession(store)
        try:
            with session.client:
                result = run_sync_pass(store, session, link=ServerLink(on_progress=_progress_printer()))
                result = msgspec.structs.replace(result, readings=pull_newest_readings(store, session.client))
        finally:
            _print_new_renewal(store, before)
            _print_new_handback(store, handed_back)
    call.show(result, lambda: print_text(describe_sync(result)))


def _renewal_printer(call: Invocation, known: KeyReplacement | None) -> Callable[[], None]:
    """Return a callback that prints each key renewal once.

    The syncing thread calls it, so it opens its own store.
    """
    last = [known]

    def report() -> None:
        with call.open_store() as store:
            _print_new_renewal(store, last[0])
            last[0] = store.last_key_replacement

    return report


def _print_new_renewal(store: ConsoleStore, before: KeyReplacement | None) -> None:
    """Print a key renewal that happened during this sync."""
    renewal, identity = store.last_key_replacement, store.identity
    if renewal is not None and renewal != before:
        approved = identity is not None and identity.approved
        print_error(describe_renewal(renewal, approved=approved, rejected=store.counts().rejected))


def _progress_printer() -> Callable[[SyncProgress], None]:
    """Return a callback that prints once that records are handed back."""
    printed: list[SyncProgress] = []

    def report(progress: SyncProgress) -> None:
        if progress.stage is SyncStage.HANDING_BACK and not printed:
            printed.append(progress)
            print_error(describe_sync_progress(progress.stage, progress.done, progress.total))

    return report


def _print_new_handback(store: ConsoleStore, before: HandbackNote | None) -> None:
    """Print a hand-back that happened during this sync."""
    noted = store.history.last_handback
    if noted is not None and noted != before:
        print_error(describe_handback(noted.records, noted.at))


def describe_sync(result: SyncResult) -> str:
    """Summarise a sync in one line."""
    return _(
        "Sent {pushed}, received {pulled}. Waiting {pending}, conflicts {conflicts}, held {held}, rejected {rejected}"
    ).format(**msgspec.structs.asdict(result))


def _sync_until_stopped(call: Invocation) -> None:
    with call.open_store() as store:
        if not has_session(store.directory):
            raise NotLoggedIn
        directory, known = store.directory, store.last_key_replacement
    tell_renewals = _renewal_printer(call, known)

    has_readings: list[bool] = []

    def report(result: SyncResult) -> None:
        if not has_readings:  # the stream brings only later ones
            has_readings.append(True)
            result = msgspec.structs.replace(result, readings=_pull_readings(call))
        _print_sync(call, result)
        tell_renewals()

    syncer = Syncer(
        directory,
        on_state=_error_printer(tell_renewals),
        on_changes=lambda _changes: None,
        on_readings=lambda readings: _store_live(directory, readings),
        on_synced=report,
    )
    with stop_on_signals() as stopping:
        syncer.start()
        try:
            while not stopping.wait(0.5):  # short: on Windows, Ctrl+C does not interrupt a wait
                pass
        finally:
            syncer.stop()


def _pull_readings(call: Invocation) -> int:
    """Pull the newest readings; the syncer reports a lost connection by itself."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        try:
            return pull_newest_readings(store, client)
        except Offline:
            return 0


def _store_live(directory: Path, readings: Sequence[Reading]) -> None:
    """Store readings of the live stream; a full disk must not end the stream."""
    try:
        store_readings(directory, readings, asked=datetime.now(UTC))
    except ReadingsError as error:
        print_error(str(error))


def _print_sync(call: Invocation, result: SyncResult) -> None:
    if call.as_json:
        click.echo(msgspec.json.encode(result))
    elif result.pushed or result.pulled:
        print_text(describe_sync(result))


def _error_printer(tell_renewals: Callable[[], None]) -> Callable[[SyncerState], None]:
    """Return a callback that prints an error once, not at every attempt; a new key, which needs a log-in, first."""
    last = [""]

    def report(state: SyncerState) -> None:
        if state.error and state.error != last[0]:
            if state.needs_login:
                tell_renewals()
            print_error(state.error)
        last[0] = state.error

    return report
