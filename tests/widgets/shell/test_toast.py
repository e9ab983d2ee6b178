"""Toasts: content, undo, stacking and timeout."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.shell.toast import Toast, ToastHost, ToastMessage
from tabuah.widgets.theme.appearance import Appearance
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


def test_toast_undo_emits_token_and_closes(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="Ditugaskan ke TRC-1", undo="u7"))
    with qtbot.waitSignal(host.undo_requested) as heard:
        qtbot.mouseClick(shown(host)[0].findChild(KeyButton, "toast_undo"), Qt.MouseButton.LeftButton)
    assert heard.args == ["u7"]
    assert shown(host) == []


def test_undo_key_undoes_newest_toast(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="satu", undo="u1"))
    host.show_toast(ToastMessage(text="dua"))
    with qtbot.waitSignal(host.undo_requested) as heard:
        assert host.undo_last()
    assert heard.args == ["u1"]
    assert not host.undo_last()


def test_toast_error_shows_next_step(host: ToastHost) -> None:
    host.show_toast(
        ToastMessage(text="Foto belum terkirim", level=Level.HIGH, safe="Foto aman.", next_step="Tekan F5.")
    )
    assert shown(host)[0].accessibleName() == "Foto belum terkirim Foto aman. Tekan F5."


def test_toasts_stack_at_most_three(host: ToastHost) -> None:
    for number in range(5):
        host.show_toast(ToastMessage(text=f"pesan {number}"))
    frames = [toast.geometry() for toast in shown(host)]
    assert len(frames) == 3
    assert not any(a.intersects(b) for i, a in enumerate(frames) for b in frames[i + 1 :])


def test_toast_replaces_equal_message(host: ToastHost) -> None:
    for text in ("Peran Anda tidak mengizinkan ini.", "Lain.", "Peran Anda tidak mengizinkan ini."):
        host.show_toast(ToastMessage(text=text, level=Level.ATTENTION))
    told = [toast.message.text for toast in sorted(shown(host), key=lambda toast: toast.y())]
    assert told == ["Lain.", "Peran Anda tidak mengizinkan ini."]


def test_toasts_with_undo_are_not_merged(host: ToastHost) -> None:
    for undo in ("u1", "u2"):
        host.show_toast(ToastMessage(text="1 alarm ditunda", undo=undo))
    assert len(shown(host)) == 2


def test_toast_closes_by_itself(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="selesai"))
    shown(host)[0]._timer.start(1)
    qtbot.waitUntil(lambda: not shown(host))


def test_toast_counts_down_and_closes(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="12 alarm ditanggapi", undo="u1", countdown_s=3))
    for number in range(4):
        host.show_toast(ToastMessage(text=f"pesan {number}"))
    (toast,) = [each for each in shown(host) if each.undo == "u1"]
    label = toast.findChild(QLabel, "toast_countdown")
    assert isinstance(label, QLabel)
    assert label.text() == "3 dtk"
    toast._on_time_is_up()
    assert label.text() == "2 dtk"
    for _second in range(2):
        toast._on_time_is_up()
    assert toast.isHidden()


def test_toast_offers_buttons(qtbot: QtBot, host: ToastHost) -> None:
    host.show_toast(ToastMessage(text="Tersimpan", offers=(("open 1", "Buka"), ("folder 1", "Buka folder"))))
    with qtbot.waitSignal(host.offer_accepted) as heard:
        qtbot.mouseClick(shown(host)[0].findChild(KeyButton, "toast_folder"), Qt.MouseButton.LeftButton)
    assert heard.args == ["folder 1"]


def test_toast_with_undo_shows_whole_text(host: ToastHost) -> None:
    text = "SLK-GRWK-0002: Tertangani · TRC-1, ALB-1, AMB-1 siaga lagi"
    host.show_toast(ToastMessage(text=text, undo="u1"))
    (label,) = (each for each in shown(host)[0].findChildren(QLabel) if each.text() == text)
    assert label.heightForWidth(label.width()) <= label.height()
    assert label.wordWrap() or label.sizeHint().width() <= label.width()


class PlaceWhenShown(QObject):
    """The places of toasts at the moment at which they are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[QPoint] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, Toast) and event.type() == QEvent.Type.Show:
            self.places.append(watched.pos())
        return super().eventFilter(watched, event)


def test_toast_appears_at_its_place(host: ToastHost) -> None:
    recorder = PlaceWhenShown()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(recorder)
    host.show_toast(ToastMessage(text="pesan"))
    app.removeEventFilter(recorder)
    assert recorder.places == [shown(host)[0].pos()]


def test_toast_stays_above_a_panel_whose_buttons_it_would_cover(qtbot: QtBot, host: ToastHost) -> None:
    window = host.parent()
    assert isinstance(window, QWidget)
    panel = QWidget(window)
    panel.setGeometry(0, 400, 1000, 200)
    panel.show()
    host.show_toast(ToastMessage(text="pesan"))
    assert shown(host)[0].geometry().bottom() > 400
    host.stay_above(panel)
    assert shown(host)[0].geometry().bottom() < 400
    panel.setGeometry(0, 300, 1000, 300)
    assert shown(host)[0].geometry().bottom() < 300
    host.stay_above(None)
    assert shown(host)[0].geometry().bottom() > 400
