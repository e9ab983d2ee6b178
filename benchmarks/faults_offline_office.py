"""Return of an office after three days offline, with thousands of entries and photos, on a poor connection.

The connection is that of the tests: 256 kbit/s each way, slightly above 60 ms one way, 5 % packet
loss with retransmission, and a reset of everything every 30 seconds. The office is a real syncer on
a real store; its access token has expired, so that the session is renewed over the same connection.
"""

import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from faults.convergence_checks import fetch_journal
from faults.faulty_connection import GOOD_NETWORK, FaultyConnection, NetworkConditions, faulty_connection
from faults.offices import Office, RecordingStore
from faults.server_process import server_process
from goals import ResultLine
from support.console_stores import report_incident_at

from tabuah.operations.incidents.drafts import attach_to_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.attachments import blob_store
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.syncer import Syncer, SyncerState

THIN_AND_BAD: Final = NetworkConditions(
    latency_s=0.06, jitter_s=0.03, bytes_a_second=256_000 // 8, loss=0.05, reset_every_s=30.0
)
PHOTO_BYTES: Final = 100_000
LONGEST_S: Final = 3_600.0


@dataclass
class Sent:
    """Send counts by entry."""

    times: Counter[str] = field(default_factory=Counter)

    @property
    def repeated_share(self) -> float:
        """Return the share of sent entries that had been sent before."""
        return sum(self.times.values()) / max(1, len(self.times)) - 1


@contextmanager
def counted_pushes() -> Iterator[Sent]:
    """Record the entries that the real client sends."""
    sent, push = Sent(), ServerClient.push

    def counting(client: ServerClient, request: PushRequest) -> PushReply:
        sent.times.update(decode_entry(pair.text).id for pair in request.entries)
        return push(client, request)

    ServerClient.push = counting  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        ServerClient.push = push  # type: ignore[method-assign]


def write_for_three_days(store: RecordingStore, entries: int, photos: int) -> None:
    """Write reports, notes and attachments of three days offline."""
    incidents = [report_incident_at(store, f"Banjir di jorong {n}").id for n in range(max(1, entries // 50))]
    for n in range(entries - len(incidents) - photos):
        incident = store.incident(incidents[n % len(incidents)])
        store.save(
            note_incident(incident, f"Pukul {n % 24}: air {n % 90} cm di balai nagari, {n % 40} warga mengungsi.")
        )
    for n in range(photos):
        blob = blob_store(store).add(os.urandom(PHOTO_BYTES))
        photo = IncidentAttached(sha256=blob.sha256, name=f"foto-{n}.jpg", media_type="image/jpeg", size=blob.size)
        store.save(attach_to_incident(store.incident(incidents[n % len(incidents)]), photo))
    kept = TokenFile(store.directory).read()
    assert kept is not None
    stale = msgspec.structs.replace(kept, access_token="ran-out", access_expires_at=store.now())
    (store.directory / "session.json").write_bytes(msgspec.json.encode(stale))


class _Watch:
    """Records the states of the syncer, with times."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.state = SyncerState()

    def take(self, state: SyncerState) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def until(self, *, photos_too: bool) -> None:
        def done() -> bool:
            state = self.state
            entries_over = state.head > 0 and state.waiting == 0 and state.last_sync_at is not None
            return entries_over and state.online and (not photos_too or state.uploads == 0)

        with self._changed:
            assert self._changed.wait_for(done, timeout=LONGEST_S), self.state


def return_online(entries: int, photos: int) -> list[ResultLine]:
    """Return the seconds until all entries and all photos are through, and the share sent twice."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server") as server,
        faulty_connection(server.url, seed=72) as line,
    ):
        office = Office(Path(folder) / "posko")
        try:
            office.log_in(line.url, "budi")
            office.ask(lambda store: write_for_three_days(store, entries, photos))
            line.conditions = THIN_AND_BAD
            with counted_pushes() as sent:
                entries_s, photos_s = _sync_all(office.directory)
            line.conditions = GOOD_NETWORK
            _check(office, entries)
        finally:
            office.close()
        return _lines(entries, photos, entries_s=entries_s, photos_s=photos_s, twice=sent.repeated_share, line=line)


def _sync_all(directory: Path) -> tuple[float, float]:
    watch = _Watch()
    syncer = Syncer(directory, on_state=watch.take, on_changes=lambda _changes: None)
    began_s = time.monotonic()
    syncer.start()
    try:
        watch.until(photos_too=False)
        entries_s = time.monotonic() - began_s
        watch.until(photos_too=True)
        return entries_s, time.monotonic() - began_s
    finally:
        syncer.stop()


def _check(office: Office, entries: int) -> None:
    records = office.ask(fetch_journal)
    written = [record for record in records if decode_entry(record.text).device == office.ask(lambda s: s.device)]
    assert len(written) == entries, f"{len(written)} of {entries} entries are in the journal"
    assert office.ask(lambda store: store.counts().pending) == 0


def _lines(
    entries: int, photos: int, *, entries_s: float, photos_s: float, twice: float, line: FaultyConnection
) -> list[ResultLine]:
    asked_s = 600 * entries / 5_000
    what = f"72 h offline: {entries} entries, {photos} photos, 256 kbit/s, 5 % loss, reset every 30 s"
    conditions = f"{line.happened['loss']} packets lost, {line.happened['reset']} resets"
    return [
        ResultLine(
            what, f"entries through in ≤ {asked_s / 60:.0f} min", f"{entries_s / 60:.1f} min", entries_s <= asked_s
        ),
        ResultLine("  entries sent twice", "≤ 5 %", f"{100 * twice:.1f} %", twice <= 0.05),
        ResultLine("  all photos through", "behind the entries", f"{photos_s / 60:.1f} min ({conditions})", True),
    ]
