"""The pinned Qt keeps its references: 6.12.0 drops one to True with every emit and then crashes."""

import sys

from PySide6.QtCore import QObject, Signal


class Emitter(QObject):
    """Has a signal that carries a bool."""

    emitted = Signal(bool)


def test_fifty_thousand_signals_do_not_lose_references_to_true():
    emitter, received = Emitter(), []
    emitter.emitted.connect(received.append)
    before = sys.getrefcount(True)
    for _ in range(50_000):
        emitter.emitted.emit(True)
    assert len(received) == 50_000
    received.clear()
    assert abs(sys.getrefcount(True) - before) < 5_000  # one a signal would be 50,000
