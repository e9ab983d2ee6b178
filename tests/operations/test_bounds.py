"""Every value of every body is bounded; bounds apply at admission, and stored values are clamped."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import inspect as types
from support.attack_samples import ATTACK_ALARM, ATTACKS, attack
from support.judged_journal import JudgedJournal, key_of

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bounds import EARLIEST, LARGEST_QUANTITY, LATEST, Bounds, bounds_of, clamp, find_excess
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, STRICT_VERSION, Policy
from tabuah.operations.rules.default_rules import default_multi_series_rules, default_rules
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.subjects import ENTRY_KINDS, SUBJECTS

# dates of holidays are only compared with other dates, and Python has none after the year 9999
SCALARS_WITHOUT_BOUNDS = (types.EnumType, types.BoolType, types.NoneType, types.RawType, types.DateType)


def unbounded_fields(annotated: types.Type, path: str, seen: set[type]) -> list[str]:
    node, bounds = bounds_of(annotated)
    if isinstance(node, types.StructType):
        if node.cls in seen:
            return []
        seen.add(node.cls)
        fields = ((f"{node.cls.__name__}.{field.name}", field.type) for field in node.fields)
        return [found for name, type_ in fields for found in unbounded_fields(type_, name, seen)]
    inside = [found for part in parts_of(node) for found in unbounded_fields(part, path, seen)]
    return inside if is_bounded(node, bounds) else [path, *inside]


def parts_of(node: types.Type) -> tuple[types.Type, ...]:
    match node:
        case types.UnionType():
            return node.types
        case types.VarTupleType() | types.ListType() | types.SetType() | types.FrozenSetType():
            return (node.item_type,)
        case types.TupleType():
            return node.item_types
        case types.DictType():
            return (node.key_type, node.value_type)
    return ()


def is_bounded(node: types.Type, bounds: Bounds) -> bool:
    match node:
        case types.IntType() | types.FloatType():
            return bounds.ge is not None and bounds.le is not None
        case types.DateTimeType():
            return (bounds.ge, bounds.le) == (EARLIEST, LATEST)
        case types.StrType() | types.VarTupleType() | types.ListType() | types.DictType():
            return bounds.max_length is not None
    return isinstance(node, (*SCALARS_WITHOUT_BOUNDS, types.UnionType, types.TupleType))


@pytest.mark.parametrize("kind", sorted(ENTRY_KINDS))
def test_entry_kind_has_bounded_fields(kind: str):
    assert unbounded_fields(types.type_info(ENTRY_KINDS[kind].body), kind, set()) == []


def test_entry_header_has_bounded_fields():
    assert unbounded_fields(types.type_info(Entry), "entry", set()) == []


def test_unbounded_field_of_new_body_is_found():
    class Parcel(msgspec.Struct):
        weight_kg: float
        label: str
        sent_at: datetime
        contents: tuple[bool, ...]

    assert unbounded_fields(types.type_info(Parcel), "", set()) == [
        "Parcel.weight_kg",
        "Parcel.label",
        "Parcel.sent_at",
        "Parcel.contents",
    ]


def room_of(version: int) -> JudgedJournal:
    room = JudgedJournal(decide_version=version)
    room.report(room.author("ani"))
    return room


AUTHORS = {"station": Role.ADMIN, "river": Role.ADMIN, "rule": Role.SUPERVISOR}
ON_ALARM = {"shelving": "alarm"}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_value_out_of_bounds_is_rejected(name: str):
    room = room_of(FIRST_VERSION)
    room.write(room.author("cici"), attack("alarm"))
    room.authority.update(Policy(decide_version=STRICT_VERSION))
    decision = room.write(room.author("budi", AUTHORS.get(name, Role.OPERATOR)), attack(name))
    assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "out_of_bounds")


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_first_version_accepts_value_out_of_bounds(name: str):
    room = room_of(FIRST_VERSION)
    if name in ON_ALARM:
        room.write(room.author("cici"), attack(ON_ALARM[name]))
    decision = room.write(room.author("budi", AUTHORS.get(name, Role.OPERATOR)), attack(name))
    assert decision.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("year", [1900, 9999])
def test_entry_time_out_of_bounds_is_rejected(year: int):
    room = room_of(STRICT_VERSION)
    shelved = Draft(subject="alarm/x", kind="alarm.unshelved", body=msgspec.Raw(b"{}"))
    decision = room.write(room.author("budi"), shelved, at=datetime(year, 1, 1, tzinfo=UTC))
    assert decision.reason in ("out_of_bounds", "no_grant")
    assert room.write(room.author("cici"), shelved, occurred_at=datetime(year, 1, 1, tzinfo=UTC)).reason == (
        "out_of_bounds"
    )


def test_maintenance_at_end_of_time_is_malformed_without_error():
    body = b'{"stations":["SLK-1"],"since":"9999-12-30T00:00:00Z","until":"9999-12-31T00:00:00Z","reason":"x"}'
    for version in (FIRST_VERSION, STRICT_VERSION):
        room = room_of(version)
        planned = Draft(subject=f"maintenance/{key_of(3)}", kind="maintenance.planned", body=msgspec.Raw(body))
        assert room.write(room.author("budi"), planned).verdict in (Verdict.ACCEPTED, Verdict.REJECTED)


def test_excess_is_named_by_its_path():
    station = Station(
        code="SLK-1",
        name="x",
        kind=StationKind.RAIN,
        lon_deg=100.0,
        lat_deg=-1.0,
        parameters=(
            Parameter(code="rain_mm", unit="mm", expected_interval_s=1e300, valid_min=0.0, valid_max=float("nan")),
        ),
    )
    assert find_excess(station) == "parameters.expected_interval_s"
    clamped = clamp(station)
    assert find_excess(clamped) == ""
    assert clamped.parameters[0].expected_interval_s == 366 * 86_400
    assert clamp(clamped) is clamped


def test_stored_alarm_is_clamped():
    room = room_of(FIRST_VERSION)
    room.write(room.author("budi"), attack("alarm"))
    stored = room.states[f"alarm/{ATTACK_ALARM}"].value
    assert isinstance(stored, Alarm)
    clamped = clamp(stored)
    assert (clamped.onset_at, clamped.value) == (LATEST, LARGEST_QUANTITY)
    assert (stored.onset_at.year, stored.value) == (9999, 1e308)


def test_default_rules_lie_inside_bounds():
    assert [
        find_excess(rule) for rule in (*default_rules(), *default_multi_series_rules()) if find_excess(rule)
    ] == []


def test_states_of_all_subjects_can_be_clamped():
    for subject in SUBJECTS:
        types.type_info(subject.state)
    assert clamp(SubjectState()) == SubjectState()


def test_moment_without_zone_exceeds_bounds():
    class Dated(msgspec.Struct):
        at: datetime

    assert find_excess(Dated(datetime(2026, 1, 1))) == "at"  # noqa: DTZ001 - what is tested
    assert clamp(Dated(datetime(2026, 1, 1) + timedelta(days=1))).at.tzinfo is UTC  # noqa: DTZ001


def test_encoded_body_is_unchanged_by_bounds():
    body = ENTRY_KINDS["alarm.raised"].decode(msgspec.Raw(bytes(attack("alarm").body)))
    assert b"9999-12-31" in bytes(encode_body(body))


def test_line_break_after_pattern_exceeds_bounds():
    settled = ENTRY_KINDS["conflict.settled"].decode(msgspec.Raw(b'{"conflict":"a.severity","take":"base\\n"}'))
    assert find_excess(settled) == "take"
