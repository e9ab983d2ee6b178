"""The schema of `notices.db`: one script for each version of the file, which is never changed once it was used."""

from typing import Final

_SCHEMA: Final = """
    CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL);
    CREATE TABLE mentions (
        contact TEXT NOT NULL, alarm TEXT NOT NULL, occasion TEXT NOT NULL, severity TEXT NOT NULL,
        channels TEXT NOT NULL, queued_at TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (contact, alarm, occasion)) WITHOUT ROWID;
    CREATE INDEX waiting_mentions ON mentions (contact) WHERE notice = '';
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY, notice TEXT NOT NULL, contact TEXT NOT NULL, contact_name TEXT NOT NULL,
        occasion TEXT NOT NULL, exercise INTEGER NOT NULL, severity INTEGER NOT NULL, channel TEXT NOT NULL,
        address TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        created_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, ended_at TEXT,
        receipt TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', UNIQUE (notice, channel));
    CREATE INDEX due_deliveries ON deliveries (channel, due_at) WHERE state = 'waiting';
    CREATE INDEX deliveries_of_contact ON deliveries (contact, created_at);
"""
# Version 2: the links of messages, and when their contact has confirmed them.
_LINKS: Final = """
    ALTER TABLE deliveries ADD COLUMN acknowledged_at TEXT;
    CREATE TABLE links (
        hash TEXT PRIMARY KEY, notice TEXT NOT NULL, channel TEXT NOT NULL, expires_at TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX links_of_delivery ON links (notice, channel, expires_at);
    CREATE INDEX mentions_of_notice ON mentions (notice);
"""
# Version 3: `/health` counts without reading the texts.
_BY_STATE: Final = "CREATE INDEX deliveries_by_state ON deliveries (state, created_at);"
# Version 4: mentions of any subject, and those that were too old to be sent.
_SUBJECTS: Final = """
    CREATE TABLE subject_mentions (
        contact TEXT NOT NULL, subject TEXT NOT NULL, occasion TEXT NOT NULL, severity TEXT NOT NULL,
        channels TEXT NOT NULL, queued_at TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '',
        is_late INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (contact, subject, occasion)) WITHOUT ROWID;
    INSERT INTO subject_mentions (contact, subject, occasion, severity, channels, queued_at, notice)
        SELECT contact, 'alarm/' || alarm, occasion, severity, channels, queued_at, notice FROM mentions;
    DROP TABLE mentions;
    ALTER TABLE subject_mentions RENAME TO mentions;
    CREATE INDEX waiting_mentions ON mentions (contact) WHERE notice = '';
    CREATE INDEX mentions_of_notice ON mentions (notice);
"""
# Version 5: work on incidents: dispatches, dispositions and tasks.
_WORK: Final = """
    ALTER TABLE mentions ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE mentions ADD COLUMN incident TEXT NOT NULL DEFAULT '';
    ALTER TABLE mentions ADD COLUMN addressee TEXT NOT NULL DEFAULT '';
    CREATE INDEX mentions_of_subject ON mentions (subject);
"""
# Version 6: the time limits that have run out and are known.
_LIMITS: Final = """
    CREATE TABLE known_limits (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE limits_known (id INTEGER PRIMARY KEY CHECK (id = 1));
"""
# Version 7: who has sent a message again or cancelled it from a console.
_CHANGED_BY: Final = "ALTER TABLE deliveries ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';"
NOTICE_SCHEMA: Final = (_SCHEMA, _LINKS, _BY_STATE, _SUBJECTS, _WORK, _LIMITS, _CHANGED_BY)
