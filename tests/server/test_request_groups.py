"""Request groups: queued items are taken together up to the limit, and the end comes after all of them."""

import queue

from tabuah.server.request_groups import next_group


def filled(*items: str | None) -> "queue.SimpleQueue[str | None]":
    waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    return waiting


def test_request_group_contains_all_queued_items() -> None:
    waiting = filled("a", "b")
    assert next_group(waiting, wait_s=5, most=64) == ["a", "b"]
    assert next_group(waiting, wait_s=0.01, most=64) == []


def test_request_group_size_is_limited() -> None:
    waiting = filled("a", "b", "c")
    assert next_group(waiting, wait_s=5, most=2) == ["a", "b"]
    assert next_group(waiting, wait_s=5, most=2) == ["c"]


def test_request_group_precedes_the_end() -> None:
    waiting = filled("a", None)
    assert next_group(waiting, wait_s=5, most=64) == ["a"]
    assert next_group(waiting, wait_s=5, most=64) is None
