"""The action bar: one row, and a menu for the buttons without room."""

from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.action_bar import ActionBar
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState

ACTIONS = tuple(
    ActionState(code=code, label=label, key=key, reason="")
    for code, label, key in (
        ("note", "Catat", "C"),
        ("assign", "Tugaskan", "D"),
        ("move", "Status", "M"),
        ("edit", "Ubah", "E"),
        ("photo", "Foto", "F"),
    )
)


def shown(bar: ActionBar) -> list[str]:
    buttons = [button for button in bar.findChildren(KeyButton) if button.isVisible()]
    return [button.text() for button in sorted(buttons, key=lambda button: button.x())]


def test_actions_stay_in_one_row(qtbot: QtBot, appearance: Appearance) -> None:
    bar = ActionBar(appearance)
    qtbot.addWidget(bar)
    bar.resize(900, 56)
    bar.show()
    bar.show_actions(ACTIONS)
    assert shown(bar) == ["Catat", "Tugaskan", "Status", "Ubah", "Foto"]
    bar.resize(370, 56)
    qtbot.waitUntil(lambda: bar.findChild(KeyButton, "action_more").x() > 100)
    assert shown(bar) == ["Catat", "Tugaskan", "Lainnya"]
    tops = {button.y() for button in bar.findChildren(KeyButton) if button.isVisible()}
    assert len(tops) == 1
    menu = bar.findChild(KeyButton, "action_more").menu()
    assert [action.text().partition("\t")[0] for action in menu.actions()] == ["Status", "Ubah", "Foto"]
    with qtbot.waitSignal(bar.requested) as heard:
        menu.actions()[2].trigger()
    assert heard.args == ["photo"]


def test_action_in_menu_follows_its_reason(qtbot: QtBot, appearance: Appearance) -> None:
    bar = ActionBar(appearance)
    qtbot.addWidget(bar)
    bar.resize(330, 56)
    bar.show()
    bar.show_actions(ACTIONS)
    bar.show_actions((*ACTIONS[:4], ActionState(code="photo", label="Foto", key="F", reason="Belum masuk")))
    photo = bar.findChild(KeyButton, "action_more").menu().actions()[-1]
    assert not photo.isEnabled()
    assert "Belum masuk" in photo.text()
