"""The tables of `readings.db`. A shipped migration is never edited; a change is a new one."""

import sqlite3
from typing import Final

HOUR_MS: Final = 3_600_000  # one bucket
DAY_HOURS: Final = 24

_STEPS: Final = (
    """
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        station TEXT NOT NULL,
        parameter TEXT NOT NULL,
        UNIQUE (station, parameter)
    );
    -- time is milliseconds since 1970 (UTC), bucket the hour since then: what comes now lands on few pages
    CREATE TABLE readings (
        bucket INTEGER NOT NULL,
        series INTEGER NOT NULL,
        time INTEGER NOT NULL,
        value REAL NOT NULL,
        quality INTEGER NOT NULL,
        PRIMARY KEY (bucket, series, time)
    ) WITHOUT ROWID;
    CREATE TABLE latest (
        series INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        value REAL NOT NULL,
        quality INTEGER NOT NULL
    );
    CREATE TABLE sources (
        station TEXT PRIMARY KEY,
        source TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE set_aside (
        id INTEGER PRIMARY KEY,
        received INTEGER NOT NULL,
        reason TEXT NOT NULL,
        source TEXT NOT NULL,
        station TEXT NOT NULL,
        parameter TEXT NOT NULL,
        time INTEGER,
        value REAL,
        quality INTEGER NOT NULL,
        raw TEXT NOT NULL
    );
    CREATE INDEX set_aside_by_station ON set_aside (station, parameter, time);
    CREATE TABLE crossings (
        station TEXT NOT NULL,
        parameter TEXT NOT NULL,
        time INTEGER NOT NULL,
        rule TEXT NOT NULL,
        kind TEXT NOT NULL,
        onset INTEGER NOT NULL,
        value REAL,
        "limit" REAL,
        PRIMARY KEY (station, parameter, time, rule, kind)
    ) WITHOUT ROWID;
    -- what is decided and must still come into the journal, in this order
    CREATE TABLE announcements (
        id INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        draft BLOB NOT NULL
    );
    """,
    """
    -- one series over one hour (since 1970); newest is milliseconds into the hour
    CREATE TABLE hours (
        series INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        total REAL NOT NULL,
        count INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        PRIMARY KEY (series, bucket)
    ) WITHOUT ROWID;
    -- hours whose values have changed since they were worked out
    CREATE TABLE stale (
        series INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        PRIMARY KEY (series, bucket)
    ) WITHOUT ROWID;
    INSERT INTO stale SELECT DISTINCT series, bucket FROM readings;
    """,
    """
    -- what people typed in; outcome is NULL while it waits for the server, else 'taken' or why it was set aside
    CREATE TABLE typed_in (
        station TEXT NOT NULL,
        parameter TEXT NOT NULL,
        time INTEGER NOT NULL,
        value REAL NOT NULL,
        quality INTEGER NOT NULL,
        person TEXT NOT NULL,
        source TEXT NOT NULL,
        outcome TEXT,
        PRIMARY KEY (station, parameter, time)
    ) WITHOUT ROWID;
    CREATE INDEX typed_in_waiting ON typed_in (time) WHERE outcome IS NULL;
    """,
    """
    -- slot is ten minutes since 1970; of each the newest forecast is kept, as JSON
    CREATE TABLE forecasts (
        station TEXT NOT NULL,
        slot INTEGER NOT NULL,
        issued INTEGER NOT NULL,
        forecast BLOB NOT NULL,
        PRIMARY KEY (station, slot)
    ) WITHOUT ROWID;
    CREATE TABLE forecast_models (
        station TEXT PRIMARY KEY,
        fitted INTEGER NOT NULL,
        model BLOB NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    -- one series over one day (of UTC, since 1970), from its hours; newest is milliseconds into the day
    CREATE TABLE days (
        series INTEGER NOT NULL,
        day INTEGER NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        total REAL NOT NULL,
        count INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        PRIMARY KEY (series, day)
    ) WITHOUT ROWID;
    -- days whose hours have changed since they were worked out; whoever changes an hour need not know of days
    -- (an OR IGNORE of a trigger gives way to what the statement outside says)
    CREATE TABLE stale_days (
        series INTEGER NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (series, day)
    ) WITHOUT ROWID;
    INSERT INTO stale_days SELECT DISTINCT series, bucket / 24 FROM hours;
    CREATE TRIGGER hour_added AFTER INSERT ON hours BEGIN
        INSERT INTO stale_days SELECT new.series, new.bucket / 24
        WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE series = new.series AND day = new.bucket / 24);
    END;
    CREATE TRIGGER hour_changed AFTER UPDATE ON hours BEGIN
        INSERT INTO stale_days SELECT new.series, new.bucket / 24
        WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE series = new.series AND day = new.bucket / 24);
    END;
    CREATE TRIGGER hour_forgotten AFTER DELETE ON hours BEGIN
        INSERT INTO stale_days SELECT old.series, old.bucket / 24
        WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE series = old.series AND day = old.bucket / 24);
    END;
    """,
    """
    -- 0 is the account of values from before accounts were stored
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    );
    ALTER TABLE readings ADD COLUMN account INTEGER NOT NULL DEFAULT 0;
    -- corrected is milliseconds since 1970, NULL only within the transaction that corrects
    CREATE TABLE corrections (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL,
        time INTEGER NOT NULL,
        old_value REAL NOT NULL,
        old_quality INTEGER NOT NULL,
        old_account INTEGER NOT NULL,
        new_value REAL NOT NULL,
        new_quality INTEGER NOT NULL,
        new_account INTEGER NOT NULL,
        corrected INTEGER
    );
    CREATE INDEX corrections_of_series ON corrections (series, time);
    CREATE INDEX corrections_new ON corrections (id) WHERE corrected IS NULL;
    CREATE TRIGGER reading_corrected AFTER UPDATE ON readings
    WHEN old.value <> new.value OR old.quality <> new.quality BEGIN
        INSERT INTO corrections
            (series, time, old_value, old_quality, old_account, new_value, new_quality, new_account)
        VALUES (old.series, old.time, old.value, old.quality, old.account, new.value, new.quality, new.account);
    END;
    """,
    """
    -- why a person corrected a value; empty for a gateway, and for corrections from before reasons were stored
    ALTER TABLE corrections ADD COLUMN reason TEXT NOT NULL DEFAULT '';
    ALTER TABLE typed_in ADD COLUMN reason TEXT NOT NULL DEFAULT '';
    """,
    """
    -- when the server answered for a manual reading, in milliseconds; 0 for answers from before
    ALTER TABLE typed_in ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX typed_in_settled ON typed_in (settled);
    -- values of `typed_in` that were corrected before the server had them; it gets both, in order
    CREATE TABLE typed_in_replaced (
        id INTEGER PRIMARY KEY,
        station TEXT NOT NULL,
        parameter TEXT NOT NULL,
        time INTEGER NOT NULL,
        value REAL NOT NULL,
        quality INTEGER NOT NULL,
        person TEXT NOT NULL,
        source TEXT NOT NULL,
        reason TEXT NOT NULL
    );
    """,
)

NEWEST_VERSION: Final = len(_STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the number of migrations applied."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the missing migrations, each in a transaction of its own."""
    while (version := version_of(connection)) < NEWEST_VERSION:
        connection.executescript(f"BEGIN IMMEDIATE; {_STEPS[version]} PRAGMA user_version = {version + 1}; COMMIT;")
