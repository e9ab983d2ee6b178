"""Isolation of faulty items: the error of one item is logged and counted, and the others are handled as usual.

Data from before the bounds, and bugs, must not end a job, a start or a paint. The first fault of an item is logged
with its traceback; a repeated one is only counted.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self, TypeVar

log = logging.getLogger(__name__)

# Errors of computing with a value. Errors of a disk or a server are not faults of an item: they pass.
DATA_FAULTS: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
MAX_LOGGED: Final = 1_000

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_logged: set[tuple[str, str]] = set()


class isolated:  # noqa: N801 - a context manager that reads as a word, like `contextlib.suppress`
    """Suppress, log and count the fault of one item, such as `isolated("rule", rule.id)`."""

    __slots__ = ("_catch", "_kind", "_name", "failed")

    def __init__(self, kind: str, name: str, *, catch: tuple[type[Exception], ...] = DATA_FAULTS) -> None:
        self._kind, self._name, self._catch = kind, name, catch
        self.failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, self._catch):
            return False
        self.failed = True
        record_fault(self._kind, self._name, error)
        return True


def handle_each(
    kind: str,
    items: Iterable[ItemT],
    handle: Callable[[ItemT], ResultT],
    *,
    name: Callable[[ItemT], str],
    instead: Callable[[ItemT], ResultT] | None = None,
) -> list[ResultT]:
    """Handle each item and return the results.

    Args:
        kind: the kind of the items, for the log and the counts.
        items: the items.
        handle: handles one item.
        name: returns the name of an item for the log.
        instead: returns the result for a faulty item, such as a row "cannot be displayed"; None leaves it out.
    """
    results = []
    for item in items:
        with isolated(kind, name(item)) as fault:
            results.append(handle(item))
        if fault.failed and instead is not None:
            results.append(instead(item))
    return results


def fault_counts() -> dict[str, int]:
    """Return the number of faults since the start, by kind of item."""
    with _lock:
        return dict(_counts)


def take_faults() -> dict[str, int]:
    """Return the counts and begin again."""
    with _lock:
        counts = dict(_counts)
        _counts.clear()
        _logged.clear()
    return counts


def record_fault(kind: str, name: str, error: Exception) -> None:
    """Count the fault of one item, and log the first one with its traceback."""
    with _lock:
        _counts[kind] += 1
        is_new = (kind, name) not in _logged and len(_logged) < MAX_LOGGED
        if is_new:
            _logged.add((kind, name))
    if is_new:
        log.error("%s %s cannot be handled and is left out", kind, name[:80], exc_info=error)
