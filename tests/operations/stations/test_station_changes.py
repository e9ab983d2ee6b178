"""Changes of a station with a reason, retirement and return: decided, folded and described."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from support.judged_journal import JudgedJournal
from support.station_file_samples import GAUGE, SUBJECT, registration_draft

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION, Policy
from tabuah.operations.stations.changes import MAX_CHANGES, ValidRange
from tabuah.operations.stations.drafts import change_station, register_station, restore_station, retire_station
from tabuah.operations.stations.entry_bodies import StationEdited
from tabuah.operations.stations.station import Retirement, River, Station
from tabuah.text.stations.registration_text import describe_station_change

RETIRED = Retirement(by="admin", at=datetime(2026, 11, 1, tzinfo=UTC), reason="hanyut")


def journal_under(version: int) -> JudgedJournal:
    room = JudgedJournal()
    room.authority.update(Policy(decide_version=version))
    room.write(room.author("admin", Role.ADMIN), registration_draft())
    return room


@pytest.fixture
def room() -> JudgedJournal:
    return journal_under(PROVENANCE_VERSION)


def station_now(room: JudgedJournal) -> Station:
    value = room.states[SUBJECT].value
    assert isinstance(value, Station)
    return value


def river(siaga_1_m: float, **values: Any) -> River:
    assert GAUGE.river is not None
    return msgspec.structs.replace(GAUGE.river, thresholds_m={RiverLevel.SIAGA_1: siaga_1_m}, **values)


def write_change(room: JudgedJournal, reason: str = "survei", **values: Any) -> Verdict:
    now = station_now(room)
    draft = change_station(now, msgspec.structs.replace(now, **values), reason=reason)
    return room.write(room.author("admin", Role.ADMIN), draft).verdict


def test_station_without_changes_encodes_as_before():
    encoded = msgspec.json.encode(GAUGE)
    assert all(name not in encoded for name in (b"changes", b"retired", b"elevation_m", b"thresholds_source"))


def test_threshold_change_is_kept_with_its_reason(room: JudgedJournal):
    assert write_change(room, "kajian BWS 2026", river=river(4.0, thresholds_source="BWS")) is Verdict.ACCEPTED
    (change,) = station_now(room).changes.thresholds
    assert (change.by, change.reason, change.source) == ("admin", "kajian BWS 2026", "BWS")
    assert change.after == {RiverLevel.SIAGA_1: 4.0}
    assert change.before == GAUGE.river.thresholds_m  # type: ignore[union-attr]
    assert "→ 4,00 m" in describe_station_change(change)


def test_range_change_is_kept_with_its_reason(room: JudgedJournal):
    (stage, *others) = GAUGE.parameters
    wider = msgspec.structs.replace(stage, valid_max=stage.valid_max + 5)
    write_change(room, "sensor baru", parameters=(wider, *others))
    (change,) = station_now(room).changes.ranges_of("stage_m")
    assert change.before == ValidRange(stage.valid_min, stage.valid_max)
    assert change.after == ValidRange(stage.valid_min, stage.valid_max + 5)
    assert "sensor baru" in describe_station_change(change)


def test_move_is_kept_with_its_reason(room: JudgedJournal):
    write_change(room, "dipindah ke jembatan", lon_deg=100.7, lat_deg=-0.8, elevation_m=420.0)
    station = station_now(room)
    (change,) = station.changes.positions
    assert (station.lon_deg, station.lat_deg, station.elevation_m) == (100.7, -0.8, 420.0)
    assert (change.before_lon_deg, change.lon_deg) == (GAUGE.lon_deg, 100.7)
    assert "100.70000, -0.80000" in describe_station_change(change)


def test_changes_of_different_fields_are_both_kept(room: JudgedJournal):
    before = station_now(room)
    renamed = change_station(before, msgspec.structs.replace(before, name="Baru"), reason="nama resmi")
    owned = change_station(before, msgspec.structs.replace(before, owner="PUPR"), reason="serah terima")
    for draft in (renamed, owned):
        room.write(room.author("admin", Role.ADMIN), draft)
    assert (station_now(room).name, station_now(room).owner) == ("Baru", "PUPR")
    assert station_now(room).changes == GAUGE.changes


def test_change_list_is_bounded(room: JudgedJournal):
    for number in range(MAX_CHANGES + 3):
        write_change(room, f"uji {number}", river=river(3.0 + number / 100))
    thresholds = station_now(room).changes.thresholds
    assert len(thresholds) == MAX_CHANGES
    assert thresholds[-1].reason == f"uji {MAX_CHANGES + 2}"


@pytest.mark.parametrize("version", [STRICT_VERSION, PROVENANCE_VERSION])
def test_edit_without_reason_may_not_change_limits_or_position(version: int):
    room = journal_under(version)
    admin = room.author("admin", Role.ADMIN)
    for changed, needs_reason in (
        (msgspec.structs.replace(GAUGE, river=river(9.0)), True),
        (msgspec.structs.replace(GAUGE, lon_deg=100.1), True),
        (msgspec.structs.replace(GAUGE, name="Baru"), False),
    ):
        draft = Draft(subject=SUBJECT, kind="station.edited", body=encode_body(StationEdited(station=changed)))
        reason = room.write(admin, draft).reason
        expected = needs_reason and version == PROVENANCE_VERSION
        assert reason == ("station_change_needs_reason" if expected else "")
        room.write(
            admin, Draft(subject=SUBJECT, kind="station.edited", body=encode_body(StationEdited(station=GAUGE)))
        )


def test_station_is_retired_and_restored(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    room.write(admin, retire_station(station_now(room), reason="hanyut"))
    retired = station_now(room)
    assert retired.retired is not None
    assert (retired.retired.by, retired.retired.reason) == ("admin", "hanyut")
    with pytest.raises(NotPossible, match="already_retired"):
        retire_station(retired, reason="lagi")
    room.write(admin, restore_station(retired, reason="dipasang lagi"))
    assert station_now(room).retired is None
    with pytest.raises(NotPossible, match="not_retired"):
        restore_station(station_now(room), reason="lagi")


def test_edit_keeps_retirement_and_changes(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    write_change(room, river=river(4.0))
    room.write(admin, retire_station(station_now(room), reason="hanyut"))
    before = station_now(room)
    body = StationEdited(station=msgspec.structs.replace(before, name="Baru", retired=None, changes=GAUGE.changes))
    room.write(admin, Draft(subject=SUBJECT, kind="station.edited", body=encode_body(body)))
    after = station_now(room)
    assert (after.name, after.retired, after.changes) == ("Baru", before.retired, before.changes)


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR])
def test_only_administrators_change_and_retire(room: JudgedJournal, role: Role):
    other = room.author("x", role)
    before = station_now(room)
    drafts = [
        change_station(before, msgspec.structs.replace(before, name="X"), reason="uji"),
        retire_station(before, reason="uji"),
        restore_station(msgspec.structs.replace(before, retired=RETIRED), reason="uji"),
    ]
    assert {room.write(other, draft).reason for draft in drafts} == {"role_forbids"}


def test_new_kinds_are_unknown_to_older_rules():
    room = journal_under(STRICT_VERSION)
    draft = retire_station(GAUGE, reason="hanyut")
    assert room.write(room.author("admin", Role.ADMIN), draft).reason == "unknown_kind"


def test_person_cannot_write_for_another(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    assert room.write(admin, retire_station(GAUGE, reason="uji", by="ani")).reason == "by_server_only"
    other = msgspec.structs.replace(GAUGE, code="SLK-LAIN-01")
    assert room.write(admin, register_station(other, by="ani")).reason == "by_server_only"


def test_change_needs_a_difference_and_a_reason():
    with pytest.raises(NotPossible, match="nothing_changed"):
        change_station(GAUGE, GAUGE, reason="uji")
    with pytest.raises(NotPossible, match="no_station_reason"):
        change_station(GAUGE, msgspec.structs.replace(GAUGE, name="Baru"), reason=" ")
