"""Cycles of objects are collected in the GUI thread, whoever made them."""

import gc
import threading
import weakref

from tabuah.console.window.collecting import GuiThreadCollector


class Node:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def allocate_much(kept: list[list[object]]) -> None:
    """Far more containers than the youngest generation's threshold."""
    kept.extend([] for _ in range(gc.get_threshold()[0] * 20))


def test_a_worker_that_allocates_collects_nothing(qtbot):
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


def test_closing_gives_the_automatic_collection_back(qapp):
    gc.enable()
    collector = GuiThreadCollector()
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
