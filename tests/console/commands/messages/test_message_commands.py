"""`tabuah message`: list, show, report, join, close, export, and try a mapping."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at

from tabuah.operations.messages.drafts import receive_message
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import (
    AttachmentKind,
    MessageAttachment,
    MessageChannel,
    MessagePosition,
)
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

FIRST, SECOND = "aaaaaaaa-0000-0000-0000-000000000001", "bbbbbbbb-0000-0000-0000-000000000002"
INCOMING = {
    FIRST: InboundMessage(
        channel=MessageChannel.WHATSAPP,
        sender="Yanti · 62812",
        address="62812",
        text="Air naik\n=2+3",
        position=MessagePosition(lon_deg=100.65, lat_deg=-0.85),
        attachments=(MessageAttachment(kind=AttachmentKind.VIDEO, size_bytes=209_715_200),),
    ),
    SECOND: InboundMessage(channel=MessageChannel.TELEGRAM, sender="Siti", text="longsor", cut=3),
}
DOCUMENTS = Path(__file__).resolve().parents[3] / "operations" / "messages" / "documents"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR, tamu=Role.VIEWER)
        for key, inbound in INCOMING.items():
            journal.append_drafts([receive_message(key, inbound, account="wa", salts=("5a" * 16,) * 4)])
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return log_in(journal, tmp_path, capsys, "sari")


def log_in(journal: ServerJournal, folder: Path, capsys: pytest.CaptureFixture[str], user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def test_messages_are_listed_with_those_that_wait(console: CommandLineConsole):
    rows = console.json("message", "list")
    assert {(row["id"], row["sender"], row["state"]) for row in rows} == {
        (FIRST, "Yanti · 62812", "waiting"),
        (SECOND, "Siti", "waiting"),
    }
    (row,) = console.json("message", "list", "--channel", "telegram")
    assert (row["text"], row["cut"]) == ("longsor", 3)
    console.run("message", "list")
    assert "2 pesan menunggu" in console.errors
    shown = console.run("message", "show", "aaaa")
    assert "video (210 MB)" in shown
    assert "-0.85, 100.65" in shown
    assert "3 karakter tidak disimpan" in console.run("message", "show", "bbbb")
    assert console.json("message", "list", "--to", "2020-01-01T00:00") == []
    assert len(console.json("message", "list", "--from", "2020-01-01T00:00")) == 2


def test_message_becomes_an_incident_with_sender_time_and_position(console: CommandLineConsole):
    made = console.json("message", "incident", "aaaa", "--hazard", "banjir")
    shown = console.json("incident", "show", made["number"], "--caller")
    assert (shown["channel"], shown["description"]) == ("whatsapp", "")
    assert shown["caller"] == "Yanti · 62812"
    assert (shown["lon_deg"], shown["lat_deg"]) == (100.65, -0.85)
    (row,) = console.json("message", "list", "--incident", made["number"])
    assert (row["id"], row["state"], row["incidents"]) == (FIRST, "linked", [made["number"]])
    console.run("message", "incident", "bbbb", "--hazard", "longsor", code=2)
    assert "--nagari" in console.errors
    arguments = ("--hazard", "longsor", "--nagari", "Koto Baru, Kubung", "--with-text", "--title", "Tebing")
    made = console.json("message", "incident", "bbbb", *arguments)
    shown = console.json("incident", "show", made["number"])
    assert (shown["channel"], shown["title"], shown["description"]) == ("message", "Tebing", "longsor")


def test_message_joins_and_leaves_a_known_incident(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    assert console.json("message", "join", "aaaa", incident.number)["number"] == incident.number
    console.run("message", "join", "aaaa", incident.number, code=2)
    assert incident.number in console.run("message", "list")
    console.json("message", "unlink", "aaaa", incident.number)
    assert console.json("message", "show", FIRST)["state"] == "waiting"


def test_message_is_closed_with_a_reason_and_reopened(console: CommandLineConsole):
    assert console.json("message", "close", "aaaa", "iseng")["reason"] == "prank"
    (row,) = console.json("message", "list", "--closed")
    assert (row["state"], row["closing"], row["closed_by"], row["pending"]) == ("closed", "prank", "sari", True)
    assert [row["id"] for row in console.json("message", "list", "--waiting")] == [SECOND]
    console.run("message", "close", "bbbb", "lain", code=2)
    assert "keterangan" in console.errors
    console.run("message", "close", "bbbb", "lain", "--note", "x" * 500, code=2)
    console.json("message", "reopen", "aaaa")
    assert console.json("message", "show", FIRST)["closing"] is None
    console.run("message", "show", "cccc", code=2)
    assert "tabuah message list" in console.errors


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_messages_are_exported_without_personal_values_unless_asked(
    console: CommandLineConsole, tmp_path: Path, suffix: str
):
    file = tmp_path / f"pesan.{suffix}"
    assert console.json("message", "export", str(file))["messages"] == 2
    assert b"62812" not in file.read_bytes()
    console.run("message", "export", str(file), "--personal")
    assert "data pribadi" in console.errors
    if suffix == "csv":
        assert "62812" in file.read_text("utf-8-sig")


def test_message_is_sealed_for_a_viewer(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    viewer = log_in(journal, tmp_path, capsys, "tamu")
    assert {(row["sender"], row["text"]) for row in viewer.json("message", "list")} == {(None, None)}
    shown = viewer.run("message", "show", "aaaa").splitlines()
    for label in ("Pengirim", "Isi"):
        assert any(line.startswith(label) and "tersegel" in line for line in shown), shown
    viewer.run("message", "close", "aaaa", "spam", code=2)


def test_mapping_is_tried_on_a_document(console: CommandLineConsole, tmp_path: Path):
    (found,) = console.json("message", "try", "whatsapp-cloud", str(DOCUMENTS / "whatsapp_text.json"))
    assert found["sender"] == "Yanti · 6281234567890"
    file = tmp_path / "messages.toml"
    file.write_text('[[message]]\naccount = "tg"\nuse = "telegram"\n')
    assert "longsor di jalan" in console.run("message", "try", str(file), str(DOCUMENTS / "telegram.json"))
    console.run("message", "try", "kobo", str(DOCUMENTS / "telegram.json"), code=4)
    console.run("message", "try", "pigeon", str(DOCUMENTS / "telegram.json"), code=2)
    assert "whatsapp-cloud" in console.errors
    console.run("message", "try", str(file), str(DOCUMENTS / "telegram.json"), "--account", "wa", code=2)
    assert "tg" in console.errors
    file.write_text("broken")
    console.run("message", "try", str(file), str(DOCUMENTS / "telegram.json"), code=2)


def test_message_is_answered_with_a_sentence_of_the_profile_and_the_answer_withdrawn(console: CommandLineConsole):
    codes = {each["code"]: each for each in console.json("message", "templates")}
    saved = console.json("message", "answer", "aaaa", "Tunggu di tempat aman.", "--template", "on_the_way")
    (shown,) = console.json("message", "show", FIRST)["answers"]
    assert (shown["id"], shown["by"], shown["state"]) == (saved["answer"], "sari", "waiting")
    assert shown["text"] == f"{codes['on_the_way']['id']} Tunggu di tempat aman."
    assert [row["id"] for row in console.json("message", "list", "--answered")] == [FIRST]
    assert FIRST not in [row["id"] for row in console.json("message", "list", "--waiting")]
    assert "Tunggu di tempat aman" in console.run("message", "show", "aaaa")
    console.json("message", "withdraw", "aaaa")
    assert console.json("message", "show", FIRST)["state"] == "waiting"
    console.run("message", "withdraw", "aaaa", code=2)


def test_second_answer_names_the_first_and_needs_again(console: CommandLineConsole):
    console.json("message", "answer", "aaaa", "Kami periksa.")
    console.run("message", "answer", "aaaa", "Petugas berangkat.", code=2)
    assert "sari sudah menjawab" in console.errors
    console.run("message", "answer", "aaaa", "--template", "known", "--again")
    second = console.json("message", "show", FIRST)["answers"][1]
    assert second["text"].startswith("Kejadian ini sudah kami ketahui")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("bbbb", "Kami periksa."), "Alamat"),  # without an address
        (("aaaa", " "), "kosong"),
        (("aaaa", "x" * 1_001), "1000"),
        (("aaaa", "--template", "nope"), "on_the_way"),
    ],
)
def test_answer_that_is_not_possible_says_why(console: CommandLineConsole, arguments: tuple[str, ...], reason: str):
    console.run("message", "answer", *arguments, code=2)
    assert reason in console.errors


def test_timeline_of_an_incident_has_its_messages_and_answers_without_their_texts(console: CommandLineConsole):
    first, second = (
        console.json("incident", "report", "--hazard", "banjir", "--nagari", "Koto Baru, Kubung", "--title", title)
        for title in ("Banjir", "Banjir lagi")
    )
    for number in (first["number"], second["number"]):
        console.json("message", "join", "aaaa", number)
    console.json("message", "answer", "aaaa", "Petugas menuju lokasi")
    console.json("message", "withdraw", "aaaa")
    texts = [event["text"] for event in console.json("incident", "show", first["number"])["timeline"]]
    about = [text for text in texts if "WhatsApp" in text]
    assert about == [
        "Pesan diterima (WhatsApp)",
        "Pesan dikaitkan dengan kejadian (WhatsApp)",
        "Pesan dijawab (WhatsApp)",
        "Jawaban pesan ditarik (WhatsApp)",
    ]
    console.json("message", "unlink", "aaaa", first["number"])
    assert "WhatsApp" not in str(console.json("incident", "show", first["number"])["timeline"])


def test_text_of_an_answer_is_exported_only_on_request(console: CommandLineConsole, tmp_path: Path):
    console.json("message", "answer", "aaaa", "Petugas menuju lokasi")
    file = tmp_path / "pesan.csv"
    console.json("message", "export", str(file))
    assert "waiting sari" in file.read_text("utf-8-sig")
    assert "Petugas menuju" not in file.read_text("utf-8-sig")
    console.run("message", "export", str(file), "--personal")
    assert "Petugas menuju" in file.read_text("utf-8-sig")
