"""Moves of the server's disk: it is put back to an older copy, and consoles hand back its lost records."""

from histories.base_machine import PICKS, HistoryMachine
from histories.invariants import ConflictHistory
from histories.ledger import Mark, mark_of
from histories.world import Console, World, photos_of
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tabuah.storage.journal.wire import decode_entry


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
        photos = photos_at_server(world)
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
        self.memory = ConflictHistory()


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
    """Return the gestures that are at a console, in whatever state."""
    connection = console.store._session.connection
    query = "SELECT text FROM journal UNION SELECT text FROM carried"
    return {mark_of(decode_entry(text)) for (text,) in connection.execute(query)}
