"""The tables of the cache, migration by migration; a shipped migration is never edited."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tabuah.storage.cache.gpkg_geometry import SRS_ID

if TYPE_CHECKING:
    from sqlite_utils.db import Database

APPLICATION_ID: Final = 0x47504B47  # "GPKG"
USER_VERSION: Final = 10_400  # GeoPackage 1.4
MIGRATION_SET: Final = "cache"
MIGRATION_NAMES: Final = (
    "0001_journal_and_layers",
    "0002_trays",
    "0003_attachments_on_their_way",
    "0004_carried",
    "0005_snapshots",
    "0006_units",
    "0007_bulletins",
    "0008_files_of_stations",
    "0009_unsent_personal",
    "0010_incident_search",
    "0011_parent_events",
)

_WGS84: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)

_GEOPACKAGE: Final = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
)

_ADD_CONTENTS: Final = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)"
)
_DESCRIPTION: Final = "read only: Tabuah keeps it"

_LAYERS: Final = {
    "incidents": """id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, hazard TEXT NOT NULL, severity TEXT NOT NULL,
        status TEXT NOT NULL, title TEXT NOT NULL, nagari TEXT NOT NULL, kecamatan TEXT NOT NULL,
        place_certainty TEXT NOT NULL, occurred_at DATETIME NOT NULL, reported_at DATETIME NOT NULL,
        updated_at DATETIME NOT NULL, exercise BOOLEAN NOT NULL, pending BOOLEAN NOT NULL""",
    "stations": """code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, parameters TEXT NOT NULL,
        nagari TEXT NOT NULL, owner TEXT NOT NULL, exercise BOOLEAN NOT NULL, pending BOOLEAN NOT NULL""",
    "alarms": """id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, station TEXT NOT NULL, parameter TEXT NOT NULL,
        severity TEXT NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL, value DOUBLE, unit TEXT NOT NULL,
        onset_at DATETIME NOT NULL, cleared_at DATETIME, exercise BOOLEAN NOT NULL, pending BOOLEAN NOT NULL""",
}

_TABLES: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, kind TEXT NOT NULL,
        actor TEXT NOT NULL, device TEXT NOT NULL, n INTEGER NOT NULL, at DATETIME NOT NULL, replaces TEXT,
        text TEXT NOT NULL, signature TEXT NOT NULL,
        seq INTEGER, received_at DATETIME, verdict TEXT, reason TEXT, hash TEXT)""",
    "CREATE UNIQUE INDEX journal_seq ON journal (seq) WHERE seq IS NOT NULL",
    "CREATE INDEX journal_subject ON journal (subject, id)",
    "CREATE INDEX journal_rejected ON journal (device, id) WHERE verdict = 'rejected'",
    "CREATE INDEX journal_replaces ON journal (replaces) WHERE replaces IS NOT NULL",
    """CREATE TABLE outbox (
        n INTEGER PRIMARY KEY, entry TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, at TEXT NOT NULL,
        pushed INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX outbox_subject ON outbox (subject, n)",
    """CREATE TABLE subjects (
        subject TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, confirmed TEXT, shown TEXT,
        conflicts INTEGER NOT NULL, held INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX subjects_kind ON subjects (kind, changed)",
    "CREATE INDEX subjects_changed ON subjects (changed)",
    "CREATE INDEX subjects_name ON subjects (kind, name)",
    "CREATE INDEX subjects_conflicts ON subjects (subject) WHERE conflicts > 0",
    "CREATE INDEX subjects_held ON subjects (subject) WHERE held > 0",
    "CREATE INDEX subjects_pending ON subjects (subject) WHERE shown IS NOT NULL",
    "CREATE TABLE chains (device TEXT PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE personal (
        entry TEXT NOT NULL, field TEXT NOT NULL, salt TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (entry, field)) WITHOUT ROWID""",
    "CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, waits TEXT NOT NULL) WITHOUT ROWID",
)

_TRAYS: Final = (
    "CREATE INDEX journal_held ON journal (device, id) WHERE verdict = 'held'",
    "CREATE TABLE dismissed (entry TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE renewals (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, cause TEXT NOT NULL, former TEXT NOT NULL, device TEXT NOT NULL,
        entries INTEGER NOT NULL, numbers TEXT NOT NULL)""",
)

# The transfer queue: priority, progress, failed attempts, time of the next attempt, and reason.
_ATTACHMENTS_ON_THEIR_WAY: Final = (
    "ALTER TABLE blobs ADD COLUMN rank INTEGER NOT NULL DEFAULT 2",
    "ALTER TABLE blobs ADD COLUMN moved INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE blobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE blobs ADD COLUMN not_before TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE blobs ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX blobs_waiting ON blobs (rank, waits DESC, size) WHERE waits <> ''",
)

# Work of other devices, relayed to the server; `shown` is its display position, 0 while it waits.
_CARRIED: Final = (
    """CREATE TABLE carried (
        id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, n INTEGER NOT NULL, entry TEXT NOT NULL,
        subject TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL, signature TEXT NOT NULL, hash TEXT NOT NULL,
        prev TEXT NOT NULL, sealed TEXT NOT NULL, shown INTEGER NOT NULL DEFAULT 0, pushed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (device, n))""",
    "CREATE INDEX carried_shown ON carried (subject, shown) WHERE shown > 0",
    "CREATE INDEX carried_entry ON carried (entry)",
    """CREATE TABLE carried_devices (
        device TEXT PRIMARY KEY, public_key TEXT NOT NULL, refused TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    """CREATE TABLE carried_boxes (
        sha256 TEXT PRIMARY KEY, content TEXT NOT NULL, size INTEGER NOT NULL, thumbnail INTEGER NOT NULL
        ) WITHOUT ROWID""",
)

# `missing_until`: up to this seq entries of a subject may be missing here; 0 if its history is complete.
_SNAPSHOTS: Final = (
    "ALTER TABLE subjects ADD COLUMN missing_until INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE histories_wanted (subject TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
)

# A feature table added later.
_UNIT_LAYER: Final = {
    "units": """id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, opd TEXT NOT NULL,
        state TEXT NOT NULL, state_at DATETIME NOT NULL, members INTEGER NOT NULL, contact TEXT NOT NULL,
        tracker TEXT NOT NULL, place_source TEXT NOT NULL, placed_at DATETIME, exercise BOOLEAN NOT NULL,
        pending BOOLEAN NOT NULL""",
}

_BULLETINS: Final = {
    "earthquakes": """id TEXT NOT NULL UNIQUE, at DATETIME NOT NULL, magnitude DOUBLE NOT NULL,
        depth_km DOUBLE NOT NULL, region TEXT NOT NULL, felt TEXT NOT NULL, potential TEXT NOT NULL,
        source TEXT NOT NULL, revisions INTEGER NOT NULL, told_at DATETIME NOT NULL, exercise BOOLEAN NOT NULL,
        pending BOOLEAN NOT NULL""",
    "volcanoes": """id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, level TEXT NOT NULL, stated_at DATETIME NOT NULL,
        source TEXT NOT NULL, told_by TEXT NOT NULL, exercise BOOLEAN NOT NULL, pending BOOLEAN NOT NULL""",
}
_WARNED_AREAS: Final = {
    "warnings": """id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, headline TEXT NOT NULL, severity TEXT NOT NULL,
        urgency TEXT NOT NULL, certainty TEXT NOT NULL, sent DATETIME NOT NULL, effective DATETIME NOT NULL,
        expires DATETIME, withdrawn_at DATETIME, withdrawal TEXT NOT NULL, kecamatan TEXT NOT NULL,
        source TEXT NOT NULL, exercise BOOLEAN NOT NULL, pending BOOLEAN NOT NULL""",
}

# `about`: the kind of subject that a file is attached to; before this there were only incidents.
_FILES_OF_STATIONS: Final = "ALTER TABLE blobs ADD COLUMN about TEXT NOT NULL DEFAULT 'incident'"

# `unsent`: another console pushed the entry, without this value.
_UNSENT_PERSONAL: Final = (
    "ALTER TABLE personal ADD COLUMN unsent INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX personal_unsent ON personal (entry) WHERE unsent",
)

SEARCH_ROWS: Final = "search_rows"
SEARCH_TEXT: Final = "search_text"
SEARCH_TABLES: Final = frozenset({SEARCH_ROWS, SEARCH_TEXT})
_DELETE_WITHOUT_TEXT: Final = (3, 43, 0)  # the version of SQLite that brought contentless_delete
_CREATE_SEARCH_ROWS: Final = f"""CREATE TABLE {SEARCH_ROWS} (
    id INTEGER PRIMARY KEY, incident TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, number TEXT NOT NULL,
    hazard TEXT NOT NULL, severity INTEGER NOT NULL, status TEXT NOT NULL, channel TEXT NOT NULL,
    kecamatan TEXT NOT NULL COLLATE NOCASE, kecamatan_code TEXT NOT NULL, nagari TEXT NOT NULL COLLATE NOCASE,
    nagari_code TEXT NOT NULL, units TEXT NOT NULL, authors TEXT NOT NULL, occurred_at DATETIME NOT NULL,
    reported_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, exercise BOOLEAN NOT NULL,
    exercise_id TEXT NOT NULL)"""
_EVENT_OF_SEARCH_ROWS: Final = (
    f"ALTER TABLE {SEARCH_ROWS} ADD COLUMN parent_event TEXT NOT NULL DEFAULT ''",
    f"CREATE INDEX search_rows_parent_event ON {SEARCH_ROWS} (parent_event) WHERE parent_event <> ''",
)
_ORDER_SEARCH_ROWS: Final = f"CREATE INDEX search_rows_reported ON {SEARCH_ROWS} (reported_at, incident)"

_GUARDED: Final = (
    *("gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", *_LAYERS),
    *("meta", "journal", "outbox", "subjects", "chains", "personal", "blobs"),
)
_GUARDED_TRAYS: Final = ("dismissed", "renewals")
_GUARDED_CARRIED: Final = ("carried", "carried_devices", "carried_boxes")
_GUARDED_SNAPSHOTS: Final = ("histories_wanted",)
OWN_TABLES: Final = frozenset(
    {*_GUARDED, *_GUARDED_TRAYS, *_GUARDED_CARRIED, *_GUARDED_SNAPSHOTS, *_UNIT_LAYER, *_BULLETINS, *_WARNED_AREAS}
)


def search_text_statement() -> str:
    """Return the statement that creates the FTS5 table of the search.

    Its own tables have no guards, because SQLite 3.46 crashes where they have triggers; `doctor` compares them with
    the states.

    Before SQLite 3.43 a row without stored text cannot be deleted; the table then stores the text.
    """
    stored = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= _DELETE_WITHOUT_TEXT else ""
    return f"""CREATE VIRTUAL TABLE {SEARCH_TEXT} USING fts5(
        title, description, notes, units, files, {stored}tokenize = "unicode61 remove_diacritics 2")"""


def migrate(database: "Database") -> None:
    """Apply the missing migrations."""
    from sqlite_utils.migrations import Migrations  # noqa: PLC0415 - slow to load and rarely needed

    migrations = Migrations(MIGRATION_SET)
    migrations(name="0001_journal_and_layers")(_create_journal_and_layers)
    migrations(name="0002_trays")(_create_trays)
    migrations(name="0003_attachments_on_their_way")(_prepare_attachments_to_move)
    migrations(name="0004_carried")(_create_carried)
    migrations(name="0005_snapshots")(_prepare_for_snapshots)
    migrations(name="0006_units")(_create_units)
    migrations(name="0007_bulletins")(_create_bulletins)
    migrations(name="0008_files_of_stations")(_add_station_file_columns)
    migrations(name="0009_unsent_personal")(_add_unsent_personal)
    migrations(name="0010_incident_search")(_create_incident_search)
    migrations(name="0011_parent_events")(_add_parent_event_column)
    migrations.apply(database)


def _create_journal_and_layers(database: "Database") -> None:
    for statement in (*_GEOPACKAGE, *_TABLES, *_layer_statements(_LAYERS)):
        database.execute(statement)
    _register_layers(database)
    for statement in guard_statements(_GUARDED):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {USER_VERSION}")


def _create_trays(database: "Database") -> None:
    for statement in (*_TRAYS, *guard_statements(_GUARDED_TRAYS)):
        database.execute(statement)


def _prepare_attachments_to_move(database: "Database") -> None:
    for statement in _ATTACHMENTS_ON_THEIR_WAY:
        database.execute(statement)


def _create_carried(database: "Database") -> None:
    for statement in (*_CARRIED, *guard_statements(_GUARDED_CARRIED)):
        database.execute(statement)


def _prepare_for_snapshots(database: "Database") -> None:
    for statement in (*_SNAPSHOTS, *guard_statements(_GUARDED_SNAPSHOTS)):
        database.execute(statement)


def _create_units(database: "Database") -> None:
    for statement in _layer_statements(_UNIT_LAYER):
        database.execute(statement)
    _register_tables(database, _UNIT_LAYER)
    for statement in guard_statements(_UNIT_LAYER):
        database.execute(statement)


def _create_bulletins(database: "Database") -> None:
    for layers, geometry in ((_BULLETINS, "POINT"), (_WARNED_AREAS, "MULTIPOLYGON")):
        for statement in _layer_statements(layers, geometry):
            database.execute(statement)
        _register_tables(database, layers, geometry)
        for statement in guard_statements(layers):
            database.execute(statement)


def _add_station_file_columns(database: "Database") -> None:
    database.execute(_FILES_OF_STATIONS)


def _add_unsent_personal(database: "Database") -> None:
    for statement in _UNSENT_PERSONAL:
        database.execute(statement)


def _create_incident_search(database: "Database") -> None:
    """Create the empty index; `incident_index` fills it when the cache is opened."""
    for statement in (
        _CREATE_SEARCH_ROWS,
        _ORDER_SEARCH_ROWS,
        *guard_statements((SEARCH_ROWS,)),
        search_text_statement(),
    ):
        database.execute(statement)


def _add_parent_event_column(database: "Database") -> None:
    """Add the parent event of an incident to the index; no incident has one before this version."""
    for statement in _EVENT_OF_SEARCH_ROWS:
        database.execute(statement)


def _layer_statements(layers: Mapping[str, str], geometry: str = "POINT") -> Iterable[str]:
    for table, columns in layers.items():
        yield f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {geometry}, {columns})"


def _register_layers(database: "Database") -> None:
    systems = [
        ("Undefined Cartesian", -1, "NONE", -1, "undefined", "Cartesian coordinates, not specified"),
        ("Undefined geographic", 0, "NONE", 0, "undefined", "geographic coordinates, not specified"),
        ("WGS 84 geodetic", SRS_ID, "EPSG", SRS_ID, _WGS84, "longitude/latitude, WGS 84"),
    ]
    for system in systems:
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", system)
    _register_tables(database, _LAYERS)
    database.execute(_ADD_CONTENTS, ("journal", "attributes", "journal", _DESCRIPTION, None))


def _register_tables(database: "Database", tables: Iterable[str], geometry: str = "POINT") -> None:
    for table in tables:
        database.execute(_ADD_CONTENTS, (table, "features", table, _DESCRIPTION, SRS_ID))
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            (table, geometry, SRS_ID),
        )


def guard_statements(tables: Iterable[str]) -> Iterable[str]:
    """Return triggers that call a function registered only by our connections, so others cannot write."""
    for table in tables:
        for act in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_own_{act.lower()}"
            yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT tabuah_writer(); END"
