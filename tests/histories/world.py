"""World of a history: a server and up to five consoles on one disk, created once and copied for each history."""

import atexit
import contextlib
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
from histories import versions
from histories.faulty_transport import FaultyTransport
from histories.ledger import Ledger, Mark, View, mark_of
from histories.server_under_test import ServerUnderTest
from histories.virtual_clock import START, VirtualClock
from support.console_stores import add_users, report_incident_at

from tabuah.operations.entries import Draft, Entry
from tabuah.operations.people.roles import Role
from tabuah.server.backup import back_up_server, restore_server
from tabuah.server.directory import ServerDirectory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.wire import SignedEntry, decode_entry
from tabuah.storage.sync import attachments
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import ForkRefused, RequestRefused, ServerRolledBack
from tabuah.storage.sync.handback import check_history, follow_history
from tabuah.storage.sync.pull import pull_journal
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import TAG_TAKEN, ConsoleSession, remember_session
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.sync_pass import run_sync_pass

URL = "http://127.0.0.1:8410"
USERS = {"ani": Role.OPERATOR, "budi": Role.FIELD, "sari": Role.SUPERVISOR}
SKEW = {"ani": timedelta(0), "budi": timedelta(days=365), "sari": timedelta(days=-365)}
_STEP = 10  # SQLite instructions between two checks for a simulated crash
MAX_COPIES = 3
MAX_BUNDLES = 4


def small_pieces() -> AdaptiveBatch:
    """Return a batch size that sends photos in several pieces."""
    return AdaptiveBatch(first=8_192, least=8_192, most=8_192, target_s=1.0)


class WholeMinuteStore(ConsoleStore):
    """A console's store that measures its clock in whole minutes.

    An exact offset contains the milliseconds by which the virtual clock advances between two reads. Then two consoles
    of a user could write at the same time, which identifies an entry of its author.
    """

    def remember_clock_offset(self, offset_s: float) -> None:
        super().remember_clock_offset(60.0 * round(offset_s / 60))


class ConsoleCrash(Exception):
    """Simulated crash of the console's process inside a transaction."""


@dataclass
class Console:
    """A directory with its store, and the views of its user."""

    name: str
    user: str
    directory: Path
    line: FaultyTransport
    store: ConsoleStore
    newer: bool = False
    views: dict[str, View] = field(default_factory=dict)
    unsaved_photos: set[str] = field(default_factory=set)  # stored, but the entry that names it was not saved


class World:
    """Everything of one history; `home` is its folder."""

    def __init__(self, home: Path, *, fresh: bool = False) -> None:
        self.home = home
        self.clock = VirtualClock()
        if not fresh:
            self.clock.leap(timedelta(minutes=10))
        self.server = ServerUnderTest(home / "server", self.clock)
        self.ledger = Ledger()
        self.late: list[httpx2.Request] = []
        self.page_limit = 1000
        self.copies: list[tuple[Console, Path]] = []
        self.bundles: list[Path] = []
        self.was_put_back = False  # the server; consoles may have records that it has lost, and export them
        self.server_copies: list[Path] = []
        self.lost_photos: set[str] = set()  # whose only disk was lost
        self.lost_values: set[str] = set()  # entries with a personal value that only a lost disk had
        self.outsiders: dict[str, Any] = {}  # devices of programs that are no console, by user
        self._numbers = itertools.count(1)
        self.consoles: list[Console] = []
        if not fresh:
            self.consoles += [self.add_console(user, user, home / user) for user in USERS]
        prior = [decode_entry(record.text) for record in self.server.records()]
        self.ledger.learn(prior)
        self.prior = frozenset(map(mark_of, prior))

    def close(self) -> None:
        for console in self.consoles:
            console.store.close()
        self.server.close()
        shutil.rmtree(self.home, ignore_errors=True)

    # consoles

    def add_console(self, name: str, user: str, directory: Path, *, newer: bool = False) -> Console:
        line = FaultyTransport(self.server, self.late, self.ledger.acknowledge, page_limit=self.page_limit)
        return Console(name, user, directory, line, self._open(user, directory, newer=newer), newer)

    def _open(self, user: str, directory: Path, *, newer: bool) -> ConsoleStore:
        with versions.running(newer=newer):
            store = WholeMinuteStore(directory, clock=self.clock.skewed(SKEW[user]))
        store._session.connection.execute("PRAGMA synchronous = OFF")
        return store

    def reopen(self, console: Console) -> None:
        """Reopen the store after closing or a crash: committed data remain."""
        console.store.close()
        console.views.clear()
        console.store = self._open(console.user, console.directory, newer=console.newer)

    def look(self, console: Console) -> None:
        """Refresh the user's views."""
        hidden = frozenset() if console.newer else frozenset({versions.NEWER_KIND})
        console.views = {
            incident.id: self.ledger.view_of(console.store, incident, hidden=hidden)
            for incident in console.store.incidents()
        }

    @contextmanager
    def working(self, console: Console, crash_in: int = 0) -> Iterator[ConsoleStore]:
        """Run a console in its version; with `crash_in` its process crashes after that many SQLite steps."""
        connection = console.store._session.connection
        if crash_in:
            steps = itertools.count(1)
            connection.set_progress_handler(lambda: int(next(steps) >= crash_in), _STEP)
        try:
            with versions.running(newer=console.newer):
                yield console.store
        except sqlite3.OperationalError as error:
            if "interrupt" not in str(error):
                raise
            raise ConsoleCrash from error
        finally:
            connection.set_progress_handler(None, 0)

    def save(self, console: Console, draft: Draft, view: View | None = None, *, crash_in: int = 0) -> None:
        """Save a user's gesture and record it in the ledger if saved: a crash can come before or after."""
        before = console.store.chain_length, console.store.device
        try:
            with self.working(console, crash_in) as store:
                entry = store.save(draft).entry
        except ConsoleCrash:
            self.reopen(console)
            if (console.store.chain_length, console.store.device) == before:
                return
            entry = console.store._session.journal.pending()[-1]
        self.note(entry, view, personal=bool(draft.personal))

    def note(self, entry: Entry, view: View | None, *, personal: bool = False) -> None:
        """Record a gesture in the ledger."""
        self.ledger.learn([entry])
        self.ledger.note(entry, view, personal=personal)

    # disks

    def copy(self, console: Console) -> None:
        """Copy a console's folder while it is closed."""
        if len(self.copies) == MAX_COPIES:
            self.copies.pop(0)
        folder = self.home / f"copy-{next(self._numbers)}"
        console.store.close()
        shutil.copytree(console.directory, folder)
        self.reopen(console)
        self.copies.append((console, folder))

    def back_up(self, console: Console) -> None:
        """Put a backup of a console's data into an empty folder: without key, session and photos."""
        if len(self.copies) == MAX_COPIES:
            self.copies.pop(0)
        folder = self.home / f"copy-{next(self._numbers)}"
        folder.mkdir()
        console.store.back_up(folder.with_suffix(".gpkg"))
        folder.with_suffix(".gpkg").rename(folder / "cache.gpkg")
        self.copies.append((console, folder))

    def restore(self, pick: int) -> None:
        """Lose a disk and continue its console from an older copy."""
        console, folder = self.copies[pick % len(self.copies)]
        at_risk, photos_at_risk = self.unsent(console), photos_of(console)
        console.store.close()
        shutil.rmtree(console.directory)
        shutil.copytree(folder, console.directory)
        self.reopen(console)
        self.ledger.gone |= at_risk - self.unsent(console)
        self.lost_photos |= photos_at_risk - photos_of(console)

    def clone(self, pick: int) -> None:
        """Start a copy in parallel to its original."""
        console, folder = self.copies[pick % len(self.copies)] if pick >= 0 else self.copies[-1]
        name = f"clone-{next(self._numbers)}"
        shutil.copytree(folder, self.home / name)
        clone = self.add_console(name, console.user, self.home / name, newer=console.newer)
        clone.unsaved_photos |= console.unsaved_photos
        self.consoles.append(clone)

    def start_new(self, user: str) -> Console:
        """Start a user on an empty computer."""
        name = f"new-{next(self._numbers)}"
        shutil.copytree(self.home / "blank", self.home / name)
        console = self.add_console(name, user, self.home / name)
        self.consoles.append(console)
        return console

    def replace(self, console: Console) -> None:
        """Give a user an empty computer in place of a console's."""
        console.store.close()
        shutil.rmtree(console.directory)
        shutil.copytree(self.home / "blank", console.directory)
        self.reopen(console)
        if self.server.journal.authority.users[console.user].active:
            self.log_in(console)

    # the server's disk

    def back_up_server(self, *, by_command: bool) -> None:
        """Back up the server, or copy its files while it is stopped."""
        if len(self.server_copies) == MAX_COPIES:
            self.server_copies.pop(0)
        target = self.home / f"server-copy-{next(self._numbers)}"
        if by_command:
            back_up_server(self.server.directory, target)
        else:
            self.server.close()
            shutil.copytree(self.server.directory, target)
            self.server.open()
        self.server_copies.append(target)

    def restore_server(self, pick: int) -> int:
        """Replace the server's data by those of a copy; return its head."""
        self.was_put_back = True
        copy, directory = self.server_copies[pick % len(self.server_copies)], self.server.directory
        self.server.close()
        shutil.rmtree(directory)
        if ServerDirectory(copy).is_backup:
            restore_server(copy, directory)
        else:
            shutil.copytree(copy, directory)
        self.server.open()
        return self.server.journal.head().seq

    def hand_back(self, console: Console) -> None:
        """Let a console hand back the records that it can prove."""
        session = self.session(console)
        with self.working(console), session.client, contextlib.suppress(ServerRolledBack):
            check_history(console.store, session.client)

    # bundles

    def export(self, console: Console, **options: Any) -> None:
        """Export pending work into a bundle."""
        file = self.home / f"{next(self._numbers)}.tabuah"
        with self.working(console) as store:
            store.relay.export_bundle(file, **options)
        if len(self.bundles) == MAX_BUNDLES:
            self.bundles.pop(0).unlink()
        self.bundles.append(file)

    def take(self, console: Console, file: Path, crash_in: int = 0) -> None:
        """Import a bundle at a console."""
        with self.working(console, crash_in) as store:
            store.relay.import_bundle(file)

    def forgeries(self, console: Console, pick: int) -> list[PushRequest]:
        """Return forged requests made from those of a console."""
        waiting = console.store.outbox_after(0, 5)
        known = console.store.device in self.server.journal.authority.devices
        if not waiting or not known:
            return []
        pairs = [entry.signed for entry in waiting]
        wrong = SignedEntry(pairs[-1].text, pairs[-1].signature[::-1])
        other = SignedEntry(pairs[-1].text.replace('"actor":"', '"actor":"x'), pairs[-1].signature)
        forged = [(*pairs[:-1], wrong), (*pairs[:-1], other)]
        device = self.server.journal.authority.devices[console.store.device]
        return [PushRequest(device=device.id, entries=forged[pick % 2])]

    # exchange

    def session(self, console: Console) -> ConsoleSession:
        client = ServerClient(URL, transport=console.line)
        session = ConsoleSession(console.store, client)
        client._access_token, client._renewed_token = session.token, session.renew
        return session

    def sync(self, console: Console, crash_in: int = 0, *, part: str = "") -> None:
        """Run one real sync over the console's transport, or only its `push` or its `pull`."""
        session = self.session(console)
        with self.working(console, crash_in), session.client:
            if not part:
                with patch.object(attachments, "piece_batch", small_pieces):
                    run_sync_pass(console.store, session)
            elif part == "pull":
                follow_history(console.store, session.client, check_history(console.store, session.client))
                self._pull(console, session)
            elif session.ensure_admitted():
                with contextlib.suppress(ForkRefused):
                    push_outbox(console.store, session.client)

    def _pull(self, console: Console, session: ConsoleSession) -> None:
        """Pull news; like a whole pass, note the values that the server leaves out for a device without approval."""
        relay = console.store.relay
        device = self.server.journal.authority.devices.get(console.store.device)
        reads_personal = device is not None and device.approved
        if not reads_personal:
            relay.note_missing_personal(console.store.head.seq)
        pull_journal(console.store, session.client)

    def log_in(self, console: Console) -> None:
        """Log in, as after a correct password; an administrator approves devices where too many of the user wait."""
        refused = self._log_in_once(console)
        if refused == "too_many_devices":
            self._approve_devices_of(console.user)  # the message sends the user to the administrator
        if refused:
            self.log_in(console)  # perhaps under the key that it has taken

    def _log_in_once(self, console: Console) -> str:
        """Log in and enrol; return the code of a refusal after which the user logs in again, or nothing."""
        store = console.store
        opened = self.server.log_in(console.user, store.own_key().device_id)
        with self.working(console):
            TokenFile(store.directory).keep(opened, device=store.device)
            remember_session(store, opened, URL)
            if opened.grant is None:  # a former grant does not count: a server that was put back lost the enrolment
                session = self.session(console)
                with session.client:
                    try:
                        session.enrol_unless_locked()
                    except RequestRefused as refusal:
                        if refusal.code not in (TAG_TAKEN, "too_many_devices"):
                            raise
                        return refusal.code
        return ""

    def _approve_devices_of(self, user: str) -> None:
        for device in list(self.server.journal.authority.devices.values()):
            if device.owner == user and not device.approved:
                self.server.approve(device.id)

    def is_quiet(self) -> bool:
        """Return whether nothing is left to send or to fetch."""
        head = self.server.journal.head().seq
        return all(c.store.head.seq == head and not c.store.counts().pending for c in self.consoles) and not any(
            self.missing_photos(console) for console in self.consoles
        )

    def missing_photos(self, console: Console) -> set[str]:
        """Return the photos that a console should have sent or fetched and has not, without lost ones."""
        return {blob.sha256 for blob in console.store.attachments.waiting()} - self.lost_photos

    def unsent(self, console: Console) -> set[Mark]:
        """Return the gestures in this console's outbox."""
        return {mark_of(entry) for entry in console.store._session.journal.pending()}


def traces_in(directory: Path) -> list[str]:
    """Return the files of a console's directory that contain work of users, or a key."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    traces = (b"insiden ", b"yang dilihat semua", b"catatan ", b"foto ", b"Pak Budi", b"kontak ")
    return [path.name for path in files if path.suffix == ".key" or any(t in path.read_bytes() for t in traces)]


def photos_of(console: Console) -> set[str]:
    """Return the photos whose files are at a console."""
    return {path.name for path in console.store.attachments.files.folder.iterdir() if path.is_file()}


def make_world() -> World:
    """Create a world in which every console has seen one incident."""
    home = Path(tempfile.mkdtemp(prefix="history-"))
    shutil.copytree(_template(), home, dirs_exist_ok=True)
    return World(home)


@cache
def _template() -> Path:
    home = Path(tempfile.mkdtemp(prefix="history-template-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    world = World(home, fresh=True)
    add_users(world.server.journal, **USERS)
    for user in USERS:
        console = world.add_console(user, user, home / user)
        world.consoles.append(console)
        world.log_in(console)
        world.sync(console)
    ConsoleStore(home / "blank").close()
    report_incident_at(world.consoles[0].store, "yang dilihat semua")
    for console in world.consoles:
        world.sync(console)
        console.store.close()
    assert world.clock() < START + timedelta(minutes=5)
    world.server.close()
    return home
