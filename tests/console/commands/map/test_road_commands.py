"""`tabuah map roads`, and units by distance by road."""

import json
from pathlib import Path

import pytest
import shapely
from support.command_line import CommandLineConsole
from support.osm_samples import write_extract
from support.road_networks import at

from tabuah.storage.cache.map.road_files import network_path


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "data", capsys)


def position(east_km: float, north_km: float) -> str:
    lon, lat = at(east_km, north_km)
    return f"{lat:.6f}, {lon:.6f}"


def import_valley(line: CommandLineConsole, folder: Path, *, name: str = "jalan_kabupaten") -> None:
    """Import two banks of a river with a bridge at 2 km and a way round at 10 km, ends off by half a metre."""
    roads = {
        "Jalan Selatan": [(0, 0), (10, 0)],
        "Jalan Utara": [(0, 1), (10, 1)],
        "Jembatan Lama": [(2, 0.0005), (2, 0.9995)],
        "Jalan Lingkar": [(10, 0), (10, 1)],
    }
    features = [
        {
            "type": "Feature",
            "properties": {"nama": road},
            "geometry": shapely.geometry.mapping(shapely.LineString([at(*corner) for corner in corners])),
        }
        for road, corners in roads.items()
    ]
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    line.json("map", "import", str(file))


def register(line: CommandLineConsole, code: str, where: str, kind: str = "fire") -> None:
    line.json("unit", "register", code, "--name", code, "--kind", kind, "--opd", "Damkar", "--home", where)


def test_a_network_of_an_imported_layer(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    built = line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    assert built["joined_ends"] == 2
    assert built["network"]["source"]["name"] == "jalan_kabupaten"
    assert built["network"]["junctions"] == 6
    assert built["network"]["parts"] == 1
    shown = line.json("map", "roads", "show")
    assert shown == built["network"] | {"outdated": False}
    found = line.json("map", "roads", "route", position(0, 0), position(0, 1))
    assert found["road_m"] == pytest.approx(5_000, rel=0.001)
    assert found["straight_m"] == pytest.approx(1_000, rel=0.001)
    assert [road["name"] for road in found["roads"]] == ["Jalan Selatan", "Jembatan Lama", "Jalan Utara"]


def test_texts_of_a_network(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    text = line.run("map", "roads", "build", "--layer", "jalan_kabupaten")
    assert "lapisan jalan_kabupaten" in text
    assert "22,0 km" in text
    assert "2 ujung yang hampir menyentuh jalan disambungkan" in text
    route = line.run("map", "roads", "route", position(0, 0), position(0, 1))
    assert "5,0 km" in route
    assert "Jembatan Lama" in route


def test_a_route_is_written_as_a_line(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    file = tmp_path / "rute.geojson"
    line.json("map", "roads", "route", position(0, 0), position(0, 1), "--geojson", str(file))
    shape = shapely.geometry.shape(json.loads(file.read_text())["features"][0]["geometry"])
    assert shape.geom_type == "LineString"
    assert len(shape.coords) >= 4


def test_units_by_road_around_a_closed_bridge(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    register(line, "DMK-01", position(3, 1))
    register(line, "DMK-02", position(9, 0))
    lon, lat = at(3, 0)
    report = ("incident", "report", "--hazard", "kebakaran", "--severity", "severe", "--title", "Rumah terbakar")
    fire = line.json(*report, "--at", f"{lon:.6f},{lat:.6f}")["id"]

    def near() -> list[tuple[str, int, bool, bool]]:
        rows = line.json("unit", "list", "--near", fire)
        return [(row["id"], round(row["distance_m"], -2), row["by_road"], row["cut_off"]) for row in rows]

    assert near() == [("DMK-01", 3_000, True, False), ("DMK-02", 6_000, True, False)]
    closed = line.json(
        "disruption", "report", "Jembatan Lama", "--kind", "jembatan", "--source", "Polsek", "--at", position(2, 0.5)
    )
    assert near() == [("DMK-02", 6_000, True, False), ("DMK-01", 15_000, True, False)]
    route = line.json("map", "roads", "route", "DMK-01", fire)
    assert route["avoided"] == ["Jembatan Lama"]
    needs = line.json("unit", "suggest", fire)
    assert [unit["id"] for unit in needs[0]["units"]] == ["DMK-02", "DMK-01"]
    assert "6,0 km jalan" in line.run("unit", "list", "--near", fire)
    line.json("disruption", "report", "Jalan Lingkar", "--kind", "jalan", "--source", "PU", "--at", position(10, 0.5))
    assert near() == [("DMK-02", 6_000, True, False), ("DMK-01", 1_000, False, True)]
    assert "tanpa jalan (1,0 km lurus)" in line.run("unit", "list", "--near", fire)
    assert line.json("map", "roads", "route", "DMK-01", fire)["road_m"] is None
    line.json("disruption", "end", closed["id"], "--reason", "dibuka")
    assert near() == [("DMK-01", 3_000, True, False), ("DMK-02", 6_000, True, False)]
    assert line.json("map", "roads", "remove") == {"removed": True}
    assert near() == [("DMK-01", 1_000, False, False), ("DMK-02", 6_000, False, False)]
    assert "1,0 km lurus" in line.run("unit", "list", "--near", fire)


def test_a_base_map_brings_its_network(line: CommandLineConsole, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "sumbar.osm.pbf")
    line.json("map", "build", "--osm", str(extract))
    shown = line.json("map", "roads", "show")
    assert shown["source"]["kind"] == "base_map"
    assert set(shown["lengths_by_class_m"]) == {"primary", "local"}
    with_tracks = line.json("map", "roads", "build", "--with-tracks")
    assert "track" in with_tracks["network"]["lengths_by_class_m"]
    line.json("map", "build", "--osm", str(extract))
    assert "track" in line.json("map", "roads", "show")["lengths_by_class_m"]  # kept by the next base map


def test_a_new_base_map_leaves_the_network_of_a_layer(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    line.json("map", "build", "--osm", str(write_extract(tmp_path / "sumbar.osm.pbf")))
    assert line.json("map", "roads", "show")["source"]["kind"] == "layer"


def test_a_changed_source_is_told_with_the_command(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    line.json("map", "remove", "jalan_kabupaten")
    assert line.json("map", "roads", "show")["outdated"]
    assert _roads_check(line) == {"ok": False}
    assert 'tabuah map roads build --layer "jalan_kabupaten"' in line.run("map", "roads", "show")


@pytest.mark.parametrize(
    "words",
    [("build",), ("build", "--layer", "lain"), ("build", "--layer", "x", "--with-tracks"), ("show",)],
    ids=["no-base-map", "no-layer", "both", "no-network"],
)
def test_without_a_source_nothing_is_built(line: CommandLineConsole, words: tuple[str, ...]) -> None:
    line.run("map", "roads", *words, code=2)
    assert line.errors


def test_without_a_network_there_is_no_route_and_nothing_to_remove(line: CommandLineConsole) -> None:
    line.run("map", "roads", "route", position(0, 0), position(1, 0), code=2)
    assert "tabuah map roads build" in line.errors
    assert line.json("map", "roads", "remove") == {"removed": False}


def test_a_damaged_network_leaves_straight_distances_and_says_so(line: CommandLineConsole, tmp_path: Path) -> None:
    import_valley(line, tmp_path)
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    file = network_path(tmp_path / "data")
    file.write_bytes(file.read_bytes()[:500])
    register(line, "DMK-01", position(3, 1))
    lon, lat = at(3, 0)
    report = ("incident", "report", "--hazard", "kebakaran", "--title", "Rumah terbakar")
    fire = line.json(*report, "--at", f"{lon:.6f},{lat:.6f}")["id"]
    (row,) = line.json("unit", "list", "--near", fire)
    assert row["by_road"] is False
    line.run("map", "roads", "show", code=2)
    assert "rusak" in line.errors
    assert _roads_check(line) == {"ok": False}
    line.json("map", "roads", "build", "--layer", "jalan_kabupaten")
    (row,) = line.json("unit", "list", "--near", fire)
    assert row["by_road"] is True
    assert _roads_check(line) == {"ok": True}


def _roads_check(line: CommandLineConsole) -> dict[str, bool]:
    """Return whether `doctor` finds the road network in order."""
    checks = line.json("doctor", code=6)
    return next({"ok": check["ok"]} for check in checks if check["check"] == "roads")
