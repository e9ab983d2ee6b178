"""`tabuah shelter`: add, count, correct, list, close, reopen and export."""

import json
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import open_store, report_incident_at

from tabuah.operations.exercises.drafts import start_exercise

ADD = ("shelter", "add", "SDN 03 Koto Baru", "--kind", "pengungsian", "--nagari", "Koto Baru, Kubung")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def test_shelter_is_added_counted_listed_and_shown(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    added = console.json(*ADD, "--capacity", "100", "--owner", "BPBD", "--incident", incident.number)
    assert (added["kind"], added["capacity"], added["people"]) == ("evacuation", 100, None)
    counted = console.json(
        "shelter", "count", added["id"], "120", "--source", "PMI", "--set", "perempuan=70", "--set", "lansia=9"
    )
    assert counted["people"] == 120
    console.json("shelter", "count", "sdn 03 koto  baru", "90", "--source", "BPBD")
    (row,) = console.json("shelter", "list", "--incident", incident.number)
    assert (row["people"], row["women"], row["sources_differ_by"], row["incident"]) == (90, None, 30, incident.number)
    console.run("shelter", "list")
    assert "90 jiwa" in console.errors
    shown = console.run("shelter", "show", added["id"][:13])
    assert "PMI" in shown
    assert "lansia 9" in shown
    assert [each["evacuees"]["people"] for each in console.json("shelter", "show", added["id"])["counts"]] == [
        90,
        120,
    ]


def test_shelter_is_changed_withdrawn_closed_and_reopened(console: CommandLineConsole):
    added = console.json(*ADD)
    changed = console.json("shelter", "change", added["id"], "--set", "name=SDN 3", "--set", "capacity=80")
    assert (changed["name"], changed["capacity"]) == ("SDN 3", 80)
    first = console.json("shelter", "count", added["id"], "40", "--source", "PMI")
    wrong = console.json("shelter", "count", added["id"], "400", "--source", "PMI")
    after = console.json("shelter", "withdraw-count", "SDN 3", wrong["entry"], "--reason", "salah ketik")
    assert after["people"] == first["people"] == 40
    closed = console.json("shelter", "close", "SDN 3", "--reason", "semua pulang")
    assert (closed["open"], closed["closed_reason"]) == (False, "semua pulang")
    assert console.json("shelter", "list") == []
    assert len(console.json("shelter", "list", "--all")) == 1
    console.run("shelter", "close", "SDN 3", "--reason", "x", code=2)
    assert console.json("shelter", "reopen", "SDN 3", "--reason", "hujan lagi")["open"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--kind", "tenda"), "command_post"),
        (("--capacity", "-1"), "1000000"),
        (("--at", "100,0.5"), "--outside"),
        (("--note", "x" * 401), "note"),
        (("--owner", "a\u202eb"), "owner"),
    ],
)
def test_bad_shelter_is_refused_in_words(console: CommandLineConsole, arguments: tuple[str, ...], words: str):
    place = () if arguments[0] == "--at" else ("--nagari", "Koto Baru, Kubung")
    console.run("shelter", "add", "SDN 03", *place, *arguments, code=2)
    assert words in console.errors
    assert console.json("shelter", "list", "--all") == []


@pytest.mark.parametrize(
    "pairs",
    [("--set", "men=130"), ("--set", "women=x"), ("--set", "anak=1", "--set", "children=2"), ("--set", "tua=1")],
)
def test_impossible_count_is_refused(console: CommandLineConsole, pairs: tuple[str, ...]):
    added = console.json(*ADD)
    console.run("shelter", "count", added["id"], "100", "--source", "PMI", *pairs, code=2)
    assert console.json("shelter", "show", added["id"])["counts"] == []


def test_shelters_of_an_exercise_are_apart(console: CommandLineConsole):
    with open_store(console.directory) as store:
        store.save(start_exercise("Galodo", known=(), suffix="1"))
    console.json(*ADD, "--exercise", "Galodo")
    assert console.json("shelter", "list") == []
    (row,) = console.json("shelter", "list", "--exercise", "Galodo")
    assert row["exercise"] == "Galodo"
    console.json(*ADD)
    console.run("shelter", "count", "SDN 03 Koto Baru", "5", "--source", "PMI", code=2)
    assert "id" in console.errors


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson"])
def test_shelters_are_exported(console: CommandLineConsole, tmp_path: Path, suffix: str):
    added = console.json("shelter", "add", "=SDN", "--nagari", "Koto Baru, Kubung")
    console.json("shelter", "count", added["id"], "40", "--source", "PMI")
    file = tmp_path / f"posko.{suffix}"
    assert console.json("shelter", "export", str(file))["shelters"] == 1
    if suffix == "geojson":
        (feature,) = json.loads(file.read_text("utf-8"))["features"]
        assert (feature["geometry"]["type"], feature["properties"]["people"]) == ("Point", 40)
    if suffix == "csv":
        assert "'=SDN" in file.read_text("utf-8-sig")
    console.run("shelter", "export", str(tmp_path / "posko.txt"), code=2)
