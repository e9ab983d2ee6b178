"""The relay of a console: bundle export and import, and push of other devices' work."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from tabuah.operations.sync.bundle_results import BundleExport, BundleImport
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.bundles.bundle_export import export_bundle
from tabuah.storage.cache.bundles.bundle_import import import_bundle
from tabuah.storage.cache.bundles.relay_table import RelayedDevice, RelayedEntry
from tabuah.storage.cache.bundles.relay_update import FORK, update_relayed
from tabuah.storage.cache.bundles.relayed_boxes import RelayedBox
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.journal_table import OutboxEntry
from tabuah.storage.cache.key_replacement import OriginalEntry, issue_again, replace_key
from tabuah.storage.cache.pulled_pages import show_confirmed
from tabuah.storage.cache.wiped_exercises import delete_wiped_exercises
from tabuah.storage.journal.push import PushReply, PushTurn, plan_push_turns
from tabuah.storage.journal.wire import decode_entry


class RelayedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Number of relayed entries, of their devices, and of sealed photos, and since when they wait."""

    entries: int = 0
    devices: int = 0
    photos: int = 0
    since: datetime | None = None


class Relay:
    """Belongs to the thread of its store."""

    def __init__(self, session: CacheSession, directory: Path, files: Callable[[], BlobStore]) -> None:
        self._session = session
        self._directory = directory
        self._files = files

    def export_bundle(self, path: Path, *, named: Sequence[str] = (), after: int | None = None) -> BundleExport:
        """Write a bundle; see `bundle_export`."""
        return export_bundle(self._session, self._files(), path.expanduser().absolute(), named=named, after=after)

    def import_bundle(self, path: Path) -> BundleImport:
        """Import a bundle; see `bundle_import`."""
        imported = import_bundle(self._session, self._directory, self._files(), path.expanduser().absolute())
        delete_wiped_exercises(self._session, self._directory, self._files())
        return imported

    def counts(self) -> RelayedCounts:
        entries, since = self._session.relayed.waiting_since()
        devices, photos = (
            len(self._session.relayed.devices()),
            sum(not box.thumbnail for box in self._session.boxes.all()),
        )
        return RelayedCounts(entries=entries, devices=devices, photos=photos, since=since)

    def devices(self) -> list[RelayedDevice]:
        """Return the relayed work by device."""
        return self._session.relayed.devices()

    def state_of(self, device: RelayedDevice) -> str:
        """Return "ready", or why the relayed entries of a device wait, as a stable code."""
        known = self._session.authority().devices.get(device.device)
        if device.refused:
            return device.refused
        if known is None:
            return "unknown_device"
        if known.revoked:
            return "device_revoked"
        if not known.approved:
            return "device_not_approved"
        return "ready" if device.ready == device.entries else "gap"

    def blocked(self) -> list[tuple[str, int, str]]:
        """Return tag, number of blocked entries and state of each device that is not ready."""
        states = [(device, self.state_of(device)) for device in self.devices()]
        return [(device.tag, device.entries - device.ready, state) for device, state in states if state != "ready"]

    # for the syncer

    def turns(self) -> list[PushTurn]:
        """Return the push order of own and relayed work; empty when no relayed work can be pushed."""
        return own_and_relayed_turns(self._session)

    def ready_after(self, device: str, n: int, limit: int) -> tuple[RelayedEntry, ...]:
        """Return entries of a device that can be pushed and were not."""
        return self._session.relayed.ready_after(device, n, limit)

    def acknowledge(self, reply: PushReply) -> None:
        """Mark entries as pushed; they are kept until they are pulled."""
        with self._session.writing():
            self._session.relayed.mark_pushed(result.id for result in reply.results)

    def refuse(self, device: str, code: str) -> None:
        """Record a final refusal for a device: its entries are kept, but neither shown nor pushed."""
        with self._session.writing():
            self._session.relayed.refuse(device, code)
            changed = update_relayed(self._session)
            if changed:
                states = {subject: self._session.subjects.confirmed(subject) for subject in sorted(changed)}
                show_confirmed(self._session, states, self._session.meta.next_version())

    def issue_forked_again(self) -> int:
        """Issue relayed entries of this console's former devices again where the server has others in their places.

        A rewind relays them, because the server knows these devices. Where a copy of this console pushed its own
        entries under the same key first, the server refuses them for ever, and only this console can issue them.

        Returns:
            The number of entries.
        """
        session = self._session
        former = set(session.meta.former_devices)
        forked = [each.device for each in self.devices() if each.device in former and each.refused == FORK]
        signed = [entry.signed for device in forked for entry in session.relayed.all_of(device)]
        if not signed:
            return 0
        with session.writing():
            found = [(decode_entry(each.text), each.text) for each in signed]
            originals = [OriginalEntry(e, text, session.journal.personal_among([e.id])) for e, text in found]
            for entry, _text in found:
                session.relayed.settle(entry.device, entry.n)
            session.relayed.forget_devices()
            issue_again(session, session.own_key() or replace_key(session), originals)
        return len(signed)

    def boxes(self) -> list[RelayedBox]:
        """Return the sealed photos to upload, the smallest first."""
        return self._session.boxes.all()

    def box_path(self, box: RelayedBox) -> Path:
        return self._session.boxes.path_of(box)

    def remove_box(self, box: RelayedBox) -> None:
        """Remove a box that the server has or will never accept."""
        with self._session.writing():
            self._session.boxes.drop(box)
        self._session.boxes.path_of(box).unlink(missing_ok=True)

    @property
    def personal_missing_after(self) -> int | None:
        """Return the seq after which records lack personal values; None if none does."""
        return self._session.meta.personal_missing_after

    def note_missing_personal(self, after: int | None = None) -> None:
        """Record that records after a seq, or after the last snapshot, lack personal values, if no earlier do."""
        meta = self._session.meta
        if meta.personal_missing_after is None:
            with self._session.writing():
                meta.note_missing_personal(meta.snapshot_seq if after is None else after)

    def clear_missing_personal(self) -> None:
        """Record that all personal values have arrived."""
        with self._session.writing():
            self._session.meta.note_missing_personal(None)


Sendable = TypeVar("Sendable", OutboxEntry, RelayedEntry)


def own_and_relayed_turns(session: CacheSession) -> list[PushTurn]:
    """Return the push order of own and relayed work; empty when no relayed work can be pushed.

    Own work goes first, unless it is on subjects with relayed work. Where a colleague answered own work
    and was answered in turn, each entry waits for the one that it answers.
    """
    carried = session.relayed.unsent()
    if not carried:
        return []
    own = session.journal.pending()
    return plan_push_turns([*carried, *own] if session.relayed.own_work_depends() else [*own, *carried])


def limit_to_turn(until: int | None, entries: Sequence[Sendable]) -> Sequence[Sendable]:
    """Return those of a device's entries that belong to its turn; all without a limit."""
    return [entry for entry in entries if until is None or entry.n <= until]
