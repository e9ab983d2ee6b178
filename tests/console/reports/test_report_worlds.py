"""Reports, exports and maps of a console with both real work and an exercise."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.console_stores import open_store
from support.flood_report import words_of
from support.two_worlds import MARK, TwoWorlds

from tabuah.console.map.map_picture import map_content
from tabuah.console.map.query_inputs import read_map_objects
from tabuah.console.reports.daily_export import draw_daily_map, export_daily_report, read_daily_sources
from tabuah.console.reports.daily_report import make_daily_report
from tabuah.console.reports.incident_report import ReportKind
from tabuah.console.reports.report_export import FileFormat, ListFormat, export_incident, export_incident_list
from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD, ExerciseScope
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.time_zone import home_zone
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.map.maps import load_maps

pytestmark = pytest.mark.usefixtures("qapp")


def export(worlds: TwoWorlds, incident: Incident, file_format: FileFormat) -> bytes:
    issued = export_incident(worlds.store, incident.id, kind=ReportKind.INITIAL, file_format=file_format)
    return issued.content


def scopes(worlds: TwoWorlds) -> dict[str, ExerciseScope]:
    return {"real": REAL_WORLD, "drill": worlds.scope, "all": ALL_WORLDS}


def today(worlds: TwoWorlds) -> date:
    return worlds.store.now().astimezone(home_zone()).date()


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[TwoWorlds]:
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "data") as store:
        yield TwoWorlds(store, journal)


def test_real_report_names_no_station_of_exercise(worlds: TwoWorlds, tmp_path: Path):
    words = words_of(export(worlds, worlds.real, FileFormat.PDF), tmp_path)
    assert "AWLR Nyata" in words
    assert "AWLR Simulasi" not in words
    assert "Siaga 1" not in words
    assert "LATIHAN" not in words.upper()


def test_exercise_report_names_only_its_stations(worlds: TwoWorlds, tmp_path: Path):
    words = words_of(export(worlds, worlds.drill, FileFormat.PDF), tmp_path)
    assert "AWLR Simulasi (SLK-AWLR-03)" in words
    assert f"{worlds.exercise_id}~" not in words
    assert "AWLR Nyata" not in words
    pages = int(words.split("Halaman 1 dari ")[1].split()[0])
    assert words.upper().count(MARK.upper()) >= pages


def test_exercise_exports_carry_its_name(worlds: TwoWorlds):
    text = export(worlds, worlds.drill, FileFormat.TXT).decode()
    assert text.splitlines()[1] == f"*{MARK}: Latihan, bukan kejadian nyata.*"
    cap = export(worlds, worlds.drill, FileFormat.CAP).decode()
    assert "<status>Exercise</status>" in cap
    assert f"<note>{MARK}." in cap
    (feature,) = json.loads(export(worlds, worlds.drill, FileFormat.GEOJSON))["features"]
    assert (feature["properties"]["exercise"], feature["properties"]["exercise_id"]) == (True, worlds.exercise_id)


@pytest.mark.parametrize(
    ("wanted", "numbers"), [("real", ["real"]), ("drill", ["drill"]), ("all", ["real", "drill"])]
)
def test_list_export_keeps_to_its_scope(worlds: TwoWorlds, wanted: str, numbers: list[str]):
    issued = export_incident_list(worlds.store, list_format=ListFormat.GEOJSON, scope=scopes(worlds)[wanted])
    found = [feature["properties"] for feature in json.loads(issued.content)["features"]]
    assert {each["number"] for each in found} == {getattr(worlds, name).number for name in numbers}
    assert issued.incidents == len(numbers)
    assert all(each["exercise"] is (each["exercise_id"] == worlds.exercise_id) for each in found)


def test_real_daily_report_is_free_of_exercise(worlds: TwoWorlds, tmp_path: Path):
    words = words_of(export_daily_report(worlds.store, today(worlds)).content, tmp_path)
    assert worlds.real.number in words
    assert worlds.drill.number not in words
    assert "Tidak ada alarm yang mulai pada hari ini." in words
    assert "LATIHAN" not in words.upper()


def test_daily_report_of_exercise_is_marked(worlds: TwoWorlds, tmp_path: Path):
    words = words_of(export_daily_report(worlds.store, today(worlds), worlds.scope).content, tmp_path)
    assert MARK in words
    assert worlds.drill.number in words
    assert worlds.real.number not in words
    assert "3,42 m · Siaga 1" in words


def test_daily_report_with_exercises_marks_each_row(worlds: TwoWorlds, tmp_path: Path):
    report = make_daily_report(read_daily_sources(worlds.store, today(worlds), ALL_WORLDS), today(worlds))
    assert (report.reported, report.exercises) == ((worlds.real,), (worlds.drill,))
    assert (len(report.alarms), len(report.exercise_alarms)) == (0, 1)
    words = words_of(export_daily_report(worlds.store, today(worlds), ALL_WORLDS).content, tmp_path)
    assert "TERMASUK LATIHAN" in words
    assert words.count(MARK) == 2  # its incident and its alarm


def test_daily_map_and_counts_show_one_world(worlds: TwoWorlds):
    real, drill = (draw(worlds, scope) for scope in (REAL_WORLD, worlds.scope))
    assert real != drill


def test_map_query_finds_only_the_real_world(worlds: TwoWorlds):
    directory = worlds.store.directory
    found = {each.id for each in read_map_objects(directory, load_maps(directory)).all}
    assert {worlds.gauge, worlds.real.number} <= found
    assert not found & {worlds.drill_gauge, worlds.drill.number}


def draw(worlds: TwoWorlds, scope: ExerciseScope) -> bytes:
    report = make_daily_report(read_daily_sources(worlds.store, today(worlds), scope), today(worlds))
    return draw_daily_map(report, worlds.store).files["map.png"]


@pytest.mark.parametrize(("wanted", "watermark"), [("real", ""), ("drill", MARK), ("all", "TERMASUK LATIHAN")])
def test_map_content_keeps_to_its_scope(worlds: TwoWorlds, wanted: str, watermark: str):
    scope = scopes(worlds)[wanted]
    content = map_content(worlds.store, load_maps(worlds.store.directory), theme="light", scope=scope)
    drills = {
        "drill": worlds.drill_gauge in content.stations.ids,
        "incident": worlds.drill.id in content.incidents.ids,
    }
    real = {"gauge": worlds.gauge in content.stations.ids, "incident": worlds.real.id in content.incidents.ids}
    assert set(real.values()) == {scope.real}
    assert set(drills.values()) == {scope != REAL_WORLD}
    assert content.watermark == watermark
