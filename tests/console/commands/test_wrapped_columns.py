"""Tables in a terminal: the last column is wrapped under itself and never cut."""

import pytest

from tabuah.console.commands.invocation import print_table

REASON = "nilai di luar batas stasiun: periksa sensor dan batas ukurnya sebelum dikirim kembali"


def test_last_column_is_wrapped_in_a_terminal(capsys: pytest.CaptureFixture[str]):
    print_table(["Pos", "Alasan"], [["SLK-1", REASON]], terminal_width=50)
    _header, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(len(line) <= 50 for line in lines)
    assert lines[1].startswith(" " * 7)
    assert " ".join(" ".join(lines).split()) == f"SLK-1 {REASON}"


def test_last_column_is_one_line_in_a_pipe(capsys: pytest.CaptureFixture[str]):
    print_table(["Pos", "Alasan"], [["SLK-1", REASON]])
    assert capsys.readouterr().out.splitlines()[1] == f"SLK-1  {REASON}"


def test_table_without_rows_prints_its_headers(capsys):
    print_table(["Pos", "Alasan"], [])
    assert capsys.readouterr().out == "Pos  Alasan\n"
