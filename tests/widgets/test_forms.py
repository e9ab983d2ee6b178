"""The edit form, the conflict resolver and the login form."""

import pytest
from gallery.samples import CONFLICT, SEVERITIES
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.edit_form import EditField, EditForm
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.incidents.conflict_resolver import ConflictResolver
from tabuah.widgets.incidents.conflict_side_card import ConflictSideCard
from tabuah.widgets.sync.login_form import LoginForm
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


def test_edit_form_submits_changed_fields_only(qtbot: QtBot, editor: EditForm) -> None:
    title = editor.findChild(QLineEdit, "edit_title")
    title.setText("Banjir bandang")
    with qtbot.waitSignal(editor.submitted) as heard:
        qtbot.keyClick(title, Qt.Key.Key_Return)
    assert heard.args == ["i1", {"title": "Banjir bandang"}]


def test_edit_form_without_changes_cancels(qtbot: QtBot, editor: EditForm) -> None:
    with qtbot.assertNotEmitted(editor.submitted), qtbot.waitSignal(editor.cancelled):
        qtbot.keyClick(editor.findChild(QLineEdit, "edit_title"), Qt.Key.Key_Return)


def test_edit_form_shows_newest_error_in_sight(qtbot: QtBot, editor: EditForm) -> None:
    fields = [EditField(code=f"f{number}", label=f"Isian {number}", value="") for number in range(12)]
    editor.show_fields("i1", "Ubah insiden", fields)
    editor.resize(320, 300)
    first, last = (editor.findChild(QLineEdit, f"edit_{code}") for code in ("f0", "f11"))
    editor.show_error("f0", "Isi dahulu.")
    editor.show_error("f11", "Isi alasan.")
    assert editor.focusWidget() is last
    assert (first.accessibleDescription(), last.accessibleDescription()) == ("", "Isi alasan.")
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())


def test_edit_form_edits_choice(editor: EditForm) -> None:
    editor.findChild(ChoiceChips, "edit_severity").show_current("minor")
    assert editor.changes() == {"severity": "minor"}


@pytest.mark.parametrize(
    ("key", "take"),
    [("1", "base"), ("2", "current"), ("3", "proposed"), ("b", "base"), ("s", "current"), ("u", "proposed")],
)
def test_conflict_is_settled_by_key(qtbot: QtBot, resolver: ConflictResolver, key: str, take: str) -> None:
    with qtbot.waitSignal(resolver.settled) as heard:
        qtbot.keyClicks(resolver, key)
    assert heard.args == ["c1", take]


def test_conflict_side_shows_author_device_time(resolver: ConflictResolver) -> None:
    texts = {label.text() for label in resolver.findChildren(Text)}
    assert "Petugas posko Kubung · Laptop-Kubung · 14.24 WIB" in texts


def test_conflict_arrows_highlight_and_enter_takes(qtbot: QtBot, resolver: ConflictResolver) -> None:
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


def test_conflict_hover_highlights_without_settling(qtbot: QtBot, resolver: ConflictResolver) -> None:
    card = resolver.findChild(ConflictSideCard, "conflict_side_base")
    with qtbot.assertNotEmitted(resolver.settled), qtbot.waitSignal(resolver.highlighted) as heard:
        qtbot.mousePress(card, Qt.MouseButton.LeftButton)
    assert heard.args == ["base"]


def test_next_conflict_starts_without_highlight(qtbot: QtBot, resolver: ConflictResolver) -> None:
    qtbot.keyClick(resolver, Qt.Key.Key_Right)
    told: list[str] = []
    resolver.highlighted.connect(told.append)
    resolver.shown.connect(told.append)
    resolver.show_conflicts((replace(CONFLICT, id="c2"),))
    assert told == ["", "c2"]


def test_conflict_lists_dependents_of_proposal(resolver: ConflictResolver) -> None:
    members = tuple(f"Keparahan: Berat, {n}" for n in range(5))
    resolver.show_conflicts((replace(CONFLICT, members=members),))
    told = resolver.findChild(Text, "conflict_members").text()
    assert "Keparahan: Berat, 2" in told
    assert "dan 2 lagi" in told


def test_conflict_explains_how_to_correct_settlement(resolver: ConflictResolver) -> None:
    assert any("ubah lagi isiannya (E)" in label.text() for label in resolver.findChildren(Text))


def test_conflict_shows_reason_without_permission(qtbot: QtBot, resolver: ConflictResolver) -> None:
    resolver.show_conflicts((replace(CONFLICT, reason="Hanya operator yang memutuskan"),))
    with qtbot.assertNotEmitted(resolver.settled):
        qtbot.keyClicks(resolver, "1")
        qtbot.mouseClick(resolver.findChild(KeyButton, "conflict_base"), Qt.MouseButton.LeftButton)
    assert any("Hanya operator" in label.text() for label in resolver.findChildren(Text))


def test_resolver_shows_next_conflict(qtbot: QtBot, resolver: ConflictResolver) -> None:
    with qtbot.waitSignal(resolver.shown) as heard:
        resolver.show_conflicts((replace(CONFLICT, id="c2"),))
    assert heard.args == ["c2"]
    resolver.show_conflicts(())
    assert resolver.current is None


def test_login_enter_submits_fields(qtbot: QtBot, login: LoginForm) -> None:
    password = login.findChild(QLineEdit, "login_password")
    qtbot.keyClicks(password, "rahasia")
    with qtbot.waitSignal(login.submitted) as heard:
        qtbot.keyClick(password, Qt.Key.Key_Return)
    assert heard.args == ["https://pusdalops.example", "petugas1", "rahasia"]
    assert password.echoMode() == QLineEdit.EchoMode.Password


def test_login_failure_clears_only_password(login: LoginForm) -> None:
    login.findChild(QLineEdit, "login_password").setText("salah")
    login.show_error("Nama pengguna atau kata sandi salah.")
    assert login.findChild(QLineEdit, "login_password").text() == ""
    assert login.findChild(QLineEdit, "login_user").text() == "petugas1"
    assert login.findChild(Text, "login_error").isVisible()


def test_login_keeps_offline_enabled_while_busy(qtbot: QtBot, login: LoginForm) -> None:
    login.show_busy(busy=True)
    assert not login.findChild(KeyButton, "login_enter").isEnabled()
    with qtbot.waitSignal(login.offline_chosen):
        qtbot.mouseClick(login.findChild(KeyButton, "login_offline"), Qt.MouseButton.LeftButton)


def test_login_escape_continues_without_server(qtbot: QtBot, login: LoginForm) -> None:
    with qtbot.waitSignal(login.offline_chosen):
        qtbot.keyClick(login.findChild(QLineEdit, "login_password"), Qt.Key.Key_Escape)
