"""What an entry waits for is said in words, and so is what to do when it has waited for long."""

from datetime import timedelta

import msgspec
import pytest
from room import FIRST_SUBJECT, Room

from tabuah.operations.entries import Draft, Entry
from tabuah.operations.waited_for import wait_advice, wait_words


def entry(kind: str, subject: str = FIRST_SUBJECT) -> Entry:
    room = Room()
    return room.entry(room.author("ani"), Draft(subject=subject, kind=kind, body=msgspec.Raw(b"{}")))


@pytest.mark.parametrize(
    ("kind", "subject", "is_begun", "what"),
    [
        ("incident.noted", FIRST_SUBJECT, False, "laporan insiden ini"),
        ("conflict.settled", FIRST_SUBJECT, False, "laporan insiden ini"),
        ("conflict.settled", FIRST_SUBJECT, True, "perubahan yang konfliknya diselesaikannya"),
        ("incident.moved", FIRST_SUBJECT, True, "langkah yang dilanjutkannya"),
        ("unit.moved", "unit/TRC-1", False, "pendaftaran regu ini"),
        ("alarm.acknowledged", "alarm/1", False, "alarmnya sendiri"),
        ("rule.retired", "rule/hujan", False, "hal yang dimaksudnya"),
    ],
)
def test_it_is_told_what_is_waited_for(kind: str, subject: str, is_begun: bool, what: str):
    told = wait_words(entry(kind, subject), "rests_on_unknown", is_begun=is_begun)
    assert told == f"Menunggu {what}, yang belum tiba: begitu tiba, ini berlaku dengan sendirinya."


def test_what_is_held_is_told_otherwise_than_what_has_not_come():
    told = wait_words(entry("incident.noted"), "rests_on_held", is_begun=False)
    assert "yang masih ditahan" in told


def test_a_wait_of_months_says_whom_to_ask():
    assert "hari" not in wait_advice(timedelta(days=29))
    told = wait_advice(timedelta(days=95, hours=3))
    assert told.startswith("Sudah menunggu 95 hari. Tanyakan")
