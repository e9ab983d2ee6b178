"""Test oracle for exercises: worlds never mix, and of a wiped exercise only the entries are left."""

import re
import sqlite3
from collections.abc import Collection

from histories.auditor import Audit
from histories.world import Console, World

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import exercise_of_code
from tabuah.operations.exercises.wipe import wiped_between
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.units.unit import Unit
from tabuah.server.attachments.unnamed_blobs import UNNAMED_KEPT, delete_unnamed
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

SHA256 = re.compile(r"[0-9a-f]{64}")
WorldKey = tuple[bool, str]
_PERSONAL = "SELECT j.text, j.verdict FROM personal p JOIN journal j ON j.entry = p.entry"


def check_worlds(audit: Audit) -> None:
    """Fail where an entry changed a subject of another world, an exercise that is over, or linked two worlds."""
    over: set[str] = set()
    worlds: dict[str, WorldKey] = {}
    for record, entry, before, after in audit.steps:
        was, now = _world(before), _world(after)
        if before.value != after.value and now is not None:
            assert now == (entry.exercise, entry.exercise_id), f"{entry} changed a subject of {now}"
            assert was in (None, now), f"{entry} moved its subject to another world"
            assert entry.exercise_id not in over, f"{entry} changed an exercise that is over"
            worlds[entry.subject] = now
            for linked in _links(after):
                assert worlds.get(linked, now) == now, f"{entry} links {now} with {worlds[linked]}"
        if record.verdict is Verdict.ACCEPTED and entry.kind in ("exercise.ended", "exercise.wiped"):
            over.add(subject_key(entry.subject))


def _world(state: SubjectState) -> WorldKey | None:
    value = state.value
    return (value.exercise, value.exercise_id) if isinstance(value, Incident | Unit) else None


def _links(state: SubjectState) -> list[str]:
    value = state.value
    if isinstance(value, Incident) and value.merged_into:
        return [f"incident/{value.merged_into}"]
    if isinstance(value, Unit):
        assert exercise_of_code(value.id) == value.exercise_id, f"{value} has the code of another world"
        return [f"incident/{value.incident}"] if value.incident else []
    return []


def wiped_exercises(audit: Audit) -> set[str]:
    values = (state.value for state in audit.states.values())
    return {value.id for value in values if isinstance(value, Exercise) and value.is_wiped}


def check_wiped(world: World, audit: Audit) -> None:
    """Check that no state, personal value, file or reading of a wiped exercise is left; its entries are."""
    wiped = wiped_exercises(audit)
    worlds = {subject: _world(state) for subject, state in audit.states.items()}
    left = {subject for subject, world_ in worlds.items() if world_ is not None and world_[1] in wiped}
    assert not left, f"states of a wiped exercise are left: {left}"
    files = _files_of_wiped(audit, wiped)
    _check_server(world, audit, wiped, files)
    for console in world.consoles:
        _check_console(console, wiped, files)


def _files_of_wiped(audit: Audit, wiped: set[str]) -> dict[str, str]:
    """Return the files of wiped exercises that nothing else names, nor work in a tray, with the time of the wipe."""
    gone: dict[str, str] = {}
    kept: set[str] = set()
    named: dict[str, set[str]] = {}  # by exercise
    for record, entry, before, after in audit.steps:
        if entry.kind.endswith(("attached", "attachment_added")):
            is_gone = entry.exercise_id in wiped and record.verdict is Verdict.ACCEPTED
            files = named.setdefault(entry.exercise_id, set()) if is_gone else kept
            files |= set(SHA256.findall(record.text))
        elif wiped_between(before, after):
            gone |= dict.fromkeys(named.get(subject_key(entry.subject), ()), record.received_at.isoformat())
    return {sha256: wiped_at for sha256, wiped_at in gone.items() if sha256 not in kept}


def _check_server(world: World, audit: Audit, wiped: set[str], files: dict[str, str]) -> None:
    """Check the server, whose collector of unnamed files runs every hour."""
    journal, blobs = world.server.journal, world.server.blobs
    records = [record for record, entry, _b, _a in audit.steps if entry.exercise_id in wiped]
    kept = journal.personal_values_of(records) if records else ()
    assert not kept, f"personal values of a wiped exercise are at the server: {kept}"
    delete_unnamed(journal, blobs)
    waiting = journal.read(lambda c: c.exec_driver_sql("SELECT text FROM aside").scalars().all())
    quarantined = {sha256 for text in waiting for sha256 in SHA256.findall(text)}
    uploads = dict(journal.read(lambda c: c.exec_driver_sql("SELECT sha256, received_at FROM blobs").all()))
    left = {sha256 for sha256 in files.keys() & set(blobs.stored()) if uploads[sha256] <= files[sha256]}
    left -= quarantined
    assert not left, f"files of a wiped exercise are at the server: {left}"
    world.clock.leap(UNNAMED_KEPT)
    delete_unnamed(journal, blobs)
    left = files.keys() & set(blobs.stored()) - quarantined
    assert not left, f"files of a wiped exercise whose upload ended late are at the server: {left}"


def _relayed_files(connection: sqlite3.Connection) -> set[str]:
    """Return the files of relayed work that waits, such as the work of a stolen device."""
    return {sha256 for (text,) in connection.execute("SELECT text FROM carried") for sha256 in SHA256.findall(text)}


def _check_console(console: Console, wiped: set[str], files: Collection[str]) -> None:
    connection = console.store._session.connection
    for text, verdict in connection.execute(_PERSONAL):
        entry: Entry = decode_entry(text)
        is_kept = verdict in (Verdict.HELD, Verdict.REJECTED)  # in the tray of its author
        assert is_kept or entry.exercise_id not in wiped, f"{console.name} knows the caller of {entry}"
    left = set(files) & set(console.store.attachments.files.stored()) - _relayed_files(connection)
    left -= console.unsaved_photos
    assert not left, f"files of a wiped exercise are at {console.name}: {left}"
    readings = console.store.directory / FILE_NAME
    if readings.is_file():
        with ReadingsStore(readings) as store:
            stations = {exercise_of_code(reading.station) for reading in store.latest()}
        assert not stations & wiped, f"readings of a wiped exercise are at {console.name}"
