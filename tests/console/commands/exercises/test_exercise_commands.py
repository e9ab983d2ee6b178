"""`tabuah exercise`, and the scope of lists: the real world, one exercise, or both and marked."""

from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.sensor_samples import gauge

from tabuah.operations.exercises.scope import UNNAMED
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore

DRILL = ("--exercise", "gempa singkarak")
REPORT = ("incident", "report", "--hazard", "banjir", "--at", "100.63,-0.80", "--title")
REGISTER = ("unit", "register", "TRC-1", "--opd", "BPBD", "--kind", "trc", "--name")


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def drill(line: CommandLine) -> CommandLine:
    """A console with a running exercise, and an incident and a unit in both worlds."""
    line.json("exercise", "start", "Gempa Singkarak", "--note", "gladi")
    for options, title in (((), "Banjir"), (DRILL, "Latihan banjir")):
        line.json(*REPORT, title, *options)
        line.json(*REGISTER, title, *options)
    return line


def test_exercise_is_started_listed_and_ended(line: CommandLine):
    started = line.json("exercise", "start", "Gempa Singkarak")
    assert started["id"].startswith("gempa-singkarak-")
    assert [(each["name"], each["running"]) for each in line.json("exercise", "list")] == [("Gempa Singkarak", True)]
    code, _out, err = line("exercise", "wipe", "Gempa Singkarak", "--yes")
    assert (code, "berjalan" in err) == (2, True)
    assert line.json("exercise", "end")["running"] is False
    assert line.json("exercise", "wipe", "Gempa Singkarak", "--yes")["wiped_at"]


def test_exercise_wipe_needs_id_among_namesakes(line: CommandLine):
    ids = []
    for _turn in range(2):
        ids.append(line.json("exercise", "start", "Gladi")["id"])
        line.json("exercise", "end", "Gladi")
    code, _out, err = line("exercise", "wipe", "Gladi", "--yes")
    assert (code, all(each in err for each in ids)) == (2, True)
    assert line.json("exercise", "wipe", ids[0], "--yes")["id"] == ids[0]
    assert line.json("exercise", "wipe", "Gladi", "--yes")["id"] == ids[1]


def test_exercise_end_without_name_needs_one_running(line: CommandLine):
    code, _out, err = line("exercise", "end")
    assert (code, "latihan" in err) == (2, True)


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        ((), [("Banjir", None)]),
        (DRILL, [("Latihan banjir", "Gempa Singkarak")]),
        (("--with-exercises",), [("Banjir", None), ("Latihan banjir", "Gempa Singkarak")]),
        (("--exercise", UNNAMED), []),
    ],
)
def test_lists_show_their_scope(drill: CommandLine, options: tuple[str, ...], titles: list[tuple[str, str | None]]):
    incidents = drill.json("incident", "list", *options)
    assert sorted((each["title"], each["exercise"]) for each in incidents) == titles
    units = drill.json("unit", "list", *options)
    assert sorted((each["name"], each["exercise"]) for each in units) == titles
    assert {each["id"] for each in units} <= {"TRC-1"}


def test_text_marks_drills(drill: CommandLine):
    _code, out, _err = drill("incident", "list", "--with-exercises")
    marked = [row for row in out.splitlines() if "LATIHAN Gempa Singkarak" in row]
    assert [row.startswith("LATIHAN-SLK-") for row in marked] == [True]
    _code, out, _err = drill("unit", "list", *DRILL)
    assert "LATIHAN Gempa Singkarak" in out
    assert "~" not in out


def test_unknown_exercise_is_refused(line: CommandLine):
    code, _out, err = line("incident", "list", "--exercise", "Tsunami")
    assert (code, "Tsunami" in err) == (2, True)
    assert line("incident", "list", "--exercise", "unnamed", "--with-exercises")[0] == 2


def test_unit_of_drill_stays_in_drill(drill: CommandLine):
    real, of_drill = drill.json("incident", "list")[0]["id"], drill.json("incident", "list", *DRILL)[0]["id"]
    assert drill("unit", "move", "TRC-1", "assigned", "--incident", of_drill)[0] == 2
    drill.json("incident", "edit", of_drill, "--set", "assignment=TRC-1")
    moved = drill.json("unit", "move", "TRC-1", "assigned", "--incident", of_drill, *DRILL)
    assert (moved["exercise"], moved["state"]) == ("Gempa Singkarak", "assigned")
    assert drill.json("unit", "show", "TRC-1")["state"] == "available"
    assert len(drill.json("unit", "show", "TRC-1", *DRILL)["incidents"]) == 1
    assert drill.json("unit", "show", "TRC-1")["incidents"] == []
    assert [each["exercise"] for each in drill.json("unit", "list", "--near", real)] == [None]


def test_ended_exercise_takes_no_reports(drill: CommandLine):
    drill.json("exercise", "end")
    code, _out, err = drill(*REPORT, "Terlambat", *DRILL)
    assert (code, "selesai" in err) == (2, True)


def test_drill_station_has_plain_code(drill: CommandLine):
    exercise_id = drill.json("exercise", "list")[0]["id"]
    store = ConsoleStore(drill.data)
    identity = Identity(server_url="", server="", server_public_key="", user="admin", role=Role.ADMIN)
    try:
        store.remember_identity(identity)
        store.save_all([register_station(gauge()), register_station(station_in_exercise(gauge(), exercise_id))])
    finally:
        store.close()
    assert [(s["code"], s["exercise"]) for s in drill.json("station", "list", "--with-exercises")] == [
        ("SLK-AWLR-03", None),
        ("SLK-AWLR-03", "Gempa Singkarak"),
    ]
    assert drill.json("station", "show", "slk-awlr-03")["exercise"] is None
    assert drill.json("station", "show", "slk-awlr-03", *DRILL)["exercise"] == "Gempa Singkarak"
