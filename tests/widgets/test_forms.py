"""The edit form, the conflict resolver and the log-in."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.forms.choice_chips import ChoiceChips
from tabuah.widgets.forms.conflict_resolver import ConflictResolver
from tabuah.widgets.forms.conflict_side_card import ConflictSideCard
from tabuah.widgets.forms.edit_form import EditField, EditForm
from tabuah.widgets.forms.login_form import LoginForm
from tabuah.widgets.gallery.samples import CONFLICT, SEVERITIES
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance

FIELDS = (
    EditField(code="title", label="Judul", value="Banjir"),
    EditField(code="severity", label="Keparahan", value="severe", choices=SEVERITIES, guarded=True),
)


@pytest.fixture
def editor(qtbot: QtBot, appearance: Appearance) -> EditForm:
    widget = EditForm(appearance)
    qtbot.addWidget(widget)
    widget.show_fields("i1", "SLK-7K3-0012", FIELDS)
    widget.show()
    return widget


@pytest.fixture
def resolver(qtbot: QtBot, appearance: Appearance) -> ConflictResolver:
    widget = ConflictResolver(appearance)
    qtbot.addWidget(widget)
    widget.show_conflicts((CONFLICT,))
    widget.show()
    return widget


@pytest.fixture
def login(qtbot: QtBot, appearance: Appearance) -> LoginForm:
    widget = LoginForm(appearance)
    qtbot.addWidget(widget)
    widget.show_defaults("https://pusdalops.example", "petugas1")
    widget.show()
    return widget


def test_only_changed_fields_are_told(qtbot: QtBot, editor: EditForm) -> None:
    title = editor.findChild(QLineEdit, "edit_title")
    title.setText("Banjir bandang")
    with qtbot.waitSignal(editor.submitted) as heard:
        qtbot.keyClick(title, Qt.Key.Key_Return)
    assert heard.args == ["i1", {"title": "Banjir bandang"}]


def test_saving_nothing_closes_without_an_entry(qtbot: QtBot, editor: EditForm) -> None:
    with qtbot.assertNotEmitted(editor.submitted), qtbot.waitSignal(editor.cancelled):
        qtbot.keyClick(editor.findChild(QLineEdit, "edit_title"), Qt.Key.Key_Return)


def test_a_choice_can_be_edited(editor: EditForm) -> None:
    editor.findChild(ChoiceChips, "edit_severity").show_current("minor")
    assert editor.changes() == {"severity": "minor"}


@pytest.mark.parametrize(
    ("key", "take"),
    [("1", "base"), ("2", "current"), ("3", "proposed"), ("b", "base"), ("s", "current"), ("u", "proposed")],
)
def test_one_key_settles_a_conflict(qtbot: QtBot, resolver: ConflictResolver, key: str, take: str) -> None:
    with qtbot.waitSignal(resolver.settled) as heard:
        qtbot.keyClicks(resolver, key)
    assert heard.args == ["c1", take]


def test_each_side_shows_who_wrote_it_where_and_when(resolver: ConflictResolver) -> None:
    texts = {label.text() for label in resolver.findChildren(Text)}
    assert "Petugas posko Kubung · Laptop-Kubung · 14.24 WIB" in texts


def test_arrows_look_at_a_side_and_enter_takes_it(qtbot: QtBot, resolver: ConflictResolver) -> None:
    with qtbot.assertNotEmitted(resolver.settled):
        qtbot.keyClick(resolver, Qt.Key.Key_Return)
    looked_at: list[str] = []
    resolver.highlighted.connect(looked_at.append)
    qtbot.keyClick(resolver, Qt.Key.Key_Left)
    qtbot.keyClick(resolver, Qt.Key.Key_Left)
    assert looked_at == ["proposed", "current"]
    with qtbot.waitSignal(resolver.settled) as settled:
        qtbot.keyClick(resolver, Qt.Key.Key_Return)
    assert settled.args == ["c1", "current"]


def test_pointing_at_a_column_looks_at_its_side_and_settles_nothing(qtbot: QtBot, resolver: ConflictResolver) -> None:
    card = resolver.findChild(ConflictSideCard, "conflict_side_base")
    with qtbot.assertNotEmitted(resolver.settled), qtbot.waitSignal(resolver.highlighted) as heard:
        qtbot.mousePress(card, Qt.MouseButton.LeftButton)
    assert heard.args == ["base"]


def test_the_next_conflict_is_looked_at_afresh(qtbot: QtBot, resolver: ConflictResolver) -> None:
    qtbot.keyClick(resolver, Qt.Key.Key_Right)
    told: list[str] = []
    resolver.highlighted.connect(told.append)
    resolver.shown.connect(told.append)
    resolver.show_conflicts((replace(CONFLICT, id="c2"),))
    assert told == ["", "c2"]


def test_what_rests_on_the_proposal_is_listed(resolver: ConflictResolver) -> None:
    members = tuple(f"Keparahan: Berat, {n}" for n in range(5))
    resolver.show_conflicts((replace(CONFLICT, members=members),))
    told = resolver.findChild(Text, "conflict_members").text()
    assert "Keparahan: Berat, 2" in told
    assert "dan 2 lagi" in told


def test_it_is_said_that_a_settlement_is_put_right_by_editing_again(resolver: ConflictResolver) -> None:
    assert any("ubah lagi isiannya (E)" in label.text() for label in resolver.findChildren(Text))


def test_who_may_not_settle_is_told_why_and_cannot(qtbot: QtBot, resolver: ConflictResolver) -> None:
    resolver.show_conflicts((replace(CONFLICT, reason="Hanya operator yang memutuskan"),))
    with qtbot.assertNotEmitted(resolver.settled):
        qtbot.keyClicks(resolver, "1")
        qtbot.mouseClick(resolver.findChild(KeyButton, "conflict_base"), Qt.MouseButton.LeftButton)
    assert any("Hanya operator" in label.text() for label in resolver.findChildren(Text))


def test_the_next_conflict_follows(qtbot: QtBot, resolver: ConflictResolver) -> None:
    with qtbot.waitSignal(resolver.shown) as heard:
        resolver.show_conflicts((replace(CONFLICT, id="c2"),))
    assert heard.args == ["c2"]
    resolver.show_conflicts(())
    assert resolver.current is None


def test_enter_logs_in_with_what_was_typed(qtbot: QtBot, login: LoginForm) -> None:
    password = login.findChild(QLineEdit, "login_password")
    qtbot.keyClicks(password, "rahasia")
    with qtbot.waitSignal(login.submitted) as heard:
        qtbot.keyClick(password, Qt.Key.Key_Return)
    assert heard.args == ["https://pusdalops.example", "petugas1", "rahasia"]
    assert password.echoMode() == QLineEdit.EchoMode.Password


def test_a_failed_log_in_clears_only_the_password(login: LoginForm) -> None:
    login.findChild(QLineEdit, "login_password").setText("salah")
    login.show_error("Nama pengguna atau kata sandi salah.")
    assert login.findChild(QLineEdit, "login_password").text() == ""
    assert login.findChild(QLineEdit, "login_user").text() == "petugas1"
    assert login.findChild(Text, "login_error").isVisible()


def test_while_the_server_is_asked_offline_work_is_still_possible(qtbot: QtBot, login: LoginForm) -> None:
    login.show_busy(busy=True)
    assert not login.findChild(KeyButton, "login_enter").isEnabled()
    with qtbot.waitSignal(login.offline_chosen):
        qtbot.mouseClick(login.findChild(KeyButton, "login_offline"), Qt.MouseButton.LeftButton)
