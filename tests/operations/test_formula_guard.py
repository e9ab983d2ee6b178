"""Cells of exported tables are no formulas, and are read back as they were."""

import pytest

from tabuah.operations.import_table import FORMULA_STARTS, guard_cell, guard_formula, plain_cell, without_guard


@pytest.mark.parametrize("text", ["=1", "@SUM(1)", " =1", "|x", "%x", "＝1", "\t1", "'=1", "Desa 'A'", "'Awan'", ""])
@pytest.mark.parametrize("guard", [guard_formula, guard_cell])
def test_guarded_text_is_no_formula_and_reads_back(guard, text: str):
    cell = guard(text)
    assert not cell.lstrip(" ").startswith(FORMULA_STARTS)
    assert without_guard(cell) == text


def test_numbers_keep_their_sign():
    assert [guard_cell(cell) for cell in ("-0.9", "+62812", "-1,5")] == ["-0.9", "+62812", "-1,5"]
    assert guard_formula("-0.9") == "'-0.9"


def test_imported_cell_has_no_guard():
    assert plain_cell(guard_cell("＠x")) == "＠x"
