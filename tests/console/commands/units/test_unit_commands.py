"""`tabuah unit` on a console's own data, without a server."""

import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.unit_samples import drive

from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

REGISTER = ("unit", "register", "trc-1", "--name", "TRC BPBD 1", "--opd", "BPBD", "--kind", "trc")
HOME = ("--home", "100.6156,-0.9571", "--home-name", "Arosuka")


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def units(line: CommandLine) -> CommandLine:
    line.json(*REGISTER, *HOME, "--tracker", "gps-1", "--members", "6", "--contact", "kanal 7")
    line.json("unit", "register", "DMK-1", "--name", "Damkar Arosuka", "--opd", "Damkar", "--kind", "Damkar", *HOME)
    line.json("unit", "register", "TRC-2", "--name", "TRC BPBD 2", "--opd", "BPBD", "--kind", "quick_response")
    return line


def report(line: CommandLine, at: str = "100.63,-0.80") -> str:
    told = line.json("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--at", at)
    return str(told["number"])


def keep(line: CommandLine, *way: tuple[float, float], minutes_ago: float = 2) -> None:
    start = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    with ReadingsStore(line.data / FILE_NAME) as store:
        store.store(drive("GPS-1", way, start_at=start))


def row(line: CommandLine, unit: str) -> dict[str, object]:
    return next(each for each in line.json("unit", "list") if each["id"] == unit)


def test_unit_list_sorts_by_opd_and_state(units: CommandLine):
    units.json("unit", "move", "TRC-1", "di lokasi")
    assert [(each["opd"], each["id"], each["state"]) for each in units.json("unit", "list")] == [
        ("BPBD", "TRC-2", "available"),
        ("BPBD", "TRC-1", "on_scene"),
        ("Damkar", "DMK-1", "available"),
    ]


def test_unit_list_without_units_gives_advice(line: CommandLine):
    code, out, _err = line("unit", "list")
    assert (code, out.strip()) == (0, "Belum ada regu. Daftarkan dengan: tabuah unit register")


def test_unit_show_has_details_and_position(units: CommandLine):
    code, out, _err = units("unit", "show", "trc-1")
    assert code == 0
    for word in ("TRC BPBD 1", "Tim reaksi cepat", "Tersedia", "di pangkalan", "kanal 7", "GPS-1", "Arosuka", "6"):
        assert word in out
    told = units.json("unit", "show", "TRC-1")
    assert (told["tracker"], told["home"]["name"], told["places"]) == ("GPS-1", "Arosuka", [])


def test_unit_position_has_gps_age_and_heading(units: CommandLine):
    keep(units, (100.60, -0.90), (100.60, -0.896), (100.60, -0.892))
    told = row(units, "TRC-1")
    assert (told["position_source"], told["lat_deg"], told["position_old"]) == ("gps", -0.892, False)
    heading = float(str(told["heading_deg"]))
    assert min(heading, 360 - heading) < 1
    assert "GPS, 1 mnt lalu" in units("unit", "list")[1]


def test_unit_position_is_marked_old_without_heading(units: CommandLine):
    keep(units, (100.60, -0.90), (100.60, -0.896), minutes_ago=200)
    told = row(units, "TRC-1")
    assert (told["position_old"], told["heading_deg"]) == (True, None)


def test_unit_place_keeps_time_and_author(units: CommandLine):
    told = units.json("unit", "place", "TRC-2", "--nagari", "Koto Baru", "--note", "simpang tiga")
    assert told["position_source"] == "person"
    assert units.json("unit", "show", "TRC-2")["places"][0]["note"] == "simpang tiga"
    units.json("unit", "place", "TRC-2", "--at", "100.7,-0.9", "--occurred-at", "2026-01-01T00:00")
    assert row(units, "TRC-2")["lon_deg"] == told["lon_deg"]


@pytest.mark.parametrize("wrong", [(), ("--at", "100.7,-0.9", "--nagari", "Koto Baru"), ("--at", "di sana")])
def test_unit_place_rejects_invalid_position(units: CommandLine, wrong: tuple[str, ...]):
    assert units("unit", "place", "TRC-2", *wrong)[0] == 2


def test_unit_near_incident_shares_its_steps(units: CommandLine):
    keep(units, (100.60, -0.80), (100.60, -0.80))
    number = report(units)
    near = units.json("unit", "list", "--near", number)
    assert [each["id"] for each in near] == ["TRC-1", "DMK-1", "TRC-2"]
    assert 3300 < near[0]["distance_m"] < 3400
    units.json("incident", "edit", number, "--set", "assignment=TRC-1, Tagana")
    units.json("incident", "move", number, "en_route")
    assert row(units, "TRC-1")["state"] == "en_route"
    assert row(units, "TRC-1")["incidents"] == [number]
    assert [each["id"] for each in units.json("unit", "list", "--near", number)] == ["DMK-1", "TRC-2", "TRC-1"]


def test_unit_move_requires_incident_for_two_missions(units: CommandLine):
    first, second = report(units), report(units, "100.7,-0.9")
    for number in (first, second):
        units.json("incident", "edit", number, "--set", "assignment=TRC-1")
    code, _out, err = units("unit", "move", "TRC-1", "on_scene")
    assert code == 2
    assert first in err
    assert second in err
    told = units.json("unit", "move", "TRC-1", "on_scene", "--incident", second)
    assert (told["state"], told["double"]) == ("on_scene", True)


def test_unit_move_to_incident_that_does_not_name_it_gives_the_command(units: CommandLine):
    number = report(units)
    units.json("incident", "edit", number, "--set", "assignment=Tagana")
    code, _out, err = units("unit", "move", "TRC-1", "assigned", "--incident", number)
    command = f"tabuah incident edit {number} --set assignment='Tagana, TRC-1'"
    assert (code, command in err) == (0, True)
    units.json(*shlex.split(command)[1:])
    assert (row(units, "TRC-1")["state"], row(units, "TRC-1")["incidents"]) == ("assigned", [number])
    assert units("unit", "move", "TRC-1", "en_route", "--incident", number)[2] == ""


def test_unit_retire_rejects_unit_on_mission(units: CommandLine):
    number = report(units)
    units.json("incident", "edit", number, "--set", "assignment=TRC-1")
    code, _out, err = units("unit", "retire", "TRC-1", "--reason", "bubar")
    assert code != 0
    assert number in err
    units.json("unit", "retire", "TRC-2", "--reason", "bubar")
    assert "TRC-2" not in {each["id"] for each in units.json("unit", "list")}
    assert units.json("unit", "list", "--all")[-1]["retired"]
    assert units("unit", "move", "TRC-2", "en_route")[0] != 0


def test_unit_edit_changes_single_fields(units: CommandLine):
    units.json("unit", "edit", "TRC-1", "--set", "members=8", "--set", "kind=sar", "--home", "100.7,-0.9")
    told = units.json("unit", "show", "TRC-1")
    assert (told["members"], told["kind"], told["home"]["lon_deg"]) == (8, "search_rescue", 100.7)


@pytest.mark.parametrize(
    "wrong",
    [
        ("unit", "edit", "TRC-1"),
        ("unit", "edit", "TRC-1", "--set", "members=banyak"),
        ("unit", "edit", "TRC-1", "--set", "warna=merah"),
        ("unit", "edit", "TRC-2", "--set", "tracker=GPS-1"),
        ("unit", "edit", "TRC-2", "--set", "name="),
        ("unit", "show", "TRC-9"),
        ("unit", "move", "TRC-1", "tidur"),
        ("unit", "register", "TRC 9", "--name", "x", "--opd", "x", "--kind", "trc"),
        ("unit", "register", "TRC-9", "--name", "x", "--opd", "x", "--kind", "trc", "--home-name", "Arosuka"),
        ("unit", "register", "TRC-1", "--name", "x", "--opd", "x", "--kind", "trc"),
    ],
)
def test_unit_commands_reject_invalid_changes(units: CommandLine, wrong: tuple[str, ...]):
    before = units.json("unit", "list")
    code, _out, err = units(*wrong)
    assert code in (2, 4, 5), err
    assert err
    after = units.json("unit", "list")
    assert [each["id"] for each in after] == [each["id"] for each in before]


def test_map_near_lists_units(units: CommandLine):
    keep(units, (100.60, -0.80), (100.60, -0.80))
    found = units.json("map", "near", "100.60,-0.80", "--kind", "unit")["things"]
    assert [(thing["id"], thing["name"]) for thing in found] == [("TRC-1", "TRC BPBD 1"), ("DMK-1", "Damkar Arosuka")]
    assert found[0]["distance_m"] < 1


def test_map_picture_shows_units(units: CommandLine):
    from tabuah.console.map.map_picture import map_content
    from tabuah.storage.cache.map.maps import load_maps
    from tabuah.storage.cache.store import ConsoleStore

    store = ConsoleStore(units.data)
    try:
        content = map_content(store, load_maps(units.data), theme="light")
    finally:
        store.close()
    assert list(content.units.ids) == ["TRC-1", "DMK-1"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("../../x", "--name", "X", "--opd", "BPBD"),
            "Tanda panggil: 2 s.d. 40 huruf besar, angka, dan tanda hubung",
        ),
        (("TRC-9", "--name", "X", "--opd", "BPBD", "--tracker", "../x"), "Kode pelacak GPS"),
        (("TRC-9", "--name", "X" * 121, "--opd", "BPBD"), "Nama lengkap: 1 s.d. 120 karakter"),
        (("TRC-9", "--name", "X", "--opd", "BPBD", "--contact", "7" * 401), "400 karakter"),
    ],
)
def test_unit_register_refuses_a_field_with_its_rule(line: CommandLine, options: tuple[str, ...], sentence: str):
    code, _out, err = line("unit", "register", *options, "--kind", "trc")
    assert code == 2
    assert sentence in err
    assert not any(part in err for part in ("Expected", "regex", "$."))
