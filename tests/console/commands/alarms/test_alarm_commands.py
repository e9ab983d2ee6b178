"""`tabuah alarm kpi`, `suppressed` and `escalation`, and station maintenance, with a real server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import open_store
from support.contact_samples import sample_contact
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.drafts import acknowledge_notice
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.resources.fault_isolation import take_faults
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

STATION = gauge().code


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        for name, role in (("ani", Role.SUPERVISOR), ("posko", Role.FIELD)):
            server.add_user(name, role)
        body = encode_body(StationRegistered(station=gauge()))
        server.journal.append_drafts([Draft(subject=f"station/{STATION}", kind="station.registered", body=body)])
        yield server


def console_of(server: RunningServer, directory: Path, capsys, user: str) -> CommandLineConsole:
    console = CommandLineConsole(directory, capsys)
    console.run("login", "--server", server.url, "--user", user)
    console.run("sync")
    return console


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    return console_of(server, tmp_path / "console", capsys, "ani")


def raise_some(server: RunningServer, count: int, *, station: str = STATION, silenced: tuple[str, ...] = ()) -> None:
    now = datetime.now(UTC)
    for _ in range(count):
        body = AlarmRaised(
            rule="tma-siaga-1",
            station=station,
            parameter="stage_m",
            severity=AlarmSeverity.CRITICAL,
            onset_at=now,
            value=3.4,
            limit=3.2,
            unit="m",
            hazard=Hazard.FLOOD,
            cause=f"stage/{station}",
            silenced=silenced,
        )
        server.journal.append_drafts([raise_alarm(new_uuid(now), body, exercise=False)])


def span() -> tuple[str, ...]:
    now = datetime.now(UTC)
    return "--from", (now - timedelta(hours=2)).isoformat(), "--to", (now + timedelta(hours=1)).isoformat()


def test_kpi_compares_figures_with_recommendation(server: RunningServer, console: CommandLineConsole):
    raise_some(server, 14)
    console.run("sync")
    told = console.json("alarm", "kpi", *span())
    assert (told["raised"], told["peak"], len(told["floods"])) == (14, 14, 1)
    assert told["top"] == [{"rule": "tma-siaga-1", "station": STATION, "parameter": "stage_m", "count": 14}]
    assert told["chattering"][0]["count"] == 14
    assert "by_slot" not in told
    assert set(told["verification"]) == {"hits", "false_alarms", "open", "misses"}
    text = console.run("alarm", "kpi", *span())
    assert "TIDAK TERPENUHI" in text
    assert "Banjir alarm" in text
    assert console.json("alarm", "kpi", *span(), "--operators", "2")["rate"] == pytest.approx(
        told["rate"] / 2, rel=0.01
    )


def test_kpi_rejects_invalid_period(console: CommandLineConsole):
    now = datetime.now(UTC).isoformat()
    console.run("alarm", "kpi", "--from", now, "--to", now, code=2)
    console.run("alarm", "kpi", *span(), "--operators", "0", code=2)


def test_kpi_works_on_empty_console(tmp_path: Path, capsys):
    console = CommandLineConsole(tmp_path / "empty", capsys)
    assert "…" not in console.run("alarm", "kpi", *span()), "a label is cut"
    told = console.json("alarm", "kpi", *span())
    assert (told["raised"], told["rate"], told["standing"]) == (0, 0.0, [])


def test_maintenance_is_planned_listed_and_ended(server: RunningServer, console: CommandLineConsole):
    made = console.json("station", "maintain", STATION.lower(), "--minutes", "30", "--reason", "kalibrasi")
    (row,) = console.json("station", "maintenance")
    assert (row["id"], row["standing"], row["stations"]) == (made["id"], "running", [STATION])
    assert "dalam pemeliharaan" in console.run("station", "maintenance")
    (shown,) = console.json("station", "list")
    assert (shown["severity"], "kalibrasi" in shown["maintenance"]) == ("no_data", True)
    assert "dalam pemeliharaan s.d." in console.run("station", "show", STATION)
    assert console.json("alarm", "suppressed") == [
        {
            "why": "maintenance",
            "station": STATION,
            "alarm": "",
            "by": made["id"],
            "reason": "kalibrasi",
            "until": made["until"],
            "exercise": None,
            "exercise_id": None,
        }
    ]
    console.run("sync")
    assert console.json("station", "ready", STATION, "--note", "selesai")["id"] == made["id"]
    console.run("station", "ready", STATION, code=2)
    assert console.json("station", "maintenance") == []
    (over,) = console.json("station", "maintenance", "--all")
    assert (over["standing"], over["ended_by"], over["note"]) == ("over", "ani", "selesai")


def test_maintenance_is_overdue_until_station_reports(console: CommandLineConsole):
    past = datetime.now(UTC) - timedelta(hours=3)
    until = datetime.now(UTC) + timedelta(seconds=1.2)
    console.run(
        "station", "maintain", STATION, "--from", past.isoformat(), "--until", until.isoformat(), "--reason", "x"
    )
    while datetime.now(UTC) <= until:
        pass
    (row,) = console.json("station", "maintenance")
    assert (row["standing"], row["missing"]) == ("overdue", [STATION])
    with ReadingsStore(console.directory / FILE_NAME) as kept:
        kept.store([Reading(STATION, "stage_m", until + timedelta(seconds=1), 1.0)])
    assert console.json("station", "maintenance") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--minutes", "30", "--reason", " "),
        ("--reason", "x"),
        ("--minutes", "30", "--until", "2026-11-24T14:30", "--reason", "x"),
        ("--until", "2020-01-01T00:00", "--reason", "x"),
        ("--minutes", "99999999", "--reason", "x"),
    ],
)
def test_maintenance_requires_reason_and_end(console: CommandLineConsole, arguments: tuple[str, ...]):
    console.run("station", "maintain", STATION, *arguments, code=2)
    console.run("station", "maintain", "TIDAK-ADA", "--minutes", "3", "--reason", "x", code=2)
    assert console.json("station", "maintenance") == []


def test_suppressed_lists_alarms_of_lost_link(server: RunningServer, console: CommandLineConsole):
    raise_some(server, 1, station="LINK", silenced=("SLK-AWLR-03", "SLK-AWLR-04"))
    console.run("sync")
    assert [(row["why"], row["station"]) for row in console.json("alarm", "suppressed")] == [
        ("link", "SLK-AWLR-03"),
        ("link", "SLK-AWLR-04"),
    ]
    assert "sambungannya terputus" in console.run("alarm", "suppressed")


def test_unshelve_works_only_once(server: RunningServer, console: CommandLineConsole):
    raise_some(server, 1)
    console.run("sync")
    (alarm,) = console.json("alarm", "list")
    console.run("alarm", "unshelve", alarm["id"], code=2)
    assert "tidak sedang ditunda" in console.errors
    console.run("alarm", "shelve", alarm["id"], "--minutes", "30", "--reason", "kalibrasi")
    assert [row["why"] for row in console.json("alarm", "suppressed")] == ["shelved"]
    assert "aktif lagi" in console.run("alarm", "unshelve", alarm["id"])
    assert console.json("alarm", "suppressed") == []


def test_escalation_steps_are_shown_and_written(
    server: RunningServer, console: CommandLineConsole, tmp_path: Path, capsys
):
    assert "Kalaksa BPBD" in console.run("alarm", "escalation")
    file = tmp_path / "eskalasi.toml"
    file.write_text('[[steps.critical]]\nafter_s = 60\nto = "Camat Kubung"\n', "utf-8")
    assert console.json("alarm", "escalation", "--write", str(file))["version"] == 2
    console.run("sync")
    other = console_of(server, tmp_path / "posko", capsys, "posko")
    assert other.json("alarm", "escalation")["steps"] == {"critical": [{"after_s": 60.0, "to": "Camat Kubung"}]}
    other.run("alarm", "escalation", "--write", str(file), code=2)


def test_alarm_list_names_escalation_target(server: RunningServer, console: CommandLineConsole):
    raise_some(server, 1)
    console.run("sync")
    (alarm,) = console.json("alarm", "list")
    step = AlarmEscalated(step=1, to="Penyelia piket", waited_s=120.0)
    body = encode_body(step)
    server.journal.append_drafts([Draft(subject=f"alarm/{alarm['id']}", kind="alarm.escalated", body=body)])
    console.run("sync")
    assert "belum ditanggapi → Penyelia piket" in console.run("alarm", "list")
    console.run("alarm", "ack", alarm["id"])
    assert "→" not in console.run("alarm", "list")


@pytest.mark.parametrize(
    "text", ["steps = 3", "[[steps.parah]]\nafter_s = 1\nto = 'x'", "[[steps.high]]\nafter_s = -1\nto = 'x'", "{"]
)
def test_escalation_rejects_file_without_steps(console: CommandLineConsole, tmp_path: Path, text: str):
    file = tmp_path / "salah.toml"
    file.write_text(text, "utf-8")
    console.run("alarm", "escalation", "--write", str(file), code=2)
    assert "salah.toml" in console.errors


def test_alarm_list_names_alarm_that_cannot_be_displayed(
    server: RunningServer, console: CommandLineConsole, monkeypatch: pytest.MonkeyPatch
):
    raise_some(server, 2)
    console.run("sync")
    broken = console.json("alarm", "list")[0]["id"]

    def title_of(alarm: Alarm, *_others: object) -> str:
        if alarm.id == broken:
            raise OverflowError("date value out of range")
        return "Judul"

    monkeypatch.setattr("tabuah.console.commands.alarms.alarms.alarm_title", title_of)
    lines = console.run("alarm", "list").splitlines()
    assert [broken[-8:] in line for line in lines if "tidak dapat ditampilkan" in line] == [True]
    assert sum("Judul" in line for line in lines) == 1
    found = console.json("alarm", "list")
    assert [item["error"] for item in found if "error" in item] == ["cannot_be_displayed"]
    assert take_faults() == {"alarm": 2}


def test_alarm_of_server_is_not_ended_by_supervisor(server: RunningServer, console: CommandLineConsole):
    raise_some(server, 1)
    console.run("sync")
    (alarm,) = console.json("alarm", "list")
    refusal = console.run("alarm", "end", alarm["id"], "--reason", "tidak perlu", code=2)
    assert refusal == ""
    assert console.json("alarm", "list")[0]["active"]


def test_own_alarm_is_ended_with_reason(console: CommandLineConsole):
    body = AlarmRaised(
        rule="tma-siaga-1",
        station=STATION,
        parameter="stage_m",
        severity=AlarmSeverity.CRITICAL,
        onset_at=datetime.now(UTC),
    )
    with open_store(console.directory) as store:
        store.save(raise_alarm(new_uuid(datetime.now(UTC)), body, exercise=False))
    (alarm,) = console.json("alarm", "list")
    assert console.json("alarm", "end", alarm["id"], "--reason", "posko pindah") == {"id": alarm["id"]}
    (ended,) = console.json("alarm", "list", "--all")
    assert (ended["active"], ended["ended_by"], ended["end_reason"]) == (False, "ani", "posko pindah")
    console.run("alarm", "end", alarm["id"], "--reason", "lagi", code=2)


def test_confirmed_notice_is_listed_with_its_alarm_and_in_the_timeline(
    server: RunningServer, console: CommandLineConsole
):
    contact = sample_contact(1, name="Camat Kubung")
    server.journal.append_drafts([register_contact(contact)])
    raise_some(server, 1)
    (alarm,) = server.journal.states_of_kind("alarm").values()
    notice = new_uuid(datetime.now(UTC))
    server.journal.append_drafts(
        [
            acknowledge_notice(
                notice,
                contact=contact.id,
                channel="surel",
                subjects=(f"alarm/{alarm.value.id}",),
                world=SubjectWorld(),
            )
        ]
    )
    console.run("sync")
    (listed,) = console.json("alarm", "list")
    ((confirmed),) = listed["confirmed"]
    assert (confirmed["contact"], confirmed["name"], confirmed["channel"]) == (contact.id, "Camat Kubung", "surel")
    assert listed["state"] == "unacknowledged"
    assert "Camat Kubung" in console.run("alarm", "list")
    number = console.json("alarm", "incident", alarm.value.id)["number"]
    texts = [event["text"] for event in console.json("incident", "show", number)["timeline"]]
    assert [text for text in texts if text.endswith(": Camat Kubung (surel)")]
