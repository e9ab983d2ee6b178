"""`tabuah incident search` and `callers`: words, filters, files, excerpts, and callers by role."""

import csv
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.incidents.drafts import add_restricted_note, edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.index_fill import IndexFill
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    with open_store(tmp_path) as store:
        first = report_incident_at(store, "Jembatan putus", caller="Bu Yusna 0812-9988-7766")
        report_incident_at(store, "Pohon tumbang", caller="Pak Dedi +62 813 1111 2222")
        report_incident_at(store, "Gladi banjir", exercise=True)
        store.save(edit_incident(first, IncidentEdited(assignment=("Damkar 1",))))
        store.save(note_incident(store.incident(first.id), "warga kebanjiran"))
        store.save(add_restricted_note(store.incident(first.id), "keluarga Zulkarnain", salt=new_salt()))
    return CommandLine(capsys, tmp_path)


def titles(line: CommandLine, *arguments: str) -> list[str]:
    return [row["title"] for row in line.json("incident", "search", *arguments)]


def test_search_lists_the_newest_first_and_filters(line: CommandLine):
    assert titles(line) == ["Pohon tumbang", "Jembatan putus"]
    assert titles(line, "--order", "oldest") == ["Jembatan putus", "Pohon tumbang"]
    assert titles(line, "--unit", "damkar 1") == titles(line, "banjir") == ["Jembatan putus"]
    assert titles(line, "--archive") == titles(line, "banjir -putus") == []
    assert titles(line, " -banjir ") == ["Pohon tumbang"]
    assert titles(line, "banjir", "--with-exercises") == ["Gladi banjir", "Jembatan putus"]
    assert titles(line, "--exercise", "unnamed") == ["Gladi banjir"]


def test_search_builds_a_large_index_first(line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with open_store(tmp_path) as store, store._session.writing():
        store._session.connection.execute("DELETE FROM search_rows")
        store._session.meta.write("search_index", "0")
    monkeypatch.setattr(IndexFill, "is_short", False)
    code, out, err = line("incident", "search", "banjir")
    assert code == 0
    assert "Jembatan putus" in out
    assert "Indeks pencarian dibuat" in err
    assert "Indeks pencarian" not in line("incident", "search", "banjir")[2]


def test_search_marks_found_words(line: CommandLine):
    (found,) = line.json("incident", "search", "banjir")
    excerpt = found["excerpt"]
    assert excerpt["part"] == "notes"
    assert [excerpt["text"][a:b] for a, b in excerpt["marks"]] == ["kebanjiran"]
    assert "[kebanjiran]" in line("incident", "search", "banjir")[1]


def test_search_states_what_the_limit_left_out(line: CommandLine):
    code, out, err = line("incident", "search", "--limit", "1")
    assert code == 0
    assert "Jembatan" not in out
    assert "1" in err


def test_search_writes_a_file(line: CommandLine, tmp_path: Path):
    file = tmp_path / "hasil.csv"
    record = line.json("incident", "search", "jembatan", "-o", str(file))
    assert record == {"file": str(file), "format": "csv", "incidents": 1}
    assert (
        sum("Jembatan putus" in row for row in csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
        == 1
    )
    assert line("incident", "search", "-o", str(tmp_path / "hasil.doc"))[0] == 2


@pytest.mark.parametrize("options", [("--open", "--archive"), ("--since", "2026-02-01", "--until", "2026-01-01")])
def test_search_refuses_filters_that_exclude_each_other(line: CommandLine, options: tuple[str, ...]):
    assert line("incident", "search", *options)[0] == 2


def log_in(directory: Path, role: Role) -> None:
    with open_store(directory) as store:
        store.remember_identity(identity(store, role))


def identity(store: ConsoleStore, role: Role) -> Identity:
    key = store.own_key()
    return Identity(
        server_url="http://127.0.0.1:1", server="s", server_public_key=key.public_key.hex(), user="ani", role=role
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("081299887766", "Jembatan putus"),
        ("+62 812 9988", "Jembatan putus"),
        ("0813 1111", "Pohon tumbang"),
        ("yusna", "Jembatan putus"),
        ("ZULKARNAIN", "Jembatan putus"),
    ],
)
def test_callers_are_found_by_number_or_name(line: CommandLine, text: str, found: str):
    assert [row["title"] for row in line.json("incident", "callers", text)] == [found]
    assert titles(line, text) == [], "no index contains them"


@pytest.mark.parametrize("text", ["08", "8", "yu", "9999999", "x" * 10_000, "😀", '"', "%"])
def test_callers_of_short_or_unknown_texts_are_none(line: CommandLine, text: str):
    assert line.json("incident", "callers", text) == []


def test_callers_are_refused_for_a_role_without_personal_data(line: CommandLine, tmp_path: Path):
    log_in(tmp_path, Role.VIEWER)
    assert line("incident", "callers", "yusna")[0] == 2
    log_in(tmp_path, Role.OPERATOR)
    assert len(line.json("incident", "callers", "yusna")) == 1


def test_callers_of_a_field_office_are_those_of_its_incidents(tmp_path: Path):
    with (
        ServerJournal.open(tmp_path / "server", serving=True) as journal,
        open_store(tmp_path / "a") as ani,
        open_store(tmp_path / "b") as budi,
    ):
        add_users(journal, ani=Role.OPERATOR)
        add_users(journal, opd="PMI", budi=Role.FIELD)
        for store, name in ((ani, "ani"), (budi, "budi")):
            enrol(journal, store, name)
            sync(store, journal)
        ours, other = (report_incident_at(ani, caller=f"Bu Yusna {n}") for n in range(2))
        for incident, opd in ((ours, "PMI"), (other, "Damkar")):
            ani.save(edit_incident(ani.incident(incident.id), IncidentEdited(assignment=(opd,))))
        sync(ani, journal)
        sync(budi, journal)
        assert {found.incident.id for found in ani.find_callers("yusna") or ()} == {ours.id, other.id}
        assert [found.incident.id for found in budi.find_callers("yusna") or ()] == [ours.id]
