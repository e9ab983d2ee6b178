"""Rules in the window: readable for all, tried on past readings, written by keyboard."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget
from support.readings_fixture import gateway_account
from support.rules_dialog import button, label_text, open_rules_window, press_shortcut, type_into_fields
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, register_gauge, visible_texts

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.rules.rule import RateOfChange, Rule
from tabuah.resources.localisation import format_moment
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)

COUNT_IN_DATA = re.compile(r"Akan muncul 1 kali dalam \d+ (mnt|jam) data; yang diminta 30 hari\.")


@pytest.fixture
def rules_server(server: RunningServer) -> RunningServer:
    """Run a server with a gauge, its rules and two hours of stage with one flood."""
    register_gauge(server)
    written = (
        Draft(subject=f"rule/{r.id}", kind="rule.written", body=encode_body(RuleWritten(rule=r)))
        for r in default_rules()
    )
    server.journal.append_drafts(list(written))
    stages = [1.0] * 40 + [3.3] * 20 + [1.0] * 40
    readings = [Reading(GAUGE.code, "stage_m", START + timedelta(minutes=n), value) for n, value in enumerate(stages)]
    server.service.readings.check_silence()
    server.service.readings.submit(gateway_account(), [PostedReading(r) for r in readings]).result()
    return server


def open_rules(open_console, data: Path, server: RunningServer, user: str) -> tuple[OpenWindow, RulesDialog]:
    return open_rules_window(open_console, data, server, user, knows=lambda snapshot: len(snapshot.rules) > 20)


def write_new(window: OpenWindow, dialog: RulesDialog) -> None:
    press_shortcut(window, dialog, Qt.Key.Key_N, lambda: dialog.is_writing, shift=True)


def change(window: OpenWindow, dialog: RulesDialog, rule: str) -> None:
    dialog.list.choose(f"rule/{rule}")
    press_shortcut(window, dialog, Qt.Key.Key_E, lambda: dialog.is_writing)


def test_rules_are_readable_but_not_writable_for_viewer(
    open_console, data: Path, rules_server: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "pemantau")
    dialog.list.choose("rule/tma-siaga-1")
    window.until(lambda: "Versi 1" in label_text(dialog, "rule_history"))
    assert label_text(dialog, "rule_told").startswith("Tinggi muka air ≥ ambang Siaga 1 selama 2 menit")
    assert "AWLR Koto Baru" in visible_texts(dialog.page)
    for name in ("rule_edit", "rule_new", "rule_retire", "rule_copy"):
        assert not button(dialog, name).isEnabled()
        assert "Peran Anda" in button(dialog, name).toolTip()


def test_rule_list_filter_can_be_empty(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "pemantau")
    press_shortcut(
        window, dialog, Qt.Key.Key_F, lambda: dialog.focusWidget() is dialog.findChild(QLineEdit, "rule_filter")
    )
    window.qtbot.keyClicks(dialog.focusWidget(), "tma-siaga-1")
    assert dialog.list.model().rowCount() == 1
    assert dialog.list.chosen == "rule/tma-siaga-1"
    window.qtbot.keyClicks(dialog.focusWidget(), " tidak ada")
    assert dialog.list.model().rowCount() == 0
    assert "Belum ada aturan yang dipilih" in visible_texts(dialog)


def test_rule_is_written_tried_and_put_into_force(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    write_new(window, dialog)
    type_into_fields(window, dialog, condition="change")
    type_into_fields(window, dialog, parameter="stage_m")
    type_into_fields(
        window, dialog, name="Batang Lembang naik cepat", source="Rapat evaluasi", limit="0,5", window_s="30"
    )
    assert label_text(dialog, "rule_sentence") == "Tinggi muka air naik 0,50 m dalam 30 menit"
    assert label_text(dialog, "rule_reach") == "Berlaku untuk AWLR Koto Baru."
    press_shortcut(
        window,
        dialog,
        Qt.Key.Key_T,
        lambda: COUNT_IN_DATA.fullmatch(label_text(dialog, "trial_summary")),
    )
    episodes = dialog.findChild(QListWidget, "trial_episodes")
    assert [episodes.item(n).text().split("·")[1].strip() for n in range(episodes.count())] == ["AWLR Koto Baru"]
    assert "Diuji di server pada 1 deret dengan 100 bacaan, sejak" in visible_texts(dialog.trial)
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("Batang Lembang naik cepat berlaku, versi 1.")
    window.until(lambda: dialog.list.chosen == "rule/batang-lembang-naik-cepat")
    rule = window.console.services.state.snapshot.rules["batang-lembang-naik-cepat"]
    assert rule.condition == RateOfChange(limit=0.5, window_s=1800)
    window.until(lambda: "rule/batang-lembang-naik-cepat" in rules_server.journal.states_of_kind("rule"))


def test_rule_is_changed_and_retired_with_reason(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    change(window, dialog, "tma-siaga-1")
    type_into_fields(window, dialog, for_s="10")
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("versi 2")
    window.until(lambda: "selama 10 menit" in label_text(dialog, "rule_told"))
    window.until(lambda: len(label_text(dialog, "rule_history").splitlines()) == 2)
    press_shortcut(window, dialog, Qt.Key.Key_Backspace, lambda: dialog.page.asks_for_reason)
    window.qtbot.keyClicks(dialog.focusWidget(), "pos dipindah")
    window.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    window.wait_for_toast("dicabut")
    window.until(lambda: "Dicabut: pos dipindah" in label_text(dialog, "rule_history"))
    assert not window.console.services.state.snapshot.rules["tma-siaga-1"].active
    window.notifier.undo_last()
    window.until(lambda: window.console.services.state.snapshot.rules["tma-siaga-1"].active)
    assert window.console.services.state.snapshot.rules["tma-siaga-1"].version == 3


def test_rule_in_force_is_taken_back_by_undo(open_console, data: Path, rules_server: RunningServer) -> None:
    def rule(key: str) -> Rule | None:
        return window.console.services.state.snapshot.rules.get(key)

    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    before = rule("tma-siaga-1")
    change(window, dialog, "tma-siaga-1")
    type_into_fields(window, dialog, for_s="10")
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("versi 2")
    window.notifier.undo_last()
    window.until(lambda: rule("tma-siaga-1").version == 3)
    assert msgspec.structs.replace(rule("tma-siaga-1"), version=1) == before
    write_new(window, dialog)
    type_into_fields(window, dialog, condition="change")
    type_into_fields(window, dialog, parameter="stage_m")
    type_into_fields(window, dialog, name="Naik cepat", source="Rapat", limit="0,5", window_s="30")
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.wait_for_toast("Naik cepat berlaku")
    window.notifier.undo_last()
    window.until(lambda: rule("naik-cepat") is not None and not rule("naik-cepat").active)


def test_unfinished_rule_shows_missing_fields(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    write_new(window, dialog)
    type_into_fields(window, dialog, limit="tinggi")
    assert "Tulis angka" in visible_texts(dialog.form)
    dialog.form.control("name").setFocus()
    press_shortcut(window, dialog, Qt.Key.Key_S, lambda: dialog.focusWidget() is dialog.form.control("limit"))
    assert dialog.is_writing
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.is_writing  # a second press discards the input
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.is_writing
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    window.until(lambda: window.commands.rules.dialog is None)


def test_combined_rule_adds_and_removes_part(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    change(window, dialog, "banjir-dari-hulu")
    dialog.form.part_added.emit()
    assert "Bagian 3" in visible_texts(dialog.form)
    type_into_fields(window, dialog, **{"3.where": "near"})
    type_into_fields(window, dialog, **{"3.limit": "5", "3.window_s": "1", "3.radius_m": "4"})
    assert "hujan 1 jam ≥ 5,0 mm di salah satu stasiun dalam 4 km" in label_text(dialog, "rule_sentence")
    dialog.form.part_removed.emit("3")
    assert "5,0 mm" not in label_text(dialog, "rule_sentence")


def test_trial_without_server_names_local_readings(open_console, data: Path, rules_server) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    before = START - timedelta(days=2)
    kept = [Reading(GAUGE.code, "stage_m", before + timedelta(minutes=n), 3.5) for n in range(10)]
    window.console.services.readings.add_readings(kept)
    rules_server.stop()
    dialog.list.choose("rule/tma-siaga-1")
    press_shortcut(
        window, dialog, Qt.Key.Key_T, lambda: "yang tersimpan di sini, sejak" in visible_texts(dialog.trial)
    )
    episodes = dialog.findChild(QListWidget, "trial_episodes")
    told = [episodes.item(n).text() for n in range(episodes.count())]
    assert any(text.startswith(format_moment(before)) for text in told)


def test_trial_can_be_cancelled(open_console, data: Path, rules_server) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "pemantau")
    dialog.list.choose("rule/tma-siaga-1")
    dialog.trial.requested.emit(30)
    button(dialog, "trial_cancel").click()
    assert "Uji aturan" in label_text(dialog, "trial_summary")
    dialog.trial.requested.emit(30)
    window.console.close()


def test_unsaved_rule_survives_end_of_program(open_console, data: Path, rules_server: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, rules_server, "kalaksa")
    change(window, dialog, "tma-siaga-1")
    type_into_fields(window, dialog, name="Siaga 1 Batang Lembang")
    window.until(lambda: any((data / "drafts").glob("*.rule*")))
    window.console.close()
    window = open_console()
    window.wait_for_toast("belum disimpan")
    window.key(Qt.Key.Key_R, CTRL)
    again = window.commands.rules.dialog
    assert again is not None
    window.until(again.isActiveWindow)
    change(window, again, "tma-siaga-1")
    assert again.form.texts["name"] == "Siaga 1 Batang Lembang"
    window.qtbot.keyClick(again, Qt.Key.Key_Escape)
    window.until(lambda: not again.is_writing)
    window.until(lambda: not any((data / "drafts").glob("*.rule*")))
