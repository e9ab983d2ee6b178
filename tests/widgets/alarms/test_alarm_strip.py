"""The alarm strip: order, text, buttons and escalation."""

import pytest
from gallery.samples import ALARMS
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from tabuah.widgets.alarms.alarm_label import AlarmLabel, arrange_lines, split_line
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level


@pytest.fixture
def strip(qtbot: QtBot, appearance: Appearance) -> AlarmStrip:
    widget = AlarmStrip(appearance)
    qtbot.addWidget(widget)
    widget.resize(1400, 52)
    widget.show_alarms(ALARMS)
    return widget


def button(strip: AlarmStrip, name: str) -> KeyButton:
    found = strip.findChild(KeyButton, name)
    assert isinstance(found, KeyButton)
    return found


def current(strip: AlarmStrip) -> str:
    assert strip.current is not None
    return strip.current.id


def test_alarm_text_keeps_value_with_unit(appearance: Appearance) -> None:
    metrics = QFontMetricsF(appearance.font(TextStyle.STRONG))
    text = "Tinggi muka air Batang Lembang 3,42 m · Siaga 1"
    width = metrics.horizontalAdvance("Tinggi muka air Batang Lembang 3,42 m")
    assert split_line(text, metrics, width + 1) == ("Tinggi muka air Batang Lembang 3,42 m", "· Siaga 1")
    level_torn = metrics.horizontalAdvance(text.removesuffix(" 1"))
    assert split_line(text, metrics, level_torn + 1)[1] == "· Siaga 1"
    unit_torn = metrics.horizontalAdvance("Tinggi muka air Batang Lembang 3,42")
    assert split_line(text, metrics, unit_torn + 1)[1] == "3,42 m · Siaga 1"
    assert split_line(text, metrics, 1) == ("Tinggi", "muka air Batang Lembang 3,42 m · Siaga 1")


def test_alarm_text_wraps_before_it_elides(appearance: Appearance) -> None:
    metrics = {style: QFontMetricsF(appearance.font(style)) for style in TextStyle}
    title, details = "Tinggi muka air Batang Lembang 3,42 m · Siaga 1", "data 40 dtk lalu · sejak 14.21"
    narrow_px = metrics[TextStyle.STRONG].horizontalAdvance("Tinggi muka air Batang Lembang 3,42 m") + 1
    told = [
        [[run.text for run in line] for line in arrange_lines(title, details, metrics, px)]
        for px in (2000, 400, narrow_px)
    ]
    assert told[0] == [[title, details]]
    assert told[1] == [[title], [details]]
    assert told[2] == [["Tinggi muka air Batang Lembang 3,42 m"], ["Siaga 1", details]]
    assert [run.text for line in arrange_lines(title, "", metrics, 2000) for run in line] == [title]


def test_alarm_label_tooltip_has_full_text(strip: AlarmStrip) -> None:
    words = strip.findChild(AlarmLabel, "alarm_words")
    assert isinstance(words, AlarmLabel)
    words.resize(2_000, 40)
    words.grab()
    assert not words.toolTip()
    words.resize(150, 40)
    words.grab()
    assert "data 40 dtk lalu" in words.toolTip()


def test_strip_is_hidden_without_alarms(strip: AlarmStrip) -> None:
    strip.show_alarms(AlarmBanner())
    assert strip.isHidden()
    assert strip.current is None


def test_strip_shows_worst_alarm(strip: AlarmStrip) -> None:
    assert current(strip) == "a1"
    assert "Kritis" in strip.accessibleName()
    assert "data 40 dtk lalu" in strip.accessibleName()


@pytest.mark.parametrize(
    ("name", "signal", "key"),
    [
        ("alarm_locate", "locate_requested", "L"),
        ("alarm_acknowledge", "acknowledge_requested", "T"),
        ("alarm_incident", "incident_requested", "I"),
    ],
)
def test_strip_buttons_emit_alarm_id(qtbot: QtBot, strip: AlarmStrip, name: str, signal: str, key: str) -> None:
    strip.show()
    pressed = button(strip, name)
    with qtbot.waitSignal(getattr(strip, signal)) as heard:
        qtbot.mouseClick(pressed, Qt.MouseButton.LeftButton)
    assert heard.args == ["a1"]
    assert f"({key})" in pressed.toolTip()


def test_strip_moves_on_after_acknowledgement(strip: AlarmStrip) -> None:
    answered = replace(ALARMS.alarms[0], acknowledged=True)
    strip.show_alarms(AlarmBanner(alarms=(*ALARMS.alarms[1:], answered)))
    assert current(strip) == "a2"


def test_strip_keeps_selected_alarm(strip: AlarmStrip) -> None:
    strip._others_menu.actions()[1].trigger()
    assert current(strip) == "a3"
    strip.show_alarms(ALARMS)
    assert current(strip) == "a3"


def test_strip_switches_to_worse_alarm(strip: AlarmStrip) -> None:
    strip.show_alarms(AlarmBanner(alarms=ALARMS.alarms[1:]))
    assert current(strip) == "a2"
    worse = AlarmItem(id="new", level=Level.CRITICAL, word="Kritis", title="Gempa M 6,4")
    strip.show_alarms(AlarmBanner(alarms=(worse, *ALARMS.alarms[1:])))
    assert current(strip) == "new"


def test_strip_marks_exercise_alarms_only(strip: AlarmStrip) -> None:
    mark = strip.findChild(ExerciseChip, "alarm_exercise")
    assert isinstance(mark, ExerciseChip)
    drill = replace(ALARMS.alarms[1], exercise="LATIHAN Galodo")
    strip.show_alarms(AlarmBanner(alarms=(ALARMS.alarms[0], drill)))
    assert mark.isHidden()
    strip.show_next()
    assert mark.accessibleName() == "LATIHAN Galodo"
    assert strip.accessibleName().startswith("LATIHAN Galodo. ")


def test_strip_prefers_real_alarm_to_exercise(strip: AlarmStrip) -> None:
    drill = replace(ALARMS.alarms[0], exercise="LATIHAN Galodo")
    strip.show_alarms(AlarmBanner(alarms=(drill,)))
    strip.show_alarms(AlarmBanner(alarms=(ALARMS.alarms[2], drill)))
    assert current(strip) == "a3"


def test_strip_menu_lists_twelve_alarms(qtbot: QtBot, strip: AlarmStrip) -> None:
    many = tuple(replace(ALARMS.alarms[1], id=f"a{n}") for n in range(300))
    strip.show_alarms(AlarmBanner(alarms=many))
    actions = [action for action in strip._others_menu.actions() if not action.isSeparator()]
    assert len(actions) == 13
    with qtbot.waitSignal(strip.all_requested):
        actions[-1].trigger()


def test_strip_disables_report_for_reported_alarm(strip: AlarmStrip) -> None:
    strip.show_alarms(AlarmBanner(alarms=(replace(ALARMS.alarms[0], incident_reason="Sudah: SLK-7K3-0012"),)))
    assert not button(strip, "alarm_incident").isEnabled()
    assert "SLK-7K3-0012" in button(strip, "alarm_incident").toolTip()


def test_strip_abbreviates_escalation_when_narrow(strip: AlarmStrip) -> None:
    escalated = replace(
        ALARMS.alarms[0],
        escalated="Penyelia piket dihubungi 2 mnt lalu",
        escalated_short="→ Penyelia piket",
        escalation_step=1,
    )
    chip = strip.findChild(LevelChip, "alarm_escalated")
    assert isinstance(chip, LevelChip)
    assert chip.isHidden()
    strip.show()
    strip.show_alarms(AlarmBanner(alarms=(escalated,)))
    wide = chip.sizeHint().width()
    assert chip.accessibleName() == escalated.escalated
    strip.resize(1100, 52)
    assert chip.sizeHint().width() < wide
    assert chip.toolTip() == escalated.escalated
    assert escalated.escalated in strip.accessibleName()
    strip.show_alarms(AlarmBanner(alarms=(replace(escalated, escalated="", escalated_short="", escalation_step=0),)))
    assert chip.isHidden()


def test_alarm_text_never_cuts_value(appearance: Appearance) -> None:
    metrics = {style: QFontMetricsF(appearance.font(style)) for style in TextStyle}
    name, value = "Hujan 1 jam ARR Alahan Panjang Hulu", "50,0 mm"
    title, details = f"{name} {value} · ambang 20,0 mm", "pukul 02.10: 29,8 mm · kini 50,0 mm (2 dtk)"
    for width_px in range(120, 900, 5):
        lines = arrange_lines(title, details, metrics, width_px, names=(name,))
        first = [(run.text, metrics[run.style].horizontalAdvance(run.text)) for run in lines[0]]
        shown = " ".join(run.text for line in lines for run in line if run.style is TextStyle.STRONG)
        assert value in (shown or first[0][0])
        assert len(first) > 1 or value not in first[0][0] or first[0][1] <= width_px
