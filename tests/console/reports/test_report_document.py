"""The document as PDF: its text, and protection against injected markup."""

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.flood_report import PLACE, flood, pdf_of, words_of

from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.incident_report import JournalReference, ReportKind
from tabuah.console.reports.office import Office
from tabuah.console.reports.printable import make_printable
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import add_restricted_note
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.resources.localisation import set_language

ATTACKS = (
    '#panic("x") #read("/etc/passwd") #import "x.typ": *',
    '*bold* _it_ $x^2$ `raw` <label> @ref [c] {c} \\ \\u{41} // /* "q" = h - l + n 1. ~ https://x',
    "{page} {pages} {{}} %s {0}",
    "🔥🙏🏽👨‍👩‍👧 ✅ air naik ⚠️",
    "مرحبا עברית \u202eabc\u202c \u2066x\u2069",
    "漢字 ไทย ꦗꦮ",
    "\x00\x07\x1b[31m\ud7ff\ue000\U000e0041\ufffe",
    "Wé\u0301\u0301\u0301" * 20,
)


def test_initial_report_contains_all_key_facts(tmp_path):
    event = flood()
    event.move(Status.VERIFIED)
    event.count(Figures(deaths=0, displaced_people=86, displaced_households=24), "TRC BPBD")
    event.note("Kebutuhan: perahu karet 2 unit")
    words = words_of(pdf_of(event.report()), tmp_path)
    for expected in (
        "PEMERINTAH KABUPATEN SOLOK",
        "BADAN PENANGGULANGAN BENCANA DAERAH",
        "LAPORAN AWAL · BANJIR",
        "Banjir luapan Batang Lembang",
        "Jorong Simpang, Nagari Koto Baru, Kecamatan Kubung",
        "Nagari perkiraan, belum dikonfirmasi",
        "09.40 WIB Selasa, 24 November 2026",
        "100,65020° BT 0,85130° LS",
        "Air meluap sejak pukul 07.40 WIB.",
        "belum ada keterangan dari sumber mana pun; bukan berarti nol",
        "TRC BPBD",
        "Kebutuhan mendesak",
        "perahu karet 2 unit",
        "Dilaporkan (kejadian 07.42): Banjir luapan Batang Lembang",
        "Rina Putri Anggraini",
        "Kepala Pelaksana",
        "Jurnal no. 128, 3fa9 c1d2 e4b5 a697",
        "Halaman 1 dari",
    ):
        assert expected in words
    assert "LATIHAN" not in words
    assert "BELUM TERSINKRON" not in words


def test_document_is_available_in_english(tmp_path):
    set_language("en")
    words = words_of(pdf_of(flood().report()), tmp_path)
    assert "INITIAL REPORT · FLOOD" in words
    assert "Tuesday, 24 November 2026" in words
    assert "Page 1 of" in words


def test_exercise_is_marked_on_every_page(tmp_path):
    event = flood(exercise=True, description="Hujan. " * 900)
    words = words_of(pdf_of(event.report()), tmp_path)
    pages = int(words.split("Halaman 1 dari ")[1].split()[0])
    assert pages >= 2
    assert words.upper().count("LATIHAN TANPA NAMA") >= pages
    assert "Latihan, bukan kejadian nyata." in words


def test_restricted_data_is_in_no_report(tmp_path):
    event = flood()
    event.write(event.dedi, add_restricted_note(event.incident, "Budi 0812", salt="00" * 16))
    words = words_of(pdf_of(event.report()), tmp_path)
    assert "Catatan terbatas" in words
    assert "Budi" not in words
    assert "0812" not in make_chat_text(event.report())


def test_document_reports_unsynced_entries(tmp_path):
    event = flood()
    event.note("masih hujan")
    event.room.make_pending(1)
    words = words_of(pdf_of(event.report(trace=JournalReference())), tmp_path)
    assert "BELUM TERSINKRON" in words
    assert "1 entri laporan ini belum sampai di server" in words
    assert "Konsol ini belum pernah disinkronkan dengan server" in words


def test_conflict_table_shows_both_values(tmp_path):
    event = flood()
    event.disagree()
    words = words_of(pdf_of(event.report()), tmp_path)
    assert "DATA BERBEDA" in words
    assert "Katastropik (Rina Putri Anggraini" in words
    assert "Ringan (dedi" in words


def test_final_report_contains_durations(tmp_path):
    event = flood()
    event.move(Status.ON_SCENE)
    event.move(Status.CONTAINED)
    words = words_of(pdf_of(event.report(ReportKind.FINAL)), tmp_path)
    assert "Laporan hingga tiba" in words
    assert "1 menit" in words
    assert "2 menit" in words


def test_document_without_place_explains_missing_map(tmp_path):
    words = words_of(pdf_of(flood(place=None).report()), tmp_path)
    assert "Lokasi belum diketahui" in words
    assert "Tanpa peta: lokasi belum diketahui." in words


def test_place_outside_regency_shows_reason(tmp_path):
    place = IncidentPlace(lon_deg=100.36, lat_deg=-0.95, outside_reason="bantuan ke Padang #x")
    words = words_of(pdf_of(flood(place=place).report()), tmp_path)
    assert "di luar kabupaten: bantuan ke Padang #x" in words


@pytest.mark.parametrize("attack", ATTACKS)
def test_document_text_is_never_run_as_code(attack, tmp_path):
    event = flood(title=attack[:200], description=attack, place=msgspec.structs.replace(PLACE, jorong=attack))
    event.count(Figures(missing=1), attack[:200])
    event.note(f"Upaya: {attack}")
    office = Office(
        **{name: attack[:80] for name in Office.__struct_fields__ if name != "cap_sender"}, cap_sender="x"
    )
    report = event.report(office=office, author=attack, people={"dedi": attack})
    words = words_of(pdf_of(report), tmp_path)
    assert "DATA PER" in words.upper()
    if attack.isascii() and attack.isprintable():
        assert attack.replace(" ", "") in words.replace(" ", "")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("x" * 20_000)
@example("\n" * 300)
@example("'\"")
@given(st.text(max_size=400))
def test_document_accepts_any_text(text):
    event = flood(description=text[:20_000])
    event.note(text)
    assert pdf_of(event.report()).startswith(b"%PDF-")


def test_document_of_invisible_title_is_headed_by_number(tmp_path):
    event = flood(title="\u200b\u2060\U000e0041")
    assert words_of(pdf_of(event.report()), tmp_path).count("SLK-RINA-0012") >= 2


def test_long_document_loses_nothing(tmp_path):
    event = flood(description=" ".join(f"kata{n}" for n in range(2_000)))
    for n in range(150):
        event.note(f"catatan-{n}")
    words = words_of(pdf_of(event.report()), tmp_path)
    assert "kata1999" in words
    assert all(f"catatan-{n}" in words for n in range(150))


def test_overlong_word_is_broken_not_cut(tmp_path):
    word = "".join(chr(97 + n % 26) for n in range(600))
    words = words_of(pdf_of(flood(description=word).report()), tmp_path)
    assert word in words.replace(" ", "")


def test_document_bytes_are_reproducible():
    report = flood().report()
    assert pdf_of(report) == pdf_of(report)


def test_document_is_archivable_even_with_emoji():
    assert b"pdfaid:part>2<" in pdf_of(flood(description="Tolong 🙏🙏 ✅").report())


def test_script_without_font_makes_plain_document():
    pdf = pdf_of(flood(description="漢字").report())
    assert pdf.startswith(b"%PDF-")
    assert b"pdfaid:part" not in pdf


@given(st.text())
def test_make_printable_is_idempotent(text):
    once = make_printable(text)
    assert make_printable(once.replace("\u200b", "")) == once


def test_make_printable_removes_direction_characters():
    assert make_printable("a\u202eb\u2066c\u200fd") == "abcd"
    assert make_printable("a\x00\x1bb\tc\r\nd") == "ab c\nd"
