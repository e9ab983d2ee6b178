"""Every command about data of a world has the scope options, and its JSON states the exercise by its id."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from support.command_line import CommandLine
from support.console_stores import enrol, sync
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server
from support.two_worlds import TwoWorlds
from support.wait import wait_for_notification

from tabuah.console.commands.main import root_group
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.server.administration import write_initial_rules
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore

NAME, EXERCISE = "Galodo", "galodo-1"
DRILL = ("--exercise", NAME)

LISTS = {  # --exercise and --with-exercises
    *("aid balance", "aid export", "aid list"),
    *("message export", "message list"),
    *("call export", "call list", "shelter export", "shelter list", "task export", "task list"),
    *("disruption export", "disruption list"),
    "event list",
    *("clock list", "clock export"),
    *("alarm kpi", "alarm list", "alarm suppressed", "conflict list", "earthquake list", "incident candidates"),
    *(
        "incident list",
        "incident performance",
        "incident search",
        "map inside",
        "map near",
        "map print",
        "map roads route",
        "map shot",
        "readings manual",
        "readings quarantined",
    ),
    *(
        "report daily",
        "report list",
        "rule try",
        "station list",
        "station maintenance",
        "unit coverage",
        "unit list",
        "volcano list",
    ),
    "unit coverage",
    *("warning list", "held list", "rejected list", "shift list"),
}
ONE_THING = {  # --exercise
    *("aid add", "call record", "shelter add", "disruption report"),
    *("event open", "report after-action"),
    *(
        "forecast model",
        "forecast show",
        "forecast verify",
        "incident report",
        "readings add",
        "readings corrections",
    ),
    *("readings push", "readings query", "station assign", "station attach", "station detach", "station files"),
    *("shift close", "shift confirm", "shift export", "shift handover", "shift join", "shift log", "shift promise"),
    *("shift promise-end", "shift promises", "shift reopen", "shift show", "shift start"),
    *("station maintain", "station ready", "station show", "unit edit", "unit move", "unit place", "unit register"),
    *("unit check-in", "unit withdraw-check-in", "unit request-help", "unit acknowledge-help", "unit end-help"),
    *("station edit", "station export", "station import", "station move", "station register", "station restore"),
    *(
        "station retire",
        "station thresholds",
        "station history",
        "unit retire",
        "unit show",
        "unit assign",
        "volcano level",
        "console",
        "simulate",
        "exercise replay",
    ),
}
BY_ID = {  # about one incident, alarm, conflict, warning or entry, in the world that it belongs to
    *("alarm ack", "alarm end", "alarm incident", "alarm shelve", "alarm unshelve", "conflict settle", "policy"),
    *("call edit", "call incident", "call show", "call unlink"),
    *("message close", "message incident", "message join", "message reopen", "message show", "message unlink"),
    *("message answer", "message withdraw", "message event", "message join-event", "message unlink-event"),
    *("map impact", "unit suggest"),
    *("task add", "task cancel", "task change", "task done", "task receive", "task reopen", "task show"),
    *("aid correct", "aid show"),
    *("disruption change", "disruption end", "disruption resume", "disruption show"),
    *("shelter change", "shelter close", "shelter count", "shelter reopen", "shelter show", "shelter withdraw-count"),
    *("event add", "event change", "event close", "event delete", "event export", "event remove", "event reopen"),
    *("event restore", "event show"),
    *("held refuse", "held release", "rejected dismiss", "rejected reissue", "rejected restore"),
    *(
        "conflict show",
        "incident answer",
        "incident attach",
        "incident delete",
        "incident edit",
        "incident figures",
        "incident merge",
    ),
    *("incident move", "incident note", "incident show", "incident unmerge", "report incident", "warning show"),
}
ALL_WORLDS = {  # rules, people, relayed entries, devices, the map itself and the machinery are common to all worlds
    "aid items",
    *("message templates", "message try"),
    *("server notices cancel", "server notices check", "server notices init", "server notices list"),
    *("server messages check", "server messages import", "server messages init", "server messages list"),
    *("server messages pause", "server messages resume", "server messages test"),
    "server webhooks cancel",
    *("server webhooks check", "server webhooks enable", "server webhooks events", "server webhooks init"),
    *("server webhooks list", "server webhooks replay", "server webhooks rotate", "server webhooks test"),
    *("server notices chats", "server notices retry", "server notices test"),
    *(
        "bundle export",
        "bundle import",
        "bundle list",
        "incident callers",
        "incident view delete",
        "incident questions",
        "status",
        "sync",
        "data-saver",
        "keys",
    ),
    *("retention", "backup", "restore", "doctor", "audit verify", "login", "demo", "alarm escalation"),
    *("conflict policy", "rule list", "rule retire", "rule show", "rule write", "readings gateways"),
    *("map build", "map import", "map remove", "map where", "feed bmkg", "feed status"),
    *("map roads build", "map roads remove", "map roads show"),
    *("exercise end", "exercise list", "exercise start", "exercise wipe", "server backup", "server bundle-import"),
    *("server device approve", "server device list", "server device revoke", "server feeds", "server handback"),
    *("server init", "server log security", "server restore", "server user add", "server user list"),
    *("server user lock", "server user unlock", "server user role", "server user edit", "server user password"),
    *(
        "server user sessions",
        "server user end-session",
        "password",
        "logout",
        "device retire",
        "device verify-receipt",
        "server device verify-receipt",
        "deputy name",
        "deputy end",
    ),
    "deputy list",
    *(
        "incident view export",
        "incident view import",
        "incident view list",
        "incident view rename",
        "incident view save",
    ),
    *(
        "second-factor set-up",
        "second-factor confirm",
        "second-factor recovery-codes",
        "second-factor remove",
        "server user reset-second-factor",
    ),
    *("gateway mappings", "gateway use"),
    *("contact add", "contact edit", "contact export", "contact functions", "contact import", "contact list"),
    *("contact restore", "contact retire", "contact search", "contact show", "contact template"),
    *("roster clear", "roster copy", "roster now", "roster set", "roster settle", "roster show", "roster swap"),
    *("roster export", "roster import", "roster template", "roster undo"),
    *("gateway messages", "gateway try", "map regency", "pin remove", "pin set", "pin show", "setup export"),
    *("profile check", "profile export", "profile show", "profile use", "server profile", "setup import"),
    *("profile holiday export", "profile holiday list", "profile holiday template"),
    *("server holiday add", "server holiday import", "server holiday remove"),
    *("notice cancel", "notice export", "notice list", "notice retry"),  # the titles of exercises begin with LATIHAN
    *("station parameters", "station template", "station unregistered", "server backup-key", "server backups"),
    *("server config", "server install-service", "server migrate", "server rotate-key", "server personal erase"),
    *("server personal list", "server personal retention", "server tls code", "server tls gateway"),
    *("server tls gateways", "server tls init", "server tls renew", "server tls revoke", "server tls show"),
}


def all_commands() -> Iterator[tuple[str, click.Command]]:
    def walk(command: click.Command, path: tuple[str, ...], parent: click.Context | None) -> Iterator[Any]:
        context = click.Context(command, parent=parent, info_name=path[-1] if path else "tabuah")
        if not isinstance(command, click.Group):
            yield " ".join(path), command
            return
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from walk(child, (*path, name), context)

    return walk(root_group, (), None)


def options_of(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts}


def test_every_command_has_its_scope_options():
    both = frozenset({"--exercise", "--with-exercises"})
    expected = dict.fromkeys(LISTS, both) | dict.fromkeys(ONE_THING, both - {"--with-exercises"})
    expected |= dict.fromkeys(BY_ID | ALL_WORLDS, frozenset())
    assert {name: options_of(command) & both for name, command in all_commands()} == expected


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A server with a gauge, its rule and its readings in both worlds."""
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    with start_server(tmp_path / "server") as server:
        server.add_user("ani", Role.SUPERVISOR)
        server.add_user("gerbang", Role.GATEWAY)
        write_initial_rules(server.journal)
        server.journal.append_drafts([start_exercise(NAME, known=(), suffix="1")])
        gauges = [gauge(), station_in_exercise(gauge(), EXERCISE)]
        server.journal.append_drafts([*map(register_station, gauges)])
        wait_for_notification(server.journal)
        server.service.readings.check_silence()
        yield server


def console(server: RunningServer, capsys: pytest.CaptureFixture[str], directory: Path, user: str) -> CommandLine:
    line = CommandLine(capsys, directory)
    code, _out, err = line("login", "--server", server.url, "--user", user)
    assert code == 0, err
    line("sync")
    return line


@pytest.fixture
def line(server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    """A supervisor's console, with the same unit, incidents and readings in both worlds."""
    now = datetime.now(UTC)
    csv = tmp_path / "tma.csv"
    times = [now - timedelta(minutes=n) for n in range(12, 0, -1)]
    gateway = console(server, capsys, tmp_path / "gateway", "gerbang")
    for options, value in (((), 1.2), (DRILL, 3.6)):
        csv.write_text(
            "station,parameter,time,value\n"
            + "".join(f"SLK-AWLR-03,stage_m,{at.isoformat()},{value}\n" for at in times)
        )
        assert gateway.json("readings", "push", str(csv), *options)["stored"] == len(times)
    csv.write_text(f"station,parameter,time,value\nSLK-XXX-09,stage_m,{now.isoformat()},1\n")
    for options in ((), DRILL):
        gateway("readings", "push", str(csv), *options)
    line = console(server, capsys, tmp_path / "console", "ani")
    report = ("incident", "report", "--hazard", "banjir", "--at", "100.62,-0.82", "--title")
    for options in ((), DRILL):
        line.json("unit", "register", "TRC-1", "--name", "TRC", "--opd", "BPBD", "--kind", "trc", *options)
        for title in ("Banjir", "Banjir lagi"):
            line.json(*report, title, *options)
        line.json("station", "maintain", "SLK-AWLR-03", "--reason", "uji", "--minutes", "60", *options)
        line.json("readings", "add", "SLK-AWLR-03", "stage_m", "1,1", "--source", "papan duga", *options)
        line.json("volcano", "level", "II", "--source", "PVMBG", *options)
    line("sync")
    return line


def numbers(line: CommandLine) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for row in line.json("incident", "list", "--with-exercises"):
        found.setdefault(row["exercise_id"], []).append(row["number"])
    return found


def test_json_states_exercise_by_id(line: CommandLine, tmp_path: Path):
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    span = ("--from", since, "--to", (datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    written = {suffix: str(tmp_path / f"berkas.{suffix}") for suffix in ("png", "pdf", "csv")}
    commands = [
        *(("alarm", "kpi", *span), ("alarm", "list"), ("alarm", "suppressed"), ("incident", "list")),
        *(("map", "near", "100.62,-0.82"), ("map", "inside", "--around", "100.62,-0.82")),
        *(("map", "shot", "-o", written["png"], "--size", "200x200"), ("report", "list", "-o", written["csv"])),
        *(("readings", "manual"), ("readings", "quarantined"), ("rule", "try", "tma-siaga-1", *span)),
        *(("station", "list"), ("station", "maintenance"), ("unit", "list"), ("volcano", "list")),
        *(("station", "show", "SLK-AWLR-03"), ("unit", "show", "TRC-1"), ("forecast", "show", "SLK-AWLR-03")),
        *(("forecast", "model", "SLK-AWLR-03"), ("forecast", "verify", "SLK-AWLR-03", *span)),
        *(("readings", "query", "SLK-AWLR-03", "stage_m", *span),),
        *(("readings", "query", "SLK-AWLR-03", "stage_m", *span, "--by", "minute"),),
        ("map", "print", written["pdf"]),
        ("report", "daily", "-o", written["pdf"]),
    ]
    for command in commands:
        of_drill, real = line.json(*command, *DRILL), line.json(*command)
        assert f'"exercise_id": "{EXERCISE}"' in json.dumps(of_drill), command
        assert '"exercise": "Galodo"' in json.dumps(of_drill), command
        assert EXERCISE not in json.dumps(real), command
        assert command[:2] == ("alarm", "list") or '"exercise_id": null' in json.dumps(real), command
        assert re.findall(rf'"(?!cause)\w+": "{EXERCISE}~', json.dumps(of_drill)) == [], command


def test_command_by_id_states_world_of_its_subject(line: CommandLine, tmp_path: Path):
    for exercise_id, known in numbers(line).items():
        assert len(known) == 2
        for command in (
            ("incident", "show", known[0]),
            ("report", "incident", known[0], "-o", str(tmp_path / "laporan.txt")),
        ):
            assert line.json(*command)["exercise_id"] == exercise_id
        (candidate,) = line.json("incident", "candidates", known[0])
        assert (candidate["number"], candidate["exercise_id"]) == (known[1], exercise_id)
    (of_drill,) = line.json("incident", "candidates", numbers(line)[EXERCISE][0], *DRILL)
    assert of_drill["exercise"] == NAME
    assert line("incident", "candidates", numbers(line)[None][0], *DRILL)[0] == 2


def test_drill_has_its_own_unit_and_gauge(line: CommandLine):
    line.json("unit", "move", "TRC-1", "assigned", "--incident", numbers(line)[EXERCISE][0], *DRILL)
    assert line.json("unit", "show", "TRC-1")["state"] == "available"
    for options in ((), DRILL):
        line.json("unit", "edit", "TRC-1", "--set", "tracker=GPS-7", *options)
        assert line.json("unit", "show", "TRC-1", *options)["tracker"] == "GPS-7"
    points = {}
    for options in ((), DRILL):
        shown = line.json("station", "show", "SLK-AWLR-03", *options)
        (stage,) = shown["parameters"]
        points[shown["exercise_id"]] = stage["value"]
    assert points == {None: 1.1, EXERCISE: 1.1}
    raised = {(a["rule"], a["station"], a["exercise"]) for a in line.json("alarm", "list", "--all", *DRILL)}
    assert ("tma-siaga-1", "SLK-AWLR-03", NAME) in raised
    assert line.json("alarm", "list", "--all") == []


def test_alarm_figures_count_one_world(line: CommandLine):
    span = ("--from", (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "--to", datetime.now(UTC).isoformat())
    assert line.json("alarm", "kpi", *span)["raised"] == 0
    assert line.json("alarm", "kpi", *span, *DRILL)["raised"] >= 3
    _code, out, _err = line("alarm", "kpi", *span, *DRILL)
    assert out.startswith(f"LATIHAN {NAME} · ")


def test_trays_show_one_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with ServerJournal.open(tmp_path / "server") as journal, closing(ConsoleStore(tmp_path / "data")) as store:
        write_into_ended_exercise(TwoWorlds(store, journal), tmp_path / "other")
    line = CommandLine(capsys, tmp_path / "data")
    assert line.json("rejected", "list") == []
    (rejected,) = line.json("rejected", "list", *DRILL)
    assert (rejected["reason"], rejected["exercise"]) == ("exercise_ended", NAME)
    assert [row["id"] for row in line.json("rejected", "list", "--with-exercises")] == [rejected["id"]]
    assert "1 lagi di dunia lain." in line("rejected", "list")[2]


def test_list_and_reports_of_a_wiped_exercise_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with ServerJournal.open(tmp_path / "server") as journal, closing(ConsoleStore(tmp_path / "data")) as store:
        worlds = TwoWorlds(store, journal)
        for draft in (end_exercise, wipe_exercise):
            store.save(draft(store.exercises()[0]))
            worlds.sync()
    line, sentence = CommandLine(capsys, tmp_path / "data"), "Data latihan Galodo sudah dihapus"
    code, out, _err = line("incident", "list", *DRILL)
    assert sentence in out
    assert (code, line.json("incident", "list", *DRILL)) == (0, [])
    assert sentence not in line("incident", "list")[1]
    for report, name in (("daily", "hari.pdf"), ("list", "daftar.csv")):
        code, _out, err = line("report", report, *DRILL, "-o", str(tmp_path / name))
        assert sentence in err
        assert code == 2
        assert not (tmp_path / name).exists()


@pytest.fixture
def wiped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a console whose exercise was wiped."""
    with ServerJournal.open(tmp_path / "server") as journal, closing(ConsoleStore(tmp_path / "data")) as store:
        worlds = TwoWorlds(store, journal)
        for draft in (end_exercise, wipe_exercise):
            store.save(draft(store.exercises()[0]))
            worlds.sync()
    return CommandLine(capsys, tmp_path / "data")


@pytest.mark.parametrize(
    "command",
    [
        ("station", "list"),
        ("unit", "list"),
        ("alarm", "list"),
        ("conflict", "list"),
        ("earthquake", "list"),
        ("readings", "manual"),
        ("station", "maintenance"),
    ],
    ids=" ".join,
)
def test_lists_of_a_wiped_exercise_say_so(wiped: CommandLine, command: tuple[str, ...]):
    code, _out, err = wiped(*command, *DRILL)
    assert (code, "Data latihan Galodo sudah dihapus" in err) == (0, True)
    assert "sudah dihapus" not in wiped(*command)[2]


@pytest.mark.parametrize(
    "command",
    [
        ("station", "show", "SLK-AWLR-03"),
        ("unit", "show", "TRC-1"),
        ("unit", "retire", "TRC-1", "--reason", "rusak"),
        ("incident", "report", "--hazard", "banjir", "--at", "100.63,-0.80", "--title", "Banjir"),
    ],
    ids=" ".join,
)
def test_commands_about_one_thing_of_a_wiped_exercise_are_refused(wiped: CommandLine, command: tuple[str, ...]):
    code, _out, err = wiped(*command, *DRILL)
    assert (code, "Data latihan Galodo sudah dihapus" in err) == (2, True), err


def write_into_ended_exercise(worlds: TwoWorlds, other: Path) -> None:
    """Write a note before this console knows that another one has ended the exercise."""
    with closing(ConsoleStore(other)) as second:
        enrol(worlds.journal, second, "sari")
        sync(second, worlds.journal)
        second.save(end_exercise(second.exercises()[0]))
        sync(second, worlds.journal)
    worlds.store.save(note_incident(worlds.drill, "terlambat"))
    worlds.sync()
