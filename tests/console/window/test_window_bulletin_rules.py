"""Rules about announcements in the window: known offline, written by keyboard alone, and tried on the journal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from bulletin_samples import level, quake, warning
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit
from rules_window import button, episodes, fill, open_rules_window, press, said
from running_server import RunningServer
from window_room import OpenWindow, texts_of

from tabuah.operations.authority.roles import MAY_WRITE, Role
from tabuah.operations.bulletins.bodies import FeltAt
from tabuah.operations.bulletins.gestures import issue_warning, level_volcano, report_earthquake
from tabuah.operations.bulletins.rules import Restless, Shaking, Warned
from tabuah.operations.bulletins.volcano import TALANG
from tabuah.operations.feeds.cap_values import CapSeverity
from tabuah.operations.levels import VolcanoLevel
from tabuah.server.administration import write_first_rules
from tabuah.widgets.choice_box import ChoiceBox
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier
NOW = datetime.now(UTC).replace(microsecond=0)
FAR = {"lon_deg": 123.27, "lat_deg": -8.51}


@pytest.fixture
def told(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    """A server with its first rules that was told of three earthquakes, a warning and two levels."""
    write_first_rules(server.journal)
    felt = msgspec.structs.replace(quake(at=NOW - timedelta(hours=1)), felt=(FeltAt("Kubung", 5, 6),))
    times = {"sent": NOW, "effective": NOW, "expires": NOW + timedelta(hours=2)}
    levels = [
        level_volcano(TALANG, level(each, stated_at=NOW - timedelta(hours=9 - n)), now=NOW)
        for n, each in enumerate((VolcanoLevel.WASPADA, VolcanoLevel.SIAGA))
    ]
    monkeypatch.setitem(MAY_WRITE, "volcano.levelled", frozenset({Role.SERVER}))
    server.journal.append_own(
        [
            report_earthquake("bmkg-1", felt, exercise=False),
            report_earthquake("bmkg-2", quake(at=NOW - timedelta(hours=2), **FAR), exercise=False),
            report_earthquake("bmkg-3", quake(at=NOW - timedelta(hours=3), magnitude=4.3), exercise=False),
            issue_warning(warning(**times), exercise=False),
            *levels,
        ]
    )
    return server


def open_rules(open_console, data: Path, server: RunningServer, user: str) -> tuple[OpenWindow, RulesDialog]:
    return open_rules_window(open_console, data, server, user, knows=lambda known: len(known.bulletin_rules) == 10)


def try_it(window: OpenWindow, dialog: RulesDialog, told: str) -> None:
    press(window, dialog, Qt.Key.Key_T, lambda: told in said(dialog, "trial_summary"))


def test_a_posko_without_a_line_reads_the_rules_and_tries_them(open_console, data: Path, told: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, told, "posko")
    told.service.stop()
    dialog.list.choose("bulletin_rule/gempa-dekat")
    window.until(lambda: "Versi 1" in said(dialog, "rule_history"))
    assert said(dialog, "rule_told") == "Gempa bumi M ≥ 5,0 dalam 100 km dari tengah kabupaten"
    assert not button(dialog, "rule_edit").isEnabled()
    try_it(window, dialog, "Akan muncul 1 kali dalam 365 hari.")
    (only,) = episodes(dialog)
    assert "Gempa M 5,1" in only
    assert "didahului aturan: Gempa dirasakan kuat" in only
    assert "5 informasi dalam jurnal · sinkron" in texts_of(dialog.trial)
    assert "1 alarm didahului aturan yang lebih berat." in texts_of(dialog.trial)


def test_the_groups_have_their_headings_whatever_is_filtered(open_console, data: Path, told: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, told, "pemantau")
    groups = [item.group for item in dialog.list.model().items]  # type: ignore[attr-defined]
    assert groups == sorted(groups, key=["Pembacaan stasiun", "Informasi BMKG dan PVMBG"].index)
    press(window, dialog, Qt.Key.Key_F, lambda: dialog.focusWidget() is dialog.findChild(QLineEdit, "rule_filter"))
    window.qtbot.keyClicks(dialog.focusWidget(), "gunung")
    model = dialog.list.model()
    heights = [dialog.list.sizeHintForIndex(model.index(row, 0)).height() for row in range(model.rowCount())]
    assert len(heights) == 3
    assert heights[0] > heights[1] == heights[2]
    assert dialog.list.chosen == "bulletin_rule/gunung-api-awas"


def test_a_rule_about_earthquakes_is_written_tried_and_put_into_force_by_keyboard(
    open_console, data: Path, told: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, told, "kalaksa")
    press(window, dialog, Qt.Key.Key_N, lambda: dialog.is_writing)
    fill(window, dialog, condition="earthquake")
    fill(window, dialog, name="Gempa kecil di dekat kita", source="Rapat evaluasi")
    assert "Gempa bumi" in said(dialog, "rule_sentence")
    press(window, dialog, Qt.Key.Key_S, lambda: dialog.focusWidget() is dialog.form.control("magnitude"))
    assert "tidak pernah muncul" in texts_of(dialog.form)
    fill(window, dialog, magnitude="4,2", within_km="60")
    assert said(dialog, "rule_sentence") == "Gempa bumi M ≥ 4,2 dalam 60 km dari tengah kabupaten"
    assert said(dialog, "rule_reach") == "Menilai setiap gempa yang diumumkan BMKG."
    try_it(window, dialog, "Akan muncul 2 kali dalam 365 hari.")
    press(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.until_toast("Gempa kecil di dekat kita berlaku, versi 1.")
    window.until(lambda: dialog.list.chosen == "bulletin_rule/gempa-kecil-di-dekat-kita")
    rule = window.console.services.room.snapshot.bulletin_rules["gempa-kecil-di-dekat-kita"]
    assert rule.condition == Shaking(magnitude=4.2, within_km=60)
    window.until(lambda: "bulletin_rule/gempa-kecil-di-dekat-kita" in told.journal.states_of_kind("bulletin_rule"))


def test_codes_of_a_warning_are_ticked_by_the_space_bar(open_console, data: Path, told: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, told, "kalaksa")
    dialog.list.choose("bulletin_rule/peringatan-ekstrem")
    press(window, dialog, Qt.Key.Key_E, lambda: dialog.is_writing)
    box = dialog.findChild(QCheckBox, "rule_severities_Severe")
    assert isinstance(box, QCheckBox)
    box.setFocus()
    window.qtbot.keyClick(box, Qt.Key.Key_Space)
    assert said(dialog, "rule_sentence") == "Peringatan cuaca di atas kabupaten: keparahan Ekstrem"
    kinds = dialog.form.control("condition")
    assert isinstance(kinds, ChoiceBox)
    assert [kinds.itemData(n) for n in range(kinds.count())] == ["earthquake", "warning", "volcano"]
    press(window, dialog, Qt.Key.Key_S, lambda: not dialog.is_writing)
    window.until_toast("versi 2")
    window.until(lambda: window.console.services.room.snapshot.bulletin_rules["peringatan-ekstrem"].version == 2)
    rules = window.console.services.room.snapshot.bulletin_rules
    assert rules["peringatan-ekstrem"].condition == Warned(severities=(CapSeverity.EXTREME,))


def test_a_retired_rule_ends_its_alarm_on_the_server_and_is_put_back_by_undo(
    open_console, data: Path, told: RunningServer
) -> None:
    window, dialog = open_rules(open_console, data, told, "kalaksa")
    room = window.console.services.room

    def up() -> set[str]:
        return {alarm.rule for alarm in room.snapshot.alarms.values() if alarm.is_active}

    window.until(lambda: "gunung-api-siaga" in up())
    dialog.list.choose("bulletin_rule/gunung-api-siaga")
    press(window, dialog, Qt.Key.Key_Backspace, lambda: dialog.page.asks_for_reason)
    window.qtbot.keyClicks(dialog.focusWidget(), "latihan selesai")
    window.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    window.until_toast("ditarik")
    window.until(lambda: "gunung-api-waspada" in up() and "gunung-api-siaga" not in up())
    window.shell.teller.undo_last()
    window.until(lambda: "gunung-api-siaga" in up())
    assert room.snapshot.bulletin_rules["gunung-api-siaga"].condition == Restless(level=VolcanoLevel.SIAGA)


def test_an_episode_is_shown_on_the_map(open_console, data: Path, told: RunningServer) -> None:
    window, dialog = open_rules(open_console, data, told, "pemantau")
    dialog.list.choose("bulletin_rule/gempa-lokal")
    try_it(window, dialog, "Akan muncul 2 kali")
    canvas = window.shell.parts.map.canvas
    before = canvas.view
    dialog.trial.place_requested.emit("earthquake/bmkg-3")
    assert canvas.view.metres_per_px <= 120
    assert canvas.view != before
