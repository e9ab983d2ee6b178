"""`tabuah shift` on a console's own data, without a server: two people hand over at one desk."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.flood_report import pages_of
from support.window_fixture import identity

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.operations.people.roles import Role
from tabuah.operations.shifts.handover_facts import FactKind
from tabuah.resources.localisation import set_language
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore

CREW = ("--crew", "Regu A", "--supervisor", "rina")


def log_in(line: CommandLine, user: str, role: Role = Role.SUPERVISOR) -> None:
    with closing(ConsoleStore(line.data)) as store:
        store.remember_identity(identity(role, user))


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    line = CommandLine(capsys, tmp_path / "data")
    log_in(line, "rina")
    return line


@pytest.fixture
def running(line: CommandLine) -> CommandLine:
    line.json("shift", "start", *CREW)
    return line


def test_shift_starts_once_and_is_listed(running: CommandLine):
    assert running("shift", "start", "--crew", "Regu B")[0] == ExitCode.BAD_INPUT
    (row,) = running.json("shift", "list")
    assert (row["crew"], row["people"], row["exercise"]) == ("Regu A", ["rina"], None)


def test_shift_without_a_roster_says_what_to_do(line: CommandLine):
    code, _out, err = line("shift", "start")
    assert code == ExitCode.BAD_INPUT
    assert "--crew" in err
    assert "tabuah shift start" in line("shift", "log", "x")[2]


def test_shift_of_the_roster_starts_with_its_crew(line: CommandLine):
    today = datetime.now(home_zone()).date().isoformat()
    line.json("roster", "set", today, "--hours", "48", *CREW, "--start", "00:00")
    shown = line.json("shift", "start")
    assert (shown["crew"], shown["week"][:4]) == ("Regu A", shown["starts_at"][:4])


def test_log_lines_are_numbered_and_corrected(running: CommandLine):
    number = running.json("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--at", "100.62,-0.82")[
        "number"
    ]
    running.json("shift", "log", "air naik", "--incident", number)
    running.json("shift", "log", "air turun", "--corrects", "1")
    first, second = running.json("shift", "show")["log"]
    assert (first["text"], first["corrected"], first["about"][:9]) == ("air naik", True, "incident/")
    assert second["corrects"] == first["entry"]
    shown = running("shift", "show")[1]
    assert f"({number})" in shown
    assert running("shift", "log", "x", "--corrects", "9")[0] == ExitCode.BAD_INPUT


def test_promise_is_listed_until_it_ends(running: CommandLine):
    running.json("shift", "promise", "kirim terpal", "--to", "Wali nagari", "--due", "2099-01-01T08:00")
    (promise,) = running.json("shift", "promises")
    assert (promise["what"], promise["to"]) == ("kirim terpal", "Wali nagari")
    running.json("shift", "promise-end", "1", "--note", "dikirim")
    assert running.json("shift", "promises") == []
    assert running("shift", "promise-end", "1")[0] == ExitCode.BAD_INPUT


def test_two_people_hand_over_and_confirm(running: CommandLine):
    assert running("shift", "confirm", "0" * 8)[0] == ExitCode.BAD_INPUT
    handover = running.json("shift", "handover", "--note", "pompa di Kubung")["handover"]
    assert running("shift", "confirm", "00000000")[0] == ExitCode.BAD_INPUT
    running.json("shift", "confirm", handover["hash"][:8])
    assert "sudah" in running("shift", "confirm", handover["hash"][:8])[2]
    log_in(running, "yusuf")
    closed = running.json("shift", "confirm", handover["hash"])
    assert closed["closed_at"] is not None
    assert (closed["handover"]["outgoing"]["by"], closed["handover"]["incoming"]["by"]) == ("rina", "yusuf")
    shown = running("shift", "show", closed["id"][:8])[1]
    assert "pompa di Kubung" in shown


def test_one_person_cannot_confirm_both_sides(running: CommandLine):
    digits = running.json("shift", "handover")["handover"]["hash"][:8]
    running.json("shift", "confirm", digits)
    code, _out, err = running("shift", "confirm", digits, "--side", "incoming")
    assert code == ExitCode.BAD_INPUT
    assert "kedua pihak" in err


def test_handover_preview_saves_nothing_and_withdraw_takes_it_back(running: CommandLine):
    assert len(running.json("shift", "handover", "--preview")["facts"]) == len(FactKind) - 1  # coverage is not known
    assert running.json("shift", "show")["handover"] is None
    running.json("shift", "handover")
    running.json("shift", "handover", "--withdraw")
    assert running.json("shift", "show")["handover"] is None


def test_shift_closes_with_a_reason_and_opens_again(running: CommandLine):
    key = running.json("shift", "close", "--reason", "posko ditutup")["id"]
    assert running.json("shift", "reopen", key, "--reason", "salah")["closed_at"] is None


def test_viewer_writes_no_shift(line: CommandLine):
    log_in(line, "tamu", Role.VIEWER)
    assert line("shift", "start", *CREW)[0] == ExitCode.BAD_INPUT
    assert line.json("shift", "list") == []


def test_handover_is_exported_as_pdf_and_short_text(running: CommandLine, tmp_path: Path):
    pdf, text = tmp_path / "serah-terima.pdf", tmp_path / "serah-terima.txt"
    assert running("shift", "export", "-o", str(pdf))[0] == ExitCode.BAD_INPUT
    assert not pdf.exists()
    running.json("shift", "log", "air naik")
    content_hash = running.json("shift", "handover", "--note", "pompa *besok*")["handover"]["hash"]
    running.json("shift", "confirm", content_hash)
    assert running.json("shift", "export", "-o", str(pdf))["number"].endswith(content_hash[:8])
    assert pdf.read_bytes().startswith(b"%PDF")
    running.json("shift", "export", "-o", str(text))
    written = text.read_text(encoding="utf-8")
    assert "*SERAH TERIMA PIKET*" in written
    assert "pompa besok" in written
    assert "Menerima: belum dikonfirmasi" in written
    assert len(written) <= 1_400


def test_export_without_an_id_takes_the_completed_handover(running: CommandLine, tmp_path: Path):
    file = tmp_path / "serah-terima.txt"
    content_hash = running.json("shift", "handover")["handover"]["hash"]
    running.json("shift", "confirm", content_hash)
    log_in(running, "yusuf", Role.SUPERVISOR)
    ended = running.json("shift", "confirm", content_hash)["id"]
    assert running.json("shift", "export", "-o", str(file))["shift"] == ended
    running.json("shift", "start", "--crew", "Regu B", "--supervisor", "yusuf")
    status, printed, _errors = running("shift", "export", "-o", str(file))
    assert status == 0
    assert "Regu A" in printed


def test_handover_document_lists_a_promise_once_and_keeps_the_signatures_with_its_hash(
    running: CommandLine, tmp_path: Path
):
    pdf = tmp_path / "serah-terima.pdf"
    for what in ("kirim terpal", "pinjam pompa"):
        running.json("shift", "promise", what, "--to", "Wali nagari", "--due", "2099-01-01T08:00")
    running.json("shift", "promise-end", "2", "--note", "dikirim")
    for number in range(46):
        running.json("shift", "log", f"baris {number}")
    running.json("shift", "handover")
    running.json("shift", "export", "-o", str(pdf))
    pages = pages_of(pdf.read_bytes(), tmp_path)
    assert " ".join(pages).count("kirim terpal") == 1
    assert " ".join(pages).count("pinjam pompa") == 1
    assert len(pages) == 2
    assert "SHA-256" in next(page for page in pages if "Menerima" in page)


@pytest.mark.parametrize(
    ("language", "title", "line_start"),
    [("id", "Kekurangan unit siap per kecamatan", "Tanpa"), ("en", "Missing ready units by kecamatan", "No ready")],
)
def test_handover_documents_name_kecamatan_without_a_ready_unit(
    running: CommandLine, tmp_path: Path, language: str, title: str, line_start: str
):
    running.json(
        "unit",
        "register",
        "DMK-01",
        "--name",
        "Pos A",
        "--opd",
        "Damkar",
        "--kind",
        "fire",
        "--home",
        "100.6546,-0.7890",
    )
    running.json("shift", "handover")
    set_language(language)
    files = tmp_path / "record.pdf", tmp_path / "record.txt"
    for file in files:
        running.json("shift", "export", "-o", str(file))
    printed = " ".join(" ".join(pages_of(files[0].read_bytes(), tmp_path)).split())
    for text in (printed, files[1].read_text(encoding="utf-8")):
        assert title in text
        assert line_start in text
