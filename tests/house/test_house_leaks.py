"""The leak check sees a thread, a timer and a window that a test leaves, and nothing else."""

import threading

import leaks
import pytest
from leaks import leaks_since, take_stock


@pytest.fixture(autouse=True)
def short_grace(monkeypatch):
    monkeypatch.setattr(leaks, "GRACE_S", 0.05)


def test_a_running_thread_is_named_with_its_line():
    before, end = take_stock(), threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    found = leaks_since(before)
    end.set()
    thread.join()
    assert len(found) == 1
    assert "'forgotten'" in found[0]


def test_a_thread_that_ends_by_itself_is_no_leak(monkeypatch):
    monkeypatch.setattr(leaks, "GRACE_S", 5.0)
    before = take_stock()
    threading.Thread(target=threading.Event().wait, args=(0.1,)).start()
    assert leaks_since(before) == []


def test_a_ticking_timer_is_named_with_the_line_that_started_it(qapp):
    from PySide6.QtCore import QTimer

    before = take_stock()
    timer = QTimer()
    timer.start(10_000)
    found = leaks_since(before)
    timer.stop()
    assert len(found) == 1
    assert "test_house_leaks.py" in found[0]
    assert leaks_since(before) == []


def test_an_open_window_is_named_until_it_is_deleted(qapp):
    from PySide6.QtWidgets import QWidget

    before = take_stock()
    window = QWidget()
    window.setObjectName("forgotten_window")
    found = leaks_since(before)
    window.close()
    window.deleteLater()
    assert len(found) == 1
    assert "'forgotten_window'" in found[0]
    assert leaks_since(before) == []


def test_what_ran_before_the_test_is_not_its_leak(qapp):
    from PySide6.QtCore import QTimer

    timer = QTimer()
    timer.start(10_000)
    assert leaks_since(take_stock()) == []
    timer.stop()


def test_a_widget_given_to_qtbot_is_no_leak(qtbot):
    from PySide6.QtWidgets import QLabel

    label = QLabel("Solok")
    qtbot.addWidget(label)
    label.show()
