"""Bulletin rules in the window: readable offline, written by keyboard, tried on the journal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit
from support.bulletin_samples import sample_earthquake, sample_volcano_level, sample_warning
from support.rules_dialog import (
    button,
    label_text,
    open_rules_window,
    press_shortcut,
    trial_episode_texts,
    type_into_fields,
)
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, visible_texts

from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import issue_warning, level_volcano, report_earthquake
from tabuah.operations.bulletins.entry_bodies import FeltAt
from tabuah.operations.bulletins.rules import EarthquakeCondition, VolcanoCondition, WarningCondition
from tabuah.operations.feeds.cap_alert import CapSeverity
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.server.administration import write_initial_rules
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier
NOW = datetime.now(UTC).replace(microsecond=0)
FAR = {"lon_deg": 123.27, "lat_deg": -8.51}


@pytest.fixture
def bulletin_server(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    """Run a server with its first rules, three earthquakes, a warning and two volcano levels."""
    write_initial_rules(server.journal)
    felt = msgspec.structs.replace(sample_earthquake(at=NOW - timedelta(hours=1)), felt=(FeltAt("Kubung", 5, 6),))
    times = {"sent": NOW, "effective": NOW, "expires": NOW + timedelta(hours=2)}
    levels = [
        level_volcano(TALANG, sample_volcano_level(each, stated_at=NOW - timedelta(hours=9 - n)), now=NOW)
        for n, each in enumerate((VolcanoLevel.WASPADA, VolcanoLevel.SIAGA))
    ]
    levelled = replace(ENTRY_KINDS["volcano.levelled"], writers=SERVER_ONLY)
    monkeypatch.setitem(ENTRY_KINDS, "volcano.levelled", levelled)
    server.journal.append_drafts(
        [
            report_earthquake("bmkg-1", felt, exercise=False),
            report_earthquake("bmkg-2", sample_earthquake(at=NOW - timedelta(hours=2), **FAR), exercise=False),
            report_earthquake(
                "bmkg-3", sample_earthquake(at=NOW - timedelta(hours=3), magnitude=4.3), exercise=False
            ),
            issue_warning(sample_warning(**times), exercise=False),
            *levels,
        ]
    )
    return server


def open_rules(open_console, data: Path, server: RunningServer, user: str) -> tuple[OpenWindow, RulesDialog]:
    return open_rules_window(open_console, data, server, user, knows=lambda known: len(known.bulletin_rules) == 10)


def try_it(window: OpenWindow, dialog: RulesDialog, expected: str) -> None:
    press_shortcut(window, dialog, Qt.Key.Key_T, lambda: expected in label_text(dialog, "trial_summary"))


def test_bulletin_rules_work_without_server(open_console, data: Path, bulletin_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "posko")
    bulletin_server.stop()
    dialog.list.choose("bulletin_rule/gempa-dekat")
    window.until(lambda: "Versi 1" in label_text(dialog, "rule_history"))
    assert label_text(dialog, "rule_told") == "Gempa bumi M ≥ 5,0 dalam 100 km dari pusat kabupaten"
    assert not button(dialog, "rule_edit").isEnabled()
    try_it(window, dialog, "Akan muncul 1 kali dalam 365 hari.")
    (only,) = trial_episode_texts(dialog)
    assert "Gempa M 5,1" in only
    assert "didahului aturan: Gempa dirasakan kuat" in only
    assert "5 informasi resmi dalam jurnal · sinkron" in visible_texts(dialog.trial)
    assert "1 alarm didahului aturan yang lebih berat." in visible_texts(dialog.trial)


def test_bulletin_rule_groups_keep_headings_when_filtered(
    open_console, data: Path, bulletin_server: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "pemantau")
    groups = [item.group for item in dialog.list.model().items]  # type: ignore[attr-defined]
    assert groups == sorted(groups, key=["Bacaan stasiun", "Informasi resmi BMKG dan PVMBG"].index)
    press_shortcut(
        window, dialog, Qt.Key.Key_F, lambda: dialog.focusWidget() is dialog.findChild(QLineEdit, "rule_filter")
    )
    window.qtbot.keyClicks(dialog.focusWidget(), "gunung")
    model = dialog.list.model()
    heights = [dialog.list.sizeHintForIndex(model.index(row, 0)).height() for row in range(model.rowCount())]
    assert len(heights) == 3
    assert heights[0] > heights[1] == heights[2]
    assert dialog.list.chosen == "bulletin_rule/gunung-api-awas"


def test_earthquake_rule_is_written_by_keyboard(open_console, data: Path, bulletin_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "kalaksa")
    press_shortcut(window, dialog, Qt.Key.Key_N, lambda: dialog.is_writing, shift=True)
    type_into_fields(window, dialog, condition="earthquake")
    type_into_fields(window, dialog, name="Gempa kecil di dekat kita", source="Rapat evaluasi")
    assert "Gempa bumi" in label_text(dialog, "rule_sentence")
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: dialog.focusWidget() is dialog.form.control("magnitude"))
    assert "tidak pernah muncul" in visible_texts(dialog.form)
    type_into_fields(window, dialog, magnitude="4,2", within_km="60")
    assert label_text(dialog, "rule_sentence") == "Gempa bumi M ≥ 4,2 dalam 60 km dari pusat kabupaten"
    assert label_text(dialog, "rule_reach") == "Menilai setiap gempa yang dilaporkan BMKG."
    try_it(window, dialog, "Akan muncul 2 kali dalam 365 hari.")
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("Gempa kecil di dekat kita berlaku, versi 1.")
    window.until(lambda: dialog.list.chosen == "bulletin_rule/gempa-kecil-di-dekat-kita")
    rule = window.console.services.state.snapshot.bulletin_rules["gempa-kecil-di-dekat-kita"]
    assert rule.condition == EarthquakeCondition(magnitude=4.2, within_km=60)
    window.until(
        lambda: "bulletin_rule/gempa-kecil-di-dekat-kita" in bulletin_server.journal.states_of_kind("bulletin_rule")
    )


def test_warning_codes_are_ticked_by_space_bar(open_console, data: Path, bulletin_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "kalaksa")
    dialog.list.choose("bulletin_rule/peringatan-ekstrem")
    press_shortcut(window, dialog, Qt.Key.Key_E, lambda: dialog.is_writing)
    box = dialog.findChild(QCheckBox, "rule_severities_Severe")
    assert isinstance(box, QCheckBox)
    box.setFocus()
    window.qtbot.keyClick(box, Qt.Key.Key_Space)
    assert label_text(dialog, "rule_sentence") == "Peringatan cuaca di atas kabupaten: keparahan Ekstrem"
    kinds = dialog.form.control("condition")
    assert isinstance(kinds, ChoiceBox)
    assert [kinds.itemData(n) for n in range(kinds.count())] == ["earthquake", "warning", "volcano"]
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("versi 2")
    window.until(lambda: window.console.services.state.snapshot.bulletin_rules["peringatan-ekstrem"].version == 2)
    rules = window.console.services.state.snapshot.bulletin_rules
    assert rules["peringatan-ekstrem"].condition == WarningCondition(severities=(CapSeverity.EXTREME,))


def test_retired_rule_clears_alarm_and_can_be_restored(
    open_console, data: Path, bulletin_server: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "kalaksa")
    state = window.console.services.state

    def up() -> set[str]:
        return {alarm.rule for alarm in state.snapshot.alarms.values() if alarm.is_active}

    window.until(lambda: "gunung-api-siaga" in up())
    dialog.list.choose("bulletin_rule/gunung-api-siaga")
    press_shortcut(window, dialog, Qt.Key.Key_Backspace, lambda: dialog.page.asks_for_reason)
    window.qtbot.keyClicks(dialog.focusWidget(), "latihan selesai")
    window.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    window.wait_for_toast("dicabut")
    window.until(lambda: "gunung-api-waspada" in up() and "gunung-api-siaga" not in up())
    window.notifier.undo_last()
    window.until(lambda: "gunung-api-siaga" in up())
    assert state.snapshot.bulletin_rules["gunung-api-siaga"].condition == VolcanoCondition(level=VolcanoLevel.SIAGA)


def test_trial_episode_is_shown_on_map(open_console, data: Path, bulletin_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, bulletin_server, "pemantau")
    dialog.list.choose("bulletin_rule/gempa-lokal")
    try_it(window, dialog, "Akan muncul 2 kali")
    canvas = window.shell.parts.map.canvas
    before = canvas.view
    dialog.trial.place_requested.emit("earthquake/bmkg-3")
    assert round(canvas.view.metres_per_px, 6) <= 120
    assert canvas.view != before
