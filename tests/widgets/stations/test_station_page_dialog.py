"""The station page: content, keys and clicks, data coverage."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.charts.series import Series
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.stations.series_card import SeriesCard, WeekStrip
from tabuah.widgets.stations.station_page_dialog import (
    EDIT,
    LIMITS,
    LOCATE,
    MAINTAIN,
    MOVE,
    RETIRE,
    TYPE_IN,
    StationPageDialog,
)
from tabuah.widgets.stations.values import FactSection, SeriesRow, StationNotice, StationView, WeekCoverage
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import FactItem, Level

STAGE = SeriesRow(
    code="stage_m",
    name="Tinggi muka air",
    value="2,75 m",
    level=Level.HIGH,
    word="Siaga 2",
    about="data 40 dtk lalu",
    day=Series(times_s=np.arange(10.0), values=np.arange(10.0)),
    week=WeekCoverage(gaps=((0.4, 0.6),), midnights=(0.2, 0.8), spoken="98% dalam 7 hari"),
    week_words="98% dalam 7 hari, 1 jeda",
)
BATTERY = SeriesRow(code="battery_v", name="Baterai", value="12,4 V", level=Level.NORMAL, word="terkini")
VIEW = StationView(
    code="SLK-AWLR-03",
    name="AWLR Koto Baru",
    about="SLK-AWLR-03 · duga air",
    level=Level.HIGH,
    word="Tinggi",
    notices=(StationNotice(level=Level.INFORMATION, text="dalam pemeliharaan"),),
    rows=(STAGE, BATTERY),
    sections=(
        FactSection(title="Ambang", facts=(FactItem(label="Siaga 1", value="≥ 3,20 m"),), nothing="tidak ada"),
        FactSection(title="Diketik", nothing="Belum ada yang diketik."),
    ),
)


@pytest.fixture
def dialog(appearance: Appearance, qtbot: QtBot) -> StationPageDialog:
    dialog = StationPageDialog(appearance)
    qtbot.addWidget(dialog)
    dialog.show_view(VIEW)
    dialog.show()
    return dialog


def told(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget) and label.text()]


def test_page_shows_all_values(dialog: StationPageDialog) -> None:
    said = told(dialog)
    for words in ("AWLR Koto Baru", "dalam pemeliharaan", "2,75 m", "98% dalam 7 hari, 1 jeda", "≥ 3,20 m"):
        assert words in said
    assert "Belum ada yang diketik." in said
    assert "tidak ada" not in said
    assert dialog.windowTitle() == "Stasiun AWLR Koto Baru"


def test_page_removes_old_rows_and_sections(dialog: StationPageDialog) -> None:
    dialog.show_view(replace(VIEW, rows=(BATTERY,), sections=VIEW.sections[:1], notices=()))
    said = told(dialog)
    assert "2,75 m" not in said
    assert "Diketik" not in said
    assert dialog.drawn == "battery_v"


def test_page_arrows_and_clicks_select_parameter(dialog: StationPageDialog, qtbot: QtBot) -> None:
    assert dialog.drawn == "stage_m"
    with qtbot.waitSignal(dialog.parameter_chosen) as chosen:
        qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert chosen.args == ["battery_v"]
    qtbot.keyClick(dialog, Qt.Key.Key_Down)  # there is none below
    assert dialog.drawn == "battery_v"
    first = dialog.findChildren(SeriesCard)[0]
    with qtbot.waitSignal(dialog.parameter_chosen) as chosen:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert chosen.args == ["stage_m"]


@pytest.mark.parametrize(
    ("key", "held", "action"),
    [
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, LOCATE),
        (Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier, TYPE_IN),
        (Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier, MAINTAIN),
        (Qt.Key.Key_E, Qt.KeyboardModifier.NoModifier, EDIT),
        (Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, LIMITS),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, MOVE),
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier, RETIRE),
    ],
)
def test_page_keys_request_actions(
    dialog: StationPageDialog, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, action: str
) -> None:
    with qtbot.waitSignal(dialog.action_requested) as asked:
        qtbot.keyClick(dialog, key, held)
    assert asked.args == [action]


def test_page_disabled_action_shows_reason(dialog: StationPageDialog, qtbot: QtBot) -> None:
    dialog.show_reasons({TYPE_IN: "Peran Anda tidak boleh."})
    button = dialog.findChild(KeyButton, "station_type_in")
    assert isinstance(button, KeyButton)
    assert "Peran Anda" in button.toolTip()
    with qtbot.assertNotEmitted(dialog.action_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_W)


def test_page_labels_retirement_by_state(dialog: StationPageDialog) -> None:
    button = dialog.findChild(KeyButton, "station_retire")
    assert isinstance(button, KeyButton)
    assert button.text() == "Nonaktifkan"
    dialog.show_view(replace(VIEW, retire="Aktifkan kembali"))
    assert (button.text(), button.accessibleName()) == ("Aktifkan kembali", "Aktifkan kembali")


def test_page_shows_fetch_progress(dialog: StationPageDialog) -> None:
    bar = dialog.findChild(QProgressBar, "span_progress")
    assert isinstance(bar, QProgressBar)
    assert bar.isHidden()
    dialog.chart.show_progress("Mengambil …", 3, 7)
    assert (bar.isHidden(), bar.value(), bar.maximum()) == (False, 3, 7)
    dialog.chart.show_note("Semua ada.")
    assert bar.isHidden()
    assert "Semua ada." in told(dialog)


def test_page_fetch_key_needs_offer(dialog: StationPageDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.chart.fetch_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_F)
    dialog.chart.show_note("Hemat data", may_fetch=True)
    with qtbot.waitSignal(dialog.chart.fetch_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_F)


def test_page_keeps_text_selection_during_updates(dialog: StationPageDialog) -> None:
    value = next(label for label in dialog.findChildren(QLabel) if label.text() == "≥ 3,20 m")
    later = replace(VIEW.sections[0], facts=(FactItem(label="Siaga 1", value="≥ 3,30 m"),))
    dialog.show_view(replace(VIEW, sections=(later, VIEW.sections[1])))
    assert value.text() == "≥ 3,30 m"


def test_week_strip_cuts_out_gap(appearance: Appearance, qtbot: QtBot) -> None:
    strip = WeekStrip(appearance)
    qtbot.addWidget(strip)
    strip.show_week(STAGE.week)
    strip.resize(200, 10)
    picture = strip.grab().toImage()
    filled, gap = picture.pixelColor(60, 5), {picture.pixelColor(x, 5).rgb() for x in range(85, 115)}
    assert filled.rgb() not in gap
    assert QColor(appearance.palette.panel).rgb() in gap  # hatched, so the background is visible
    assert len(gap) > 1
    assert strip.accessibleName() == "98% dalam 7 hari"


def test_page_fits_larger_text(dialog: StationPageDialog, appearance: Appearance) -> None:
    area = dialog.findChild(QWidget, "station_left")
    assert isinstance(area, QWidget)
    before = area.width()
    appearance.show_text_scale(1.5)
    try:
        assert before < area.width()
        assert dialog.minimumSizeHint().width() <= 1366
        assert dialog.minimumSizeHint().height() <= 768
    finally:
        appearance.show_text_scale(1.0)
