"""Entries of the server in a history that was given up: written again, or named with the reason."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import GENESIS, Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.entry_bodies import UserChanged, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.audit import audit_server
from tabuah.server.handback.decision import HistoryDecision, KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.handback import HandbackPage, sign_page
from tabuah.storage.journal.signatures import DeviceKey

ALARM = AlarmRaised(
    rule="tma-siaga-1",
    station="SLK-AWLR-03",
    parameter="stage_m",
    severity=AlarmSeverity.HIGH,
    onset_at=datetime(2026, 12, 1, tzinfo=UTC),
)
Write = Callable[[ServerJournal], None]


def add_user(journal: ServerJournal) -> None:
    body = UserCreated(name="ani", role=Role.OPERATOR, opd="BPBD")
    journal.append_drafts([Draft(subject="user/ani", kind="user.created", body=encode_body(body))])


def change(body: UserChanged) -> Write:
    return write(Draft(subject="user/ani", kind="user.changed", body=encode_body(body)))


def write(draft: Draft) -> Write:
    def append(journal: ServerJournal) -> None:
        journal.append_drafts([draft])

    return append


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., HistoryDecision]:
    """Return a function that lets two histories begin and takes that of the consoles."""

    def run(*, server: Write, consoles: Write, kept: KeptHistory = KeptHistory.CONSOLES) -> HistoryDecision:
        with ServerJournal.open(tmp_path / "server") as journal:
            add_user(journal)
        shutil.copytree(tmp_path / "server", tmp_path / "lost")
        with ServerJournal.open(tmp_path / "lost") as journal:
            consoles(journal)
            page = HandbackPage(checkpoint=journal.checkpoint(), previous=GENESIS, records=journal.records_after(0))
        with ServerJournal.open(tmp_path / "server", serving=True) as journal:
            server(journal)
            assert Handback(journal).take(sign_page(page, DeviceKey.generate())).branches
            decision = Handback(journal).decide(kept)
        assert decision is not None
        assert audit_server(tmp_path / "server").findings == ()
        return decision

    return run


def ani(folder: Path) -> tuple[str, bool]:
    with ServerJournal.open(folder / "server") as journal:
        user = journal.authority.users["ani"]
        return user.opd, user.active


@pytest.mark.parametrize("kept", KeptHistory)
def test_change_in_both_histories_is_named(decide: Callable[..., HistoryDecision], tmp_path: Path, kept: KeptHistory):
    decision = decide(server=change(UserChanged(opd="PUPR")), consoles=change(UserChanged(opd="Dinkes")), kept=kept)
    assert [(left.kind, left.reason) for left in decision.left] == [("user.changed", "changed_in_both")]
    assert ani(tmp_path) == ("PUPR" if kept is KeptHistory.SERVER else "Dinkes", True)


def test_lock_out_applies_after_changes_in_both(decide: Callable[..., HistoryDecision], tmp_path: Path):
    locked = change(UserChanged(active=False, opd="PUPR"))
    assert decide(server=locked, consoles=change(UserChanged(opd="Dinkes"))).left == ()
    assert ani(tmp_path) == ("Dinkes", False)


def test_second_alarm_of_a_series_is_not_raised(decide: Callable[..., HistoryDecision]):
    ids = ("01a22118-c187-7509-ba25-85a48052ab2a", "01a22118-c187-7509-ba25-85a48052ab2b")

    own, other = (write(raise_alarm(alarm_id, ALARM, exercise=False)) for alarm_id in ids)
    decision = decide(server=own, consoles=other)
    assert [(left.kind, left.reason) for left in decision.left] == [("alarm.raised", "alarm_is_up")]
