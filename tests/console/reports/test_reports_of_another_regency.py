"""Reports of another regency have its letterhead, crest, signatory, numbers and time zone."""

from pathlib import Path

import pytest
from support.flood_report import flood, pdf_of, words_of
from support.regencies import eastern_regency, regency_in_use

from tabuah.console.reports.csv_tables import encode_incidents_csv
from tabuah.gis.coordinates import format_utm
from tabuah.operations.incidents.place import IncidentPlace

HARAPAN = IncidentPlace(lon_deg=120.45, lat_deg=-8.9, nagari="Desa B1", kecamatan="Distrik B")


def test_report_has_letterhead_zone_and_signatory_of_the_regency(tmp_path: Path):
    with regency_in_use(eastern_regency()):
        report = flood(number="TLH-RINA-0012", place=HARAPAN, description="Air naik.").report()
        words = words_of(pdf_of(report), tmp_path)
    for expected in (
        *("PEMERINTAH KABUPATEN TELUK HARAPAN", "TLH-RINA-0012", "Maria Contoh", "197001012000012001", "WITA"),
        "Jalan Pelabuhan 1, Harapan",
    ):
        assert expected in words
    assert "WIB" not in words
    assert "Solok" not in words


def test_report_with_unusable_crest_is_made_without_it():
    with regency_in_use(eastern_regency(crest_svg="<svg")):
        assert pdf_of(flood().report()).startswith(b"%PDF-")


def test_crest_is_drawn():
    with regency_in_use(eastern_regency()):
        with_crest = pdf_of(flood().report())
    with regency_in_use(eastern_regency(crest_svg="")):
        assert len(pdf_of(flood().report())) < len(with_crest)


def test_csv_names_the_zone_of_the_regency():
    with regency_in_use(eastern_regency()):
        text = encode_incidents_csv([flood(description="Air naik.").item()]).decode("utf-8-sig")
    assert "WITA" in text
    assert "WIB" not in text


@pytest.mark.parametrize(("lon_deg", "lat_deg", "zone"), [(120.45, -8.9, "51L"), (120.45, -7.0, "UTM 51S")])
def test_coordinates_are_in_the_zone_of_the_regency(lon_deg: float, lat_deg: float, zone: str):
    with regency_in_use(eastern_regency()):
        assert format_utm(lon_deg, lat_deg).startswith(f"{zone} ")
