"""Latest-request worker: the newest request wins, failures are reported, threads end."""

import threading

from tabuah.widgets.map.rendering.latest_request_worker import LatestRequestWorker


def test_latest_request_wins_and_skips_older_ones(qtbot):
    begun, gate = [], threading.Event()

    def work(request, _peek):
        begun.append(request)
        gate.wait(5)
        return (request,)

    worker, done = LatestRequestWorker("test-newest", work), []
    worker.delivery.done.connect(done.append)
    worker.submit(1)
    qtbot.waitUntil(lambda: begun == [1])
    for request in (2, 3, 4):
        worker.submit(request)
    gate.set()
    qtbot.waitUntil(lambda: done == [1, 4])
    worker.close()
    assert begun == [1, 4]


def test_worker_sees_waiting_newer_request(qtbot):
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def work(request, peek):
        if request == "old":
            begun.set()
            go_on.wait(5)
            seen.append(peek())
            return ()
        return (request,)

    worker, done = LatestRequestWorker("test-peek", work), []
    worker.delivery.done.connect(done.append)
    worker.submit("old")
    assert begun.wait(5)
    worker.submit("new")
    go_on.set()
    qtbot.waitUntil(lambda: done == ["new"])
    worker.close()
    assert seen == ["new"]


def test_worker_reports_failure_and_continues(qtbot, caplog):
    def work(request, _peek):
        return (10 / request,)

    worker, done, failed = LatestRequestWorker("test-failing", work), [], []
    worker.delivery.done.connect(done.append)
    worker.delivery.failed.connect(failed.append)
    worker.submit(0)
    qtbot.waitUntil(lambda: len(failed) == 1)
    worker.submit(5)
    qtbot.waitUntil(lambda: done == [2.0])
    worker.close()
    assert isinstance(failed[0], ZeroDivisionError)
    assert "test-failing" in caplog.text


def test_worker_close_joins_thread_and_restarts(qtbot):
    worker, done = LatestRequestWorker("test-joined", lambda request, _peek: (request,)), []
    worker.delivery.done.connect(done.append)
    worker.submit(1)
    qtbot.waitUntil(lambda: done == [1])
    worker.close()
    assert not any(thread.name == "test-joined" for thread in threading.enumerate())
    worker.submit(2)
    qtbot.waitUntil(lambda: done == [1, 2])
    worker.close()
    assert not worker.is_running
