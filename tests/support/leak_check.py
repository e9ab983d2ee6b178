"""Leak check: threads, timers and windows that a test leaves running."""

import gc
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final
from weakref import WeakKeyDictionary

GRACE_S: Final = 2.0
PROJECT: Final = Path(__file__).resolve().parent.parent.parent
# Thread pool workers of an event loop end with their loop, which may outlive one test.
# Threads of pools start with the first work and live as long as their owner, such as the server of a whole module.
POOL_PREFIXES: Final = ("AnyIO worker thread", "asyncio_", "uvloop_", "tabuah-signatures_")
# Qt creates these windows itself and keeps them.
QT_OWN_WINDOWS: Final = ("QTipLabel", "QComboBoxPrivateContainer")

_timers_started: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class RunningObjects:
    """Threads, windows and timers alive at one time."""

    threads: frozenset[threading.Thread]
    windows: frozenset[int]
    timers: frozenset[int]


def running_now() -> RunningObjects:
    """Return all threads, windows and timers alive now."""
    watch_timers()
    return RunningObjects(
        threads=frozenset(threading.enumerate()),
        windows=frozenset(id(window) for window in _windows()),
        timers=frozenset(id(timer) for timer, _ in _active_timers()),
    )


def leaks_since(before: RunningObjects) -> list[str]:
    """Return one line for each new object; waits briefly for those that are ending."""
    watch_timers()
    finish_deletions()
    found = list(_leaked(before))
    deadline = time.monotonic() + GRACE_S
    while found and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.02)
        finish_deletions()
        found = list(_leaked(before))
    return found


def _leaked(before: RunningObjects) -> Iterator[str]:
    for thread in threading.enumerate():
        if thread not in before.threads and not _is_pool_worker(thread):
            yield f"thread {thread.name!r} still runs, {_where(thread)}"
    for timer, started_at in _active_timers():
        if id(timer) not in before.timers:
            yield f"timer {timer.objectName() or type(timer).__name__!r} still ticks, started at {started_at}"
    for window in _windows():
        if id(window) not in before.windows:
            yield f"window {type(window).__name__} {window.objectName()!r} was not closed and deleted"


def _is_pool_worker(thread: threading.Thread) -> bool:
    foreign = isinstance(thread, threading._DummyThread)
    return foreign or thread.name.startswith(POOL_PREFIXES)


def _where(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    ours = frame
    while ours is not None and not _is_ours(ours):
        ours = ours.f_back
    frame = ours or frame
    return f"at {frame.f_code.co_filename}:{frame.f_lineno}" if frame else "ending"


def _is_ours(frame: FrameType) -> bool:
    path = Path(frame.f_code.co_filename)
    return path.is_relative_to(PROJECT / "tabuah") or path.is_relative_to(PROJECT / "tests")


def watch_timers() -> None:
    """Record where each QTimer is started; does nothing until a test has loaded Qt."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None or getattr(core.QTimer.start, "notes_its_caller", False):
        return
    original = core.QTimer.start

    def start(timer: Any, *arguments: Any) -> None:
        caller = sys._getframe(1)
        _timers_started[timer] = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        original(timer, *arguments)

    start.notes_its_caller = True  # type: ignore[attr-defined]
    core.QTimer.start = start


def _active_timers() -> list[tuple[Any, str]]:
    if not _timers_started:
        return []
    import shiboken6

    return [(t, where) for t, where in _timers_started.items() if shiboken6.isValid(t) and t.isActive()]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    windows = widgets.QApplication.topLevelWidgets()
    return [window for window in windows if window.metaObject().className() not in QT_OWN_WINDOWS]


def finish_deletions() -> None:
    """Delete the Qt objects that wait for it, such as closed windows."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
