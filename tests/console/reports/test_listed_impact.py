"""The impact of open incidents as columns of the files of the incident list."""

import csv
import json
from pathlib import Path

import pytest
import shapely
from support.command_line import CommandLineConsole
from support.console_stores import open_store, report_incident_at

from tabuah.console.map.map_import import import_layer
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import move_incident


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def take_schools(console: CommandLineConsole, folder: Path, *places: tuple[float, float]) -> None:
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shapely.Point(place)), "properties": {"nama": "SDN"}}
        for place in places
    ]
    file = folder / "sekolah.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    import_layer(console.directory, file)


def test_list_has_the_impact_of_open_incidents(console: CommandLineConsole, tmp_path: Path):
    with open_store(console.directory) as store:
        first, ended = report_incident_at(store), report_incident_at(store)
        assert first.place is not None
        store.save(move_incident(store.incident(ended.id), Status.FALSE_REPORT, reason="uji"))
        place = (first.place.lon_deg, first.place.lat_deg)
    take_schools(console, tmp_path, place, (place[0] + 0.001, place[1]), (place[0] + 1, place[1]))

    file = tmp_path / "insiden.geojson"
    console.run("report", "list", "-o", str(file))
    listed = {each["id"]: each["properties"] for each in json.loads(file.read_text())["features"]}
    assert listed[first.id]["impact_schools"] == 2
    assert listed[first.id]["impact_people"] is None  # no layer has people
    assert listed[ended.id]["impact_schools"] is None

    table = tmp_path / "insiden.csv"
    console.run("incident", "search", "-o", str(table))
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert sorted(row["Sekolah di dalam"] for row in rows) == ["", "2"]
