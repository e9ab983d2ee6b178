"""Tests of the leak check: it finds exactly the thread, timer or window that a test leaves."""

import threading

import pytest
from support import leak_check
from support.leak_check import leaks_since, running_now


@pytest.fixture(autouse=True)
def short_grace(monkeypatch):
    monkeypatch.setattr(leak_check, "GRACE_S", 0.05)


def test_leak_check_names_running_thread():
    before, end = running_now(), threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    found = leaks_since(before)
    end.set()
    thread.join()
    assert len(found) == 1
    assert "'forgotten'" in found[0]


def test_leak_check_ignores_ending_thread(monkeypatch):
    monkeypatch.setattr(leak_check, "GRACE_S", 5.0)
    before = running_now()
    threading.Thread(target=threading.Event().wait, args=(0.1,)).start()
    assert leaks_since(before) == []


def test_leak_check_names_active_timer(qapp):
    from PySide6.QtCore import QTimer

    before = running_now()
    timer = QTimer()
    timer.start(10_000)
    found = leaks_since(before)
    timer.stop()
    assert len(found) == 1
    assert "test_leak_check.py" in found[0]
    assert leaks_since(before) == []


def test_leak_check_names_open_window(qapp):
    from PySide6.QtWidgets import QWidget

    before = running_now()
    window = QWidget()
    window.setObjectName("forgotten_window")
    found = leaks_since(before)
    window.close()
    window.deleteLater()
    assert len(found) == 1
    assert "'forgotten_window'" in found[0]
    assert leaks_since(before) == []


def test_leak_check_ignores_earlier_objects(qapp):
    from PySide6.QtCore import QTimer

    timer = QTimer()
    timer.start(10_000)
    assert leaks_since(running_now()) == []
    timer.stop()


def test_leak_check_ignores_qtbot_widgets(qtbot):
    from PySide6.QtWidgets import QLabel

    label = QLabel("Solok")
    qtbot.addWidget(label)
    label.show()
