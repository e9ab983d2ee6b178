"""`tabuah station`, `readings`, `rule` and `alarm` against a real server and console."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from support.command_line import CommandLineConsole
from support.readings_fixture import gateway_account, gauge
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.console.commands.readings.readings_csv import read_readings_csv
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
FLOOD = (2.0, 2.9, 3.3, 3.35, 3.42, 3.4)
STATION = gauge().code


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani", Role.SUPERVISOR)
        body = encode_body(StationRegistered(station=gauge()))
        drafts = [Draft(subject=f"station/{STATION}", kind="station.registered", body=body)]
        for rule in default_rules():
            written = encode_body(RuleWritten(rule=rule))
            drafts.append(Draft(subject=f"rule/{rule.id}", kind="rule.written", body=written))
        server.journal.append_drafts(drafts)
        server.service.readings.check_silence()
        yield server


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console = CommandLineConsole(tmp_path / "console", capsys)
    console.run("login", "--server", server.url, "--user", "ani")
    console.run("sync")
    return console


def end(server: RunningServer) -> None:
    """Stop the server and wait until it no longer answers."""
    server.stop()
    while True:
        try:
            with server.client() as client:
                client.get("/health")
        except httpx2.TransportError:
            return


def csv_file(directory: Path, values: Sequence[float] = FLOOD, *, head: str = "station,parameter,time,value") -> Path:
    lines = [head, *(f"{STATION},stage_m,{at(m).isoformat()},{value}" for m, value in enumerate(values))]
    path = directory / "bacaan.csv"
    path.write_text("\ufeff" + "\r\n".join(lines), "utf-8")
    return path


@pytest.fixture
def flooded(server: RunningServer, console: CommandLineConsole, tmp_path: Path) -> CommandLineConsole:
    """A console that has sent flood readings and pulled the resulting alarms."""
    console.run("readings", "push", str(csv_file(tmp_path)))
    server.service.readings.check_silence()
    console.run("sync")
    return console


def test_readings_push_is_queryable_and_idempotent(console: CommandLineConsole, tmp_path: Path):
    path = str(csv_file(tmp_path))
    rest = {"set_aside": [], "unreadable": [], "exercise": None, "exercise_id": None}
    assert console.json("readings", "push", path) == {"stored": 6, "unchanged": 0} | rest
    assert console.json("readings", "push", path) == {"stored": 0, "unchanged": 6} | rest
    asked = ("readings", "query", STATION.lower(), "stage_m", "--from", at(0).isoformat(), "--to", at(5).isoformat())
    found = console.json(*asked)
    assert (found["unit"], found["source"]) == ("m", "server")
    assert [point["mean"] for point in found["points"]] == list(FLOOD)
    assert [point["count"] for point in console.json(*asked, "--points", "3")["points"]] == [2, 2, 2]
    assert "3,42 m" in console.run(*asked)


def test_readings_query_aggregates_and_writes_csv(
    console: CommandLineConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tabuah.console.readings.series_source._MAX_SPANS", 4)  # so that several requests are needed
    console.run("readings", "push", str(csv_file(tmp_path)))
    asked = ("readings", "query", STATION, "stage_m", "--from", at(-3).isoformat(), "--to", at(9).isoformat())
    found = console.json(*asked, "--by", "minute")
    assert (found["by"], found["source"], found["unit"]) == ("minute", "server", "m")
    assert [span["high"] for span in found["spans"]] == list(FLOOD)
    assert {span["age_s"] for span in found["spans"]} == {60 - START.second}
    days = console.json(*asked, "--by", "day")["spans"]
    assert sum(day["count"] for day in days) == len(FLOOD)
    assert max(day["high"] for day in days) == 3.42
    assert sum(day["total"] for day in days) == pytest.approx(sum(FLOOD))
    path = tmp_path / "menit.csv"
    assert console.json(*asked, "--by", "minute", "-o", str(path))["spans"] == 6
    head, first, *rest = path.read_text("utf-8-sig").splitlines()
    assert head.startswith("Waktu;Zona waktu;Kode stasiun")
    assert first.split(";")[1:10] == ["WIB", STATION, "stage_m", "m", "2", "2", "2", "", "1"]
    assert len(rest) == 5
    assert "3,42 m" in console.run(*asked, "--by", "minute")
    console.run(*asked, "--by", "hour", "--points", "5", code=2)
    console.run(*asked, "-o", str(path), code=2)


def test_readings_query_notes_pruned_minutes(server: RunningServer, console: CommandLineConsole):
    with ReadingsStore(console.directory / FILE_NAME) as kept:
        kept.store([Reading(STATION, "stage_m", at(n), 2.5) for n in (-600, -599, -30)])
        kept.prune_before(at(-300))
    end(server)
    asked = ("readings", "query", STATION, "stage_m", "--from", at(-700).isoformat(), "--to", at(0).isoformat())
    assert [span["count"] for span in console.json(*asked, "--by", "minute")["spans"]] == [1]
    assert "--by hour" in console.errors
    assert sum(span["count"] for span in console.json(*asked, "--by", "hour")["spans"]) == 3


def test_readings_push_reports_rejected_lines(console: CommandLineConsole, tmp_path: Path):
    path = str(csv_file(tmp_path, (2.0, 99.0)))
    assert console.json("readings", "push", path)["set_aside"] == [{"line": 3, "reason": "out_of_range"}]
    console.run("readings", "push", path)
    assert "baris 3: Nilainya di luar jangkauan" in console.errors
    console.run("readings", "push", str(csv_file(tmp_path, (99.0,))), code=4)


def test_readings_push_skips_unreadable_lines(console: CommandLineConsole, tmp_path: Path):
    path = csv_file(tmp_path, (2.0, 2.1))
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{STATION},stage_m,kemarin,1.0\n")
    pushed = console.json("readings", "push", str(path))
    assert (pushed["stored"], [line["line"] for line in pushed["unreadable"]]) == (2, [4])
    console.run("readings", "push", str(path))
    assert "baris 4: kemarin bukan waktu" in console.errors


def test_readings_csv_without_zone_is_in_wib():
    (line,) = read_readings_csv(f"station,parameter,time,value\n{STATION},stage_m,2026-11-24T14:30,1.0\n").lines
    assert line.reading.at == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_sync_pulls_newest_readings(server: RunningServer, console: CommandLineConsole):
    posted = [PostedReading(Reading(STATION, "stage_m", at(m), 1.0 + m)) for m in range(3)]
    server.service.readings.submit(gateway_account(), posted).result()
    assert console.json("sync")["readings"] == 1
    assert console.json("sync")["readings"] == 0
    assert console.json("station", "show", STATION)["parameters"][0]["value"] == 3.0


def test_readings_query_of_unknown_series_is_refused(console: CommandLineConsole):
    span = ("--from", at(0).isoformat(), "--to", at(9).isoformat())
    for more in ((), ("--by", "hour")):
        console.run("readings", "query", "SLK-AWLR-99", "stage_m", *span, *more, code=2)
        assert "SLK-AWLR-99" in console.errors
        console.run("readings", "query", STATION, "wind_ms", *span, *more, code=2)
        assert "stage_m" in console.errors


def test_readings_query_uses_local_readings_offline(
    server: RunningServer, console: CommandLineConsole, tmp_path: Path
):
    asked = ("readings", "query", STATION, "stage_m", "--from", at(0).isoformat(), "--to", at(9).isoformat())
    end(server)
    console.run(*asked, code=3)
    with ReadingsStore(console.directory / FILE_NAME) as kept:
        kept.store([Reading(STATION, "stage_m", at(1), 2.5)])
    assert console.json(*asked)["source"] == "local"
    console.run("readings", "push", str(csv_file(tmp_path)), code=3)


def test_alarm_commands_acknowledge_shelve_and_create_incident(flooded: CommandLineConsole):
    alarms = flooded.json("alarm", "list")
    assert [(a["rule"], a["active"], bool(a["quieted_by"])) for a in alarms] == [
        ("tma-siaga-1", True, False),
        ("tma-siaga-2", True, True),
        ("tma-siaga-3", True, True),
    ]
    assert alarms[0]["title"] == "Tinggi muka air Batang Lembang 3,42 m · Siaga 1"
    worst = alarms[0]["id"]
    assert "Tinggi muka air Batang Lembang 3,42 m · Siaga 1" in flooded.run("alarm", "list")
    made = flooded.json("alarm", "incident", worst[-8:])
    incident = flooded.json("incident", "show", made["number"])
    assert (incident["hazard"], incident["severity"], incident["lon_deg"]) == ("flood", "severe", 100.62)
    assert incident["occurred_at"] == alarms[0]["onset_at"]
    flooded.run("alarm", "incident", worst, code=2)
    assert made["number"] in flooded.errors
    flooded.run("alarm", "ack", worst[-8:], "--note", "petugas dihubungi")
    flooded.run("alarm", "ack", worst, code=2)
    until = flooded.json("alarm", "shelve", worst, "--minutes", "30", "--reason", "sedang ditangani")["until"]
    assert datetime.fromisoformat(until) > datetime.now(UTC) + timedelta(minutes=29)
    assert "ditunda" in flooded.run("alarm", "list")
    flooded.run("alarm", "shelve", worst, "--minutes", "2000", "--reason", "x", code=2)
    flooded.run("sync")
    shown = next(a for a in flooded.json("alarm", "list", "--all") if a["id"] == worst)
    assert (shown["state"], shown["acknowledged_by"], shown["incidents"]) == ("acknowledged", "ani", [made["id"]])


def test_unknown_alarm_station_or_rule_is_reported(flooded: CommandLineConsole):
    flooded.run("alarm", "ack", "zzz", code=2)
    assert "tabuah alarm list" in flooded.errors
    flooded.run("station", "show", "XX", code=2)
    flooded.run("rule", "try", "x", "--from", "07.00", "--to", "08.00", code=2)


def test_station_list_shows_level_value_and_age(flooded: CommandLineConsole):
    (row,) = flooded.json("station", "list")
    assert (row["code"], row["severity"], row["value"], row["freshness"]) == (STATION, "critical", 3.4, "silent")
    with ReadingsStore(flooded.directory / FILE_NAME) as kept:
        kept.store([Reading(STATION, "stage_m", datetime.now(UTC), 3.4)])
    (row,) = flooded.json("station", "list")
    assert (row["value"], row["unit"], row["freshness"]) == (3.4, "m", "fresh")
    shown = flooded.json("station", "show", STATION)
    assert shown["thresholds_m"] == {"siaga_1": 3.2, "siaga_2": 2.6, "siaga_3": 2.0}
    levels = {f"tma-siaga-{n}" for n in (1, 2, 3)} | {f"prakiraan-siaga-{n}" for n in (1, 2)}
    assert set(shown["rules"]) == levels | {"tanpa-data"}
    told = flooded.run("station", "show", STATION)
    assert "Siaga 1 3,20 m, Siaga 2 2,60 m, Siaga 3 2,00 m" in told
    assert re.search(r"Kritis: Tinggi muka air Batang Lembang 3,42 m pukul \d\d\.\d\d · Siaga 1", told)


def test_rule_is_described_and_run_on_history(flooded: CommandLineConsole):
    rules = {rule["id"]: rule for rule in flooded.json("rule", "list")}
    assert rules["tma-siaga-1"]["told"].startswith("Tinggi muka air ≥ ambang Siaga 1 selama 2 menit")
    assert rules["tma-siaga-1"]["condition"]["type"] == "river_stage"
    span = ("--from", at(-600).isoformat(), "--to", at(60).isoformat())
    trial = flooded.json("rule", "try", "tma-siaga-1", *span)
    assert (trial["fired"], trial["readings"], trial["source"]) == (1, 6, "server")
    assert trial["episodes"][0]["peak"] == 3.42
    assert datetime.fromisoformat(trial["oldest_at"]) == at(0)
    told = flooded.run("rule", "try", "tma-siaga-1", *span)
    assert "Akan muncul 1 kali." in told
    assert "Diuji di server pada 1 deret dengan 6 bacaan, sejak" in told
    assert flooded.json("rule", "try", "tanpa-data", *span)["readings"] == 6


def test_rule_try_uses_local_readings_offline(server: RunningServer, flooded: CommandLineConsole):
    span = ("--from", at(-600).isoformat(), "--to", at(60).isoformat())
    end(server)
    for file in flooded.directory.glob(f"{FILE_NAME}*"):  # readings that the sync has pulled
        file.unlink()
    flooded.run("rule", "try", "tma-siaga-1", *span, code=3)
    with ReadingsStore(flooded.directory / FILE_NAME) as kept:
        kept.store([Reading(STATION, "stage_m", at(n), 3.3) for n in range(4)])
    trial = flooded.json("rule", "try", "tma-siaga-1", *span)
    assert (trial["fired"], trial["readings"], trial["source"]) == (1, 4, "local")
    assert "Diuji di komputer ini" in flooded.run("rule", "try", "tma-siaga-1", *span)
    nothing = flooded.run("rule", "try", "tma-siaga-1", "--from", at(-600).isoformat(), "--to", at(-300).isoformat())
    assert "tidak tersimpan di sini" in nothing


def test_readings_csv_with_semicolons_has_decimal_commas():
    text = (
        "waktu;nilai;stasiun;parameter\n2026-11-24 14:30;3,42;S-1;stage_m\n\n2026-11-24 14:31;1.002,5;S-1;stage_m\n"
    )
    first, second = read_readings_csv(text).lines
    assert (first.line, first.reading.at, first.reading.value) == (2, datetime(2026, 11, 24, 7, 30, tzinfo=UTC), 3.42)
    assert (second.line, second.reading.value) == (4, 1002.5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "station"),
        ("stasiun,waktu,nilai\n", "parameter"),
        ("station,parameter,time,value\nS-1,stage_m,kemarin,1.0\n", "baris 2"),
        ("station,parameter,time,value\nS-1,stage_m,2026-11-24T14:30Z,nan\n", "bukan angka"),
        ("station,parameter,time,value\nS-1,stage_m\n", "kurang"),
        ('station,parameter,time,value\nS-1,stage_m,2026-11-24T14:30Z,"2,95"\n', "tulis 2.95"),
        ("station,parameter,time,value\nS-1,stage_m,2026-11-24T14:30Z,2,95\n", "titik koma"),
    ],
)
def test_readings_push_reports_bad_lines_before_sending(
    console: CommandLineConsole, tmp_path: Path, text: str, told: str
):
    path = tmp_path / "salah.csv"
    path.write_text(text, "utf-8")
    console.run("readings", "push", str(path), code=2)
    assert told in console.errors


def test_rule_file_can_be_written_and_retired(flooded: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "naik-cepat.toml"
    file.write_text(
        'id = "naik-cepat"\nname = "Naik cepat"\nparameter = "stage_m"\nseverity = "attention"\n'
        'condition = { type = "change", limit = 0.5, window_s = 1800, hysteresis = 0.2 }\n',
        "utf-8",
    )
    span = ("--from", at(-1).isoformat(), "--to", at(10).isoformat())
    assert flooded.json("rule", "try", str(file), *span)["fired"] == 1
    assert flooded.json("rule", "write", str(file))["id"] == "naik-cepat"
    again = tmp_path / "naik-cepat.json"
    again.write_text(flooded.run("rule", "show", "naik-cepat").replace("0.5", "0.6"), "utf-8")
    assert flooded.json("rule", "write", str(again))["version"] == 2
    flooded.run("sync")
    assert "naik 0,60 m dalam 30 menit" in flooded.run("rule", "list")
    flooded.run("rule", "retire", "naik-cepat", "--reason", "salah pos")
    flooded.run("sync")
    rules = {rule["id"]: rule for rule in flooded.json("rule", "list")}
    assert (rules["naik-cepat"]["active"], rules["naik-cepat"]["version"]) == (False, 2)


HEAD = '"id": "x1", "name": "x", "parameter": "stage_m", "severity": "high"'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = ", "diharapkan nilai"),
        ("{}", "id"),
        (f'{{{HEAD}, "condition": {{"type": "ajaib"}}}}', "ajaib"),
        (f'{{{HEAD}, "condition": {{"type": "threshold", "limit": 1, "hysteresys": 2}}}}', "condition.hysteresys"),
    ],
)
def test_rule_file_errors_are_reported(console: CommandLineConsole, tmp_path: Path, text: str, told: str):
    file = tmp_path / "aturan.toml"
    file.write_text(text, "utf-8")
    console.run("rule", "write", str(file), code=2)
    assert told in console.errors


def test_manual_reading_is_sent_with_next_sync(server: RunningServer, console: CommandLineConsole):
    typed = console.json(
        "readings",
        "add",
        STATION,
        "stage_m",
        "242",
        "--unit",
        "cm",
        "--at",
        at(0).isoformat(),
        "--source",
        "papan duga",
    )
    assert (typed["value"], typed["unit"], typed["person"], typed["state"]) == (2.42, "m", "ani", "waiting")
    assert console.json("status")["readings_waiting"] == 1
    assert "papan duga" in console.run("readings", "manual")
    console.run("sync")
    assert [each["state"] for each in console.json("readings", "manual", STATION)] == ["taken"]
    assert console.json("status")["readings_waiting"] == 0
    query = console.json(
        "readings", "query", STATION, "stage_m", "--from", at(-5).isoformat(), "--to", at(5).isoformat()
    )
    assert [point["mean"] for point in query["points"]] == [2.42]


def test_log_in_and_status_name_role_in_words(console: CommandLineConsole, server: RunningServer):
    assert "ani (Penyelia)" in console.run("status")
    assert "ani (Penyelia)" in console.run("login", "--server", server.url, "--user", "ani")


def test_manual_reading_without_time_is_of_minute(console: CommandLineConsole):
    added = console.json("readings", "add", STATION, "stage_m", "2.42", "--source", "papan duga")
    assert added["at"].endswith(":00Z")


def test_manual_correction_needs_and_keeps_reason(console: CommandLineConsole, tmp_path: Path):
    manual = ("readings", "add", STATION, "stage_m", "--at", at(0).isoformat(), "--source", "papan duga")
    console.run(*manual, "2.42")
    console.run("sync")
    console.run(*manual, "2.42")
    console.run(*manual, "2.24", code=2)
    assert "2,42 m sudah tersimpan" in console.errors
    file = tmp_path / "koreksi.csv"
    file.write_text(f"station,parameter,time,value\n{STATION},stage_m,{at(0).isoformat()},2.24\n", "utf-8")
    console.run("readings", "push", str(file), code=2)
    typed = console.json(*manual, "2.24", "--reason", "angka tertukar")
    assert typed["correction_reason"] == "angka tertukar"
    console.run("sync")
    (found,) = console.json("readings", "corrections", STATION, "stage_m")
    assert (found["old_value"], found["new_value"]) == (2.42, 2.24)
    assert (found["new_account"], found["reason"]) == ("ani", "angka tertukar")
    assert "angka tertukar" in console.run("readings", "corrections", STATION, "stage_m")
    console.json("readings", "push", str(file))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("TAK-ADA", "stage_m", "1"), "Tidak ada stasiun TAK-ADA"),
        ((STATION, "rain_mm", "1"), "tidak mengukur rain_mm; yang diukur stage_m"),
        ((STATION, "stage_m", "99"), "Tidak ada yang disimpan"),
        ((STATION, "stage_m", "nan"), "Tidak ada yang disimpan"),
        ((STATION, "stage_m", "dua"), "dua bukan angka"),
        ((STATION, "stage_m", "1", "--unit", "kg"), "kg tidak dapat diubah menjadi m"),
        ((STATION, "stage_m", "1", "--at", "2099-01-01T00:00Z"), "di masa depan"),
    ],
)
def test_manual_reading_is_rejected_with_reason(console: CommandLineConsole, words: tuple[str, ...], told: str):
    console.run("readings", "add", *words, "--source", "papan duga", code=2)
    assert told in console.errors
    assert console.json("readings", "manual") == []
