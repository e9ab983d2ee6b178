"""Notices about a renewed key promise no more than is known."""

from datetime import UTC, datetime

import pytest

from tabuah.operations.people.key_replacement import KeyReplacement, KeyReplacementCause
from tabuah.text.sync.device_notices import describe_renewal


@pytest.mark.parametrize("entries", [0, 3])
@pytest.mark.parametrize("cause", list(KeyReplacementCause))
def test_renewal_notice_counts_rejected_work(cause: KeyReplacementCause, entries: int):
    at = datetime(2026, 11, 27, tzinfo=UTC)
    renewal = KeyReplacement(at=at, cause=cause, former="a", device="b", entries=entries, numbers={})
    notice = describe_renewal(renewal, approved=True, rejected=2)
    assert "2 changes were rejected" in notice or "2 perubahan ditolak" in notice
    for text in (notice, describe_renewal(renewal, approved=True)):
        assert "nothing was lost" not in text.lower()
        assert "tidak ada yang hilang" not in text.lower()
