"""What waits is taken together, never more than fits, and the end comes after all that waited before it."""

import queue

from tabuah.server.groups import next_group


def filled(*items: str | None) -> "queue.SimpleQueue[str | None]":
    waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    return waiting


def test_all_that_waits_is_one_group_and_nothing_is_an_empty_one() -> None:
    waiting = filled("a", "b")
    assert next_group(waiting, wait_s=5, most=64) == ["a", "b"]
    assert next_group(waiting, wait_s=0.01, most=64) == []


def test_what_is_too_much_for_a_group_is_the_next_one() -> None:
    waiting = filled("a", "b", "c")
    assert next_group(waiting, wait_s=5, most=2) == ["a", "b"]
    assert next_group(waiting, wait_s=5, most=2) == ["c"]


def test_what_waits_before_the_end_is_still_taken() -> None:
    waiting = filled("a", None)
    assert next_group(waiting, wait_s=5, most=64) == ["a"]
    assert next_group(waiting, wait_s=5, most=64) is None
