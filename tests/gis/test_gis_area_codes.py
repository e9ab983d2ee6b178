"""Codes and names are found in the columns of other people's files."""

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
def test_a_code_is_known_by_its_form(value, code):
    assert kemendagri_code(value) == code


def test_the_finest_code_wins():
    rows = [{"KODE_KEC": "13.02.10", "KODE_DESA": f"13.02.10.200{n}"} for n in range(3)]
    assert code_column(rows) == "KODE_DESA"


@pytest.mark.parametrize("column", ["code", "KODE", "kode_desa", "KDEPUM", "id", "kd_desa"])
def test_columns_of_codes_have_many_names(column):
    assert code_column([{column: 1302102001}]) == column


def test_codes_of_the_statistics_office_are_passed_over():
    assert code_column([{"kode_bps": "1303080001", "kode": "13.02.10.2001"}]) == "kode"
    assert code_column([{"kode_bps": "1303080001"}]) == ""


def test_years_and_areas_are_no_codes():
    assert code_column([{"tahun": 2025, "luas_km2": 55.7, "area_km2": 3591.4}]) == ""


def test_a_column_with_gaps_is_no_code_column():
    assert code_column([{"kode": "13.02.10"}, {"kode": None}]) == ""


def test_the_name_fits_the_level_of_the_code():
    row = {"WADMKK": "Solok", "WADMKC": "Kubung", "WADMKD": "Koto Baru", "NAMOBJ": "x"}
    assert [name_column([row], length) for length in (13, 8, 5)] == ["WADMKD", "WADMKC", "WADMKK"]


def test_an_empty_name_column_is_passed_over():
    assert name_column([{"Name": "", "NAMOBJ": "Koto Baru"}], 13) == "NAMOBJ"


def test_without_rows_there_is_no_column():
    assert (code_column([]), name_column([], 13)) == ("", "")
