"""`tabuah event`: open, change, fill, find, close, delete, restore and export; worlds never mix."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from support.command_line import CommandLineConsole
from support.console_stores import (
    add_users,
    enrol,
    open_store,
    pull,
    push,
    report_false_incident,
    report_incident_at,
    sync,
)

from tabuah.operations.incidents.drafts import merge_incidents, report_figures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR, rudi=Role.FIELD)
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return log_in(journal, tmp_path, capsys, "sari")


def log_in(journal: ServerJournal, folder: Path, capsys: pytest.CaptureFixture[str], user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def reported(console: CommandLineConsole, *titles: str) -> list[Incident]:
    with open_store(console.directory) as store:
        return [report_incident_at(store, title) for title in titles]


def opened(console: CommandLineConsole, *incidents: Incident) -> str:
    named = [part for each in incidents for part in ("--incident", each.number)]
    return console.json("event", "open", "Banjir Kubung", "--hazard", "banjir", *named)["id"]


def test_event_is_opened_with_incidents_listed_and_shown(console: CommandLineConsole):
    one, two = reported(console, "Jembatan putus", "Rumah terendam")
    key = opened(console, one, two)
    (row,) = console.json("event", "list")
    assert (row["id"], row["title"], row["hazard"]) == (key, "Banjir Kubung", "flood")
    assert (row["totals"]["incidents"], row["totals"]["open"], row["pending"]) == (2, 2, True)
    shown = console.json("event", "show", "banjir kubung")
    assert sorted(each["number"] for each in shown["incidents"]) == sorted((one.number, two.number))
    assert "Koto Baru 2" in console.run("event", "show", key[:13])
    assert "Banjir Kubung" in console.run("incident", "show", one.number)
    assert console.json("incident", "show", one.number)["parent_event"] == key


def test_incident_moves_to_another_event_and_out_again(console: CommandLineConsole):
    (one,) = reported(console, "Jembatan putus")
    opened(console, one)
    other = console.json("event", "open", "Longsor", "--hazard", "longsor")["id"]
    assert console.json("event", "add", other, one.number) == {"id": other, "added": 1, "moved": [one.number]}
    totals = {each["title"]: each["totals"]["incidents"] for each in console.json("event", "list")}
    assert totals == {"Banjir Kubung": 0, "Longsor": 1}
    assert console.json("event", "remove", other, one.number)["removed"] == 1
    console.run("event", "remove", other, one.number, code=2)
    assert [each["totals"]["incidents"] for each in console.json("event", "list")] == [0, 0]


def test_incident_search_finds_the_incidents_of_an_event_with_merged_ones(console: CommandLineConsole):
    one, two, three, _four = reported(console, "a", "b", "c", "d")
    opened(console, one, two)
    with open_store(console.directory) as store:
        store.save(merge_incidents(store.incident(two.id), store.incident(three.id)))
    found = console.json("incident", "search", "--event", "Banjir Kubung")
    assert sorted(each["number"] for each in found) == sorted((one.number, two.number, three.number))
    console.run("incident", "search", "--event", "tidak ada", code=2)
    assert "tidak ada" in console.errors


def test_totals_count_each_figure_once(console: CommandLineConsole):
    one, two, three = reported(console, "a", "b", "c")
    with open_store(console.directory) as store:
        false = report_false_incident(store)
        for each, deaths in ((one, 2), (two, 5), (false, 7)):
            found = store.incident(each.id)
            store.save(report_figures(found, Figures(deaths=deaths), source="PMI"))
        store.save(merge_incidents(store.incident(one.id), store.incident(three.id)))
    opened(console, one, two, false)
    totals = console.json("event", "show", "Banjir Kubung")["totals"]
    assert totals["figures"] == {"deaths": {"total": 5, "incidents": 1, "sources": ["PMI"], "repeated": []}}
    assert (totals["incidents"], totals["merged"], totals["false_reports"]) == (2, 1, 1)


def test_event_is_changed_closed_reopened_deleted_and_restored(console: CommandLineConsole):
    (one,) = reported(console, "a")
    key = opened(console, one)
    changed = console.json("event", "change", key, "--set", "title=Galodo", "--set", "ended=2099-01-01T00:00")
    assert changed["changed"] == ["ended", "title"]
    console.run("event", "change", key, "--set", "ended=")
    console.run("event", "close", "galodo", "--reason", "surut")
    assert "1" in console.errors  # an incident is still open
    assert console.json("event", "list", "--open") == []
    (row,) = console.json("event", "list")
    assert (row["close_reason"], row["ended_at"]) == ("surut", None)
    console.run("event", "close", key, code=2)
    console.run("event", "reopen", key)
    console.run("event", "delete", key, "--reason", "keliru")
    assert console.json("event", "list") == []
    console.run("incident", "search", "--event", key, code=2)
    assert [each["deleted"] for each in console.json("event", "list", "--deleted")] == [True]
    console.run("event", "restore", key)
    (row,) = console.json("event", "list")
    assert (row["title"], row["totals"]["incidents"]) == ("Galodo", 1)


def test_event_reaches_other_consoles_and_a_field_office_reads_it(
    console: CommandLineConsole, journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    key = opened(console, *reported(console, "a", "b"))
    with open_store(console.directory) as store:
        push(store, journal)
    post = log_in(journal, tmp_path, capsys, "rudi")
    (row,) = post.json("event", "list")
    assert (row["id"], row["totals"]["incidents"], row["pending"]) == (key, 2, False)
    post.run("event", "close", key, code=2)


def test_event_and_incidents_of_an_exercise_are_kept_apart(console: CommandLineConsole, journal: ServerJournal):
    (real,) = reported(console, "a")
    console.run("exercise", "start", "Galodo")
    key = console.json("event", "open", "Banjir latihan", "--hazard", "banjir", "--exercise", "Galodo")["id"]
    console.run("event", "add", key, real.number, code=2)
    assert console.json("event", "list") == []
    (row,) = console.json("event", "list", "--exercise", "Galodo")
    assert (row["id"], row["exercise"]) == (key, "Galodo")
    console.run("exercise", "end", "Galodo")
    console.run("exercise", "wipe", "Galodo", "--yes")
    with open_store(console.directory) as store:
        sync(store, journal)
    assert console.json("event", "list", "--with-exercises") == []


def test_unclear_requests_are_refused_in_words(console: CommandLineConsole):
    console.run("event", "open", "x", code=2)
    assert "--hazard" in console.errors
    console.json("event", "open", "Banjir", "--hazard", "banjir")
    console.json("event", "open", "banjir", "--hazard", "banjir")
    console.run("event", "show", "banjir", code=2)
    console.run("event", "show", "tidak ada", code=2)
    assert "event list" in console.errors


@pytest.mark.parametrize("figures", [Figures(deaths=1), Figures(deaths=1, missing=2)])
def test_situation_report_has_wide_and_narrow_totals_in_any_order(
    console: CommandLineConsole, tmp_path: Path, figures: Figures
):
    (one,) = reported(console, "Jembatan putus")
    opened(console, one)
    with open_store(console.directory) as store:
        long_names = "Badan Penanggulangan Bencana Daerah, Palang Merah Indonesia"
        store.save(report_figures(store.incident(one.number), figures, source=long_names))
    console.run("event", "export", "Banjir Kubung", "-o", str(tmp_path / "laporan.pdf"))
    assert (tmp_path / "laporan.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "txt"])
def test_event_is_exported(console: CommandLineConsole, tmp_path: Path, form: str):
    one, two = reported(console, "=cmd()", "Rumah terendam")
    opened(console, one, two)
    file = tmp_path / f"kejadian.{form}"
    record = console.json("event", "export", "Banjir Kubung", "-o", str(file))
    assert (record["incidents"], record["exercise"]) == (2, None)
    content = file.read_bytes()
    if form == "pdf":
        assert content.startswith(b"%PDF")
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        summary = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
        assert 2 in summary.values()
        assert book.worksheets[-1].max_row == 3
    elif form == "txt":
        text = content.decode()
        assert text.startswith("*LAPORAN SITUASI")
        assert "Rumah terendam" in text
        assert len(text) < 1_500
    else:
        assert one.number in content.decode("utf-8-sig")
        assert "'=cmd()" in content.decode("utf-8-sig")
