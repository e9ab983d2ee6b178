"""Rewinding to an earlier record: decided entries that the server does not have become pending work again."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.people.authority import AUTHORITY_KINDS
from tabuah.operations.subject_state import SubjectState
from tabuah.storage.cache.bundles.bundle_export import server_recipient
from tabuah.storage.cache.bundles.relay_update import update_relayed
from tabuah.storage.cache.cache_session import CacheSession, state_from_history
from tabuah.storage.cache.feature_tables import FEATURE_TABLES
from tabuah.storage.cache.incident_index import clear_index
from tabuah.storage.cache.key_replacement import OriginalEntry, issue_again, replace_key
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.cache.pulled_pages import Changes, show_confirmed
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.checkpoint import Checkpoint
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.wire import decode_entry, text_hash

ENROLLED_KIND: Final = "device.enrolled"
_LATER: Final = "SELECT text, signature FROM journal WHERE seq > ? ORDER BY seq"
_UNDECIDED: Final = """UPDATE journal SET seq = NULL, received_at = NULL, verdict = NULL, reason = NULL, hash = NULL
    WHERE seq > ? AND device = ?"""
_TO_OUTBOX: Final = "INSERT OR REPLACE INTO outbox (n, entry, subject, at) VALUES (?, ?, ?, ?)"
_LAST_OF: Final = "SELECT text FROM journal WHERE device = ? AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1"
_SNAPSHOT_FACTS: Final = ("snapshot_seq", "open_histories")


def rewind(session: CacheSession, seq: int) -> Changes:
    """Forget the records after a seq, all or nothing; a console that began with a snapshot forgets all records.

    Own entries among them return to the outbox, and those of other devices are relayed with the personal values
    that are here, so that none is lost if a device never comes back. Those of a former device of this console that
    the server has forgotten are issued again, because nobody has its key to enrol it. Entries of the server are
    forgotten: it has others now.
    """
    with session.writing():
        keeps_history = session.meta.snapshot_seq == 0
        seq = seq if keeps_history else 0
        later = _later_entries(session, seq)
        subjects = {entry.subject for entry, _text, _signature in later}
        subjects |= set() if keeps_history else _all_subjects(session)
        lost = _of_forgotten_devices(session, later)
        _queue_again(session, seq, later, {original.entry.id for original in lost})
        session.connection.execute("DELETE FROM journal WHERE seq > ?", (seq,))
        _set_position(session, seq, {entry.device for entry, _text, _signature in later})
        if not keeps_history:
            _forget_confirmed(session)
        version = session.meta.next_version()
        folded = {subject: state_from_history(session, subject) for subject in subjects}
        _show_authority(session, folded, version)
        relayed = update_relayed(session) - folded.keys()
        folded |= {subject: session.subjects.confirmed(subject) for subject in relayed}
        written = show_confirmed(session, folded, version)
        _check_enrolment(session)
        if lost:
            issue_again(session, session.own_key() or replace_key(session), lost)
        return Changes(version=version, subjects=written)


def _later_entries(session: CacheSession, seq: int) -> list[tuple[Entry, str, str]]:
    rows = session.connection.execute(_LATER, (seq,))
    return [(decode_entry(text), text, signature) for text, signature in rows]


def _all_subjects(session: CacheSession) -> set[str]:
    return {row[0] for row in session.connection.execute("SELECT subject FROM subjects")}


def _of_forgotten_devices(session: CacheSession, later: Sequence[tuple[Entry, str, str]]) -> list[OriginalEntry]:
    """Return the entries of former devices of this console that the server enrolled after the common record."""
    forgotten = {subject_key(entry.subject) for entry, _text, _signature in later if entry.kind == ENROLLED_KIND}
    devices = forgotten.intersection(session.meta.former_devices)
    return [
        OriginalEntry(entry, text, session.journal.personal_among([entry.id]))
        for entry, text, _signature in later
        if entry.device in devices
    ]


def _queue_again(
    session: CacheSession, seq: int, later: Sequence[tuple[Entry, str, str]], lost: Collection[str]
) -> None:
    own, devices = session.meta.device, session.authority().devices
    boxes = _boxes_for_server(session, [entry.id for entry, _text, _signature in later if entry.device != own])
    for entry, text, signature in later:
        device = devices.get(entry.device)
        if entry.id in lost:
            continue
        if entry.device == own:
            session.connection.execute(_TO_OUTBOX, (entry.n, entry.id, entry.subject, entry.at.isoformat()))
        elif device is not None and not device.is_server:
            _relay_again(session, entry, text, signature, device.public_key, boxes.get(entry.id, ""))
    session.connection.execute(_UNDECIDED, (seq, own))
    session.journal.unmark_pushed()
    session.relayed.unmark_pushed()


def _boxes_for_server(session: CacheSession, entries: Sequence[str]) -> dict[str, str]:
    """Return sealed boxes with the personal values of these entries that are here."""
    server = server_recipient(session)
    if server is None:
        return {}
    return {sealed.entry: sealed.box for sealed in seal_values(session.journal.personal_among(entries), [server])}


def _relay_again(session: CacheSession, entry: Entry, text: str, signature: str, public_key: str, box: str) -> None:
    relayed = session.relayed.text_of(entry.device, entry.n)
    if not relayed:
        raw = text.encode()
        session.relayed.add(ChainedEntry(entry, raw, text_hash(raw), signature), public_key, box)
    elif relayed == text and box:
        session.relayed.add_box(entry.device, entry.n, box)


def _set_position(session: CacheSession, seq: int, devices: Collection[str]) -> None:
    meta = session.meta
    meta.journal_head = JournalHead(seq, session.journal.hash_at(seq)) if seq else JournalHead()
    meta.write("server_head", str(seq))
    signed = meta.checkpoint
    if signed is not None and msgspec.json.decode(signed.text, type=Checkpoint).seq > seq:
        session.connection.execute("DELETE FROM meta WHERE key = 'checkpoint'")
    for device in devices:
        row = session.connection.execute(_LAST_OF, (device,)).fetchone()
        if row is None:
            session.connection.execute("DELETE FROM chains WHERE device = ?", (device,))
        else:
            head = (decode_entry(row[0]).n, text_hash(row[0].encode()), device)
            session.connection.execute("UPDATE chains SET n = ?, hash = ? WHERE device = ?", head)


def _forget_confirmed(session: CacheSession) -> None:
    """Forget the content of a snapshot: its entries are not here, and are pulled again."""
    for table in ("chains", "subjects", *(layer.table for layer in FEATURE_TABLES.values())):
        session.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our tables
    clear_index(session.connection)
    for fact in _SNAPSHOT_FACTS:
        session.connection.execute("DELETE FROM meta WHERE key = ?", (fact,))


def _show_authority(session: CacheSession, folded: dict[str, SubjectState], version: int) -> None:
    """Write users, devices and rules first: the display of pending work depends on them."""
    session.forget()
    authority = {s: state for s, state in folded.items() if subject_kind(s) in AUTHORITY_KINDS}
    show_confirmed(session, authority, version)
    session.forget()


def _check_enrolment(session: CacheSession) -> None:
    """Enrol this device again at the next sync where the server does not know it any more."""
    identity = session.meta.identity
    known = session.authority().devices.get(session.meta.device)
    if identity is not None and known is None:
        session.meta.identity = msgspec.structs.replace(identity, enrolled=False, approved=False, grant=None)
