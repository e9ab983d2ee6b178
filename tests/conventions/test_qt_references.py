"""Test of the locked Qt's reference counts: a release with a fault crashed the console after hours."""

import sys

EMISSIONS = 50_000


def test_emitting_a_signal_drops_no_reference(qapp):
    """Check that PySide6 6.12.0 on Python 3.11 does not release `True` once too often with every emission."""
    from PySide6.QtCore import QObject, Signal

    class Source(QObject):
        changed = Signal(int)

    source, received = Source(), []
    source.changed.connect(received.append)
    before = sys.getrefcount(True)
    for number in range(EMISSIONS):
        source.changed.emit(number)
    assert len(received) == EMISSIONS
    assert abs(sys.getrefcount(True) - before) < EMISSIONS / 100
