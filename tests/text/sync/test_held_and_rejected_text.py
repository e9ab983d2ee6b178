"""Text for deferred entries and advice on long deferrals."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal

from tabuah.operations.entries import Draft, Entry
from tabuah.resources.localisation import set_language
from tabuah.text.sync.held_and_rejected import deferral_advice, describe_deferral
from tabuah.text.sync.status_bar import rejected_notice


def entry(kind: str, subject: str = FIRST_SUBJECT) -> Entry:
    room = JudgedJournal()
    return room.entry(room.author("ani"), Draft(subject=subject, kind=kind, body=msgspec.Raw(b"{}")))


@pytest.mark.parametrize(
    ("kind", "subject", "is_begun", "what"),
    [
        ("incident.noted", FIRST_SUBJECT, False, "laporan insiden ini"),
        ("conflict.settled", FIRST_SUBJECT, False, "laporan insiden ini"),
        ("conflict.settled", FIRST_SUBJECT, True, "perubahan yang konfliknya diselesaikannya"),
        ("incident.moved", FIRST_SUBJECT, True, "perubahan status sebelumnya"),
        ("unit.moved", "unit/TRC-1", False, "pendaftaran regu ini"),
        ("alarm.acknowledged", "alarm/1", False, "alarmnya sendiri"),
        ("rule.retired", "rule/hujan", False, "objeknya"),
    ],
)
def test_deferral_text_names_the_dependency(kind: str, subject: str, is_begun: bool, what: str):
    told = describe_deferral(entry(kind, subject), "rests_on_unknown", is_begun=is_begun)
    assert told == f"Bergantung pada {what} yang belum tiba: berlaku otomatis setelah entri itu tiba."


def test_deferral_text_differs_for_held_and_missing():
    told = describe_deferral(entry("incident.noted"), "rests_on_held", is_begun=False)
    assert "yang masih ditahan" in told


def test_status_bar_counts_rejected_changes():
    assert rejected_notice(2)[0] == "2 ditolak"
    set_language("en")
    assert rejected_notice(2)[0] == "2 rejected"


def test_long_deferral_says_whom_to_ask():
    assert "hari" not in deferral_advice(timedelta(days=29))
    told = deferral_advice(timedelta(days=95, hours=3))
    assert told.startswith("Sudah menunggu 95 hari. Tanyakan")
