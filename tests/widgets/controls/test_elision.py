"""Elision that keeps values whole."""

import pytest
from PySide6.QtGui import QFontMetricsF

from tabuah.widgets.controls.elision import elide_name
from tabuah.widgets.theme.appearance import Appearance, TextStyle

NAME = "Hujan 1 jam ARR Alahan Panjang"
TITLE = f"{NAME} 50,0 mm · ambang 20,0 mm"


@pytest.fixture
def metrics(appearance: Appearance) -> QFontMetricsF:
    return QFontMetricsF(appearance.font(TextStyle.MEDIUM))


def test_elision_cuts_name_before_value(metrics: QFontMetricsF) -> None:
    full_px = metrics.horizontalAdvance(TITLE)
    assert elide_name(TITLE, (NAME,), metrics, full_px) == TITLE
    for width_px in range(int(full_px), 70, -1):
        shown = elide_name(TITLE, (NAME,), metrics, width_px)
        assert " 50,0 mm" in shown
        assert not shown.rpartition(" · ")[2].endswith("… mm")
        assert metrics.horizontalAdvance(shown) <= width_px


def test_elision_keeps_value_in_no_room(metrics: QFontMetricsF) -> None:
    assert elide_name(TITLE, (NAME,), metrics, 5) == "… 50,0 mm"
    assert elide_name("pukul 02.10: 29,8 mm · kini 35,4 mm (2 dtk)", (), metrics, 5) == "pukul 02.10: 29,8 mm"


def test_elision_leaves_out_whole_parts(metrics: QFontMetricsF) -> None:
    details = "pukul 02.10: 29,8 mm · kini 35,4 mm (2 dtk) · sejak 02.10"
    width_px = metrics.horizontalAdvance("pukul 02.10: 29,8 mm · kini 35,4 mm (2 dtk) · s")
    assert elide_name(details, (NAME,), metrics, width_px) == "pukul 02.10: 29,8 mm · kini 35,4 mm (2 dtk) …"


def test_elision_cuts_text_without_values(metrics: QFontMetricsF) -> None:
    assert elide_name("sebab yang sama", (), metrics, 40).endswith("…")


def test_elision_leaves_out_clause_before_digits_and_name(metrics: QFontMetricsF) -> None:
    main = "Batang Lembang: Siaga 1 diperkirakan pukul 04.12 WIB"
    text = f"{main}, paling cepat 03.08 WIB"
    width_px = metrics.horizontalAdvance("Batang Lem…: Siaga 1 diperkirakan pukul 04.12 WIB")
    shown = elide_name(text, ("Batang Lembang",), metrics, width_px)
    assert shown.startswith("Batang L")
    assert "pukul 04.12 WIB" in shown
    assert "03.08" not in shown


def test_elision_cuts_long_place_after_number(appearance: Appearance) -> None:
    small, place = QFontMetricsF(appearance.font(TextStyle.SMALL)), "Alahan Panjang, Lembah Gumanti"
    text = f"SLK-NIFT-0112 · {place}"
    least_px = small.horizontalAdvance("SLK-NIFT-0112 · MMMM") + 1
    for width_px in range(int(least_px) + 1, int(small.horizontalAdvance(text))):
        shown = elide_name(text, ("Banjir", place), small, width_px)
        assert shown.startswith("SLK-NIFT-0112 · A")
        assert shown.endswith("…")
        assert small.horizontalAdvance(shown) <= width_px
