"""Workers: results on the GUI thread in order, errors to whoever asked, nothing left behind."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from tabuah.console.window.tasks import Mailbox, TaskRunner, plain_runner


def test_results_come_in_order_on_the_thread_of_the_mailbox(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    runner = plain_runner("test-worker", mailbox, lambda error: pytest.fail(str(error)))
    runner.start()
    seen: list[tuple[int, threading.Thread]] = []
    for number in range(20):
        runner.run(lambda _c, n=number: n, on_done=lambda n: seen.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: len(seen) == 20)
    runner.close()
    assert [number for number, _thread in seen] == list(range(20))
    assert {thread for _number, thread in seen} == {threading.main_thread()}


def test_an_error_goes_to_whoever_asked_else_to_the_runner(qtbot: QtBot) -> None:
    mailbox, general, own = Mailbox(), [], []
    runner = plain_runner("test-worker", mailbox, general.append)
    runner.start()

    def fail(_context: None) -> None:
        raise OSError("no")

    runner.run(fail)
    runner.run(fail, on_error=own.append)
    qtbot.waitUntil(lambda: len(general) == 1 and len(own) == 1)
    runner.close()


def test_one_receiver_that_fails_does_not_lose_what_came_after(qtbot: QtBot) -> None:
    mailbox, seen = Mailbox(), []

    def fail() -> None:
        raise ValueError("receiver")

    with qtbot.capture_exceptions() as exceptions:
        mailbox.post(fail)
        mailbox.post(lambda: seen.append(1))
        qtbot.waitUntil(lambda: seen == [1])
    assert [type(error) for _kind, error, _trace in exceptions] == [ValueError]


def test_what_opening_raises_is_raised_at_the_start() -> None:
    def refuse() -> None:
        raise PermissionError("not yours")

    runner: TaskRunner[None] = TaskRunner(
        "test-worker", Mailbox(), open_context=refuse, close_context=lambda _c: None, on_error=lambda _e: None
    )
    with pytest.raises(PermissionError):
        runner.start()


def test_what_was_asked_for_is_finished_before_the_worker_ends(qtbot: QtBot) -> None:
    done: list[int] = []
    runner = plain_runner("test-worker", Mailbox(), lambda _e: None)
    runner.start()
    for number in range(50):
        runner.run(lambda _c, n=number: done.append(n))
    runner.close()
    assert done == list(range(50))


def test_a_closed_mailbox_calls_nobody(qtbot: QtBot) -> None:
    mailbox, seen = Mailbox(), []
    mailbox.post(lambda: seen.append("before"))
    mailbox.close()
    mailbox.post(lambda: seen.append("after"))
    marker = Mailbox()
    reached: list[bool] = []
    marker.post(lambda: reached.append(True))
    qtbot.waitUntil(lambda: reached == [True])
    assert seen == []
