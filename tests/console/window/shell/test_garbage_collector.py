"""Reference cycles are collected on the GUI thread, whichever thread made them."""

import gc
import threading
import weakref

from tabuah.console.window.shell.garbage_collector import GuiThreadCollector


class Node:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def allocate_much(kept: list[list[object]]) -> None:
    """Allocate far more containers than the youngest generation's threshold."""
    kept.extend([] for _ in range(gc.get_threshold()[0] * 20))


def test_garbage_is_not_collected_on_worker(qtbot):
    gc.enable()
    collector = GuiThreadCollector()
    collected_in = []
    watch = weakref.finalize(Node(), lambda: collected_in.append(threading.current_thread()))
    kept: list[list[object]] = []
    worker = threading.Thread(target=allocate_much, args=(kept,))
    worker.start()
    worker.join()
    assert watch.alive
    qtbot.waitUntil(lambda: not watch.alive)
    assert collected_in == [threading.main_thread()]
    collector.close()


def test_garbage_collector_close_restores_automatic_collection(qapp):
    gc.enable()
    collector = GuiThreadCollector()
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
