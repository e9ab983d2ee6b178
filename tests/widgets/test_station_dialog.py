"""The page of a station as a widget: what it is given is said, keys and clicks become requests, gaps are seen."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.charts.series import Series
from tabuah.widgets.stations.series_row import SeriesRowCard
from tabuah.widgets.stations.station_dialog import LOCATE, MAINTAIN, TYPE_IN, StationDialog
from tabuah.widgets.stations.values import Notice, Section, SeriesRow, StationView, Week
from tabuah.widgets.stations.week_strip import WeekStrip
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Fact, Level

STAGE = SeriesRow(
    code="stage_m",
    name="Tinggi muka air",
    value="2,75 m",
    level=Level.HIGH,
    word="Siaga 2",
    about="data 40 dtk lalu",
    day=Series(times_s=np.arange(10.0), values=np.arange(10.0)),
    week=Week(gaps=((0.4, 0.6),), midnights=(0.2, 0.8), spoken="98% dalam 7 hari"),
    week_words="98% dalam 7 hari, 1 celah",
)
BATTERY = SeriesRow(code="battery_v", name="Baterai", value="12,4 V", level=Level.NORMAL, word="terkini")
VIEW = StationView(
    code="SLK-AWLR-03",
    name="AWLR Koto Baru",
    about="SLK-AWLR-03 · duga air",
    level=Level.HIGH,
    word="Tinggi",
    notices=(Notice(level=Level.INFORMATION, text="dalam pemeliharaan"),),
    rows=(STAGE, BATTERY),
    sections=(
        Section(title="Ambang", facts=(Fact(label="Siaga 1", value="≥ 3,20 m"),), nothing="tidak ada"),
        Section(title="Diketik", nothing="Belum ada yang diketik."),
    ),
)


@pytest.fixture
def dialog(appearance: Appearance, qtbot: QtBot) -> StationDialog:
    dialog = StationDialog(appearance)
    qtbot.addWidget(dialog)
    dialog.show_view(VIEW)
    dialog.show()
    return dialog


def told(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget) and label.text()]


def test_everything_that_is_given_is_said(dialog: StationDialog) -> None:
    said = told(dialog)
    for words in ("AWLR Koto Baru", "dalam pemeliharaan", "2,75 m", "98% dalam 7 hari, 1 celah", "≥ 3,20 m"):
        assert words in said
    assert "Belum ada yang diketik." in said
    assert "tidak ada" not in said
    assert dialog.windowTitle() == "Stasiun AWLR Koto Baru"


def test_fewer_rows_and_sections_leave_nothing_behind(dialog: StationDialog) -> None:
    dialog.show_view(replace(VIEW, rows=(BATTERY,), sections=VIEW.sections[:1], notices=()))
    said = told(dialog)
    assert "2,75 m" not in said
    assert "Diketik" not in said
    assert dialog.drawn == "battery_v"


def test_arrows_and_clicks_choose_what_is_drawn(dialog: StationDialog, qtbot: QtBot) -> None:
    assert dialog.drawn == "stage_m"
    with qtbot.waitSignal(dialog.parameter_chosen) as chosen:
        qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert chosen.args == ["battery_v"]
    qtbot.keyClick(dialog, Qt.Key.Key_Down)  # there is none below
    assert dialog.drawn == "battery_v"
    first = dialog.findChildren(SeriesRowCard)[0]
    with qtbot.waitSignal(dialog.parameter_chosen) as chosen:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert chosen.args == ["stage_m"]


@pytest.mark.parametrize(
    ("key", "held", "action"),
    [
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, LOCATE),
        (Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier, TYPE_IN),
        (Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier, MAINTAIN),
    ],
)
def test_keys_ask_for_what_the_buttons_do(
    dialog: StationDialog, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, action: str
) -> None:
    with qtbot.waitSignal(dialog.action_requested) as asked:
        qtbot.keyClick(dialog, key, held)
    assert asked.args == [action]


def test_what_cannot_be_done_says_why_and_is_not_asked_for(dialog: StationDialog, qtbot: QtBot) -> None:
    dialog.show_reasons({TYPE_IN: "Peran Anda tidak boleh."})
    button = dialog.findChild(KeyButton, "station_type_in")
    assert isinstance(button, KeyButton)
    assert "Peran Anda" in button.toolTip()
    with qtbot.assertNotEmitted(dialog.action_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_W)


def test_progress_can_be_seen_and_goes(dialog: StationDialog) -> None:
    bar = dialog.findChild(QProgressBar, "span_progress")
    assert isinstance(bar, QProgressBar)
    assert bar.isHidden()
    dialog.chart.show_progress("Mengambil …", 3, 7)
    assert (bar.isHidden(), bar.value(), bar.maximum()) == (False, 3, 7)
    dialog.chart.show_rest("Semua ada.")
    assert bar.isHidden()
    assert "Semua ada." in told(dialog)


def test_fetching_is_asked_for_only_where_it_is_offered(dialog: StationDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.chart.fetch_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_F)
    dialog.chart.show_rest("Hemat data", may_fetch=True)
    with qtbot.waitSignal(dialog.chart.fetch_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_F)


def test_a_selected_fact_stays_while_ages_change(dialog: StationDialog) -> None:
    value = next(label for label in dialog.findChildren(QLabel) if label.text() == "≥ 3,20 m")
    later = replace(VIEW.sections[0], facts=(Fact(label="Siaga 1", value="≥ 3,30 m"),))
    dialog.show_view(replace(VIEW, sections=(later, VIEW.sections[1])))
    assert value.text() == "≥ 3,30 m"


def test_a_gap_is_cut_out_of_the_week(appearance: Appearance, qtbot: QtBot) -> None:
    strip = WeekStrip(appearance)
    qtbot.addWidget(strip)
    strip.show_week(STAGE.week)
    strip.resize(200, 10)
    picture = strip.grab().toImage()
    filled, gap = picture.pixelColor(60, 5), {picture.pixelColor(x, 5).rgb() for x in range(85, 115)}
    assert filled.rgb() not in gap
    assert QColor(appearance.palette.panel).rgb() in gap  # hatched, so the ground shows through
    assert len(gap) > 1
    assert strip.accessibleName() == "98% dalam 7 hari"


def test_the_page_fits_larger_text(dialog: StationDialog, appearance: Appearance) -> None:
    area = dialog.findChild(QWidget, "station_left")
    assert isinstance(area, QWidget)
    before = area.width()
    appearance.show_text_scale(1.5)
    try:
        assert area.width() == round(before * 1.5)
    finally:
        appearance.show_text_scale(1.0)
