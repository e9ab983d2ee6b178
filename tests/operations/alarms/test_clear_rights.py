"""Clearing of alarms: by the raiser, the server, or a supervisor where the raiser is gone; shelving is bounded."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import MORNING, JudgedJournal, key_of

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import clear_alarm, end_alarm, raise_alarm, shelve_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entries import release_held
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION
from tabuah.operations.subject_state import state_text

ALARM = key_of(7)


class Station(JudgedJournal):
    """A journal with field officers of two poskos, a supervisor and the server."""

    def __post_init__(self):
        super().__post_init__()
        self.machine = self.server()
        self.budi, self.citra = self.author("budi", Role.FIELD), self.author("citra", Role.FIELD)
        self.ani, self.kalaksa = self.author("ani"), self.author("kalaksa", Role.SUPERVISOR)

    def raised(self, author):
        body = AlarmRaised(
            rule="tma", station="A-1", parameter="stage_m", severity=AlarmSeverity.CRITICAL, onset_at=MORNING
        )
        assert self.write(author, raise_alarm(ALARM, body, exercise=False)).verdict is Verdict.ACCEPTED

    def clear(self, author, **changes):
        draft = clear_alarm(ALARM, cleared_at=MORNING, value=1.0, exercise=False)
        return self.write(author, draft, **changes)

    def end(self, author, at=MORNING + timedelta(hours=1), reason="laptop hilang"):
        return self.write(author, end_alarm(self.alarm(), reason=reason, now=at), at=at)

    def alarm(self) -> Alarm:
        return self.states[f"alarm/{ALARM}"].value

    def revoke(self, author):
        self.authority.update(msgspec.structs.replace(self.authority.devices[author.device], revoked=True))


@pytest.fixture
def posko():
    return Station()


@pytest.mark.parametrize("raiser", ["budi", "machine"])
def test_alarm_is_cleared_by_raiser_and_server_only(posko, raiser):
    posko.raised(getattr(posko, raiser))
    for other in (posko.citra, posko.ani, posko.kalaksa):
        assert posko.clear(other).reason == "raised_by_another"
    assert posko.alarm().is_active
    assert posko.clear(posko.machine, grant="").verdict is Verdict.ACCEPTED
    assert not posko.alarm().is_active


def test_alarm_is_cleared_by_its_raiser(posko):
    posko.raised(posko.budi)
    assert posko.clear(posko.budi).verdict is Verdict.ACCEPTED


def test_alarm_is_cleared_by_device_enrolled_again(posko):
    posko.raised(posko.budi)
    again = posko.author("budi", Role.FIELD, device="device-budi-2")
    assert posko.clear(again).verdict is Verdict.ACCEPTED


def test_older_rules_let_every_worker_clear_alarms():
    posko = Station(decide_version=FIRST_VERSION)
    posko.raised(posko.machine)
    assert posko.clear(posko.citra).verdict is Verdict.ACCEPTED


def test_raiser_of_released_alarm_may_clear_it(posko):
    posko.authority.update(msgspec.structs.replace(posko.authority.users["budi"], active=False))
    body = AlarmRaised(
        rule="tma", station="A-1", parameter="stage_m", severity=AlarmSeverity.CRITICAL, onset_at=MORNING
    )
    held = posko.entry(posko.budi, raise_alarm(ALARM, body, exercise=False))
    posko.judge(held)
    posko.authority.update(msgspec.structs.replace(posko.authority.users["budi"], active=True))
    posko.write(posko.kalaksa, release_held(held))
    assert posko.clear(posko.citra).reason == "raised_by_another"
    assert posko.clear(posko.budi).verdict is Verdict.ACCEPTED


def test_supervisor_ends_alarm_of_revoked_device(posko):
    posko.raised(posko.budi)
    assert posko.end(posko.kalaksa).reason == "raiser_is_active"
    posko.revoke(posko.budi)
    assert posko.end(posko.ani).reason == "role_forbids"
    assert posko.end(posko.kalaksa).verdict is Verdict.ACCEPTED
    alarm = posko.alarm()
    assert (alarm.is_active, alarm.ended_by, alarm.end_reason) == (False, "kalaksa", "laptop hilang")


def test_supervisor_ends_alarm_of_silent_device(posko):
    posko.raised(posko.budi)
    heard = posko.received_at[posko.budi.device]
    assert posko.end(posko.kalaksa, at=heard + timedelta(hours=23)).reason == "raiser_is_active"
    assert posko.end(posko.kalaksa, at=heard + timedelta(hours=24)).verdict is Verdict.ACCEPTED


def test_alarm_of_server_never_counts_as_silent(posko):
    posko.raised(posko.machine)
    assert posko.end(posko.kalaksa, at=MORNING + timedelta(days=5)).reason == "raiser_is_active"


def test_ending_needs_active_alarm_and_reason(posko):
    posko.raised(posko.budi)
    with pytest.raises(NotPossible, match="end_reason_length"):
        end_alarm(posko.alarm(), reason=" ", now=MORNING)
    posko.clear(posko.budi)
    with pytest.raises(NotPossible, match="alarm_is_over"):
        end_alarm(posko.alarm(), reason="x", now=MORNING)


def test_alarm_state_without_ending_keeps_its_bytes(posko):
    posko.raised(posko.budi)
    posko.clear(posko.budi)
    assert b"end" not in state_text(posko.states[f"alarm/{ALARM}"])


def test_shelving_is_bounded_by_the_entry(posko):
    posko.raised(posko.budi)
    at = MORNING + timedelta(hours=1)
    draft = shelve_alarm(posko.alarm(), until=at + timedelta(hours=24), reason="dibersihkan", now=at)
    assert posko.write(posko.ani, draft, at=at).verdict is Verdict.ACCEPTED
    assert posko.write(posko.ani, draft, at=at - timedelta(seconds=1)).reason == "shelving_too_long"
