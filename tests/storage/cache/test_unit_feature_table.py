"""Units in a console's cache: two consoles agree on them, and other programs see a feature table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, sync
from support.unit_samples import unit_card

from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.operations.units.drafts import move_unit, place_unit, register_unit, retire_unit
from tabuah.operations.units.unit import Unit, UnitState
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore


def unit_in(store: ConsoleStore) -> Unit:
    return next(unit for unit in store.units() if unit.id == "TRC-1")


def layer_rows(store: ConsoleStore) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store.path)) as other:
        return other.execute(
            "SELECT id, opd, state, place_source, geom IS NOT NULL, pending FROM units ORDER BY id"
        ).fetchall()


def test_unit_moved_offline_twice_converges(tmp_path: Path):
    with (
        ServerJournal.open(tmp_path / "server") as journal,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
    ):
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        enrol(journal, ani, "ani")
        enrol(journal, budi, "budi")
        ani.save(register_unit(unit_card()))
        for store in (ani, budi):
            sync(store, journal)
        budi.save(move_unit(unit_in(budi), UnitState.EN_ROUTE, incident="x"))
        budi.save(place_unit(unit_in(budi), lon_deg=100.7, lat_deg=-0.9))
        ani.save(move_unit(unit_in(ani), UnitState.ON_SCENE, incident="x"))
        for store in (ani, budi, ani):
            sync(store, journal)
        states = {state_text(store.state("unit/TRC-1")) for store in (ani, budi)}
        assert states == {state_text(journal.state_of("unit/TRC-1"))}
        now = unit_in(budi)
        assert (now.state, now.places[-1].by, set(now.times)) == (
            UnitState.ON_SCENE,
            "budi",
            {"en_route", "on_scene"},
        )


def test_unit_of_another_opd_is_refused(tmp_path: Path):
    with (
        ServerJournal.open(tmp_path / "server") as journal,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
    ):
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        enrol(journal, ani, "ani")
        enrol(journal, budi, "budi")
        ani.save(register_unit(unit_card(opd="PMI")))
        for store in (ani, budi):
            sync(store, journal)
        with pytest.raises(NotPossible, match="unit_of_another_opd"):
            budi.save(move_unit(unit_in(budi), UnitState.EN_ROUTE))
        assert layer_rows(budi) == [("TRC-1", "PMI", "available", "post", 1, 0)]


def test_units_are_features_until_retired(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        store.save(register_unit(unit_card()))
        store.save(register_unit(unit_card("DMK-1", opd="Damkar", home=None)))
        assert layer_rows(store) == [
            ("DMK-1", "Damkar", "available", "", 0, 1),
            ("TRC-1", "BPBD", "available", "post", 1, 1),
        ]
        store.save(place_unit(unit_in(store), lon_deg=100.7, lat_deg=-0.9))
        store.save(move_unit(unit_in(store), UnitState.UNAVAILABLE))
        assert layer_rows(store)[1] == ("TRC-1", "BPBD", "unavailable", "person", 1, 1)
        store.save(retire_unit(unit_in(store), reason="bubar"))
        assert [row[0] for row in layer_rows(store)] == ["DMK-1"]
        assert unit_in(store).retired


def test_unit_table_is_guarded(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        store.save(register_unit(unit_card()))
        with (
            closing(sqlite3.connect(store.path)) as other,
            pytest.raises(sqlite3.OperationalError, match="tabuah_writer"),
        ):
            other.execute("DELETE FROM units")


@contextmanager
def version_without_units() -> Iterator[None]:
    """Run the block as a version without units."""
    taken = {kind: ENTRY_KINDS.pop(kind) for kind in list(ENTRY_KINDS) if kind.startswith("unit.")}
    try:
        yield
    finally:
        ENTRY_KINDS.update(taken)


def test_older_console_refolds_units_after_update(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        with open_store(tmp_path / "ani") as newer:
            enrol(journal, newer, "ani")
            newer.save(register_unit(unit_card()))
            newer.save(move_unit(unit_in(newer), UnitState.EN_ROUTE))
            sync(newer, journal)
            with version_without_units(), open_store(tmp_path / "budi") as older:
                enrol(journal, older, "budi")
                sync(older, journal)
                state = older.state("unit/TRC-1")
                assert (state.value, state.unknown_kinds) == (None, ("unit.registered", "unit.moved"))
        with open_store(tmp_path / "budi") as updated:
            assert state_text(updated.state("unit/TRC-1")) == state_text(journal.state_of("unit/TRC-1"))
            assert layer_rows(updated) == [("TRC-1", "BPBD", "en_route", "post", 1, 0)]


def test_older_cache_gets_unit_table(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        store.save(register_unit(unit_card()))
        path = store.path
    with closing(sqlite3.connect(path)) as file:
        file.create_function("tabuah_writer", 0, lambda: 1)
        file.execute("DROP TABLE units")
        file.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = 'units'")
        file.execute("DELETE FROM gpkg_contents WHERE table_name = 'units'")
        file.execute("DELETE FROM _sqlite_migrations WHERE name = '0006_units'")
        file.commit()
    with open_store(tmp_path / "data") as store:
        store.save(move_unit(unit_in(store), UnitState.EN_ROUTE))
        assert layer_rows(store) == [("TRC-1", "BPBD", "en_route", "post", 1, 1)]
