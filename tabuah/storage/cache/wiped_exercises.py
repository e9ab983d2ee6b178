"""Deletion of the files and readings that a console has of wiped exercises.

The states go with the entry `exercise.wiped` in one transaction. Files and readings are outside of it, so they are
deleted afterwards, and again at each start and sync until none is left.
"""

import logging
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents.outcomes import EntryOutcome, held_outcomes
from tabuah.operations.reissued_entries import ALREADY_THERE
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.attachments import opened_folder
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.held_and_rejected import took_effect_elsewhere
from tabuah.storage.cache.incident_index import remove_traces
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

log = logging.getLogger(__name__)

JUST_STORED_S: Final = 10.0  # a form stores a file just before the entry that names it
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_STATES_AND_RELAYED: Final = """
    SELECT confirmed FROM subjects WHERE instr(confirmed, 'sha256') > 0
    UNION ALL SELECT shown FROM subjects WHERE instr(shown, 'sha256') > 0
    UNION ALL SELECT text FROM carried WHERE instr(text, 'sha256') > 0"""
_ENTRIES: Final = """
    SELECT text, verdict, reason, EXISTS (SELECT 1 FROM journal WHERE replaces = j.entry)
    FROM journal j WHERE instr(text, 'sha256') > 0"""
_UNSENT: Final = "SELECT text FROM journal WHERE verdict IS NULL AND instr(text, 'sha256') > 0"


def delete_wiped_exercises(session: CacheSession, directory: Path, files: BlobStore) -> bool:
    """Delete the files and readings of wiped exercises; return whether none is left.

    A file stays while anything else names it: a state, an entry of real work or of another exercise, or one that is
    held, rejected or not sent. A later call deletes a file that is in use now, was stored in the last seconds, or
    belongs to an entry that has no verdict yet.
    """
    wiped = frozenset(e.id for e in session.authority().exercises.values() if e.is_wiped)
    if session.is_read_only or session.meta.deleted_exercises == wiped:
        return True
    is_complete = _delete_readings(directory / FILE_NAME, wiped)
    with session.writing():  # no entry that names a file is saved meanwhile
        remove_traces(session.connection)
        is_complete &= _delete_files(session, directory, files, wiped)
        if is_complete:
            session.meta.deleted_exercises = wiped
    return is_complete


def _delete_readings(file: Path, wiped: frozenset[str]) -> bool:
    try:
        if file.is_file():
            with ReadingsStore(file) as readings:
                for exercise_id in wiped:
                    readings.wipe_exercise(exercise_id)
    except ReadingsError as error:
        log.warning("readings of wiped exercises are not deleted yet: %s", error)
        return False
    return True


def _delete_files(session: CacheSession, directory: Path, files: BlobStore, wiped: frozenset[str]) -> bool:
    known = frozenset(filter(_HASH.fullmatch, session.blobs.known()))
    unnamed = known.difference(_named(session, wiped)) if known and wiped else frozenset()
    stored_before = time.time() - JUST_STORED_S
    deleted = [sha256 for sha256 in unnamed if _delete_file(directory, files, sha256, stored_before)]
    session.blobs.forget(deleted)  # after the files: a crash in between leaves the rows, and the next call ends it
    return len(deleted) == len(unnamed) and not _has_unsent_files(session, wiped)


def _has_unsent_files(session: CacheSession, wiped: frozenset[str]) -> bool:
    """Return whether an unsent entry of a wiped exercise names a file; its verdict decides about the file."""
    return any(decode_entry(text).exercise_id in wiped for (text,) in session.connection.execute(_UNSENT))


def _delete_file(directory: Path, files: BlobStore, sha256: str, stored_before: float) -> bool:
    stored_at = files.stored_at(sha256)
    if stored_at is not None and stored_at > stored_before:
        return False
    try:
        if (opened := opened_folder(directory, sha256)).is_dir():
            shutil.rmtree(opened)
        files.delete(sha256)
    except OSError as error:  # open in another program
        log.warning("attachment %s of a wiped exercise is not deleted yet: %s", sha256, error)
        return False
    return True


def _named(session: CacheSession, wiped: frozenset[str]) -> Iterator[str]:
    """Yield the hashes in all states, in relayed work, and in the entries that keep their files."""
    for (text,) in session.connection.execute(_STATES_AND_RELAYED):
        yield from _HASH.findall(text)
    for text, verdict, reason, is_replaced in session.connection.execute(_ENTRIES):
        entry = decode_entry(text)
        keeps_files = entry.exercise_id not in wiped or verdict is None
        if keeps_files or (not is_replaced and _waits_for_decision(session, entry, verdict, reason)):
            yield from _HASH.findall(text)


def _waits_for_decision(session: CacheSession, entry: Entry, verdict: str, reason: str) -> bool:
    """Return whether a person can still release an entry or write it again."""
    if verdict not in (Verdict.HELD, Verdict.REJECTED):
        return False
    if reason == ALREADY_THERE and took_effect_elsewhere(session, entry):
        return False  # the same work under another key was wiped with the exercise
    outcome = held_outcomes(session.journal.entries_of(entry.subject)).get(entry.id)
    return outcome not in (EntryOutcome.RELEASED, EntryOutcome.RESOLVED)
