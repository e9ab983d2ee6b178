"""Moves of the server's disk: it is put back to an older copy, and consoles hand back its lost records, or not."""

import contextlib
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import msgspec
from histories.base_machine import PICKS, WORK, HistoryMachine, Work
from histories.invariants import ConflictHistory
from histories.ledger import Mark, mark_of
from histories.world import Console, World, photos_of
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.server.database.engine import FILE_NAME
from tabuah.server.handback.decision import HistoryDecision, KeptHistory
from tabuah.server.handback.staged_records import staged_chain
from tabuah.storage.journal.push import PushedEntry
from tabuah.storage.journal.server_keys import newest_key
from tabuah.storage.journal.wire import Record, decode_entry
from tabuah.storage.sync.errors import HistoryDiffers, ServerRolledBack
from tabuah.storage.sync.handback import check_history

Records = tuple[Record, ...]


class RestoreMoves(HistoryMachine):
    """Backups of the server, and restores from them."""

    @rule(by_command=st.booleans())
    def back_up_server(self, by_command: bool) -> None:
        """Back up the server by the command, or copy its files while it is stopped."""
        self.world.back_up_server(by_command=by_command)

    @precondition(lambda self: self.world.server_copies)
    @rule(pick=PICKS)
    def restore_server(self, pick: int) -> None:
        """Put the server back; then every console that can hands back the lost records."""
        world, before = self.world, self.world.server.records()
        photos, only_here = photos_at_server(world), values_of_server_only(world)
        head = world.restore_server(pick)
        proved = max([head, *(proved_seq(console, head) for console in world.consoles)])
        for console in world.consoles:
            world.hand_back(console)
        world.server.end_wait()
        after = world.server.records()
        assert [r.hash for r in after[:proved]] == [r.hash for r in before[:proved]], "a proved record is lost"
        world.server.newer_from = min(world.server.newer_from or 0, proved) if world.server.newer else None
        known = set().union(*(marks_at(console) for console in world.consoles))
        lost = [decode_entry(record.text) for record in before[proved:]]
        world.ledger.gone |= {mark_of(entry) for entry in lost} - known
        world.ledger.acknowledged = {
            key: result for key, result in world.ledger.acknowledged.items() if result.seq <= proved
        }
        world.lost_photos |= photos - set().union(*(photos_of(console) for console in world.consoles))
        world.lost_values |= only_here - values_at_server(world)
        forget_copies(world, after)
        for console in world.consoles:
            trust_server(world, console)
        self.memory = ConflictHistory()


class SecondHistoryMoves(RestoreMoves):
    """Servers that write before consoles find out that they were put back, and both decisions about it."""

    @precondition(lambda self: self.world.server_copies)
    @rule(pick=PICKS, kept=st.sampled_from(KeptHistory), work=WORK)
    def fork_server(self, pick: int, kept: KeptHistory, work: Work) -> None:
        """Put the server back and let it write; then decide between its history and that of the consoles."""
        world, before, photos = self.world, self.world.server.records(), photos_at_server(self.world)
        only_here = values_of_server_only(world)
        head = world.restore_server(pick)
        world.server.end_wait()
        self.memory = (
            ConflictHistory()
        )  # the server may have lost settlements, and consoles work with it before the decision
        world.server.change_user("sari", UserChanged(full_name=f"Sari {pick}"))
        promised = [*world.ledger.acknowledged.items()]
        world.ledger.acknowledged = {key: result for key, result in promised if result.seq <= head}
        self.work_early(self.console(pick), work)
        for console in world.consoles:
            find_second_history(world, console)
        own, proved = world.server.records(), proved_histories(world)
        decision = world.server.decide(kept)
        assert (decision is None) == (not proved)
        after = world.server.records()
        going_on = proved[-1] if proved and kept is KeptHistory.CONSOLES else own
        assert [r.hash for r in after[: len(going_on)]] == [r.hash for r in going_on], "a record that goes on is lost"
        check_issued_again(world, [own, *proved], after, decision)
        if decision is not None:
            world.server_copies.clear()  # they do not know the decision: consoles of both would need another one
        if world.server.newer_from is not None:
            world.server.newer_from = min(world.server.newer_from, len(going_on) if going_on is not own else head)
        self.forget_lost(before, own, photos, promised)
        world.lost_values |= only_here - values_at_server(world)

    def work_early(self, console: Console, work: Work) -> None:
        """Let one console that knows no more than the server write and exchange, before the others do."""
        for act, pick, stale in work:
            self.change(console, act, pick, stale=stale, crash=0)
        here, head = console.store.head, self.world.server.journal.head()
        if here.seq <= head.seq and console.store.history.pinned_seq == here.seq:
            with contextlib.suppress(HistoryDiffers):
                self.exchange(console)

    def forget_lost(
        self, before: Records, own: Records, photos: set[str], promised: list[tuple[str, PushedEntry]]
    ) -> None:
        """Forget the results and the gestures that only the server had, without proof at any console.

        `promised` are the results from before the server was put back: those in the history that goes on are kept.
        """
        world = self.world
        after = {decode_entry(record.text).id: record for record in world.server.records()}
        known = set().union(*(marks_at(console) for console in world.consoles))
        lost = [entry for r in (*before, *own) for entry in (decode_entry(r.text),) if entry.id not in after]
        world.ledger.gone |= {mark_of(entry) for entry in lost} - known
        world.ledger.acknowledged = {
            key: result
            for key, result in (*promised, *world.ledger.acknowledged.items())
            if result.id in after and after[result.id].seq == result.seq
        }
        world.lost_photos |= photos - set().union(*(photos_of(console) for console in world.consoles))
        forget_copies(world, after.values())
        for console in world.consoles:
            trust_server(world, console)
        self.memory = ConflictHistory()


def find_second_history(world: World, console: Console) -> None:
    """Let a console hand back what it can prove; the server has written since."""
    session = world.session(console)
    with world.working(console), session.client, contextlib.suppress(ServerRolledBack, HistoryDiffers):
        check_history(console.store, session.client)


def proved_histories(world: World) -> list[Records]:
    """Return the whole histories of consoles that the server knows and that are not decided, the longest last."""
    own, journal = world.server.records(), world.server.journal
    return [
        own[: branch.differs_at - 1] + tuple(each.record for each in journal.read(partial(staged_chain, newest=top)))
        for branch in world.server.handback.branches()
        for top in (branch.consoles.head.hash,)
        if not branch.decided
    ]


def check_issued_again(
    world: World, histories: list[Records], after: Records, decision: HistoryDecision | None
) -> None:
    """Check that no entry of a device in either history is lost; a copied device may have written two under one n."""
    there = {(entry.device, entry.n): r.text for r in after for entry in (decode_entry(r.text),)}
    left = {(each.seq, each.subject, each.reason) for each in decision.left} if decision is not None else set()
    for record in (record for history in histories for record in history):
        entry = decode_entry(record.text)
        device = world.server.journal.authority.devices.get(entry.device)
        is_server = device is not None and device.is_server
        is_forked = bool(left & {(record.seq, entry.subject, reason) for reason in ("fork", "broken_chain", "gap")})
        is_there = there.get((entry.device, entry.n)) == record.text
        assert is_server or is_there or is_forked, f"an entry of a device is lost: {entry}"


def trust_server(world: World, console: Console) -> None:
    """Accept the server's key where a log-in would: a copy from before a new key was put back, and goes on."""
    identity, journal = console.store.identity, world.server.journal
    if identity is None:
        return
    key, certificates = journal.key.public_key, journal.certificates()
    if newest_key(bytes.fromhex(identity.server_public_key), certificates) != key:
        changed = msgspec.structs.replace(identity, server_public_key=key.hex(), server_keys=certificates)
        console.store.remember_identity(changed)


def forget_copies(world: World, records: Iterable[Record]) -> None:
    """Forget the copies of the server with records that are lost: with such a copy they would come back."""
    hashes = {record.hash for record in records}
    world.server_copies = [copy for copy in world.server_copies if head_of(copy) in hashes]


def head_of(copy: Path) -> str:
    """Return the hash of the newest record in a copy of the server."""
    with contextlib.closing(sqlite3.connect(copy / FILE_NAME)) as connection:
        return str(connection.execute("SELECT hash FROM head").fetchone()[0])


def values_at_server(world: World) -> set[str]:
    """Return the entries whose personal values are at the server."""
    return {value.entry for value in world.server.journal.personal_values_of(world.server.records())}


def values_of_server_only(world: World) -> set[str]:
    """Return the entries whose personal values no console has: no console can hand them back after a restore."""
    here: set[str] = set()
    for console in world.consoles:
        here |= {entry for (entry,) in console.store._session.connection.execute("SELECT entry FROM personal")}
    return values_at_server(world) - here


def photos_at_server(world: World) -> set[str]:
    """Return the photos whose files are at the server."""
    folder = world.server.blobs.folder
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def proved_seq(console: Console, head: int) -> int:
    """Return the seq up to which a console can prove records after the server's head."""
    history = console.store.history
    seq = pinned = history.pinned_seq
    while seq > head:
        page = history.page_until(seq)
        if page is None:
            return 0
        seq = page.records[0].seq - 1
    return pinned


def marks_at(console: Console) -> set[Mark]:
    """Return the gestures at a console that a restored server gets from it.

    Entries of other devices after the console's checkpoint are not proved: the server may have lost these devices,
    or have other entries in their places. A console has such entries only if a pull was cut before its checkpoint.
    """
    session = console.store._session
    own, pinned = {console.store.device, *session.meta.former_devices}, console.store.history.pinned_seq
    marks = set()
    for text, seq in session.connection.execute("SELECT text, seq FROM journal UNION SELECT text, NULL FROM carried"):
        entry = decode_entry(text)
        if seq is None or seq <= pinned or entry.device in own:
            marks.add(mark_of(entry))
    return marks
