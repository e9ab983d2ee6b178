"""`tabuah disruption`: report, change, list, end, resume and export; in reports and the handover."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import open_store, report_incident_at

from tabuah.console.reports.daily_export import read_daily_sources
from tabuah.console.reports.daily_report import make_daily_report
from tabuah.console.reports.disruption_blocks import make_disruption_table
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.resources.time_zone import home_zone

LINE = "100.65,-0.85 100.66,-0.86"
REPORT = ("disruption", "report", "Jalan Lolo km 3", "--kind", "jalan", "--source", "Polsek Kubung")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def stored(console: CommandLineConsole) -> list[Disruption]:
    with open_store(console.directory) as store:
        return store.disruptions()


def test_disruption_is_reported_with_its_line_and_listed(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    options = (
        "--line",
        LINE,
        "--incident",
        incident.number,
        "--since",
        "00.00",
        "--expected-end",
        "2099-12-31T18:00",
    )
    made = console.json(*REPORT, *options)
    assert (made["kind"], made["extent"], made["open"], made["incident"]) == ("road", "full", True, incident.number)
    assert made["line"] == [[100.65, -0.85], [100.66, -0.86]]
    assert (made["lon_deg"], made["lat_deg"]) == (100.66, -0.86)
    console.json(
        "disruption", "report", "PLN Kubung", "--kind", "listrik", "--source", "PLN", "--nagari", "Koto Baru"
    )
    assert [row["kind"] for row in console.json("disruption", "list")] == ["road", "power"]
    assert [row["kind"] for row in console.json("disruption", "list", "--kind", "power")] == ["power"]
    assert [row["name"] for row in console.json("disruption", "list", "--incident", incident.number)] == [
        "Jalan Lolo km 3"
    ]
    assert "Polsek Kubung" in console.run("disruption", "show", "jalan lolo km 3")
    assert "Gangguan dilaporkan: Jalan Lolo km 3" in console.run("incident", "show", incident.number)


def test_disruption_is_changed_ended_and_resumed(console: CommandLineConsole):
    made = console.json(*REPORT, "--nagari", "Koto Baru")
    pairs = ("extent=sebagian", "note=satu lajur", f"line={LINE}", "began_at=2026-01-01T06:00", "expected_end=")
    changed = console.json("disruption", "change", made["id"], *(f"--set={pair}" for pair in pairs))
    assert (changed["extent"], changed["note"], len(changed["line"])) == ("partial", "satu lajur", 2)
    late = console.json("disruption", "change", made["id"], "--set", "expected_end=2026-01-01T08:00")
    assert late["overdue"] is True
    assert len(console.json("disruption", "list", "--overdue")) == 1
    ended = console.json("disruption", "end", "Jalan Lolo km 3", "--reason", "dibuka Dinas PU")
    assert (ended["open"], ended["ended_reason"]) == (False, "dibuka Dinas PU")
    assert console.json("disruption", "list") == []
    assert len(console.json("disruption", "list", "--all")) == 1
    console.run("disruption", "end", made["id"], "--reason", "lagi", code=2)
    console.run("disruption", "change", made["id"], "--set", "began_at=2099-01-01T00:00", code=2)
    assert stored(console)[0].began_at.year < 2099
    assert console.json("disruption", "resume", made["id"], "--reason", "longsor lagi")["open"] is True


@pytest.mark.parametrize(
    "options",
    [
        ("--line", "100.65,-0.85"),
        ("--line", "di sana"),
        ("--line", "100.65,-0.85 100.66,0.86"),
        ("--line", "100.65,-0.85 nan,nan"),
        ("--nagari", "Koto Baru", "--expected-end", "9999-01-01T00:00"),
        ("--at", "1e308,-0.85"),
        ("--at", "10,50", "--outside", "x" * 401),
        ("--line", " ".join(["100.65,-0.85"] * 501)),
        ("--nagari", "Koto Baru", "--expected-end", "2020-01-01T00:00"),
        ("--nagari", "Koto Baru", "--expected-end", "besok lusa"),
        ("--nagari", "Koto Baru", "--at", "100.65,-0.85"),
        (),
    ],
)
def test_impossible_disruption_is_refused_and_nothing_is_saved(console: CommandLineConsole, options: tuple[str, ...]):
    console.run(*REPORT, *options, code=2)
    assert stored(console) == []


def test_disruptions_are_exported(console: CommandLineConsole, tmp_path: Path):
    console.json(*REPORT, "--line", LINE)
    console.json("disruption", "report", "=PDAM", "--kind", "air", "--source", "PDAM", "--at", "100.65,-0.85")
    file = tmp_path / "gangguan.geojson"
    assert console.json("disruption", "export", str(file))["disruptions"] == 2
    features = json.loads(file.read_text())["features"]
    assert [each["geometry"]["type"] for each in features] == ["LineString", "Point"]
    assert console.json("disruption", "export", str(file), "--kind", "air")["disruptions"] == 1
    assert console.json("disruption", "export", str(file), "--overdue")["disruptions"] == 0
    table = tmp_path / "gangguan.csv"
    console.json("disruption", "export", str(table))
    text = table.read_text()
    assert "100.650000,-0.850000 100.660000,-0.860000" in text
    assert ",=PDAM" not in text
    console.run("disruption", "export", str(tmp_path / "gangguan.pdf"), code=2)


@pytest.mark.parametrize("command", [("unit", "suggest"), ("unit", "list", "--near")])
def test_dispatch_commands_name_closed_roads_near_the_incident(console: CommandLineConsole, command: tuple[str, ...]):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
        assert incident.place is not None
        position = f"{incident.place.lon_deg},{incident.place.lat_deg}"
    console.run(*command, incident.number)
    assert "Dekat insiden" not in console.errors
    console.json(*REPORT, "--at", position)
    console.run(*command, incident.number)
    assert "Jalan Lolo km 3 (ditutup)" in console.errors


def test_daily_report_lists_what_went_on_during_the_day(console: CommandLineConsole):
    console.json(*REPORT, "--nagari", "Koto Baru", "--since", "00.00")
    ended = console.json("disruption", "report", "PDAM", "--kind", "air", "--source", "PDAM", "--nagari", "Koto Baru")
    console.json("disruption", "end", ended["id"], "--reason", "pulih")
    with open_store(console.directory) as store:
        today = store.now().astimezone(home_zone()).date()
        sources = read_daily_sources(store, today)
        assert {each.name for each in make_daily_report(sources, today).disruptions} == {"Jalan Lolo km 3", "PDAM"}
        yesterday = today - timedelta(days=1)
        assert make_daily_report(sources, yesterday).disruptions == ()
        table = make_disruption_table(sources.disruptions, now=sources.as_of)
        assert table is not None
        assert table.rows[0].cells[0] == "Jalan Lolo km 3\nJalan, ditutup"
        assert make_disruption_table((), now=sources.as_of) is None


def test_disruption_is_in_the_reports_of_its_incident_and_day(console: CommandLineConsole, tmp_path: Path):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    console.json(*REPORT, "--nagari", "Koto Baru", "--incident", incident.number)
    file = tmp_path / "khusus.txt"
    console.run("report", "incident", incident.number, "--kind", "khusus", "-o", str(file))
    assert "Gangguan dilaporkan" in file.read_text()
