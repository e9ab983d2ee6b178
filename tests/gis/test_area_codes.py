"""Tests of the detection of codes and names in attribute columns."""

import pytest

from tabuah.gis.area_codes import code_column, kemendagri_code, name_column


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("13.02.10.2001", "13.02.10.2001"),
        (" 13.02.10 ", "13.02.10"),
        ("13.02", "13.02"),
        (13.02, "13.02"),
        ("1302102001", "13.02.10.2001"),
        (1302102001, "13.02.10.2001"),
        (1302102001.0, "13.02.10.2001"),
        ("130210", "13.02.10"),
        ("13", ""),
        ("3591.4", ""),
        ("13.02.1", ""),
        ("05.02.10", ""),
        ("ID1302", ""),
        (None, ""),
        (float("nan"), ""),
        ("", ""),
    ],
)
def test_kemendagri_code_accepts_known_forms(value, code):
    assert kemendagri_code(value) == code


def test_code_column_prefers_finest_code():
    rows = [{"KODE_KEC": "13.02.10", "KODE_DESA": f"13.02.10.200{n}"} for n in range(3)]
    assert code_column(rows) == "KODE_DESA"


@pytest.mark.parametrize("column", ["code", "KODE", "kode_desa", "KDEPUM", "id", "kd_desa"])
def test_code_column_has_many_names(column):
    assert code_column([{column: 1302102001}]) == column


def test_code_column_skips_bps_codes():
    assert code_column([{"kode_bps": "1303080001", "kode": "13.02.10.2001"}]) == "kode"
    assert code_column([{"kode_bps": "1303080001"}]) == ""


def test_code_column_ignores_years_and_areas():
    assert code_column([{"tahun": 2025, "luas_km2": 55.7, "area_km2": 3591.4}]) == ""


def test_code_column_with_gaps_is_rejected():
    assert code_column([{"kode": "13.02.10"}, {"kode": None}]) == ""


def test_name_column_fits_level_of_code():
    row = {"WADMKK": "Solok", "WADMKC": "Kubung", "WADMKD": "Koto Baru", "NAMOBJ": "x"}
    assert [name_column([row], length) for length in (13, 8, 5)] == ["WADMKD", "WADMKC", "WADMKK"]


def test_name_column_skips_empty_columns():
    assert name_column([{"Name": "", "NAMOBJ": "Koto Baru"}], 13) == "NAMOBJ"


def test_columns_are_empty_without_rows():
    assert (code_column([]), name_column([], 13)) == ("", "")
