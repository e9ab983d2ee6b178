"""`tabuah sync`: exchange changes with the server, once or until it is stopped."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.console.renewal_words import renewal_words
from tabuah.resources.catalogue import N_, _
from tabuah.storage.cache.directory import DirectoryLock
from tabuah.storage.cache.renewals import Renewal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import NotLoggedIn
from tabuah.storage.sync.once import SyncResult, sync_once
from tabuah.storage.sync.session import ConsoleSession, has_session
from tabuah.storage.sync.syncer import Syncer, SyncState


@click.command("sync", cls=TabuahCommand, help=N_("Exchange changes with the server."))
@click.option("--watch", is_flag=True, help=N_("Go on until stopped, with the live stream; one line a sync."))
@click.pass_obj
def sync(call: Invocation, *, watch: bool) -> None:
    """Exchange changes with the server."""
    if watch:
        _watch(call)
        return
    with call.open_store() as store, DirectoryLock(store.directory, "sync"):
        before = store.last_renewal
        session = ConsoleSession(store)
        try:
            with session.client:
                result = sync_once(store, session)
        finally:
            _tell_renewal(store, before)
    call.show(result, lambda: say(words_of(result)))


def _tell_renewals(call: Invocation, known: Renewal | None) -> Callable[[], None]:
    """Say it once for each, from the thread that syncs, which opens the store for itself."""
    last = [known]

    def tell() -> None:
        with call.open_store() as store:
            _tell_renewal(store, last[0])
            last[0] = store.last_renewal

    return tell


def _tell_renewal(store: ConsoleStore, before: Renewal | None) -> None:
    """Say plainly when this sync had to take a new key."""
    renewal, identity = store.last_renewal, store.identity
    if renewal is not None and renewal != before:
        print_error(renewal_words(renewal, approved=identity is not None and identity.approved))


def words_of(result: SyncResult) -> str:
    """A sync in one line."""
    return _(
        "Sent {pushed}, received {pulled}. Waiting {pending}, conflicts {conflicts}, held {held}, rejected {rejected}"
    ).format(**msgspec.structs.asdict(result))


def _watch(call: Invocation) -> None:
    with call.open_store() as store:
        if not has_session(store.directory):
            raise NotLoggedIn
        directory, known = store.directory, store.last_renewal
    tell_renewals = _tell_renewals(call, known)

    def tell(result: SyncResult) -> None:
        _tell(call, result)
        tell_renewals()

    syncer = Syncer(
        directory,
        on_state=_tell_errors(),
        on_changes=lambda _changes: None,
        on_synced=tell,
    )
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    syncer.start()
    try:
        while not stopped.wait(0.5):  # short, so that Windows notices Ctrl+C
            pass
    finally:
        syncer.stop()


def _tell(call: Invocation, result: SyncResult) -> None:
    if call.as_json:
        click.echo(msgspec.json.encode(result))
    elif result.pushed or result.pulled:
        say(words_of(result))


def _tell_errors() -> Callable[[SyncState], None]:
    """Tell each trouble once, not at every attempt."""
    last = [""]

    def tell(state: SyncState) -> None:
        if state.error and state.error != last[0]:
            print_error(state.error)
        last[0] = state.error

    return tell
