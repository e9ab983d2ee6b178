"""The index of incidents for search: a row of fields to filter by, and their words in an FTS5 table.

Both are written in the transaction of the state. The FTS5 table stores no text, only words with their positions
("contentless"), and no personal value: neither the state of an incident nor its open notes have one.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.search_document import SearchDocument, search_document
from tabuah.operations.subject_state import read_state
from tabuah.resources.fault_isolation import isolated
from tabuah.storage.cache.feature_tables import gpkg_datetime
from tabuah.storage.cache.schema import SEARCH_ROWS, SEARCH_TEXT, search_text_statement

INDEX_VERSION: Final = "1"  # another text or another row: all are written again after the update
VERSION_KEY: Final = "search_index"  # in `meta`
LIST_SEPARATOR: Final = "\x1f"  # around each item of a list
_COLUMNS: Final = (
    *("incident", "digest", "number", "hazard", "severity", "status", "channel", "kecamatan", "kecamatan_code"),
    *("nagari", "nagari_code", "units", "authors", "occurred_at", "reported_at", "updated_at", "exercise"),
    *("exercise_id", "parent_event"),
)
_CHANGES: Final = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
_UPSERT: Final = f"""INSERT INTO {SEARCH_ROWS} ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
    ON CONFLICT (incident) DO UPDATE SET {_CHANGES} RETURNING id"""  # noqa: S608 - our own names
_KNOWN: Final = f"SELECT id, digest FROM {SEARCH_ROWS} WHERE incident = ?"  # noqa: S608
_ROWS: Final = f"SELECT {', '.join(_COLUMNS)} FROM {SEARCH_ROWS} WHERE incident = ?"  # noqa: S608
_WRITE_TEXT: Final = f"""INSERT OR REPLACE INTO {SEARCH_TEXT} (rowid, {", ".join(SearchDocument._fields)})
    VALUES (?, ?, ?, ?, ?, ?)"""  # noqa: S608
_DELETE: Final = (
    f"DELETE FROM {SEARCH_TEXT} WHERE rowid = (SELECT id FROM {SEARCH_ROWS} WHERE incident = ?)",  # noqa: S608
    f"DELETE FROM {SEARCH_ROWS} WHERE incident = ?",  # noqa: S608
)
_NOTES: Final = """SELECT text FROM journal
    WHERE subject = ? AND kind = 'incident.noted' AND coalesce(verdict, '') <> 'rejected'
    ORDER BY coalesce(seq, 9e18) DESC, id DESC"""
_RELAYED: Final = "SELECT text FROM carried WHERE subject = ? AND shown > 0 ORDER BY shown DESC"
_STATES: Final = "SELECT substr(subject, 10), coalesce(shown, confirmed) FROM subjects WHERE kind = 'incident'"
_NEXT_STATES: Final = f"""{_STATES} AND subject > 'incident/' || ? ORDER BY subject LIMIT ?"""
_ORPHANS: Final = f"""SELECT r.incident FROM {SEARCH_ROWS} r
    WHERE NOT EXISTS (SELECT 1 FROM subjects s WHERE s.subject = 'incident/' || r.incident)"""  # noqa: S608


class _NoteBody(msgspec.Struct, frozen=True):
    text: str = ""


class _Note(msgspec.Struct, frozen=True):
    """The part of a signed entry that is read here: decoding all of it takes four times as long."""

    body: _NoteBody
    kind: str = ""
    actor: str = ""


_DECODER: Final = msgspec.json.Decoder(_Note)


def index_incidents(connection: sqlite3.Connection, incidents: Iterable[tuple[str, Incident | None]]) -> None:
    """Write incidents to the index, by id; those that are None or deleted leave it. Needs an open transaction."""
    for key, incident in incidents:
        if incident is None or incident.deleted:
            for statement in _DELETE:
                connection.execute(statement, (key,))
            continue
        with isolated(SEARCH_ROWS, key):  # it must not end a pull
            _index(connection, clamp(incident))


def index_stored(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Write stored incidents with these ids to the index, as after their older notes arrived."""
    query = "SELECT coalesce(shown, confirmed) FROM subjects WHERE subject = ?"
    for key in keys:
        row = connection.execute(query, (subject_of("incident", key),)).fetchone()
        index_incidents(connection, [(key, _incident_of(row[0] if row else None))])


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Write the whole index again from the states and the journal. Needs an open transaction."""
    clear_index(connection)
    rows = connection.execute(_STATES).fetchall()
    index_incidents(connection, ((key, _incident_of(text)) for key, text in rows))


def index_next_incidents(connection: sqlite3.Connection, after: str, most: int) -> list[str]:
    """Write the next incidents to the index, in the order of their ids. Needs an open transaction.

    Returns:
        The ids of all incidents that were read.
    """
    rows = connection.execute(_NEXT_STATES, (after, most)).fetchall()
    index_incidents(connection, ((key, _incident_of(text)) for key, text in rows))
    return [key for key, _text in rows]


def clear_index(connection: sqlite3.Connection) -> None:
    """Remove all incidents from the index because their states are removed."""
    connection.execute(f"DROP TABLE IF EXISTS {SEARCH_TEXT}")
    connection.execute(search_text_statement())
    connection.execute(f"DELETE FROM {SEARCH_ROWS}")  # noqa: S608 - our own name


def remove_traces(connection: sqlite3.Connection) -> None:
    """Remove the words of deleted incidents from the file: until then they are only marked as deleted."""
    connection.execute(f"INSERT INTO {SEARCH_TEXT} ({SEARCH_TEXT}) VALUES ('optimize')")  # noqa: S608 - our own name


def find_index_damage(connection: sqlite3.Connection, most: int) -> str:
    """Compare the index of at most `most` incidents, or all (-1), with states and journal.

    Returns:
        The first difference, in words for engineers; empty if there is none.
    """
    for key, text in connection.execute(f"{_STATES} ORDER BY random() LIMIT ?", (most,)).fetchall():
        incident = _incident_of(text)
        stored = connection.execute(_ROWS, (key,)).fetchone()
        if incident is None or incident.deleted:
            expected = None
        else:
            expected = _row(clamp(incident), *_read_notes(connection, key))[0]
        if stored != expected:
            return f"search index: {subject_of('incident', key)}"
    for (key,) in connection.execute(_ORPHANS):
        return f"search index: {subject_of('incident', key)} has no state"
    return _find_word_damage(connection)


def _find_word_damage(connection: sqlite3.Connection) -> str:
    """Compare the ids of both tables, and have FTS5 check its own structure."""
    words = {row[0] for row in connection.execute(f"SELECT id FROM {SEARCH_TEXT}_docsize")}  # noqa: S608
    rows = {row[0] for row in connection.execute(f"SELECT id FROM {SEARCH_ROWS}")}  # noqa: S608
    if words != rows:
        return f"search index: {len(words ^ rows)} rows without words, or words without rows"
    return ""


def stored_document(connection: sqlite3.Connection, incident: Incident) -> SearchDocument:
    """Return the text of an incident for an excerpt: the index itself stores none."""
    return search_document(incident, _read_notes(connection, incident.id)[0])


def _index(connection: sqlite3.Connection, incident: Incident) -> None:
    row, text = _row(incident, *_read_notes(connection, incident.id))
    known = connection.execute(_KNOWN, (incident.id,)).fetchone()
    row_id = connection.execute(_UPSERT, row).fetchone()[0]
    if known is None or known[1] != row[1]:
        connection.execute(_WRITE_TEXT, (row_id, *text))


def _row(incident: Incident, notes: list[str], authors: set[str]) -> tuple[tuple[object, ...], SearchDocument]:
    text, place = search_document(incident, notes), incident.place
    digest = blake2b(LIST_SEPARATOR.join(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (
        incident.id,
        digest,
        incident.number,
        incident.hazard.value,
        incident.severity.rank,
        incident.status.value,
        incident.channel.value,
        place.kecamatan if place else "",
        place.kecamatan_code if place else "",
        place.nagari if place else "",
        place.nagari_code if place else "",
        _list(incident.assignment),
        _list({incident.reporter, *authors}),
        gpkg_datetime(incident.occurred_at),
        gpkg_datetime(incident.reported_at),
        gpkg_datetime(incident.updated_at),
        int(incident.exercise),
        incident.exercise_id,
        incident.parent_event,
    ), text


def _list(items: Iterable[str]) -> str:
    """Return a list as one text, so that a query finds an item with its separators."""
    names = sorted({item.strip().casefold().replace(LIST_SEPARATOR, " ") for item in items if item.strip()})
    return f"{LIST_SEPARATOR}{LIST_SEPARATOR.join(names)}{LIST_SEPARATOR}" if names else ""


def _read_notes(connection: sqlite3.Connection, incident_id: str) -> tuple[list[str], set[str]]:
    """Return the open notes of an incident, newest first, and their authors. Rejected ones do not count."""
    subject = subject_of("incident", incident_id)
    notes, authors = [], set()
    for note in (*_relayed(connection, subject), *_recorded(connection, subject)):
        authors.add(note.actor)
        if note.body.text:
            notes.append(note.body.text)
    return notes, authors


def _recorded(connection: sqlite3.Connection, subject: str) -> Iterator[_Note]:
    for (text,) in connection.execute(_NOTES, (subject,)):
        yield from _decoded(text)


def _relayed(connection: sqlite3.Connection, subject: str) -> Iterator[_Note]:
    for (text,) in connection.execute(_RELAYED, (subject,)):
        yield from (note for note in _decoded(text) if note.kind == "incident.noted")


def _decoded(text: str) -> Iterator[_Note]:
    try:
        yield _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError):
        return


def _incident_of(text: str | None) -> Incident | None:
    value = read_state(text).value if text else None
    return value if isinstance(value, Incident) else None
