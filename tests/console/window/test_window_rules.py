"""Rules in the window: read by everybody, tried on the past, and written by those who may, by keyboard alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget
from rules_window import button, fill, open_rules_window, press, said
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, register_gauge, texts_of

from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.rules.rule import Change
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Reading
from tabuah.resources.formats import format_moment
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


@pytest.fixture
def known(server: RunningServer) -> RunningServer:
    """A server with a gauge, its rules and two hours of its stage, with one flood in them."""
    register_gauge(server)
    written = (
        Draft(subject=f"rule/{r.id}", kind="rule.written", body=encode_body(RuleWritten(rule=r)))
        for r in default_rules()
    )
    server.journal.append_own(list(written))
    stages = [1.0] * 40 + [3.3] * 20 + [1.0] * 40
    readings = [Reading(GAUGE.code, "stage_m", START + timedelta(minutes=n), value) for n, value in enumerate(stages)]
    server.service.readings.look()
    server.service.readings.submit("gerbang", [PostedReading(r) for r in readings]).result()
    return server


def open_rules(open_console, data: Path, server: RunningServer, user: str) -> tuple[OpenWindow, RulesDialog]:
    return open_rules_window(open_console, data, server, user, knows=lambda snapshot: len(snapshot.rules) > 20)


def write_new(window: OpenWindow, dialog: RulesDialog) -> None:
    press(window, dialog, Qt.Key.Key_N, lambda: dialog.is_writing)


def change(window: OpenWindow, dialog: RulesDialog, rule: str) -> None:
    dialog.list.choose(f"rule/{rule}")
    press(window, dialog, Qt.Key.Key_E, lambda: dialog.is_writing)


def test_everybody_reads_the_rules_and_a_viewer_changes_none(open_console, data: Path, known: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, known, "pemantau")
    dialog.list.choose("rule/tma-siaga-1")
    window.until(lambda: "Versi 1" in said(dialog, "rule_history"))
    assert said(dialog, "rule_told").startswith("Tinggi muka air ≥ ambang Siaga 1 selama 2 menit")
    assert "AWLR Koto Baru" in texts_of(dialog.page)
    for name in ("rule_edit", "rule_new", "rule_retire", "rule_copy"):
        assert not button(dialog, name).isEnabled()
        assert "Peran Anda" in button(dialog, name).toolTip()


def test_the_list_is_found_by_words_and_empty_where_none_fits(open_console, data: Path, known: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, known, "pemantau")
    press(window, dialog, Qt.Key.Key_F, lambda: dialog.focusWidget() is dialog.findChild(QLineEdit, "rule_filter"))
    window.qtbot.keyClicks(dialog.focusWidget(), "tma-siaga-1")
    assert dialog.list.model().rowCount() == 1
    assert dialog.list.chosen == "rule/tma-siaga-1"
    window.qtbot.keyClicks(dialog.focusWidget(), " tidak ada")
    assert dialog.list.model().rowCount() == 0
    assert "Belum ada aturan yang dipilih" in texts_of(dialog)


def test_a_rule_is_written_tried_on_the_past_and_put_into_force(
    open_console, data: Path, known: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, known, "kalaksa")
    write_new(window, dialog)
    fill(window, dialog, condition="change")
    fill(window, dialog, parameter="stage_m")
    fill(window, dialog, name="Batang Lembang naik cepat", source="Rapat evaluasi", limit="0,5", window_s="30")
    assert said(dialog, "rule_sentence") == "Tinggi muka air naik 0,50 m dalam 30 menit"
    assert said(dialog, "rule_reach") == "Mengawasi AWLR Koto Baru."
    press(window, dialog, Qt.Key.Key_T, lambda: "Akan muncul 1 kali dalam 30 hari." in said(dialog, "trial_summary"))
    episodes = dialog.findChild(QListWidget, "trial_episodes")
    assert [episodes.item(n).text().split("·")[1].strip() for n in range(episodes.count())] == ["AWLR Koto Baru"]
    assert "Diuji di server pada 1 deret dengan 100 bacaan, sejak" in texts_of(dialog.trial)
    press(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.until_toast("Batang Lembang naik cepat berlaku, versi 1.")
    window.until(lambda: dialog.list.chosen == "rule/batang-lembang-naik-cepat")
    rule = window.console.services.room.snapshot.rules["batang-lembang-naik-cepat"]
    assert rule.condition == Change(limit=0.5, window_s=1800)
    window.until(lambda: "rule/batang-lembang-naik-cepat" in known.journal.states_of_kind("rule"))


def test_a_rule_is_changed_as_its_next_version_and_retired_with_a_reason(
    open_console, data: Path, known: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, known, "kalaksa")
    change(window, dialog, "tma-siaga-1")
    fill(window, dialog, for_s="10")
    press(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.until_toast("versi 2")
    window.until(lambda: "selama 10 menit" in said(dialog, "rule_told"))
    window.until(lambda: len(said(dialog, "rule_history").splitlines()) == 2)
    press(window, dialog, Qt.Key.Key_Backspace, lambda: dialog.page.asks_for_reason)
    window.qtbot.keyClicks(dialog.focusWidget(), "pos dipindah")
    window.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    window.until_toast("ditarik")
    window.until(lambda: "Ditarik: pos dipindah" in said(dialog, "rule_history"))
    assert not window.console.services.room.snapshot.rules["tma-siaga-1"].active
    window.shell.teller.undo_last()
    window.until(lambda: window.console.services.room.snapshot.rules["tma-siaga-1"].active)
    assert window.console.services.room.snapshot.rules["tma-siaga-1"].version == 3


def test_an_unfinished_rule_is_not_put_into_force_and_says_what_is_missing(
    open_console, data: Path, known: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, known, "kalaksa")
    write_new(window, dialog)
    fill(window, dialog, limit="tinggi")
    assert "Tulis angka" in texts_of(dialog.form)
    dialog.form.control("name").setFocus()
    press(window, dialog, Qt.Key.Key_S, lambda: dialog.focusWidget() is dialog.form.control("limit"))
    assert dialog.is_writing
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.is_writing  # once more throws away what was typed
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.is_writing
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    window.until(lambda: window.shell.doing.rule_writing.dialog is None)


def test_a_combination_gets_another_part_and_loses_it(open_console, data: Path, known: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, known, "kalaksa")
    change(window, dialog, "banjir-dari-hulu")
    dialog.form.part_added.emit()
    assert "Bagian 3" in texts_of(dialog.form)
    fill(window, dialog, **{"3.where": "near"})
    fill(window, dialog, **{"3.limit": "5", "3.window_s": "1", "3.radius_m": "4"})
    assert "hujan 1 jam ≥ 5,0 mm di salah satu stasiun dalam 4 km" in said(dialog, "rule_sentence")
    dialog.form.part_removed.emit("3")
    assert "5,0 mm" not in said(dialog, "rule_sentence")


def test_without_a_server_the_trial_says_that_it_has_only_what_is_kept_here(open_console, data: Path, known) -> None:
    window, dialog = open_rules(open_console, data, known, "kalaksa")
    before = START - timedelta(days=2)
    kept = [Reading(GAUGE.code, "stage_m", before + timedelta(minutes=n), 3.5) for n in range(10)]
    window.console.services.readings.take(kept)
    known.service.stop()
    dialog.list.choose("rule/tma-siaga-1")
    press(window, dialog, Qt.Key.Key_T, lambda: "yang tersimpan di sini, sejak" in texts_of(dialog.trial))
    episodes = dialog.findChild(QListWidget, "trial_episodes")
    told = [episodes.item(n).text() for n in range(episodes.count())]
    assert any(text.startswith(format_moment(before)) for text in told)


def test_a_trial_can_be_cancelled_and_closing_the_window_ends_it(open_console, data: Path, known) -> None:
    window, dialog = open_rules(open_console, data, known, "pemantau")
    dialog.list.choose("rule/tma-siaga-1")
    dialog.trial.requested.emit(30)
    button(dialog, "trial_cancel").click()
    assert "Uji dulu" in said(dialog, "trial_summary")
    dialog.trial.requested.emit(30)
    window.console.close()
