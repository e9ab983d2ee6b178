"""A cache session: one open connection with its tables, device key, clock and authority."""

import getpass
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.entries import Entry, Verdict, subject_of
from tabuah.operations.entry_dependencies import sort_by_dependency
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.exercises.decisions import LINKS_TO_INCIDENTS, find_first_world, world_of_subject
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.exercises.wipe import WIPED_KIND, find_wipes, wipe_state
from tabuah.operations.fold import fold
from tabuah.operations.held_entry_kinds import RELEASED_KIND
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.lookups import Lookups, find_raiser
from tabuah.operations.people.authority import AUTHORITY_KINDS, Authority, AuthorityRecord
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.storage.cache.blob_table import BlobTable
from tabuah.storage.cache.bundles.relay_table import RelayTable
from tabuah.storage.cache.bundles.relayed_boxes import RelayedBoxes
from tabuah.storage.cache.connection import is_read_only_copy, open_cache, transaction
from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.index_fill import IndexFill
from tabuah.storage.cache.journal_table import JournalTable
from tabuah.storage.cache.meta import CacheMeta
from tabuah.storage.cache.predicted_verdict import PredictionAuthority, prediction_authority, rebase
from tabuah.storage.cache.subject_table import SubjectRow, SubjectTable
from tabuah.storage.journal.identifiers import device_tag_of
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import decode_entry

CACHE_NAME: Final = "cache.gpkg"


def utc_now() -> datetime:
    """Return this computer's time."""
    return datetime.now(UTC)


class CacheSession:
    """The shared context of all cache operations. It belongs to the thread that created it."""

    def __init__(self, directory: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = directory / CACHE_NAME
        self.connection: sqlite3.Connection = open_cache(self.path)
        self.meta = CacheMeta(self.connection)
        self.subjects = SubjectTable(self.connection)
        self.journal = JournalTable(self.connection)
        self.blobs = BlobTable(self.connection)
        self.relayed = RelayTable(self.connection)
        self.boxes = RelayedBoxes(self.connection, directory)
        self.index_fill = IndexFill(self.connection, self.meta)
        self.keys = DeviceKeyStore(directory)
        self._clock = clock
        self._key: DeviceKey | None = None
        self._authority: tuple[int, Authority] | None = None
        try:
            self.is_read_only = is_read_only_copy(self.connection)
            if not self.is_read_only:
                refold_unknown_kinds(self)
                fill_short_index(self)
        except BaseException:
            self.connection.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run a write transaction; cached values are dropped when it fails."""
        try:
            with transaction(self.connection, self.path):
                yield
        except BaseException:
            self.forget()
            raise

    def now(self) -> datetime:
        """Return the time, corrected by the last measured clock offset."""
        return self._clock() + timedelta(seconds=self.meta.clock_offset_s)

    def actor(self) -> str:
        """Return the logged-in user, otherwise the name of the computer's user."""
        identity = self.meta.identity
        return identity.user if identity else _computer_user()

    def server(self) -> str:
        """Return the device id of this data's server; empty before the first log-in or pull."""
        identity = self.meta.identity
        return self.meta.read("server") or (identity.server if identity else "")

    def waiting_among(self, subjects: Iterable[str]) -> dict[str, list[tuple[Entry, str]]]:
        """Return the pending entries on these subjects with their texts, each subject's in display order.

        Relayed entries come first, then those of this device. But a relayed entry that follows work of this device
        comes after it, as when a colleague returns work that was handed to them.
        """
        wanted = tuple(subjects)
        found = self.journal.pending_among(wanted)
        for subject, carried in self.relayed.shown_among(wanted).items():
            waiting = [*carried, *found.get(subject, ())]
            texts = {(entry.device, entry.n): text for entry, text in waiting}
            ordered = sort_by_dependency([entry for entry, _text in waiting])
            found[subject] = [(entry, texts[entry.device, entry.n]) for entry in ordered]
        return found

    def history_of(self, subject: str) -> tuple[tuple[Entry, Verdict | None], ...]:
        """Return a subject's entries in the server's order, then the pending ones in display order."""
        known = self.journal.entries_of(subject)
        carried = self.relayed.shown_among((subject,)).get(subject, ())
        confirmed = sum(verdict is not None for _entry, verdict in known)
        if not carried:
            return known
        own = (entry for entry, _verdict in known[confirmed:])
        waiting = sort_by_dependency([*(entry for entry, _text in carried), *own])
        return (*known[:confirmed], *((entry, None) for entry in waiting))

    def own_key(self) -> DeviceKey | None:
        """Return this device's key; None when it was lost.

        A new console's key is created here, in a write transaction.
        """
        device = self.meta.device
        if not device:
            return self.new_key()
        if self._key is None or self._key.device_id != device:
            self._key = self.keys.find(device)
        return self._key

    def new_key(self) -> DeviceKey:
        """Create a key and store it before anything is signed with it."""
        key = DeviceKey.generate()
        self.keys.keep(key)
        self.meta.write("device", key.device_id)
        self.meta.write("public_key", key.public_key.hex())
        self._key = key
        return key

    def authority(self) -> Authority:
        """Return the confirmed users, devices, grants and rules in force; reloaded after changes."""
        newest = self.subjects.newest_change_of(*AUTHORITY_KINDS)
        if self._authority is None or self._authority[0] != newest:
            authority = Authority()
            for kind in AUTHORITY_KINDS:
                for row in self.subjects.of_kind(kind):
                    if isinstance(row.confirmed.value, AuthorityRecord):
                        authority.update(row.confirmed.value)
            self._authority = (newest, authority)
        return self._authority[1]

    def prediction_authority(self) -> PredictionAuthority:
        """Return the authority for predicting the verdicts of pending entries."""
        public_key = bytes.fromhex(self.meta.read("public_key"))
        return prediction_authority(
            self.authority(),
            self.meta.identity,
            self.meta.device,
            device_tag_of(public_key),
            lookups=self.lookups,
            started=(e for e in self.subjects.values_of_kind("exercise") if isinstance(e, Exercise)),
        )

    def authority_for_new_entry(self) -> PredictionAuthority:
        """Return the authority for predicting the verdict of a new entry: it follows all pending ones."""
        authority = self.prediction_authority()
        shown = (e for e in self.subjects.values_of_kind("exercise") if isinstance(e, Exercise))
        authority.exercises = {exercise.id: exercise for exercise in shown}
        return authority

    @property
    def lookups(self) -> Lookups:
        """The lookups of predictions: numbers given here, confirmed incidents, and entries decided by the server.

        Pending work on other incidents is left out: the shown state of a subject then depends on confirmed states
        and on its own pending entries alone, in whatever order they were written.
        """
        return Lookups(
            number_owner=self.subjects.incident_numbered,
            incident=self._confirmed_incident,
            entry=self.journal.recorded_entry,
            reissues=self.journal.recorded_reissues,
            alarm_raiser=lambda subject: find_raiser(self.journal.entries_of(subject)),
            last_received_at=self.journal.last_received_at,
            world=self._world_of,
        )

    def _world_of(self, subject: str) -> SubjectWorld | None:
        """Return the world of a subject, which never changes: pending work counts."""
        value = self.subjects.read(subject).state.value
        return world_of_subject(subject, value, lambda: find_first_world(self.journal.entries_of(subject)))

    def _confirmed_incident(self, incident_id: str) -> Incident | None:
        value = self.subjects.confirmed(subject_of("incident", incident_id)).value
        return value if isinstance(value, Incident) else None

    def shown_incident(self, incident_id: str) -> Incident | None:
        """Return an incident as shown here, with pending work; None if it is not known."""
        value = self.subjects.read(subject_of("incident", incident_id)).state.value
        return value if isinstance(value, Incident) else None

    def subjects_with_lookups(self) -> frozenset[str]:
        """Return the subjects with pending entries whose predicted verdict depends on other subjects."""
        own = self.journal.pending_subjects(_WITH_LOOKUPS)
        return own | self.relayed.shown_subjects(_WITH_LOOKUPS)

    def forget(self) -> None:
        """Drop cached values."""
        self._authority = None
        self._key = None

    def close(self) -> None:
        self.connection.close()


# Kinds whose decision looks up other incidents: links, merges, and kinds that may put one into force.
_WITH_LOOKUPS: Final = (
    RELEASED_KIND,
    *sorted(name for name, kind in ENTRY_KINDS.items() if kind.body in LINKS_TO_INCIDENTS),
)


def _computer_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "lokal"


_KEY: Final = "known_kinds"
_READ_ONLY: Final = """SELECT subject FROM subjects WHERE confirmed LIKE '%"unknown_kinds":%'"""
_WIPES: Final = f"""SELECT seq, text, verdict FROM journal WHERE kind IN ('{WIPED_KIND}', '{RELEASED_KIND}')
    AND subject BETWEEN 'exercise/' AND 'exercise0' AND seq IS NOT NULL ORDER BY seq"""  # noqa: S608 - our own names
_HISTORY: Final = "SELECT seq, text, verdict, reason FROM journal WHERE subject = ? AND seq IS NOT NULL ORDER BY seq"


def refold_unknown_kinds(session: CacheSession) -> None:
    """Refold read-only subjects after an update that knows more kinds of entries."""
    known = " ".join(known_kinds())
    if session.meta.read(_KEY) == known:
        return
    with session.writing():
        subjects = [row[0] for row in session.connection.execute(_READ_ONLY)]
        version = session.meta.next_version() if subjects else 0
        for subject in subjects:
            _refold(session, subject, version)
        session.meta.write(_KEY, known)


def fill_short_index(session: CacheSession) -> None:
    """Write the search index again after an update of its text, if that is short; see `index_fill`."""
    if not session.index_fill.is_complete and session.index_fill.is_short:
        with session.writing():
            session.index_fill.fill()


def _refold(session: CacheSession, subject: str, version: int) -> None:
    state = state_from_history(session, subject)
    if state.value is None:
        return  # its first entries are not here; it stays read-only
    pending = session.waiting_among((subject,)).get(subject)
    shown = rebase(state, pending, session.prediction_authority()) if pending else None
    session.subjects.write(SubjectRow(subject, state, shown), version=version)


def state_from_history(session: CacheSession, subject: str) -> SubjectState:
    """Fold the confirmed entries of a subject that are here."""
    rows = session.connection.execute(_WIPES)
    wipes = deque(find_wipes((seq, decode_entry(text), Verdict(verdict)) for seq, text, verdict in rows))
    state = EMPTY
    for seq, text, verdict, reason in session.connection.execute(_HISTORY, (subject,)):
        while wipes and wipes[0][0] < seq:
            state = wipe_state(state, wipes.popleft()[1])
        state = fold(state, decode_entry(text), Verdict(verdict), text=text, reason=reason or "")
    for _seq, exercise_id in wipes:
        state = wipe_state(state, exercise_id)
    return state
