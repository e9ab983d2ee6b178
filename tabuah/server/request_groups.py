"""Group commit: queued requests are taken in groups, with one transaction and one flush to disk each."""

import queue
from typing import TypeVar

T = TypeVar("T")


def next_group(waiting: "queue.SimpleQueue[T | None]", *, wait_s: float, most: int) -> list[T] | None:
    """Take everything that is queued, at most `most` items.

    Returns:
        An empty list when nothing came within `wait_s`; None at the end, which a None in the queue marks.
    """
    group: list[T] = []
    try:
        item = waiting.get(timeout=wait_s)
        while item is not None:
            group.append(item)
            if len(group) >= most:
                return group
            item = waiting.get_nowait()
    except queue.Empty:
        return group
    waiting.put(None)  # the end is seen again after this group
    return group or None
