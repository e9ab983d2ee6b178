"""`tabuah contact`: add, edit, retire, search, import and export; numbers by role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull, push, report_incident_at

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

CAMAT = (
    *("contact", "add", "--name", "Camat Gunung Talang", "--function", "camat", "--kecamatan", "gunung talang"),
    *("--phone", "0755 31123", "--radio", "VHF 2", "--call-sign", "TALANG 1", "--personal-phone", "0812 3456 7890"),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, admin=Role.ADMIN, sari=Role.SUPERVISOR, tamu=Role.VIEWER)
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return log_in(journal, tmp_path, capsys, "sari")


def log_in(journal: ServerJournal, folder: Path, capsys: pytest.CaptureFixture[str], user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def only(console: CommandLineConsole, *options: str) -> dict[str, object]:
    (row,) = console.json("contact", "list", *options)
    return row


def test_contact_is_added_found_changed_retired_and_restored(console: CommandLineConsole):
    added = console.json(*CAMAT)
    row = only(console)
    assert (row["id"], row["kecamatan"], row["radio"]) == (added["id"], ["13.02.07"], "VHF 2")
    assert row["personal"] == {"phones": ["0812 3456 7890"]}
    assert console.json("contact", "search", "talang", "kecamatan") == [row]
    console.run("contact", "edit", "camat gunung", "--set", "alamat=Talang", code=2)
    assert "personal_phones" in console.errors
    changed = console.json("contact", "edit", added["id"][:13], "--set", "phones=112|0755 31124")
    assert changed == {"id": added["id"], "changed": ["phones"]}
    console.run("contact", "retire", "Camat Gunung Talang", "--reason", "pindah")
    assert console.json("contact", "list") == []
    assert only(console, "--all")["retired"] is True
    console.run("contact", "restore", added["id"], "--reason", "kembali")
    assert only(console)["phones"] == ["112", "0755 31124"]


def test_refused_contact_names_each_field(console: CommandLineConsole):
    console.run("contact", "add", "--name", "Camat", "--function", "presiden", "--phone", "nol", code=2)
    assert "Fungsi: " in console.errors
    assert "Telepon: " in console.errors
    assert console.json("contact", "list") == []


def test_personal_numbers_are_edited_by_column_and_removed(console: CommandLineConsole):
    console.run(*CAMAT)
    console.run("contact", "edit", "camat", "--set", "personal_whatsapp=0813 1")
    assert only(console)["personal"] == {"phones": ["0812 3456 7890"], "whatsapp": ["0813 1"]}
    console.run("contact", "edit", "camat", "--set", "personal_whatsapp=", "--set", "personal_phones=")
    assert (only(console)["has_personal"], only(console)["personal"]) == (False, None)


def test_lists_are_filtered_and_incident_has_its_contacts(console: CommandLineConsole):
    console.run(*CAMAT)
    console.run(
        "contact", "add", "--name", "BWS", "--function", "bws", "--hazard", "flood", "--phone", "0751 7000000"
    )
    with open_store(console.directory) as store:
        incident = report_incident_at(store)

    def names(*options: str) -> list[str]:
        return [row["name"] for row in console.json("contact", "list", *options)]

    assert names("--function", "camat") == names("--kecamatan", "Gunung Talang") == ["Camat Gunung Talang"]
    assert names("--hazard", "landslide") == ["Camat Gunung Talang"]
    assert "BWS" in names("--incident", incident.number)
    console.run("contact", "list", "--kecamatan", "Atlantis", code=2)


def test_table_round_trip_keeps_personal_numbers_out_unless_asked(console: CommandLineConsole, tmp_path: Path):
    console.run(*CAMAT)
    for name in ("kontak.csv", "kontak.xlsx"):
        console.run("contact", "export", str(tmp_path / name))
        assert console.json("contact", "import", str(tmp_path / name), "--dry-run")["unchanged"] == 1
    assert "3456 7890" not in (tmp_path / "kontak.csv").read_text("utf-8-sig")
    console.run("contact", "export", str(tmp_path / "pribadi.csv"), "--personal")
    assert "3456 7890" in (tmp_path / "pribadi.csv").read_text("utf-8-sig")
    assert console.json("contact", "import", str(tmp_path / "pribadi.csv"))["unchanged"] == 1


def test_import_refuses_by_line_and_saves_nothing(console: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "kontak.csv"
    file.write_text("nama;jabatan;telepon;nagari\nRSUD;rsud;0755 1234;\nPosko;posko;x;\n", "utf-8")
    told = console.json("contact", "import", str(file), code=2)
    assert (told["new"], told["refused"], told["written"]) == (1, 1, False)
    assert [(row["line"], problem["code"]) for row in told["rows"] for problem in row["problems"]] == [
        (3, "number_unreadable")
    ]
    assert console.json("contact", "list") == []
    assert "--valid-only" in console.run("contact", "import", str(file), code=2)
    assert console.json("contact", "import", str(file), "--valid-only")["written"] is True
    assert only(console)["name"] == "RSUD"


def test_template_is_a_table_without_rows(console: CommandLineConsole, tmp_path: Path):
    for name in ("contoh.csv", "contoh.xlsx"):
        console.run("contact", "template", str(tmp_path / name))
        assert console.json("contact", "import", str(tmp_path / name))["rows"] == []


def test_viewer_gets_the_contact_without_personal_numbers(
    console: CommandLineConsole, journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    console.run(*CAMAT)
    with open_store(console.directory) as store:
        push(store, journal)
    viewer = log_in(journal, tmp_path, capsys, "tamu")
    row = only(viewer)
    assert (row["has_personal"], row["personal"], row["phones"]) == (True, None, ["0755 31123"])
    assert "peran Anda" in viewer.run("contact", "show", "camat")
    viewer.run("contact", "add", "--name", "X", "--function", "media", "--phone", "112", code=2)


def test_unknown_and_ambiguous_names_are_refused(console: CommandLineConsole):
    console.run(*CAMAT)
    console.run("contact", "add", "--name", "Camat Kubung", "--function", "camat", "--phone", "0755 2")
    console.run("contact", "show", "camat", code=2)
    assert "Kubung" in console.errors
    console.run("contact", "show", "tidak ada", code=2)
    assert "tabuah contact list" in console.errors
    assert [row["code"] for row in console.json("contact", "functions")][:2] == ["regional_leader", "bpbd_head"]
