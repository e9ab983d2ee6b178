"""What waits in a queue, taken in groups: each costs its thread one transaction and one flush to disk."""

import queue
from typing import TypeVar

T = TypeVar("T")


def next_group(waiting: "queue.SimpleQueue[T | None]", *, wait_s: float, most: int) -> list[T] | None:
    """All that waits, or the first `most` of it.

    Returns:
        Nothing when nothing came for `wait_s`; None at the end, which a None in the queue says.
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
    waiting.put(None)  # seen again once this group is settled
    return group or None
