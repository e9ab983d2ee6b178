"""`tabuah map build`, `where`, `near` and `inside`: a base map in use, and queries on it."""

import json
import re
from pathlib import Path

import pytest
import shapely
from support.command_line import CommandLine
from support.osm_samples import write_extract

from tabuah.gis.osm.base_map_file import ATTRIBUTION
from tabuah.gis.regency_map import ROADS_NOTE
from tabuah.storage.cache.map.maps import load_maps

FEEDS = "feeds"


def refusal(line: CommandLine, *arguments: str) -> str:
    code, _out, err = line(*arguments)
    assert code == 2
    return err


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def built(line: CommandLine, tmp_path: Path) -> CommandLine:
    line.json("map", "build", "--osm", str(write_extract(tmp_path / "solok.osm.pbf")))
    return line


def test_map_build_map_shows_its_source(built: CommandLine):
    maps = load_maps(built.data)
    assert {"roads_main", "buildings", "facilities"} <= {layer.name for layer in maps.imported}
    assert maps.base_map.attribution[0] == ATTRIBUTION
    assert ROADS_NOTE not in maps.base_map.notes
    assert not maps.problems


def test_map_build_prints_counts_and_problems(line: CommandLine, tmp_path: Path):
    answer = line.json("map", "build", "--osm", str(write_extract(tmp_path / "solok.osm.pbf")))
    assert (answer["in_use"], answer["counts"]["roads"], answer["counts"]["buildings"]) == (True, 3, 41)
    assert answer["troubles"] == {"missing_nodes": 1, "broken_ways": 2, "broken_areas": 2}
    assert Path(answer["file"]).exists()


def test_map_import_accepts_built_base_map(line: CommandLine, tmp_path: Path):
    file = tmp_path / "peta.gpkg"
    line.json("map", "build", "--osm", str(write_extract(tmp_path / "solok.osm.pbf")), "-o", str(file))
    assert load_maps(line.data).imported == ()
    taken = line.json("map", "import", str(file))
    assert taken["base_map"] == "peta.gpkg"
    assert taken["layers"]["buildings"] == 41
    assert {layer.name for layer in load_maps(line.data).imported} == set(taken["layers"])


def test_map_build_keeps_map_after_bad_extract(built: CommandLine, tmp_path: Path):
    before = load_maps(built.data).imported
    bad = tmp_path / "rusak.osm.pbf"
    bad.write_bytes(b"halo")
    assert "rusak.osm.pbf" in refusal(built, "map", "build", "--osm", str(bad))
    assert [layer.name for layer in load_maps(built.data).imported] == [layer.name for layer in before]


@pytest.mark.parametrize(
    "words",
    [
        ("-0.83589,", "100.65686"),
        ("0°50'09.2\" LS 100°39'24.7\" BT",),
        ("47M", "PV", "84373", "07570"),
        ("koto baru, kubung",),
    ],
)
def test_map_where_accepts_all_formats_and_names(line: CommandLine, words: tuple[str, ...]):
    answer = line.json("map", "where", *words)
    assert (answer["nagari"], answer["kecamatan"], answer["certainty"]) == ("Koto Baru", "Kubung", "approximate")
    assert answer["forms"]["mgrs"].startswith("47M PV 8437")
    assert answer["lon_deg"] == pytest.approx(100.65686, abs=1e-4)


def test_map_where_rejects_unknown_places(line: CommandLine):
    assert "47M" in refusal(line, "map", "where", "100.6 LS 200.7 LS")
    assert "Xyzzy" in refusal(line, "map", "where", "Xyzzy")


def test_map_near_sorts_by_distance_and_kind(built: CommandLine):
    things = built.json("map", "near", "-0.84,100.66", "--limit", "2")["things"]
    assert [thing["name"] for thing in things] == ["SDN 05 Koto Baru", "Puskesmas Talang"]
    assert things[0]["distance_m"] == pytest.approx(0, abs=0.5)
    (hospital,) = built.json("map", "near", "-0.84,100.66", "--kind", "hospital")["things"]
    assert hospital["distance_m"] == pytest.approx(1_569, abs=5)
    (road,) = built.json("map", "near", "-0.84,100.66", "--kind", "road", "--limit", "1")["things"]
    assert road["kind"].startswith("road/")
    assert "hospital" in refusal(built, "map", "near", "-0.84,100.66", "--kind", "castle")


def test_map_near_reports_no_objects(line: CommandLine):
    assert line.json("map", "near", "koto baru, kubung")["things"] == []


def test_map_inside_sums_content_of_circle(built: CommandLine):
    answer = built.json("map", "inside", "--around", "-0.85,100.66", "--radius", "4")
    assert (answer["people"], answer["people_places"], answer["people_unknown"]) == (12_500, 1, 0)
    assert answer["counts"]["puskesmas"] == 1
    assert answer["kecamatan"][0]["share"] > 0
    assert answer["area_m2"] == pytest.approx(50.26e6, rel=1e-3)


def test_map_inside_warning_elsewhere_names_no_kecamatan(built: CommandLine, reference_data: Path):
    answer = built.json("map", "inside", "--cap", str(reference_data / FEEDS / "bmkg_cap_CGT20260924002_alert.xml"))
    assert answer["area_m2"] > 0
    assert answer["kecamatan"] == []


def test_map_inside_warning_here_names_areas(built: CommandLine, reference_data: Path, tmp_path: Path):
    text = (reference_data / FEEDS / "bmkg_cap_CGT20260924002_alert.xml").read_text("utf-8")
    here = "<polygon>-0.80,100.60 -0.80,100.70 -0.90,100.70 -0.90,100.60 -0.80,100.60</polygon>"
    file = tmp_path / "peringatan.xml"
    file.write_text(re.sub(r"<polygon>.*?</polygon>", here, text, flags=re.DOTALL), "utf-8")
    answer = built.json("map", "inside", "--cap", str(file))
    assert answer["area_m2"] == pytest.approx(123.1e6, rel=0.01)
    assert answer["kecamatan"][0]["name"] == "Kubung"
    assert 0.3 < answer["kecamatan"][0]["share"] < 0.6
    assert "Koto Baru" in {nagari["name"] for nagari in answer["nagari"]}
    assert answer["people"] == 12_500


def test_map_inside_kecamatan_is_covered_completely(built: CommandLine):
    answer = built.json("map", "inside", "--in", "Kubung")
    assert (answer["kecamatan"][0]["name"], answer["kecamatan"][0]["share"]) == ("Kubung", pytest.approx(1.0))


def test_map_inside_requires_one_area_with_borders(line: CommandLine):
    assert "--around" in refusal(line, "map", "inside")
    assert "map import" in refusal(line, "map", "inside", "--in", "Cupak")


def figures(answer: dict) -> dict[str, dict]:
    return {each["kind"]: each for each in answer["figures"]}


def test_map_impact_counts_base_map_with_source(built: CommandLine):
    found = figures(built.json("map", "impact", "--around", "-0.84 100.66", "--radius", "3"))
    assert (found["schools"]["amount"], found["health"]["amount"]) == (1, 2)
    assert found["people"]["amount"] == 12_500
    assert found["bridges"]["source"] == "OpenStreetMap"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["roads"]["dated_on"])


def test_map_impact_without_layers_is_not_known(line: CommandLine):
    answer = line.json("map", "impact", "--around", "Koto Baru", "--radius", "1")
    assert {each["amount"] for each in answer["figures"]} == {None}
    _code, out, _err = line("map", "impact", "--around", "Koto Baru")
    assert out.count("elum diketahui") == 1
    assert "tidak ada lapisan" in out
    assert "tabuah map import" in out


def test_map_impact_takes_population_and_schools_of_imported_layers(built: CommandLine, tmp_path: Path):
    wards = shapely.box(100.60, -0.90, 100.64, -0.86), shapely.box(100.64, -0.90, 100.70, -0.80)
    write_features(
        tmp_path / "penduduk.geojson", [(w, {"nama": "N", "jiwa": 1000 * (n + 1)}) for n, w in enumerate(wards)]
    )
    write_features(tmp_path / "sekolah.geojson", [(shapely.Point(100.645, -0.85), {"nama": "SDN 9"})])
    for name in ("penduduk", "sekolah"):
        built.json("map", "import", str(tmp_path / f"{name}.geojson"))
    found = figures(built.json("map", "impact", "--around", "-0.85 100.65", "--radius", "1"))
    assert (found["schools"]["amount"], found["schools"]["source"]) == (1, "sekolah")
    assert found["people"]["source"] == "penduduk"
    assert found["people"]["estimate"]
    assert 0 < found["people"]["amount"] < 2_000
    assert (found["people"]["low"], found["people"]["high"]) == (0, 2_000)


def test_map_impact_of_incident_uses_its_place(built: CommandLine):
    number = built.json(*("incident", "report", "--hazard", "flood", "--title", "Banjir", "--at", "-0.84, 100.66"))[
        "number"
    ]
    answer = built.json("map", "impact", "--incident", number)
    assert answer["radius_m"] == 1_000
    assert figures(answer)["schools"]["amount"] == 1


def test_map_impact_needs_one_area(line: CommandLine):
    assert "--incident" in refusal(line, "map", "impact")
    assert "--incident" in refusal(line, "map", "impact", "--around", "Koto Baru", "--in", "Kubung")
    assert "tidak-ada" in refusal(line, "map", "impact", "--warning", "tidak-ada")


def write_features(file: Path, features: list[tuple[shapely.Geometry, dict]]) -> None:
    made = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": properties}
        for shape, properties in features
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
