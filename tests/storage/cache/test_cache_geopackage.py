"""The cache as a GeoPackage: other programs can read it while it is in use, but not write."""

import json
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.operations.alarms.entry_bodies import AlarmCleared, AlarmRaised
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import delete_incident, edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.levels import AlarmSeverity
from tabuah.storage.cache.gpkg_geometry import encode_point
from tabuah.storage.cache.store import ConsoleStore


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        yield store


def raise_alarm(store: ConsoleStore) -> str:
    body = AlarmRaised(
        rule="tma-siaga-1",
        station="SLK-AWLR-03",
        parameter="stage_m",
        severity=AlarmSeverity.CRITICAL,
        onset_at=datetime(2026, 11, 24, 7, 21, tzinfo=UTC),
        value=3.42,
        lon_deg=100.65,
        lat_deg=-0.83,
    )
    subject = "alarm/01930000-0000-7000-8000-000000000001"
    store.save(Draft(subject=subject, kind="alarm.raised", body=encode_body(body)))
    return subject


def run_ogrinfo(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo (package gdal-bin) is not installed")
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_ogrinfo_lists_layers_of_open_cache(store: ConsoleStore):
    report_incident_at(store, "Banjir di Koto Baru")
    raise_alarm(store)
    listing = run_ogrinfo("-json", "-features", str(store.path))
    assert listing.returncode == 0, listing.stderr
    assert "Warning" not in listing.stderr
    layers = {layer["name"]: layer for layer in json.loads(listing.stdout)["layers"]}
    assert {"incidents", "stations", "alarms"} <= set(layers)
    (incident,) = layers["incidents"]["features"]
    assert incident["geometry"] == {"type": "Point", "coordinates": [100.6, -0.9]}
    assert incident["properties"]["title"] == "Banjir di Koto Baru"
    assert layers["incidents"]["geometryFields"][0]["coordinateSystem"]["projjson"]["id"]["code"] == 4326
    assert layers["alarms"]["features"][0]["properties"]["severity"] == "critical"


def test_ogrinfo_cannot_write(store: ConsoleStore):
    report_incident_at(store)
    refused = run_ogrinfo(str(store.path), "-sql", "UPDATE incidents SET title = 'x'")
    assert "tabuah_writer" in refused.stderr
    assert store.incidents()[0].title == "Banjir"


def test_cache_header_identifies_geopackage(store: ConsoleStore):
    with store.path.open("rb") as file:
        header = file.read(100)
    assert header[68:72] == b"GPKG"
    assert int.from_bytes(header[60:64], "big") == 10_400


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents SET title = 'x'",
        "DELETE FROM journal",
        "INSERT INTO meta VALUES ('x', 'y')",
        "DELETE FROM outbox",
        "UPDATE subjects SET confirmed = NULL",
        "DELETE FROM gpkg_contents",
        "INSERT INTO blobs (sha256, size, waits) VALUES ('x', 1, '')",
    ],
)
def test_foreign_program_cannot_write_any_table(store: ConsoleStore, statement: str):
    report_incident_at(store)
    foreign = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.OperationalError, match="tabuah_writer"):
        foreign.execute(statement)
    foreign.close()


def test_every_own_table_is_guarded(store: ConsoleStore):
    foreign = sqlite3.connect(store.path)
    tables = {row[0] for row in foreign.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    guarded = {row[0] for row in foreign.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")}
    foreign.close()
    words = {name for name in tables if name.startswith("search_text")}  # FTS5 allows no triggers
    assert tables - guarded - words <= {"sqlite_sequence", "_sqlite_migrations"}


def test_feature_tables_follow_shown_state(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(edit_incident(incident, IncidentEdited(severity=Severity.SEVERE, title="Banjir bandang")))
    assert layer(store, "incidents", "title, severity, pending") == [("Banjir bandang", "severe", 1)]
    store.save(delete_incident(store.incident(incident.id), reason="salah lapor"))
    assert layer(store, "incidents", "title") == []
    subject = raise_alarm(store)
    cleared = AlarmCleared(cleared_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    store.save(Draft(subject=subject, kind="alarm.cleared", body=encode_body(cleared)))
    assert layer(store, "alarms", "state, cleared_at") == [("returned_unacknowledged", "2026-11-24T08:00:00.000Z")]


def test_point_is_geopackage_binary():
    blob = encode_point(100.5, -0.75)
    assert blob[:4] == b"GP\x00\x01"
    assert len(blob) == 8 + 21


def layer(store: ConsoleStore, table: str, columns: str) -> list[tuple[object, ...]]:
    foreign = sqlite3.connect(store.path)
    rows = foreign.execute(f"SELECT {columns} FROM {table}").fetchall()
    foreign.close()
    return rows
