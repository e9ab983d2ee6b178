"""The console's own commands without a server: output, exit codes and loaded modules."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from PIL import Image
from support.command_line import CommandLine
from support.console_stores import open_store

from tabuah.console.commands.doctor import exit_code_of_checks
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.health_check import HealthCheck
from tabuah.console.commands.invocation import default_directory, requested_language
from tabuah.console.commands.main import root_group, run
from tabuah.resources.localisation import set_language
from tabuah.storage import worker_process
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.last_failure import recorded_failure

KOTO_BARU = ("--nagari", "Koto Baru")
REPORT = ("incident", "report", "--hazard", "banjir", "--title", "x", *KOTO_BARU)


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def report(line: CommandLine, title: str = "Banjir", *more: str) -> dict[str, str]:
    answer: dict[str, str] = line.json(
        "incident", "report", "--hazard", "banjir", "--title", title, *KOTO_BARU, *more
    )
    return answer


def test_incident_report_prints_number_and_sorts_list(line: CommandLine):
    mild = report(line, "Genangan", "--severity", "ringan")
    grave = report(line, "Banjir bandang", "--severity", "katastropik")
    rows = line.json("incident", "list")
    assert [row["id"] for row in rows] == [grave["id"], mild["id"]]
    assert list(rows[0]) == [
        *("id", "number", "hazard", "severity", "status", "title", "lon_deg", "lat_deg", "nagari", "kecamatan"),
        *("place_certainty", "occurred_at", "reported_at", "updated_at", "pending", "people_at_risk"),
        *("exercise", "exercise_id"),
    ]
    assert rows[0]["nagari"] == "Koto Baru"
    assert rows[0]["place_certainty"] == "confirmed"
    assert rows[0]["pending"] is True
    assert rows[0]["reported_at"].endswith("Z")


def test_codes_are_accepted_in_both_languages(line: CommandLine):
    for hazard in ("tanah longsor", "LANDSLIDE", "tanah-longsor", "longsor"):
        line.json("incident", "report", "--hazard", hazard, "--title", "x", *KOTO_BARU)
    assert {row["hazard"] for row in line.json("incident", "list")} == {"landslide"}
    assert line.json("incident", "list", "--status", "ditutup") == []
    assert len(line.json("incident", "list", "--status", "dilaporkan")) == 4


def test_incident_show_contains_everything(line: CommandLine, tmp_path: Path):
    incident = report(line, "Banjir", "--caller", "Pak Rusdi")["number"]
    Image.new("RGB", (64, 48), "navy").save(tmp_path / "foto.png")
    line.json("incident", "note", incident, "Camat sudah dihubungi")
    line.json("incident", "note", incident, "keluarga Pak Buyung", "--restricted")
    line.json("incident", "figures", incident, "--set", "meninggal=0", "--set", "houses-severe=3", "--source", "BPBD")
    line.json("incident", "attach", incident, str(tmp_path / "foto.png"), "--caption", "Jembatan")
    line.json(
        "incident",
        "edit",
        incident,
        "--set",
        "assignment=TRC, Damkar",
        "--set",
        "area=100.6,-0.9 100.7,-0.9 100.7,-0.8",
    )
    shown = line.json("incident", "show", incident)
    assert {"description", "channel", "assignment"} <= shown.keys()
    assert len(shown["area"]) == 4
    assert shown["exercise"] is None
    assert shown["figures"] == {"deaths": 0, "houses_severe": 3}
    (attached,) = shown["attachments"]
    assert (attached["name"], attached["media_type"], attached["state"]) == ("foto.png", "image/png", "waits_upload")
    assert [set(event) for event in shown["timeline"]] == [{"at", "actor", "device", "kind", "text"}] * 6
    assert shown["conflicts"] == []
    assert "Rusdi" not in json.dumps(shown)
    assert "Buyung" not in json.dumps(shown)
    code, out, _err = line("incident", "show", incident)
    assert code == 0
    assert "Camat sudah dihubungi" in out
    assert "TRC, Damkar" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--hazard", "lava", "--title", "x", *KOTO_BARU], "tidak ada dalam daftar"),
        (["--hazard", "flood", "--title", "", *KOTO_BARU], "title"),
        (["--hazard", "flood", "--title", "x" * 201, *KOTO_BARU], "200"),
        (["--hazard", "flood", "--title", "x"], "--nagari"),
        (["--hazard", "flood", "--title", "x", *KOTO_BARU, "--at", "100.6,-0.9"], "--nagari"),
        (["--hazard", "flood", "--title", "x", "--at", "100.35,-0.95"], "--outside"),
        (["--hazard", "flood", "--title", "x", "--at", "100.7,0.9"], "Maksudnya"),
        (["--hazard", "flood", "--title", "x", "--at", "nan,nan"], "Galat"),
        (["--hazard", "flood", "--title", "x", "--at", "0.9"], "Galat"),
        (["--hazard", "flood", "--title", "x", "--nagari", "Atlantis"], "Atlantis"),
        (["--hazard", "flood", "--title", "x", *KOTO_BARU, "--occurred-at", "besok"], "bukan waktu"),
        (["--hazard", "flood", "--title", "x", *KOTO_BARU, "--occurred-at", "2099-01-01"], "masa depan"),
        (["--hazard", "flood", *KOTO_BARU], "--title"),
        (["--hazzard", "flood", *KOTO_BARU], "--hazzard"),
    ],
)
def test_bad_input_is_one_sentence_without_effect(line: CommandLine, arguments: list[str], told: str):
    code, out, err = line("incident", "report", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert line.json("status")["pending"] == 0


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (("--nagari", "kotobaru, Kubung"), "“kotobaru, Kubung” dibaca sebagai Nagari Koto Baru, Kecamatan Kubung"),
        (("--at", "-0.9,100.7"), "Lintang ditulis lebih dulu"),
    ],
)
def test_interpreted_place_is_echoed(line: CommandLine, place: tuple[str, str], told: str):
    _code, _out, err = line("incident", "report", "--hazard", "flood", "--title", "x", *place)
    assert told in err
    number = report(line, "Banjir")["number"]
    _code, _out, err = line(
        "incident", "edit", number, "--set", f"{'nagari' if 'nagari' in place[0] else 'place'}={place[1]}"
    )
    assert told in err


@pytest.mark.parametrize(("answer", "code"), [("\n", 0), ("y\n", 0), ("n\n", 2)])
def test_swapped_coordinates_are_asked_about_in_a_terminal(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
):
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    found, _out, err = line("incident", "report", "--hazard", "flood", "--title", "x", "--at", "-0.9,100.7")
    assert "Lintang ditulis lebih dulu" in err
    assert (found == 0) == (code == 0)
    assert line.json("status")["pending"] == (1 if code == 0 else 0)


def test_position_of_a_unit_echoes_the_order(line: CommandLine):
    line("unit", "register", "TRC-1", "--name", "TRC", "--opd", "BPBD", "--kind", "quick_response")
    code, _out, err = line("unit", "place", "TRC-1", "--at", "-0.9,100.7")
    assert (code, "Lintang ditulis lebih dulu" in err) == (0, True)
    code, _out, err = line("unit", "edit", "TRC-1", "--home", "-0.9,100.7")
    assert (code, "Lintang ditulis lebih dulu" in err) == (0, True)


def test_figure_names_may_have_spaces(line: CommandLine):
    number = report(line, "Banjir")["number"]
    pairs = ("--set", "Rumah rusak berat=3", "--set", "luka-ringan=1")
    code, _out, err = line("incident", "figures", number, *pairs, "--source", "BPBD")
    assert (code, err) == (0, "")


def test_figure_is_given_once(line: CommandLine):
    number = report(line, "Banjir")["number"]
    pairs = ("--set", "meninggal=1", "--set", "deaths=2", "--source", "BPBD")
    code, _out, err = line("incident", "figures", number, *pairs)
    assert (code, "dua kali" in err) == (2, True)
    _code, out, _err = line("incident", "figures", "--help")
    assert all(name in out.replace("\n", " ") for name in ("meninggal", "luka_berat", "rumah_rusak_ringan"))


def test_place_outside_regency_requires_reason(line: CommandLine):
    answer = line.json(
        *("incident", "report", "--hazard", "flood", "--title", "x", "--at", "100.35,-0.95"),
        *("--outside", "bantuan ke Padang"),
    )
    shown = line.json("incident", "show", answer["id"])
    assert (shown["nagari"], shown["place_certainty"]) == ("", "unknown")
    assert "bantuan ke Padang" in line("incident", "show", answer["id"])[1]


def test_nagari_from_point_is_an_estimate(line: CommandLine):
    code, _out, err = line("incident", "report", "--hazard", "flood", "--title", "x", "--at", "100.6,-0.9")
    assert code == 0
    assert "perkiraan" in err
    assert line.json("incident", "list")[0]["place_certainty"] == "approximate"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["move", "{id}", "closed"], "tertangani"),
        (["move", "{id}", "reported"], "sudah berstatus"),
        (["move", "{id}", "merged"], "merge"),
        (["move", "{id}", "lepas"], "daftar"),
        (["edit", "{id}", "--set", "reporter=x"], "bukan isian"),
        (["edit", "{id}", "--set", "title"], "ISIAN=NILAI"),
        (["edit", "{id}", "--set", "severity=parah"], "parah"),
        (["figures", "{id}", "--set", "deaths=-1", "--source", "x"], "bukan jumlah"),
        (["figures", "{id}", "--set", "deaths=1", "--source", " "], "sumber"),
        (["note", "{id}", "  "], "kosong"),
        (["merge", "{id}", "{id}"], "dirinya sendiri"),
        (["show", "SLK-ZZZZ-0001"], "Tidak ada insiden"),
        (["attach", "{id}", "/tidak/ada"], "/tidak/ada"),
    ],
)
def test_impossible_change_exits_2_with_reason(line: CommandLine, arguments: list[str], told: str):
    incident = report(line)["id"]
    code, _out, err = line("incident", *[argument.format(id=incident) for argument in arguments])
    assert code == 2
    assert told in err
    assert line.json("status")["pending"] == 1


def test_sync_without_log_in_gives_advice(line: CommandLine):
    report(line)
    code, _out, err = line("sync")
    assert code == 4
    assert "tabuah login" in err


def test_unreachable_server_exits_3(line: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TABUAH_PASSWORD", "x")
    code, _out, err = line("login", "--server", "http://127.0.0.1:9", "--user", "ani")
    assert code == 3
    assert "aman di sini" in err


def test_damaged_data_exit_5_and_fail_doctor(line: CommandLine):
    report(line)
    (line.data / "cache.gpkg").write_bytes(b"x" * 10_000)
    code, _out, err = line("incident", "list")
    assert code == 5
    assert "simpan berkas yang rusak" in err
    code, out, _err = line("doctor", "--json")
    assert code == 5
    assert any(check["check"] == "data" and not check["ok"] for check in json.loads(out))


def change(line: CommandLine, statement: str) -> None:
    connection = sqlite3.connect(line.data / "cache.gpkg")
    connection.create_function("tabuah_writer", 0, lambda: 1)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subjects SET shown = replace(shown, '{', '[')",
        "UPDATE subjects SET shown = cast(x'ff' || substr(shown, 2) AS TEXT)",
        "UPDATE journal SET text = replace(text, '\"kind\"', '\"kinb\"')",
        "UPDATE meta SET value = 'x' || value WHERE key = 'chain_head'",
    ],
)
def test_flipped_bytes_exit_5_with_sentence(line: CommandLine, statement: str):
    number = report(line)["number"]
    change(line, statement)
    found = [
        line("incident", "report", "--hazard", "flood", "--title", "lagi", "--nagari", "Selayo"),
        line("incident", "list"),
        line("incident", "show", number),
    ]
    assert {code for code, _out, _err in found} == {0, 5} or {code for code, _out, _err in found} == {5}
    assert all("rusak" in err for code, _out, err in found if code == 5)
    code, out, _err = line("doctor", "--json")
    assert code == 5
    (data,) = [check for check in json.loads(out) if check["check"] == "data"]
    assert not data["ok"]


def test_doctor_repairs_damaged_data(line: CommandLine):
    report(line, "Banjir bandang")
    change(line, "UPDATE subjects SET shown = 'x'")
    assert line("doctor")[0] == 5
    assert "tabuah doctor --repair" in line("incident", "list")[2]
    code, out, _err = line("doctor", "--repair")
    assert (code, "damaged-" in out) == (0, True)
    assert [incident["title"] for incident in line.json("incident", "list")] == ["Banjir bandang"]
    assert line("doctor")[0] == 6


def test_doctor_finds_gap_in_outbox(line: CommandLine):
    for title in ("satu", "dua", "tiga"):
        report(line, title)
    assert line("doctor", "--quick")[0] == 6
    change(line, "DELETE FROM outbox WHERE n = 2")
    code, out, _err = line("doctor", "--quick")
    assert (code, "outbox" in out) == (5, True)


def test_doctor_finds_damaged_attachment_and_queues_it(line: CommandLine, tmp_path: Path):
    incident = report(line)
    (tmp_path / "foto.txt").write_text("jembatan putus")
    line.json("incident", "attach", incident["number"], str(tmp_path / "foto.txt"))
    (blob,) = [path for path in (line.data / "blobs").iterdir() if path.is_file()]
    assert line("doctor")[0] == 6
    blob.write_text("jembatan putuS")
    code, out, _err = line("doctor", "--json")
    assert code == 5
    assert [check["ok"] for check in json.loads(out) if check["check"] == "attachments"] == [False]
    assert not blob.exists()
    assert line("doctor")[0] == 6


def test_doctor_states_why_last_sync_failed(line: CommandLine):
    report(line)
    with open_store(line.data) as store, pytest.raises(SyncError), recorded_failure(store):
        raise SyncError("kabel putus")
    checks = {check["check"]: check for check in line.json("doctor", code=6)}
    assert not checks["sync"]["ok"]
    assert "kabel putus" in checks["sync"]["finding"]
    with open_store(line.data) as store, recorded_failure(store):
        pass
    assert {check["check"]: check for check in line.json("doctor", code=6)}["sync"]["ok"]


def test_doctor_exits_by_its_worst_finding():
    def code(**failed: bool) -> ExitCode:
        return exit_code_of_checks([HealthCheck(name, ok=ok, finding="") for name, ok in failed.items()])

    assert code(folder=True, data=True) is ExitCode.DONE
    assert code(folder=True, session=False, server=False) is ExitCode.ATTENTION
    assert code(session=False, attachments=False) is ExitCode.DAMAGED
    assert code(folder=True, no_data=False) is ExitCode.BAD_INPUT


def test_doctor_creates_nothing_in_a_folder_without_data(line: CommandLine):
    folder = line.data / "salah-ketik"
    assert run(["doctor", "--data", str(folder)]) == 2
    assert str(folder) in line.capsys.readouterr().out
    assert not folder.exists()


def test_doctor_checks_the_server_of_the_default_directory(line: CommandLine):
    assert run(["server", "init", "--data", str(line.data / "server")]) == 0
    line.capsys.readouterr()
    assert {check["check"] for check in line.json("doctor")} >= {"data", "journal", "attachments"}
    assert not (line.data / "cache.gpkg").exists()


def test_doctor_checks_directory_of_server(line: CommandLine):
    assert run(["server", "init", "--data", str(line.data)]) == 0
    line.capsys.readouterr()
    assert {check["check"] for check in line.json("doctor")} >= {"data", "journal", "attachments"}
    assert not (line.data / "cache.gpkg").exists()
    (line.data / "blobs").mkdir(exist_ok=True)
    (line.data / "blobs" / ("0" * 64)).write_bytes(b"rusak")
    code, out, _err = line("doctor", "--json")
    assert code == 5
    assert [check["ok"] for check in json.loads(out) if check["check"] == "attachments"] == [False]
    assert (line.data / "blobs" / "damaged" / ("0" * 64)).is_file()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subject_states SET state = replace(state, '{', '[') WHERE kind = 'rule'",
        "UPDATE entries SET reason = 'x' WHERE seq = 2",
        "DELETE FROM chain_heads",
    ],
)
def test_doctor_finds_damaged_server(line: CommandLine, statement: str):
    assert run(["server", "init", "--data", str(line.data)]) == 0
    connection = sqlite3.connect(line.data / "journal.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    line.capsys.readouterr()
    code, out, _err = line("doctor")
    assert code == 5, out


def test_doctor_passes_healthy_console(line: CommandLine):
    report(line)
    checks = {check["check"]: check for check in line.json("doctor", code=6)}
    assert checks["data"]["ok"]
    assert checks["folder"]["ok"]
    assert not checks["session"]["ok"]
    assert "tabuah login" in checks["session"]["advice"]


def test_backup_reports_its_size(line: CommandLine, tmp_path: Path):
    report(line)
    answer = line.json("backup", str(tmp_path / "salinan.gpkg"))
    assert answer["bytes"] == (tmp_path / "salinan.gpkg").stat().st_size > 0


def test_backup_is_restored_into_empty_directory(line: CommandLine, tmp_path: Path):
    number = report(line)["number"]
    line.json("backup", str(tmp_path / "salinan.tar"))
    assert line("restore", str(tmp_path / "salinan.tar"))[0] == 2
    elsewhere = CommandLine(line.capsys, tmp_path / "new")
    assert elsewhere.json("restore", str(tmp_path / "salinan.tar"))["pending"] == 1
    (incident,) = elsewhere.json("incident", "list")
    assert incident["number"].split("-")[2] == number.split("-")[2]
    assert "tabuah login" in CommandLine(line.capsys, tmp_path / "third")("restore", str(tmp_path / "salinan.tar"))[1]


@pytest.fixture
def priorities(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Record the lowered priorities, which this process would keep."""
    lowered: list[int] = []
    monkeypatch.setattr(worker_process, "lower_priority", lowered.append)
    return lowered


def test_server_backup_gives_way_to_server(line: CommandLine, tmp_path: Path, priorities: list[int]):
    assert run(["server", "init", "--data", str(line.data)]) == 0
    assert run(["server", "backup", str(tmp_path / "copy"), "--data", str(line.data)]) == 0
    assert priorities == [5]


@pytest.mark.usefixtures("priorities")
def test_audit_verifies_console_server_and_backup(line: CommandLine, tmp_path: Path):
    report(line)
    line.json("backup", str(tmp_path / "salinan.tar"))
    assert line.json("audit", "verify")["findings"] == []
    assert line.json("audit", "verify", str(tmp_path / "salinan.tar"))["complete"]
    server = CommandLine(line.capsys, tmp_path / "server")
    assert run(["server", "init", "--data", str(server.data)]) == 0
    assert run(["server", "backup", str(tmp_path / "copy"), "--data", str(server.data)]) == 0
    line.capsys.readouterr()
    assert server.json("audit", "verify")["head"] > 1
    assert server.json("audit", "verify", str(tmp_path / "copy")) | {"path": ""} == server.json("audit", "verify") | {
        "path": ""
    }
    connection = sqlite3.connect(server.data / "journal.db")
    connection.execute("UPDATE entries SET reason = 'x' WHERE seq = 2")
    connection.commit()
    connection.close()
    code, out, _err = server("audit", "verify")
    assert (code, "Catatan 2 " in out) == (5, True)
    assert CommandLine(line.capsys, tmp_path / "nowhere")("audit", "verify")[0] == 2


def test_backup_of_server_directory_names_server_command(line: CommandLine, tmp_path: Path):
    assert run(["server", "init", "--data", str(line.data)]) == 0
    code, _out, err = line("backup", str(tmp_path / "salinan.tar"))
    assert code == 2
    assert f"tabuah server backup {tmp_path / 'salinan.tar'} --data {line.data}" in err
    assert not (line.data / "cache.gpkg").exists()


def test_conflict_commands_report_unknown_ids(line: CommandLine):
    report(line)
    assert line.json("conflict", "list") == []
    assert line("conflict", "settle", "x", "--take", "current")[0] == 2
    assert line("conflict", "settle", "x", "--take", "yang lain")[0] == 2


def test_unknown_command_lists_existing_commands(line: CommandLine, capsys: pytest.CaptureFixture[str]):
    assert run(["incidents"]) == 2
    assert "incident" in capsys.readouterr().err
    assert run(["incident"]) == 2
    assert "report" in capsys.readouterr().err


def test_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch, line: CommandLine):
    monkeypatch.setattr("tabuah.console.commands.sync.status.read_status", lambda _store: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        line("status")


def test_language_option_overrides_environment():
    assert requested_language(["status", "--language", "en"], {"TABUAH_LANGUAGE": "id"}) == "en"
    assert requested_language(["status", "--language=en"], {}) == "en"
    assert requested_language(["status"], {"TABUAH_LANGUAGE": "en"}) == "en"
    assert requested_language(["status"], {"TABUAH_LANGUAGE": "min"}) == ""


def test_help_and_tables_use_chosen_language(line: CommandLine, capsys: pytest.CaptureFixture[str]):
    report(line)
    assert "belum tersinkron" in line("incident", "list")[1]
    assert run(["incident", "report", "--help"]) == 0
    assert "Penggunaan: tabuah incident report [OPSI]" in capsys.readouterr().out
    set_language("en")
    assert "not yet synced" in line("incident", "list")[1]


def test_data_directory_comes_from_environment_or_user():
    assert default_directory({"TABUAH_DATA": "/data/posko"}) == Path("/data/posko")
    assert default_directory({}).name == "tabuah"


def leaf_commands() -> list[tuple[str, ...]]:
    ours = {"incident": ("report", "list", "show", "edit", "move"), "conflict": ("list",)}
    return [(name, child) for name, children in ours.items() for child in children] + [
        (name,) for name in ("status", "sync", "login", "backup", "doctor")
    ]


def in_a_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_help_loads_no_command_and_no_qt(tmp_path: Path):
    code = """
import sys
from tabuah.console.commands.main import run
run(["--help"])
heavy = {"sqlite3", "sqlalchemy", "numpy", "shapely", "httpx2", "PySide6"} & set(sys.modules)
assert not heavy, heavy
run(["incident", "report", "--hazard", "flood", "--title", "x", "--nagari", "Koto Baru"])
run(["incident", "list"]); run(["status"]); run(["sync"]); run(["doctor"])
assert not any(name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph") for name in sys.modules)
"""
    done = in_a_process(code, TABUAH_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", leaf_commands(), ids=" ".join)
def test_shared_options_are_accepted_at_the_end(words: tuple[str, ...]):
    command: click.Command = root_group
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    assert {"--data", "--json", "--language"} <= {name for p in command.params for name in p.opts}


def test_closed_pipe_ends_quietly(tmp_path: Path):
    code = "from tabuah.console.commands.main import main; main(['incident', 'list', '--help'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=30)
    assert "Traceback" not in told


def test_output_contains_no_terminal_controls(line: CommandLine):
    """Titles may come from anyone and must not control the terminal."""
    hostile = "merah \x1b[31m \x9b2J \u202etixe\x07"
    number = report(line, hostile)["number"]
    line("incident", "edit", number, "--set", f"description={hostile}")
    for command in (("incident", "list"), ("incident", "show", number)):
        code, out, _err = line(*command)
        assert code == 0
        assert not set(out) & set("\x1b\x9b\u202e\x07")
    shown = line.json("incident", "show", number)
    assert (shown["title"], shown["description"]) == ("merah [31m 2J tixe", hostile)
    assert "\x9b" not in line("incident", "show", number, "--json")[1]


def test_time_out_of_range_is_bad_input(line: CommandLine):
    code, _out, err = line(*REPORT, "--occurred-at", "0001-01-01T00:00")
    assert (code, "0001-01-01T00:00" in err) == (2, True)


@pytest.mark.parametrize("url", ["http://ani:rahasia@127.0.0.1:8410", "ftp://ani:rahasia@x", "ani:rahasia@x"])
def test_bad_address_error_hides_password(line: CommandLine, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TABUAH_PASSWORD", "x")
    code, out, err = line("login", "--server", url, "--user", "ani")
    assert code == 2
    assert "rahasia" not in out + err


@pytest.mark.parametrize("given", ["", None])
def test_missing_password_without_terminal_is_reported(
    line: CommandLine, given: str | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("TABUAH_PASSWORD", raising=False)
    if given is not None:
        monkeypatch.setenv("TABUAH_PASSWORD", given)
    code, _out, err = line("login", "--server", "http://127.0.0.1:9", "--user", "ani")
    assert (code, "TABUAH_PASSWORD" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("conflict", "settle", "x", "--take", "y"), "pilih salah satu: current, proposed, base"),
        (("report", "daily", "--date", "2026-13-45", "-o", "x.pdf"), "tulis tanggal"),
        (("alarm", "shelve", "x", "--minutes", "-5", "--reason", "y"), "paling sedikit 1"),
        (("alarm", "shelve", "x", "--minutes", "abc", "--reason", "y"), "bilangan bulat"),
        (("server", "--port", "80000"), "dari 0 sampai 65535"),
        (("readings", "push", "tidak-ada.csv"), "tidak ada tidak-ada.csv"),
        (("sync", "--watch=x"), "--watch tidak memakai nilai"),
        (("incident", "report", "--title"), "--title perlu nilai"),
        (("incident", "list", "lebih"), "argumen yang tidak dikenal: lebih"),
        (("incident", "list", "--data", ""), "--data: nama foldernya kosong"),
        (("incident", "list", "--status", "x"), "menuju lokasi (en_route)"),
    ],
)
def test_parser_errors_use_chosen_language(line: CommandLine, arguments: tuple[str, ...], told: str):
    code = run(list(arguments))
    err = line.capsys.readouterr().err
    assert (code, told in err) == (2, True), err


def test_empty_data_option_is_rejected(line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert run(["incident", "list", "--data", " "]) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("language", "told"),
    [("id", "banjir (flood), banjir bandang (flash_flood)"), ("en", "flood, flash_flood, landslide")],
)
def test_code_names_appear_in_help_and_errors(line: CommandLine, language: str, told: str):
    report(line)
    set_language(language)
    assert told.partition(",")[0] in line("incident", "report", "--help")[1]
    code, _out, err = line("incident", "edit", "SLK", "--set", "hazard=x")
    assert code == 2
    assert told in err


@pytest.mark.parametrize(
    ("at", "told"), [("100.6,95", "lintang 95"), ("100.6,-95.5", "lintang -95.5"), ("200,-0.8", "bujur 200")]
)
def test_invalid_coordinate_is_named(line: CommandLine, at: str, told: str):
    code, _out, err = line("incident", "report", "--hazard", "banjir", "--title", "x", f"--at={at}")
    assert code == 2
    assert told in err
