"""Alarms that another device clears while the condition holds: refused, or raised again by the server."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.operator_device import OperatorDevice
from support.readings_fixture import ReadingsFixture, gauge, open_readings_fixture

from tabuah.operations.alarms.drafts import clear_alarm, end_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.entry_bodies import DeviceRevoked
from tabuah.operations.people.roles import Role
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.server_entries import AppendServerEntries
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import decode_entry

FLOOD = (2.9, 3.3, 3.35, 3.4, 3.5)
RULE = "tma-siaga-1"


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge())
        yield room


@pytest.fixture
def older_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server of version 1 of the rules, under which every worker clears any alarm."""
    monkeypatch.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge())
        yield room


def clear_by(device: OperatorDevice, room: ReadingsFixture, *, later: timedelta = timedelta()):
    (alarm,) = [alarm for alarm in room.alarms_of(RULE) if alarm.is_active]
    draft = clear_alarm(alarm.id, cleared_at=room.clock.now + later, value=1.0, exercise=False)
    answer = device.push(draft)
    room.catch_up()
    return answer


def test_alarm_of_server_is_not_cleared_by_field_account(room: ReadingsFixture):
    room.stages(*FLOOD)
    field = OperatorDevice(room.journal, user="lapangan", role=Role.FIELD)
    assert clear_by(field, room) == [(Verdict.REJECTED, "raised_by_another")]
    assert [alarm.is_active for alarm in room.alarms_of(RULE)] == [True]


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=20), timedelta(days=400)])
def test_cleared_alarm_is_raised_again_during_flood(older_room: ReadingsFixture, later: timedelta):
    room = older_room
    room.stages(*FLOOD)
    field = OperatorDevice(room.journal, user="lapangan", role=Role.FIELD)
    assert clear_by(field, room, later=later) == [(Verdict.ACCEPTED, "")]
    room.stages(3.5, 3.5, 3.5)
    assert [alarm.is_active for alarm in room.alarms_of(RULE)] == [False, True]
    room.stages(3.0, 2.4, 1.5, 1.5, 1.5)
    assert [alarm.is_active for alarm in room.alarms_of(RULE)] == [False, False]


def test_alarm_cleared_before_restart_is_raised_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as older:
        older.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
        with open_readings_fixture(tmp_path) as room:
            room.register(gauge())
            room.stages(*FLOOD)
            clock = room.clock
            room.service.stop()  # nothing sees the clearing
            clear_by_stopped = OperatorDevice(room.journal, user="lapangan", role=Role.FIELD)
            (alarm,) = room.alarms_of(RULE)
            draft = clear_alarm(alarm.id, cleared_at=clock.now, value=1.0, exercise=False)
            assert clear_by_stopped.push(draft) == [(Verdict.ACCEPTED, "")]
    with open_readings_fixture(tmp_path, clock) as room:
        room.stages(3.5, 3.5, 3.5)
        assert [alarm.is_active for alarm in room.alarms_of(RULE)] == [False, True]


def test_server_finds_raiser_and_its_silence(room: ReadingsFixture):
    field = OperatorDevice(room.journal, user="lapangan", role=Role.FIELD)
    chief = OperatorDevice(room.journal, user="kalaksa", role=Role.SUPERVISOR)
    alarms = [new_uuid(room.clock.now) for _ in range(2)]
    body = AlarmRaised(
        rule="r", station="", parameter="stage_m", severity=AlarmSeverity.HIGH, onset_at=room.clock.now
    )
    drafts = [raise_alarm(key, body, exercise=False) for key in alarms]
    assert field.push(*drafts) == [(Verdict.ACCEPTED, "")] * 2

    def end(key: str):
        alarm = room.journal.state_of(f"alarm/{key}").value
        return chief.push(end_alarm(alarm, reason="posko pindah", now=room.clock.now))

    assert end(alarms[0]) == [(Verdict.REJECTED, "raiser_is_active")]
    room.clock.go(24 * 60)
    assert end(alarms[0]) == [(Verdict.ACCEPTED, "")]
    clearing = clear_alarm(alarms[0], cleared_at=room.clock.now, value=None, exercise=False)
    assert field.push(clearing) == [(Verdict.ACCEPTED, "")]
    assert end(alarms[1]) == [(Verdict.REJECTED, "raiser_is_active")]
    revoked = encode_body(DeviceRevoked(by="admin", reason="hilang"))
    room.journal.append_drafts([Draft(subject=f"device/{field.key.device_id}", kind="device.revoked", body=revoked)])
    assert end(alarms[1]) == [(Verdict.ACCEPTED, "")]


def test_lookups_see_earlier_requests_of_the_group(room: ReadingsFixture):
    key = new_uuid(room.clock.now)
    body = AlarmRaised(
        rule="r", station="", parameter="stage_m", severity=AlarmSeverity.HIGH, onset_at=room.clock.now
    )

    def work(batch: AdmissionBatch):
        (record,) = AppendServerEntries(room.journal.key, (raise_alarm(key, body, exercise=False),))(batch)
        next_request = batch.new_layer().lookups
        server, entry = room.journal.server_id, decode_entry(record.text)
        assert next_request.alarm_raiser(entry.subject) == server
        assert next_request.last_received_at(server) == batch.now
        assert next_request.entry(entry.id) is not None

    room.journal.submit(work).result()
