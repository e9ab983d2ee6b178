"""The pinned PySide6 keeps references to True; 6.12.0 loses one with every emission and crashes later."""

import sys

from PySide6.QtCore import QObject, Signal


class Emitter(QObject):
    emitted = Signal(bool)


def test_emitting_bool_signals_keeps_true_references():
    emitter, received = Emitter(), []
    emitter.emitted.connect(received.append)
    before = sys.getrefcount(True)
    for _ in range(50_000):
        emitter.emitted.emit(True)
    assert len(received) == 50_000
    received.clear()
    assert abs(sys.getrefcount(True) - before) < 5_000  # losing one per emission would be 50,000
