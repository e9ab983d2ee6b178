"""Schema migrations. A migration is never edited once it has shipped."""

from typing import Final

from sqlalchemy import Connection

from tabuah.resources.localisation import _
from tabuah.server.errors import NewerDatabase, StorageFull

_INITIAL: Final = (
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL)",
    "INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')",
    """CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, device TEXT NOT NULL, n INTEGER NOT NULL, subject TEXT NOT NULL,
        text TEXT NOT NULL, signature TEXT NOT NULL, received_at TEXT NOT NULL, verdict TEXT NOT NULL,
        reason TEXT NOT NULL, hash TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX entries_by_id ON entries (id)",
    "CREATE UNIQUE INDEX entries_by_device ON entries (device, n)",
    "CREATE INDEX entries_by_subject ON entries (subject)",
    """CREATE TABLE chain_heads (
        device TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE subject_states (subject TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL)",
    "CREATE INDEX subject_states_by_kind ON subject_states (kind)",
    """CREATE TABLE personal_values (
        entry TEXT NOT NULL, field TEXT NOT NULL, seq INTEGER NOT NULL, salt TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (entry, field)) WITHOUT ROWID""",
    "CREATE INDEX personal_values_by_seq ON personal_values (seq)",
    "CREATE TABLE passwords (user_name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE refresh_tokens (
        hash TEXT NOT NULL PRIMARY KEY, family TEXT NOT NULL, user_name TEXT NOT NULL, expires_at INTEGER NOT NULL,
        successor TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family)",
    "CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_name)",
    """CREATE TABLE blobs (
        sha256 TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, user_name TEXT NOT NULL,
        received_at TEXT NOT NULL) WITHOUT ROWID""",
)

# Quarantined entries from bundles.
_QUARANTINE: Final = (
    """CREATE TABLE aside (
        device TEXT NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL, signature TEXT NOT NULL, sealed TEXT NOT NULL,
        came_at TEXT NOT NULL, PRIMARY KEY (device, n))""",
)

# Incident numbers by incident; a report held for a supervisor has its number, too.
_NUMBERS: Final = (
    "CREATE TABLE incident_numbers (number TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL) WITHOUT ROWID",
    """INSERT OR IGNORE INTO incident_numbers
        SELECT json_extract(state, '$.value.number'), subject FROM subject_states
        WHERE kind = 'incident' AND json_extract(state, '$.value.number') IS NOT NULL""",
)

# The subjects that name an attachment decide who may fetch it. Earlier versions had attachments on incidents only.
_BLOB_SUBJECTS: Final = (
    """CREATE TABLE blob_subjects (
        sha256 TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (sha256, subject)) WITHOUT ROWID""",
    """CREATE TEMP TABLE attached AS
        SELECT a.value AS body, s.subject FROM subject_states s, json_each(s.state, '$.value.attachments') a
        WHERE s.kind = 'incident'
        UNION ALL
        SELECT json_extract(h.value, '$.body'), s.subject FROM subject_states s, json_each(s.state, '$.held') h
        WHERE s.kind = 'incident' AND json_extract(h.value, '$.kind') = 'incident.attached'""",
    """INSERT OR IGNORE INTO blob_subjects
        SELECT json_extract(body, '$.sha256'), subject FROM attached
        WHERE json_extract(body, '$.sha256') IS NOT NULL
        UNION
        SELECT json_extract(body, '$.thumbnail'), subject FROM attached
        WHERE json_extract(body, '$.thumbnail') IS NOT NULL""",
    "DROP TABLE attached",
)

# Records that consoles hand back, until they continue the journal; `personal` are their personal values as JSON.
_HANDBACK: Final = (
    """CREATE TABLE handback_records (
        hash TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, previous TEXT NOT NULL, text TEXT NOT NULL,
        signature TEXT NOT NULL, received_at TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
        personal TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX handback_records_by_previous ON handback_records (previous)",
)

# The device that logged in; NULL in sessions of earlier versions, which become bound when they are renewed.
_SESSION_DEVICES: Final = ("ALTER TABLE refresh_tokens ADD COLUMN device TEXT",)

# A session of an earlier version counts from its last renewal, 30 days before its end.
_SESSION_ENDS: Final = (
    "ALTER TABLE refresh_tokens ADD COLUMN opened_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE refresh_tokens ADD COLUMN issued_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE refresh_tokens ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0",
    "UPDATE refresh_tokens SET opened_at = expires_at - 2592000, issued_at = expires_at - 2592000",
    """CREATE TABLE reset_codes (
        user_name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID""",
)

_SECOND_FACTORS: Final = (
    """CREATE TABLE second_factors (
        user_name TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL, last_step INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE recovery_codes (
        user_name TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (user_name, hash)) WITHOUT ROWID""",
)

MIGRATIONS: Final = (
    _INITIAL,
    _QUARANTINE,
    _NUMBERS,
    _BLOB_SUBJECTS,
    _HANDBACK,
    _SESSION_DEVICES,
    _SESSION_ENDS,
    _SECOND_FACTORS,
)
VERSION: Final = len(MIGRATIONS)


def check_migrated(connection: Connection) -> None:
    """Check that no migration is missing, where none can run.

    Raises:
        NewerDatabase: a newer version has written the database.
        StorageFull: an older one has.
    """
    found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if found > VERSION:
        raise _newer(found)
    if found < VERSION:
        raise StorageFull(_("The data must be migrated, which needs space on the disk. Free some space first."))


def migrate(connection: Connection) -> None:
    """Run the missing migrations in one transaction.

    Raises:
        NewerDatabase: a newer version has written the database.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if found > VERSION:
        connection.rollback()
        raise _newer(found)
    for statement in (s for migration in MIGRATIONS[found:] for s in migration):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    connection.commit()


def _newer(found: int) -> NewerDatabase:
    text = _("This data was written by a newer Tabuah (format {found}, this one knows {known}): update it.")
    return NewerDatabase(text.format(found=found, known=VERSION))
