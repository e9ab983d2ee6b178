"""Messages say what was done, can be undone, and go away."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.toast import Toast, ToastHost, ToastMessage
from tabuah.widgets.values import Level


@pytest.fixture
def host(qtbot: QtBot, appearance: Appearance) -> ToastHost:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    return ToastHost(appearance, window)


def shown(host: ToastHost) -> list[Toast]:
    window = host.parent()
    assert isinstance(window, QWidget)
    return [toast for toast in window.findChildren(Toast) if toast.isVisible()]


def test_undo_tells_the_token_and_closes_the_message(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="Ditugaskan ke TRC-1", undo="u7"))
    with qtbot.waitSignal(host.undo_requested) as heard:
        qtbot.mouseClick(shown(host)[0].findChild(KeyButton, "toast_undo"), Qt.MouseButton.LeftButton)
    assert heard.args == ["u7"]
    assert shown(host) == []


def test_the_key_undoes_the_newest_that_can_be_undone(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="satu", undo="u1"))
    host.show_toast(ToastMessage(text="dua"))
    with qtbot.waitSignal(host.undo_requested) as heard:
        assert host.undo_last()
    assert heard.args == ["u1"]
    assert not host.undo_last()


def test_an_error_says_what_is_safe_and_what_to_do_next(host: ToastHost) -> None:
    host.show_toast(
        ToastMessage(text="Foto belum terkirim", level=Level.HIGH, safe="Foto aman.", next_step="Tekan F5.")
    )
    assert shown(host)[0].accessibleName() == "Foto belum terkirim Foto aman. Tekan F5."


def test_no_more_than_three_are_stacked_and_none_covers_another(host: ToastHost) -> None:
    for number in range(5):
        host.show_toast(ToastMessage(text=f"pesan {number}"))
    frames = [toast.geometry() for toast in shown(host)]
    assert len(frames) == 3
    assert not any(a.intersects(b) for i, a in enumerate(frames) for b in frames[i + 1 :])


def test_the_same_refusal_again_does_not_pile_up(host: ToastHost) -> None:
    for text in ("Peran Anda tidak mengizinkan ini.", "Lain.", "Peran Anda tidak mengizinkan ini."):
        host.show_toast(ToastMessage(text=text, level=Level.ATTENTION))
    told = [toast.message.text for toast in sorted(shown(host), key=lambda toast: toast.y())]
    assert told == ["Lain.", "Peran Anda tidak mengizinkan ini."]


def test_two_things_that_can_be_undone_stay_two_messages(host: ToastHost) -> None:
    for undo in ("u1", "u2"):
        host.show_toast(ToastMessage(text="1 alarm ditunda", undo=undo))
    assert len(shown(host)) == 2


def test_a_message_goes_away_by_itself(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="selesai"))
    shown(host)[0]._timer.start(1)
    qtbot.waitUntil(lambda: not shown(host))
