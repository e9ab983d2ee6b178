"""Task runner: results on the GUI thread in order, errors to the caller, no leaked threads."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tabuah.console.window.state.task_runner import GuiMailbox, TaskRunner, plain_runner


def test_results_arrive_in_order_on_gui_thread(qtbot: QtBot) -> None:
    mailbox = GuiMailbox()
    runner = plain_runner("test-worker", mailbox, lambda error: pytest.fail(str(error)))
    runner.start()
    seen: list[tuple[int, threading.Thread]] = []
    for number in range(20):
        runner.run(lambda _c, n=number: n, on_done=lambda n: seen.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: len(seen) == 20)
    runner.close()
    assert [number for number, _thread in seen] == list(range(20))
    assert {thread for _number, thread in seen} == {threading.main_thread()}


def test_error_goes_to_caller_or_runner(qtbot: QtBot) -> None:
    mailbox, general, own = GuiMailbox(), [], []
    runner = plain_runner("test-worker", mailbox, general.append)
    runner.start()

    def fail(_context: None) -> None:
        raise OSError("no")

    runner.run(fail)
    runner.run(fail, on_error=own.append)
    qtbot.waitUntil(lambda: len(general) == 1 and len(own) == 1)
    runner.close()


def test_failing_receiver_does_not_block_others(qtbot: QtBot) -> None:
    mailbox, seen = GuiMailbox(), []

    def fail() -> None:
        raise ValueError("receiver")

    with qtbot.capture_exceptions() as exceptions:
        mailbox.post(fail)
        mailbox.post(lambda: seen.append(1))
        qtbot.waitUntil(lambda: seen == [1])
    assert [type(error) for _kind, error, _trace in exceptions] == [ValueError]


def test_open_error_is_raised_by_start() -> None:
    def refuse() -> None:
        raise PermissionError("not yours")

    runner: TaskRunner[None] = TaskRunner(
        "test-worker", GuiMailbox(), open_context=refuse, close_context=lambda _c: None, on_error=lambda _e: None
    )
    with pytest.raises(PermissionError):
        runner.start()


def test_close_finishes_queued_tasks(qtbot: QtBot) -> None:
    done: list[int] = []
    runner = plain_runner("test-worker", GuiMailbox(), lambda _e: None)
    runner.start()
    for number in range(50):
        runner.run(lambda _c, n=number: done.append(n))
    runner.close()
    assert done == list(range(50))


def test_closed_mailbox_drops_calls(qtbot: QtBot) -> None:
    mailbox, seen = GuiMailbox(), []
    mailbox.post(lambda: seen.append("before"))
    mailbox.close()
    mailbox.post(lambda: seen.append("after"))
    marker = GuiMailbox()
    reached: list[bool] = []
    marker.post(lambda: reached.append(True))
    qtbot.waitUntil(lambda: reached == [True])
    assert seen == []


def as_method(window: QLabel) -> Callable[[str], None]:
    return window.setText


def as_partial(window: QLabel) -> Callable[[str], None]:
    return partial(lambda shown, text: shown.setText(text), window)


def as_nested_function(window: QLabel) -> Callable[[str], None]:
    return lambda text: window.setText(text.strip())


def as_nested_receiver(window: QLabel) -> Callable[[str], None]:
    inner = as_nested_function(window)
    return lambda text: inner(text.strip())


RECEIVERS = [as_method, as_partial, as_nested_function, as_nested_receiver]


@pytest.mark.parametrize("receiver_for", RECEIVERS)
@pytest.mark.parametrize("is_deleted", [True, False])
def test_result_reaches_only_a_window_that_still_exists(
    qtbot: QtBot, receiver_for: Callable[[QLabel], Callable[[str], None]], is_deleted: bool
) -> None:
    window, others, may_finish = QLabel("before"), [], threading.Event()
    runner = plain_runner("test-worker", GuiMailbox(), lambda error: pytest.fail(str(error)))
    runner.start()
    with qtbot.capture_exceptions() as exceptions:
        runner.run(lambda _c: str(may_finish.wait(10)), on_done=receiver_for(window))
        runner.run(lambda _c: "next", on_done=others.append)
        if is_deleted:
            window.close()
            shiboken6.delete(window)
        may_finish.set()
        qtbot.waitUntil(lambda: others == ["next"])
    runner.close()
    assert exceptions == []
    if not is_deleted:
        assert window.text() == "True"
        window.deleteLater()


def test_error_of_a_closed_window_goes_to_the_runner(qtbot: QtBot) -> None:
    window, general, may_fail = QLabel(), [], threading.Event()
    runner = plain_runner("test-worker", GuiMailbox(), general.append)
    runner.start()

    def fail(_context: None) -> None:
        may_fail.wait(10)
        raise OSError("disk full")

    runner.run(fail, on_error=lambda error: window.setText(str(error)))
    shiboken6.delete(window)
    may_fail.set()
    qtbot.waitUntil(lambda: [str(error) for error in general] == ["disk full"])
    runner.close()
