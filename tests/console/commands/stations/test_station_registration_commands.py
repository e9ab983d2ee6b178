"""`tabuah station register`, `edit`, `move`, `thresholds`, `retire`, `restore` and `parameters`, without a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users
from support.enrolled_console import enrolled_console

from tabuah.console.map.query_inputs import read_map_objects
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.map.maps import load_maps

CODE = "SLK-AWLR-90"
REGISTER = (
    *("station", "register", CODE, "--name", "AWLR Batang Contoh", "--kind", "sungai", "--at", "100.72,-0.95"),
    *("--parameter", "stage_m @600 -1..12", "--parameter", "battery_v", "--river", "Batang Contoh"),
    *("--threshold", "siaga_1=3,2", "--threshold", "siaga_2=2.6", "--source", "BWS Sumatera V"),
    *("--valid-from", "2026-01-01", "--gateway", "pupr"),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, admin=Role.ADMIN, citra=Role.OPERATOR, pupr=Role.GATEWAY)
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return enrolled_console(journal, tmp_path, capsys, "admin")


def test_station_register_saves_the_whole_station(console: CommandLineConsole):
    assert console.json(*REGISTER) == {"code": CODE, "name": "AWLR Batang Contoh", "gateway": "pupr"}
    shown = console.json("station", "show", CODE)
    assert shown["thresholds_m"] == {"siaga_1": 3.2, "siaga_2": 2.6}
    assert (shown["thresholds_source"], shown["gateway"]) == ("BWS Sumatera V", "pupr")
    assert [(p["code"], p["unit"], p["expected_interval_s"]) for p in shown["parameters"]] == [
        ("stage_m", "m", 600.0),
        ("battery_v", "V", 600.0),
    ]


@pytest.mark.parametrize(
    ("replaced", "by", "said"),
    [
        ("100.72,-0.95", "100.2,-0.95", "di luar kabupaten"),
        ("siaga_1=3,2", "siaga_1=2,0", "Siaga 4 normal"),
        ("pupr", "tidak-ada", "Tidak ada akun tidak-ada"),
        ("pupr", "citra", "akun orang"),
        ("battery_v", "ph", "Tidak ada parameter ph"),
        ("BWS Sumatera V", "", "sumber ambang"),
        ("2026-01-01", "kemarin", "bukan tanggal"),
    ],
)
def test_station_register_refuses_with_field_and_reason(
    console: CommandLineConsole, replaced: str, by: str, said: str
):
    console.run(*(by if word == replaced else word for word in REGISTER), code=2)
    assert said in console.errors
    assert "Tidak ada yang disimpan" in console.errors
    assert console.json("station", "list") == []


def test_station_register_refuses_known_code(console: CommandLineConsole):
    console.run(*REGISTER)
    console.run(*REGISTER, code=2)
    assert "sudah dipakai AWLR Batang Contoh" in console.errors


def test_operator_cannot_register(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    console = enrolled_console(journal, tmp_path, capsys, "citra")
    console.run(*REGISTER, code=2)
    assert console.json("station", "list") == []


def test_station_edit_changes_named_fields_only(console: CommandLineConsole):
    console.run(*REGISTER)
    edit = ("station", "edit", CODE, "--set", "owner=PUPR", "--set", "parameters=stage_m", "--reason", "serah terima")
    assert console.json(*edit) == {"code": CODE, "changed": ["owner", "parameters"]}
    shown = console.json("station", "show", CODE)
    assert [p["expected_interval_s"] for p in shown["parameters"]] == [600.0]
    console.run(*edit, code=2)
    assert "Tidak ada yang berubah" in console.errors


def test_station_move_keeps_the_reason(console: CommandLineConsole):
    console.run(*REGISTER)
    console.run("station", "move", CODE, "--at", "100.73,-0.96", "--elevation", "366,5", "--reason", "jembatan baru")
    shown = console.json("station", "show", CODE)
    assert (shown["lon_deg"], shown["lat_deg"], shown["elevation_m"]) == (100.73, -0.96, 366.5)
    assert [change["reason"] for change in shown["changes"]["positions"]] == ["jembatan baru"]
    assert "jembatan baru" in console.run("station", "show", CODE)
    console.run("station", "move", CODE, "--at", "100.2,-0.95", "--reason", "hulu", code=2)
    console.run("station", "move", CODE, "--at", "100.2,-0.95", "--outside", "hulu di Agam", "--reason", "hulu")


def test_station_thresholds_are_changed_with_history(console: CommandLineConsole):
    console.run(*REGISTER)
    change = ("station", "thresholds", CODE, "--set", "siaga_1=3,5", "--source", "SK 12/2026")
    console.run(*change, code=2)
    assert "alasan" in console.errors
    console.run(*change, "--reason", "kajian baru")
    told = console.json("station", "thresholds", CODE)
    assert (told["thresholds_m"]["siaga_1"], told["source"]) == (3.5, "SK 12/2026")
    (changed,) = told["changes"]
    assert (changed["before"]["siaga_1"], changed["after"]["siaga_1"]) == (3.2, 3.5)
    assert "kajian baru" in console.run("station", "thresholds", CODE)


def objects_of(console: CommandLineConsole) -> set[str]:
    """Return the ids of what map queries find near the station."""
    return {each.id for each in read_map_objects(console.directory, load_maps(console.directory)).all}


def test_retired_station_leaves_the_list_until_it_is_restored(console: CommandLineConsole):
    console.run(*REGISTER)
    assert console.json("station", "retire", CODE, "--reason", "hanyut") == {"code": CODE, "retired": True}
    assert console.json("station", "list") == []
    assert [row["retired"] for row in console.json("station", "list", "--all")] == [True]
    assert "hanyut" in console.run("station", "show", CODE)
    assert CODE not in objects_of(console)
    console.run("station", "retire", CODE, "--reason", "lagi", code=2)
    console.run("station", "restore", CODE, "--reason", "dipasang lagi")
    assert [row["code"] for row in console.json("station", "list")] == [CODE]
    assert CODE in objects_of(console)
    console.run("station", "restore", CODE, "--reason", "lagi", code=2)


def test_station_register_in_an_exercise_stays_in_it(console: CommandLineConsole):
    console.run("exercise", "start", "Gempa")
    console.run(*REGISTER, "--exercise", "Gempa")
    assert console.json("station", "list") == []
    assert [row["code"] for row in console.json("station", "list", "--exercise", "Gempa")] == [CODE]
    console.run("station", "retire", CODE, "--reason", "uji", code=2)
    console.run("station", "edit", CODE, "--set", "owner=X", "--reason", "uji", "--exercise", "Gempa")


def test_parameters_lists_the_catalogue(console: CommandLineConsole):
    listed = {each["code"]: each for each in console.json("station", "parameters")}
    assert listed["stage_m"]["unit"] == "m"
    assert "lon_deg" not in listed
    assert "Tinggi muka air" in console.run("station", "parameters")


def test_station_history_lists_authors_differences_and_reasons(console: CommandLineConsole):
    console.run(*REGISTER)
    console.run("station", "thresholds", CODE, "--set", "siaga_1=3,5", "--reason", "kajian baru")
    console.run("station", "retire", CODE, "--reason", "jembatan diganti")
    events = console.json("station", "history", CODE)
    assert [(event["kind"], event["by"], event["reason"], event["pending"]) for event in events] == [
        ("station.retired", "admin", "jembatan diganti", True),
        ("station.changed", "admin", "kajian baru", True),
        ("station.registered", "admin", "", True),
    ]
    assert "3,20 m → 3,50 m" in events[1]["text"]
    assert "jembatan diganti" in console.run("station", "history", CODE.lower())
