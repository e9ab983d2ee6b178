"""Bulletins in a console's cache: feature tables, and the same folding as on the server."""

import json
import shutil
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from support.bulletin_samples import MOMENT, sample_earthquake, sample_volcano_level, sample_warning
from support.console_stores import add_users, enrol, open_store, sync

from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import issue_warning, level_volcano, report_earthquake
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.gpkg_geometry import encode_areas
from tabuah.storage.cache.store import ConsoleStore

KEY = "bmkg-20261124073000"


@pytest.fixture
def journal(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        drafts = [
            report_earthquake(KEY, sample_earthquake("Solok", "Kubung"), exercise=False),
            issue_warning(sample_warning(), exercise=True),
        ]
        journal.append_drafts(drafts)
        yield journal


@pytest.fixture
def store(tmp_path: Path, journal: ServerJournal):
    with open_store(tmp_path / "ani") as store:
        enrol(journal, store, "ani")
        sync(store, journal)
        yield store


def rows(store: ConsoleStore, query: str) -> list[tuple[object, ...]]:
    foreign = sqlite3.connect(store.path)
    found = foreign.execute(query).fetchall()
    foreign.close()
    return found


def test_bulletins_are_folded_into_feature_tables(store: ConsoleStore, journal):
    for subject in (f"earthquake/{KEY}", f"warning/{sample_warning().identifier}"):
        assert state_text(store.state(subject)) == state_text(journal.state_of(subject))
    assert [found.id for found in store.earthquakes()] == [KEY]
    assert rows(store, "SELECT magnitude, felt, exercise, pending FROM earthquakes") == [
        (5.1, "III-IV Solok, III-IV Kubung", 0, 0)
    ]
    assert rows(store, "SELECT severity, expires, exercise FROM warnings") == [
        ("Moderate", "2026-11-24T09:30:00.000Z", 1)
    ]


def test_ogrinfo_reads_warning_area(store: ConsoleStore):
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo (package gdal-bin) is not installed")
    command = [program, "-json", "-features", str(store.path), "warnings"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (layer,) = json.loads(told.stdout)["layers"]
    assert layer["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert layer["geometryFields"][0]["type"] == "MultiPolygon"


def test_volcano_level_stated_offline_is_pending(store: ConsoleStore, journal, tmp_path: Path):
    store.save(level_volcano(TALANG, sample_volcano_level(VolcanoLevel.SIAGA), now=MOMENT + timedelta(hours=1)))
    assert rows(store, "SELECT name, level, told_by, pending FROM volcanoes") == [("Gunung Talang", "III", "ani", 1)]
    sync(store, journal)
    assert rows(store, "SELECT pending FROM volcanoes") == [(0,)]
    with open_store(tmp_path / "budi") as other:
        enrol(journal, other, "budi")
        sync(other, journal)
        assert [volcano.level for volcano in other.volcanoes()] == [VolcanoLevel.SIAGA]
        with pytest.raises(NotPossible):
            other.save(level_volcano(TALANG, sample_volcano_level(), now=MOMENT + timedelta(hours=1)))


def test_console_cannot_report_earthquake(store: ConsoleStore):
    with pytest.raises(NotPossible):
        store.save(report_earthquake("bmkg-1", sample_earthquake(), exercise=False))


@pytest.mark.parametrize(
    "rings",
    [
        [((100.0, -1.0), (101.0, 0.0), (101.0, -1.0), (100.0, 0.0), (100.0, -1.0))],  # self-intersecting
        [((100.0, -1.0), (101.0, -1.0), (101.0, 0.0), (100.0, -1.0))] * 2,  # the same twice
    ],
)
def test_warning_area_is_one_valid_multipolygon(rings):
    blob = encode_areas(rings)
    assert blob is not None
    assert blob[:8] == b"GP\x00\x01\xe6\x10\x00\x00"
    assert encode_areas([]) is None
    assert encode_areas([((100.0, 0.0), (101.0, 0.0), (102.0, 0.0), (100.0, 0.0))]) is None
