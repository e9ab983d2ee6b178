"""Erasure of everything that a console knows: its cache, files and key."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tabuah.storage.cache.attachments import BLOB_FOLDER, OPENED_FOLDER
from tabuah.storage.cache.bundles.relayed_boxes import FOLDER as BOX_FOLDER
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.form_drafts import FOLDER as DRAFT_FOLDER
from tabuah.storage.cache.incident_index import clear_index
from tabuah.storage.cache.map.maps import FOLDER as MAP_FOLDER
from tabuah.storage.cache.password_verifiers import VERIFIER_FILE
from tabuah.storage.cache.repair import FOLDER_PREFIX
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME

# All tables with content, also imported layers; not the catalogue of the GeoPackage, the list of migrations, and the
# tables of the search index.
_TABLES: Final = """SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'meta'
    AND name NOT GLOB 'gpkg_*' AND name NOT GLOB 'rtree_*' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_*'
    AND name NOT GLOB 'search_*'"""
_SNAPSHOT_FOLDER: Final = "snapshot"  # as in `storage/sync/snapshot_download.py`
# Only files that Tabuah writes: the directory may contain others.
_FOLDERS: Final = (
    *(BLOB_FOLDER, OPENED_FOLDER, BOX_FOLDER, DRAFT_FOLDER, MAP_FOLDER, _SNAPSHOT_FOLDER),
    f"{FOLDER_PREFIX}*",
)
_FILES: Final = (f"{READINGS_NAME}*", "tabuah.log*", VERIFIER_FILE, "*.new")


def wipe_directory(session: CacheSession, directory: Path) -> None:
    """Erase all files that Tabuah has written, the rows of the cache, and last the key.

    The rows contain the identity: as long as they are there, an interrupted wipe is begun again.
    The cache itself stays, empty: other connections may have it open. SQLite overwrites the deleted rows.
    """
    device = session.meta.device
    connection = session.connection
    for path in _written_files(directory):
        with contextlib.suppress(OSError):
            path.unlink()
    connection.execute("PRAGMA secure_delete = ON")
    with session.writing():
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of the schema
        clear_index(connection)
        version = session.meta.next_version()
        connection.execute("DELETE FROM meta")
        session.meta.write("version", str(version))
    session.forget()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with contextlib.suppress(Exception):  # another connection reads; the rows are overwritten in any case
        connection.execute("VACUUM")
    DeviceKeyStore(directory).forget(device)


def _written_files(directory: Path) -> Iterator[Path]:
    for pattern in _FILES:
        yield from directory.glob(pattern)
    for pattern in _FOLDERS:
        for folder in directory.glob(pattern):
            yield from (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
