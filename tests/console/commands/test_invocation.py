"""Output of commands."""

import pytest

from tabuah.console.commands.invocation import print_facts


def test_print_facts_indents_the_further_lines_of_a_value(capsys: pytest.CaptureFixture[str]):
    print_facts([("Isi", "banjir\ndi jembatan\r\nlama"), ("Pengirim", "Siti"), ("Akun", "")])
    assert capsys.readouterr().out.splitlines() == [
        "Isi       banjir",
        "          di jembatan",
        "          lama",
        "Pengirim  Siti",
    ]
