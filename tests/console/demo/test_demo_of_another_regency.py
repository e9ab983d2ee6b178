"""A demonstration of another regency has its places, station codes, numbers, words and time zone in all output."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.command_line import CommandLine
from support.flood_report import words_of
from support.regencies import eastern_regency, regency_in_use, write_profile_folder
from support.running_server import start_server

from tabuah.console.demo.accounts import EXERCISE_ID, EXERCISE_NAME, DemoAccount, create_accounts, prepare_server
from tabuah.console.demo.duty_roster import write_duty_roster
from tabuah.console.demo.field_office import SAMPLE_INCIDENTS, write_sample_incidents
from tabuah.console.demo.river_models import _placed_inputs
from tabuah.operations.forecast.gauge_model import GaugeAbove, GaugeInputs
from tabuah.storage.regency.kept_profile import keep_profile
from tabuah.storage.regency.profile_file import ProfileFolder, read_profile

OF_THE_SHIPPED_REGENCY = re.compile(
    r"[Ss]olok|SOLOK|\bSLK-|\bWIB\b|\b13\.02\b|Sumatera Barat|Batang Lembang|Koto Baru|Talang|"
    r"\b[Nn]agari\b(?!\")|\b[Jj]orong\b(?!\")"
)
GAUGE = f"{EXERCISE_ID}~TLH-AWLR-03"
EXERCISE = ("--exercise", EXERCISE_NAME)


@dataclass
class Demo:
    """The demonstration after its storm: the server's records, and a control room that has synced."""

    room: CommandLine
    incidents: list[dict[str, Any]]
    records: str
    written: int


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> ProfileFolder:
    return read_profile(write_profile_folder(tmp_path_factory.mktemp("profile"), eastern_regency()))


@pytest.fixture
def demo(
    profile: ProfileFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Demo]:
    accounts = create_accounts()
    prepare_server(tmp_path / "server", accounts.all, profile)
    for folder in ("posko", "penyelia", "simulator", "room"):
        (tmp_path / folder).mkdir()
        keep_profile(tmp_path / folder, profile.profile, profile.map_content)

    def line_of(folder: str, account: DemoAccount) -> CommandLine:
        monkeypatch.setenv("TABUAH_PASSWORD", account.password)
        return CommandLine(capsys, tmp_path / folder)

    with regency_in_use(profile.profile, tmp_path / "posko"), start_server(tmp_path / "server") as server:
        written = write_sample_incidents(
            tmp_path / "posko", url=server.url, account=accounts.field, exercise_id=EXERCISE_ID
        )
        write_duty_roster(tmp_path / "penyelia", url=server.url, accounts=accounts)
        to_server = ("--server", server.url, "--user")
        short = ("--stations", "4", "--minute", "150", "--history", "0", "--speed", "1", "--seconds", "0")
        simulator = line_of("simulator", accounts.gateway)
        assert simulator.json("simulate", *to_server, accounts.gateway.name, *EXERCISE, *short)["registered"] == 4
        room = line_of("room", accounts.operator)
        room("login", *to_server, accounts.operator.name)
        room("sync")
        incidents = room.json("incident", "list", *EXERCISE)
        records = "\n".join(record.text for record in server.journal.records_after(0))
        yield Demo(room, incidents, records, written)


def test_demo_of_another_regency_names_nothing_of_the_shipped_one(demo: Demo, tmp_path: Path):
    assert len(demo.incidents) == demo.written == len(SAMPLE_INCIDENTS)
    assert {each["number"][:4] for each in demo.incidents} == {"TLH-"}
    flood = next(each for each in demo.incidents if "Genangan" in each["title"])["id"]
    output = [demo.records]
    for words in (
        *(("incident", "list", *EXERCISE), ("station", "list", *EXERCISE), ("unit", "list", *EXERCISE)),
        *(("alarm", "list", *EXERCISE), ("incident", "show", flood), ("station", "show", GAUGE)),
        *(
            ("roster", "now"),
            ("status",),
            ("shift", "show", *EXERCISE),
            ("map", "where", "Desa A1"),
            ("profile", "show"),
        ),
    ):
        code, out, err = demo.room(*words)
        assert code == 0, err
        output.append(out)
    for name in ("awal.pdf", "awal.txt", "awal.csv", "awal.geojson", "awal.cap"):
        file, kind = tmp_path / name, name.partition(".")[2]
        demo.room.json("report", "incident", flood, "--kind", "awal", "-f", kind, "-o", str(file))
        output.append(words_of(file.read_bytes(), tmp_path) if kind == "pdf" else file.read_text("utf-8-sig"))
    demo.room.json("map", "shot", "-o", str(tmp_path / "room" / "map.png"), "--size", "320x240", *EXERCISE)
    assert (tmp_path / "room" / "map.png").read_bytes().startswith(b"\x89PNG")
    output += [path.name for path in (tmp_path / "room").rglob("*")]
    text = "\n".join(output)
    assert [text[max(0, m.start() - 60) : m.end() + 20] for m in OF_THE_SHIPPED_REGENCY.finditer(text)] == []
    for expected in (
        "WITA",
        GAUGE,
        "Desa ",
        "Distrik ",
        "Sungai Desa",
        "TELUK HARAPAN",
        "kalaksa",
        f"station/{GAUGE}",
    ):
        assert expected in text
    assert '"kind":"alarm.raised"' in demo.records
    shift = demo.room.json("shift", "show", *EXERCISE)
    assert (shift["supervisor"], len(shift["log"])) == ("kalaksa", 3)
    (promise,) = shift["promises"]
    assert promise["due_at"] > shift["log"][-1]["at"]


def test_river_models_are_for_the_stations_of_the_regency(profile: ProfileFolder):
    written = GaugeInputs(station="SLK-AWLR-03", above=(GaugeAbove("SLK-AWLR-02", 60.0),), rain=("SLK-ARR-01",))
    with regency_in_use(profile.profile):
        placed = _placed_inputs(written, EXERCISE_ID)
    assert (placed.station, placed.above[0].station) == (GAUGE, f"{EXERCISE_ID}~TLH-AWLR-02")
    assert placed.rain == (f"{EXERCISE_ID}~TLH-ARR-01",)
