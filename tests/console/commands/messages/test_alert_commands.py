"""`tabuah message` with CAP alerts: try, list, show, report and export."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.cap_documents import cap_document, cap_info
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull

from tabuah.operations.entries import Draft
from tabuah.operations.messages.alert import AlertEnd
from tabuah.operations.messages.alert_document import read_alert
from tabuah.operations.messages.drafts import end_alert, receive_message
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
ENDLESS = "2089-12-02T03:00:00+00:00"
KEYS = {
    name: f"{letter * 8}-0000-0000-0000-000000000001"
    for name, letter in {"current": "a", "expired": "b", "private": "c", "drill": "d", "ended": "e"}.items()
}


def received(name: str, document: bytes, *, earlier: tuple[str, ...] = ()) -> Draft:
    return receive_message(
        KEYS[name], read_alert(document, NOW), account="prov", salts=("5a" * 16,) * 4, earlier=earlier
    )


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLineConsole]:
    current = cap_info(expires=ENDLESS)
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR, tamu=Role.VIEWER)
        for draft in (
            received("ended", cap_document("A0", infos=current)),
            received("current", cap_document("A1", message="Update", infos=current), earlier=(KEYS["ended"],)),
            end_alert(KEYS["ended"], KEYS["current"], AlertEnd.UPDATED),
            received("expired", cap_document("B", infos=cap_info(expires="2026-10-02T03:00:00+00:00"))),
            received("private", cap_document("C", scope="Private", infos=current)),
            received("drill", cap_document("D", status="Exercise", infos=current)),
        ):
            journal.append_drafts([draft])
        for user in ("sari", "tamu"):
            with open_store(tmp_path / user) as store:
                enrol(journal, store, user)
                pull(store, journal)
        yield CommandLineConsole(tmp_path / "sari", capsys)


def test_alerts_wait_unless_they_are_over_and_exercises_are_apart(console: CommandLineConsole):
    states = {
        row["id"]: (row["state"], row["alert_end"]) for row in console.json("message", "list", "--channel", "cap")
    }
    assert states == {
        KEYS["current"]: ("waiting", None),
        KEYS["private"]: ("waiting", None),
        KEYS["expired"]: ("ended", "expired"),
        KEYS["ended"]: ("ended", "updated"),
    }
    assert {row["id"] for row in console.json("message", "list", "--waiting")} == {KEYS["current"], KEYS["private"]}
    console.run("message", "list")
    assert "2 pesan menunggu" in console.errors
    drills = console.json("message", "list", "--with-exercises", "--waiting")
    assert [row["alert"]["status"] for row in drills if row["id"] == KEYS["drill"]] == ["Exercise"]


def test_alert_is_shown_with_codes_area_and_later_alert(console: CommandLineConsole):
    shown = console.run("message", "show", KEYS["current"])
    for words in (
        "pembaruan peringatan",
        "Kubung",
        "Waspada banjir",
        "Jauhi sungai",
        "2089",
        KEYS["ended"][:13],
        "A1",
    ):
        assert words in shown
    assert f"diganti peringatan berikutnya: {KEYS['current'][:13]}" in console.run("message", "show", KEYS["ended"])
    assert "sudah lewat" in console.run("message", "show", KEYS["expired"])
    row = console.json("message", "show", KEYS["ended"])
    assert (row["alert_ended_by"], row["alert"]["words"]["event"]) == (KEYS["current"], "Hujan lebat")


def test_viewer_reads_public_headlines_only(console: CommandLineConsole, tmp_path: Path):
    viewer = CommandLineConsole(tmp_path / "tamu", console.capsys)
    listed = viewer.run("message", "list")
    assert listed.count("Hujan lebat di Kabupaten Solok") == 3  # not the private one
    assert "Waspada" not in viewer.run("message", "show", KEYS["private"])


def test_alert_becomes_an_incident(console: CommandLineConsole):
    made = console.json(
        "message", "incident", KEYS["current"], "--hazard", "cuaca-ekstrem", "--nagari", "Koto Baru, Kubung"
    )
    (row,) = console.json("message", "list", "--incident", made["number"])
    assert (row["id"], row["state"]) == (KEYS["current"], "linked")
    console.run("message", "answer", KEYS["current"], "terima kasih", code=2)
    console.run("message", "incident", KEYS["drill"], "--hazard", "cuaca-ekstrem", "--nagari", "Koto Baru, Kubung")
    assert len(console.json("incident", "list")) == 1


def test_alert_opens_and_joins_parent_events(console: CommandLineConsole):
    made = console.json("message", "event", KEYS["current"], "--hazard", "cuaca-ekstrem")
    assert made["title"] == "Hujan lebat di Kabupaten Solok"
    (row,) = console.json("message", "list", "--event", made["title"])
    assert (row["id"], row["state"], row["events"]) == (KEYS["current"], "linked", [made["title"]])
    assert made["title"] in console.run("message", "show", KEYS["current"])
    assert console.json("message", "join-event", KEYS["private"], made["event"])["title"] == made["title"]
    console.run("message", "join-event", KEYS["drill"], made["event"], code=2)
    console.run("message", "unlink-event", KEYS["private"], made["title"])
    assert [each["id"] for each in console.json("message", "list", "--event", made["event"])] == [KEYS["current"]]
    private = console.json("message", "event", KEYS["private"], "--hazard", "banjir")
    assert private["title"] == "Banjir"  # its headline is sealed
    drill = console.json("message", "event", KEYS["drill"], "--hazard", "banjir")
    listed = {each["id"] for each in console.json("event", "list")}
    assert (drill["event"] in listed, private["event"] in listed) == (False, True)


def test_timeline_of_an_incident_has_the_headline_and_the_end_of_its_alert(console: CommandLineConsole):
    made = console.json("message", "incident", KEYS["ended"], "--hazard", "banjir", "--nagari", "Koto Baru, Kubung")
    texts = [event["text"] for event in console.json("incident", "show", made["number"])["timeline"]]
    assert [text for text in texts if "CAP" in text] == [
        "Pesan diterima (Peringatan CAP): Hujan lebat di Kabupaten Solok",
        "Peringatan diperbarui atau dibatalkan oleh pengirimnya (Peringatan CAP): diganti peringatan berikutnya",
        "Pesan dikaitkan dengan kejadian (Peringatan CAP)",
    ]


def test_impact_of_an_alert_is_that_of_its_area(console: CommandLineConsole):
    found = console.json("map", "impact", "--message", KEYS["current"])
    assert (found["radius_m"], 200e6 < found["area_m2"] < 250e6) == (None, True)
    console.run("map", "impact", "--message", KEYS["current"], "--in", "Koto Baru", code=2)
    console.run("map", "impact", "--message", "none", code=2)


def test_export_has_the_codes_of_alerts(console: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "alerts.csv"
    console.run("message", "export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as opened:
        text = opened.read()
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines(), delimiter=";" if ";" in text[:20] else ",")}
    current = rows[KEYS["current"]]
    assert (current["alert_severity"], current["alert_event"], current["alert_area"]) == (
        "Severe",
        "Hujan lebat",
        "Kubung",
    )
    assert (rows[KEYS["ended"]]["alert_end"], rows[KEYS["private"]]["alert_event"]) == ("updated", "")
    assert "Waspada" not in text


def test_document_is_tried_without_a_server(console: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "alert.xml"
    file.write_bytes(cap_document(sent="2026-10-02T09:00:00+07:00"))
    (found,) = console.json("message", "try", "cap", str(file))
    assert (found["alert"]["severity"], len(found["alert"]["rings"])) == ("Severe", 1)
    shown = console.run("message", "try", "cap", str(file))
    assert "peringatan baru" in shown
    assert "Pusdalops Sumbar" in shown
    file.write_bytes(cap_document(prologue="<!DOCTYPE a>"))
    console.run("message", "try", "cap", str(file), code=2)
    assert "dokumen" in console.errors.lower()
    assert "BMKG" not in console.errors
