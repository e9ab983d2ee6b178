"""The aid ledger: lines, corrections, roles, worlds, exact quantities and balances."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal

from tabuah.operations.aid.aid_line import LARGEST_MILLI, MAX_CORRECTIONS, AidKind, AidLine, AidPlace, AidValues
from tabuah.operations.aid.balance import AidBalance, aid_balances, ledger_versions
from tabuah.operations.aid.drafts import correct_aid, record_aid
from tabuah.operations.aid.entry_bodies import AidRecorded
from tabuah.operations.aid.items import aid_items, listed_name, unit_of
from tabuah.operations.aid.quantity import parse_quantity, plain_quantity
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text

KEY = "00000000-0000-7000-8000-000000000a{n:02d}"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def blankets(kind: AidKind, n: int, **fields: Any) -> AidValues:
    return AidValues(kind=kind, item="Selimut", unit="lembar", quantity_milli=n * 1_000, **fields)


def recorded(values: AidValues, n: int = 1, **options: Any) -> Draft:
    return record_aid(KEY.format(n=n), values, **options)


def line_of(room: JudgedJournal, n: int = 1) -> AidLine:
    value = room.states[f"aid/{KEY.format(n=n)}"].value
    assert isinstance(value, AidLine)
    return value


def balance_of(room: JudgedJournal, ani: Author, *steps: tuple[AidKind, int]) -> AidBalance:
    for n, (kind, quantity) in enumerate(steps):
        at = MORNING + timedelta(minutes=n)
        assert room.write(ani, recorded(blankets(kind, quantity), n, at=at)).verdict is Verdict.ACCEPTED
    (balance,) = aid_balances([line_of(room, n) for n in range(len(steps))])
    return balance


NEEDED, RECEIVED, DISTRIBUTED, COUNTED = AidKind


def test_recorded_line_survives_encoding(room: JudgedJournal, ani: Author):
    draft = recorded(blankets(RECEIVED, 200, partner="Dinas Sosial"))
    assert room.write(ani, draft).verdict is Verdict.ACCEPTED
    state = room.states[draft.subject]
    assert read_state(state_text(state)) == state
    assert room.write(ani, draft).reason == "already_exists"


def test_older_rules_reject_the_ledger():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    assert room.write(room.author("ani"), recorded(blankets(NEEDED, 1))).reason == "unknown_kind"


def test_correction_keeps_both_versions_and_the_last_one_counts(room: JudgedJournal, ani: Author):
    room.write(ani, recorded(blankets(RECEIVED, 2_000)))
    first = line_of(room)
    room.write(ani, correct_aid(first, blankets(RECEIVED, 200), reason="salah ketik"))
    line = line_of(room)
    assert [each.values.quantity_milli for each in line.versions if each.values] == [2_000_000, 200_000]
    assert (line.current.reason, line.current.corrects) == ("salah ketik", first.current.entry)
    assert aid_balances([line])[0].received_milli == 200_000
    assert len(ledger_versions([line])) == 2
    room.write(ani, correct_aid(line, None, reason="dobel"))
    cancelled = line_of(room)
    assert (cancelled.values, cancelled.shown.quantity_milli) == (None, 200_000)
    assert aid_balances([cancelled]) == []
    for values, reason, code in (
        (None, "x", "nothing_changed"),
        (blankets(RECEIVED, 1), " ", "no_correction_reason"),
        (blankets(RECEIVED, 0), "x", "aid_quantity"),
    ):
        with pytest.raises(NotPossible, match=code):
            correct_aid(cancelled, values, reason=reason)


def test_concurrent_corrections_are_both_kept_and_marked(room: JudgedJournal, ani: Author):
    room.write(ani, recorded(blankets(RECEIVED, 100)))
    seen, budi = line_of(room), room.author("budi")
    room.write(ani, correct_aid(seen, blankets(RECEIVED, 80), reason="a"))
    assert not line_of(room).is_overtaken
    room.write(budi, correct_aid(seen, blankets(RECEIVED, 90), reason="b"))
    assert line_of(room).is_overtaken
    assert [each.reason for each in line_of(room).versions] == ["", "a", "b"]


def test_field_office_corrects_only_its_own_lines(room: JudgedJournal, ani: Author):
    posko, other = room.author("posko", Role.FIELD), room.author("lain", Role.FIELD)
    room.write(posko, recorded(blankets(RECEIVED, 100)))
    draft = correct_aid(line_of(room), None, reason="x")
    assert room.write(other, draft).reason == "aid_of_another"
    assert room.write(posko, draft).verdict is Verdict.ACCEPTED
    room.write(ani, recorded(blankets(RECEIVED, 100), 2))
    assert room.write(ani, correct_aid(line_of(room, 2), None, reason="x")).verdict is Verdict.ACCEPTED


def test_corrections_are_limited(room: JudgedJournal, ani: Author):
    room.write(ani, recorded(blankets(RECEIVED, 1)))
    for n in range(MAX_CORRECTIONS):
        room.write(ani, correct_aid(line_of(room), blankets(RECEIVED, n + 2), reason="x"))
    assert room.write(ani, correct_aid(line_of(room), None, reason="x")).reason == "too_many_corrections"


@pytest.mark.parametrize("milli", [0, -1, LARGEST_MILLI + 1, 1.5])
def test_impossible_quantity_is_rejected(room: JudgedJournal, ani: Author, milli: float):
    draft = recorded(blankets(RECEIVED, 1))
    body = msgspec.to_builtins(AidRecorded(values=blankets(RECEIVED, 1)))
    body["values"]["quantity_milli"] = milli
    forged = msgspec.structs.replace(draft, body=msgspec.Raw(msgspec.json.encode(body)))
    assert room.write(ani, forged).verdict is Verdict.REJECTED
    with pytest.raises(NotPossible, match="aid_quantity"):
        recorded(blankets(DISTRIBUTED, 0))
    recorded(blankets(COUNTED, 0))


def test_line_belongs_to_one_world(room: JudgedJournal):
    sari = room.author("sari", Role.SUPERVISOR)
    started = start_exercise("Galodo", known=(), suffix="1")
    room.write(sari, started)
    room.report(sari)
    drill = SubjectWorld(exercise=True, exercise_id=started.subject.partition("/")[2])
    at_incident = blankets(NEEDED, 1, place=AidPlace(incident=FIRST))
    assert room.write(sari, recorded(at_incident, world=drill)).reason == "exercise_differs"
    assert room.write(sari, recorded(blankets(NEEDED, 1), world=drill)).verdict is Verdict.ACCEPTED
    assert room.write(sari, correct_aid(line_of(room), at_incident, reason="x")).reason == "exercise_differs"


@pytest.mark.parametrize(
    ("steps", "stock", "shortage", "missing"),
    [
        ((), None, None, None),
        (((NEEDED, 100),), 0, 100, 0),
        (((NEEDED, 100), (RECEIVED, 60)), 60, 40, 0),
        (((NEEDED, 100), (RECEIVED, 60), (DISTRIBUTED, 25)), 35, 40, 0),
        (((RECEIVED, 60), (DISTRIBUTED, 80), (NEEDED, 100)), -20, 20, 0),
        (((RECEIVED, 60), (COUNTED, 50), (DISTRIBUTED, 20), (RECEIVED, 5), (NEEDED, 100)), 35, 45, 10),
        (((RECEIVED, 60), (COUNTED, 70), (COUNTED, 65)), 65, 0, -5),
        (((NEEDED, 10), (RECEIVED, 60)), 60, 0, 0),
    ],
)
def test_balance_follows_its_arithmetic(
    room: JudgedJournal, ani: Author, steps: tuple[Any, ...], stock: Any, shortage: Any, missing: Any
):
    if not steps:
        assert aid_balances([]) == []
        return
    balance = balance_of(room, ani, *steps)
    assert (balance.stock_milli, balance.shortage_milli, balance.missing_milli) == (
        stock * 1_000,
        shortage * 1_000,
        missing * 1_000,
    )


def test_places_and_units_are_never_added_up(room: JudgedJournal, ani: Author):
    values = blankets(RECEIVED, 5)
    for n, each in enumerate(
        (
            values,
            msgspec.structs.replace(values, item=" selimut "),
            msgspec.structs.replace(values, unit="bal"),
            msgspec.structs.replace(values, place=AidPlace(nagari_code="13.02.10.2001", nagari="Koto Baru")),
            msgspec.structs.replace(values, place=AidPlace(incident=FIRST)),
        )
    ):
        room.write(ani, recorded(each, n))
    balances = aid_balances([line_of(room, n) for n in range(5)])
    assert sorted(each.received_milli for each in balances) == [5_000, 5_000, 5_000, 10_000]


@given(st.lists(st.tuples(st.sampled_from(list(AidKind)[:3]), st.integers(1, 10**9)), min_size=1, max_size=8))
def test_sums_are_exact_in_any_order(steps: list[tuple[AidKind, int]]):
    room = JudgedJournal()
    ani = room.author("ani")
    for n, (kind, milli) in enumerate(steps):
        values = msgspec.structs.replace(blankets(kind, 1), quantity_milli=milli)
        room.write(ani, recorded(values, n))
    lines = [line_of(room, n) for n in range(len(steps))]
    (balance,) = aid_balances(lines)
    assert aid_balances(reversed(lines)) == [balance]
    received = sum(milli for kind, milli in steps if kind is RECEIVED)
    given_out = sum(milli for kind, milli in steps if kind is DISTRIBUTED)
    assert balance.stock_milli == received - given_out


@pytest.mark.parametrize(
    ("text", "milli"), [("12", 12_000), ("12,5", 12_500), ("0.125", 125), ("0,100", 100), ("1000000000", 10**12)]
)
def test_quantity_is_read_exactly(text: str, milli: int):
    assert parse_quantity(text) == milli
    assert parse_quantity(plain_quantity(milli)) == milli


@pytest.mark.parametrize("text", ["", "-1", "1.200", "12,500", "1.000.000", "1e3", "1,2345", "x", "²", "1000000001"])
def test_unclear_quantity_is_refused(text: str):
    with pytest.raises(NotPossible, match="quantity"):
        parse_quantity(text)


def test_items_come_from_the_profile_with_their_unit():
    assert unit_of(" selimut") == "lembar"
    assert unit_of("Kuda") == ""
    assert listed_name("BERAS") == "Beras"
    assert len({each.name for each in aid_items()}) == len(aid_items())
