"""Held and rejected entries, conflicts and key renewals on the command line, with a real server."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.console_stores import open_store
from support.draft_samples import note_draft
from support.running_server import PASSWORD, RunningServer, WritingDevice, start_server, utc_now

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.identifiers import new_subject


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        running.add_user("posko", Role.FIELD)
        running.add_user("kalaksa", Role.SUPERVISOR)
        yield running


@pytest.fixture
def lines(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> dict[str, CommandLine]:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    monkeypatch.setenv("TABUAH_KEYRING", "file")
    consoles = {name: CommandLine(capsys, tmp_path / name) for name in ("posko", "kalaksa")}
    for name, line in consoles.items():
        line.json("login", "--server", server.url, "--user", name)
    return consoles


def report(line: CommandLine, title: str = "Banjir di Selayo") -> str:
    found = line.json("incident", "report", "--hazard", "flood", "--title", title, "--nagari", "Selayo")
    return str(found["number"])


def change_role(server: RunningServer, user: str, role: Role) -> None:
    body = encode_body(UserChanged(role=role))
    server.journal.append_drafts([Draft(subject=subject_of("user", user), kind="user.changed", body=body)])


def hold_a_report(lines: dict[str, CommandLine], server: RunningServer) -> str:
    """The field office writes offline while its role changes, so all its entries are held."""
    number = report(lines["posko"])
    lines["posko"]("incident", "note", number, "air setinggi lutut")
    with open_store(lines["posko"].data) as store:
        grant = store.identity.grant
        change_role(server, "posko", Role.VIEWER)
        push_as_before(store, grant)
    lines["kalaksa"].json("sync")
    return number


def push_as_before(store, grant) -> None:
    from tabuah.storage.sync.push import push_outbox
    from tabuah.storage.sync.session import ConsoleSession

    assert store.identity.grant == grant
    with ConsoleSession(store).client as client:
        push_outbox(store, client)


def test_deferred_entry_names_dependency_and_stays_deferred(lines, server):
    with server.client("posko") as client:
        device = WritingDevice(client, "posko")
        device.enrol()
        early = device.write(note_draft(new_subject("incident", utc_now())))
        device.push(early)
    lines["kalaksa"].json("sync")
    (held,) = lines["kalaksa"].json("held", "list")
    assert (held["id"], held["reason"]) == (early.entry.id, "rests_on_unknown")
    assert held["told"].startswith("Bergantung pada laporan insiden ini yang belum tiba")
    code, _out, err = lines["kalaksa"]("held", "release", held["id"])
    assert (code, "belum tiba" in err) == (2, True)
    checks = {check["check"]: check["finding"] for check in lines["kalaksa"].json("doctor", code=6)}
    assert checks["held"].startswith("1 perubahan menunggu entri yang menjadi dasarnya, yang terlama sejak ")
    lines["kalaksa"].json("held", "refuse", held["id"], "--reason", "laptopnya hilang")
    assert lines["kalaksa"].json("sync")["held"] == 0


def test_supervisor_lists_and_releases_held_entries(lines, server):
    number = hold_a_report(lines, server)
    held = lines["kalaksa"].json("held", "list")
    assert [(h["number"], h["kind"], h["reason"], h["own"]) for h in held] == [
        (number, "incident.reported", "role_changed", False),
        (number, "incident.noted", "role_changed", False),
    ]
    assert "Banjir di Selayo" in lines["kalaksa"]("held", "list")[1]
    for entry in held:
        assert lines["kalaksa"].json("held", "release", entry["id"])["id"] == entry["id"]
    assert lines["kalaksa"].json("sync")["held"] == 0
    assert [row["number"] for row in lines["kalaksa"].json("incident", "list")] == [number]


def test_held_release_requires_supervisor(lines, server):
    hold_a_report(lines, server)
    lines["posko"].json("sync")
    held = lines["posko"].json("held", "list")
    assert [entry["own"] for entry in held] == [True, True]
    code, _out, err = lines["posko"]("held", "release", held[0]["id"])
    assert (code, "Peran Anda" in err) == (2, True)
    assert len(lines["posko"].json("held", "list")) == 2


def test_held_refuse_requires_reason_for_author(lines, server):
    hold_a_report(lines, server)
    (held, note) = lines["kalaksa"].json("held", "list")
    assert lines["kalaksa"]("held", "refuse", held["id"], "--reason", " ")[0] == 2
    for entry in (held, note):
        lines["kalaksa"].json("held", "refuse", entry["id"], "--reason", "sudah dilaporkan posko lain")
    lines["kalaksa"].json("sync")
    change_role(server, "posko", Role.FIELD)
    lines["posko"].json("sync")
    (tray,) = lines["posko"].json("rejected", "list")
    assert (tray["reason"], tray["told"], tray["by"]) == ("refused", "sudah dilaporkan posko lain", "kalaksa")
    assert tray["words"] == "Banjir di Selayo"
    assert [resting["text"] for resting in tray["resting"]] == ["air setinggi lutut"]
    code, out, _err = lines["posko"]("rejected", "list")
    assert code == 0
    assert "└ air setinggi lutut" in out


def refuse_all(lines, server) -> dict:
    hold_a_report(lines, server)
    for entry in lines["kalaksa"].json("held", "list"):
        lines["kalaksa"].json("held", "refuse", entry["id"], "--reason", "tulis jorongnya")
    lines["kalaksa"].json("sync")
    change_role(server, "posko", Role.FIELD)
    lines["posko"].json("sync")
    return lines["posko"].json("rejected", "list")[0]


def test_rejected_reissue_sends_corrected_text(lines, server):
    tray = refuse_all(lines, server)
    done = lines["posko"].json("rejected", "reissue", tray["id"], "--text", "Banjir di Selayo, Jorong Lubuk Agung")
    assert (len(done["entries"]), done["left"]) == (2, [])
    assert lines["posko"].json("sync")["rejected"] == 0
    lines["kalaksa"].json("sync")
    (row,) = lines["kalaksa"].json("incident", "list")
    assert row["title"] == "Banjir di Selayo, Jorong Lubuk Agung"
    texts = [event["text"] for event in lines["kalaksa"].json("incident", "show", row["id"])["timeline"]]
    assert "air setinggi lutut" in texts


def test_rejected_restore_undoes_dismissal(lines, server):
    tray = refuse_all(lines, server)
    assert len(lines["posko"].json("rejected", "dismiss", tray["id"])["entries"]) == 2
    assert lines["posko"].json("rejected", "list") == []
    assert lines["posko"].json("status")["rejected"] == 0
    assert [t["id"] for t in lines["posko"].json("rejected", "list", "--dismissed")] == [tray["id"]]
    lines["posko"].json("rejected", "restore", tray["id"])
    assert [t["id"] for t in lines["posko"].json("rejected", "list")] == [tray["id"]]


def test_unknown_held_and_rejected_ids_are_reported(lines):
    for words in (("held", "release"), ("rejected", "reissue"), ("rejected", "dismiss"), ("rejected", "restore")):
        code, _out, err = lines["posko"](*words, "tidak-ada")
        assert (code, "tidak-ada" in err) == (2, True), words
    assert lines["posko"].json("held", "list") == lines["posko"].json("rejected", "list") == []


def test_conflict_policy_is_listed_by_field(lines):
    told = {row["field"]: row["policy"] for row in lines["posko"].json("conflict", "policy")}
    assert (told["title"], told["severity"], told["status.forward"], told["figures"]) == (
        "last_stands", "person_settles", "furthest_stands", "both_kept",
    )  # fmt: skip
    assert "konflik: keduanya disimpan" in lines["posko"]("conflict", "policy")[1]


def test_incident_show_reports_differing_sources(lines):
    number = report(lines["posko"])
    for source, people in (("PMI", "60"), ("Wali nagari", "42")):
        lines["posko"]("incident", "figures", number, "--set", f"displaced_people={people}", "--source", source)
    shown = lines["posko"].json("incident", "show", number)
    assert [(s["source"], s["value"]) for s in shown["sources"]["displaced_people"]] == [
        ("Wali nagari", 42),
        ("PMI", 60),
    ]
    assert shown["figures"] == {"displaced_people": 42}
    assert "selisih 18" in lines["posko"]("incident", "show", number)[1]


def test_copied_console_renews_key_and_advises(lines, server, tmp_path, capsys):
    lines["posko"].json("sync")
    shutil.copytree(lines["posko"].data, tmp_path / "salinan")
    copy = CommandLine(capsys, tmp_path / "salinan")
    report(lines["posko"], "dari yang asli")
    lines["posko"].json("sync")
    earlier = report(copy, "dari salinan")
    code, _out, err = copy("sync")
    assert code == 4, err
    assert "Masuk lagi dengan `tabuah login`" in err
    assert "pakai hanya satu dari kedua salinan" in err
    assert f"{earlier} → SLK-" in err
    assert "tidak ada yang hilang" not in err.lower(), "the server has not accepted it yet"
    copy.json("login", "--server", server.url, "--user", "posko")
    assert copy("sync")[2] == "", "it is told once"
    status, remark = copy("status", "--json")[1:]
    assert '"renewed_at": "20' in status
    assert "salinan lain" in remark
    assert "salinan lain" in copy("doctor")[1]
    lines["kalaksa"].json("sync")
    assert {row["title"] for row in lines["kalaksa"].json("incident", "list")} == {"dari yang asli", "dari salinan"}


def test_sync_watch_reports_key_renewal(lines, server, tmp_path, capsys):
    lines["posko"].json("sync")
    shutil.copytree(lines["posko"].data, tmp_path / "salinan")
    report(lines["posko"], "dari yang asli")
    lines["posko"].json("sync")
    report(CommandLine(capsys, tmp_path / "salinan"), "dari salinan")
    command = [sys.executable, "-m", "tabuah", "sync", "--watch", "--data", str(tmp_path / "salinan")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            told = process.stderr.readline()
        finally:
            process.terminate()
            process.stderr.read()
    assert "pakai hanya satu dari kedua salinan" in told
    assert process.returncode == 0
