"""Texts about a server that was put back to an older copy."""

from datetime import UTC, datetime

from tabuah.text.sync.sync_status import describe_handback, describe_sync_progress


def test_handback_progress_says_that_nothing_is_lost():
    text = describe_sync_progress("handing_back", 500, 1_750)
    assert text == ("Server dikembalikan ke salinan lama. Tidak ada yang hilang di sini; mengembalikan 1.250 entri …")


def test_finished_handback_says_what_does_not_come_back():
    text = describe_handback(12, datetime(2026, 12, 1, 7, 30, tzinfo=UTC))
    assert "mengembalikan 12 entri" in text
    assert "bacaan dan kata sandi" in text
