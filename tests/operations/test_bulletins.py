"""Earthquakes, warnings and volcano levels in the journal: who may write them, and what they fold to."""

from datetime import timedelta

import pytest
from bulletin_samples import MOMENT, level, quake, warning
from room import MORNING, Room

from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.bodies import encode_body
from tabuah.operations.bulletins.bodies import WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.earthquake import KnownEarthquake, same_event
from tabuah.operations.bulletins.gestures import (
    issue_warning,
    level_volcano,
    report_earthquake,
    withdraw_warning,
)
from tabuah.operations.bulletins.volcano import TALANG, Volcano
from tabuah.operations.bulletins.warning import KnownWarning, warning_key
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.feeds.cap_values import CapMessageType
from tabuah.operations.levels import VolcanoLevel

KEY = "bmkg-20261124073000"
AFTER = MOMENT + timedelta(minutes=10)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def server(room: Room):
    return room.author("server", Role.SERVER)


def known_quake(room: Room) -> KnownEarthquake:
    value = room.states[f"earthquake/{KEY}"].value
    assert isinstance(value, KnownEarthquake)
    return value


def known_warning(room: Room, identifier: str = warning().identifier) -> KnownWarning:
    value = room.states[f"warning/{identifier}"].value
    assert isinstance(value, KnownWarning)
    return value


def talang(room: Room) -> Volcano:
    value = room.states[f"volcano/{TALANG}"].value
    assert isinstance(value, Volcano)
    return value


def test_only_the_server_tells_of_feeds_and_only_the_desk_of_volcanoes():
    for kind in ("earthquake.reported", "warning.issued", "warning.withdrawn"):
        assert [role for role in Role if may_write(role, kind)] == [Role.SERVER]
    assert {role for role in Role if may_write(role, "volcano.levelled")} == {Role.OPERATOR, Role.SUPERVISOR}


def test_a_feed_that_corrects_itself_makes_a_revision_and_no_second_earthquake(room: Room, server):
    room.write(server, report_earthquake(KEY, quake(magnitude=5.1), exercise=False))
    room.write(server, report_earthquake(KEY, quake(magnitude=4.8, depth_km=10.0), exercise=False))
    found = known_quake(room)
    assert (found.latest.magnitude, found.revisions, len(found.accounts)) == (4.8, 1, 1)


def test_the_list_of_strong_ones_does_not_take_away_where_it_was_felt(room: Room, server):
    room.write(server, report_earthquake(KEY, quake("Solok", feed="gempadirasakan"), exercise=False))
    strong = quake(feed="gempaterkini", potential="Tidak berpotensi tsunami")
    room.write(server, report_earthquake(KEY, strong, exercise=False))
    found = known_quake(room)
    assert [felt.place for felt in found.felt] == ["Solok"]
    assert found.potential == "Tidak berpotensi tsunami"
    assert found.revisions == 0


def test_a_corrected_time_or_place_is_the_same_earthquake_and_an_aftershock_is_not(room: Room, server):
    room.write(server, report_earthquake(KEY, quake(), exercise=False))
    known = [known_quake(room)]
    assert same_event(known, quake(at=MOMENT + timedelta(seconds=40), lon_deg=100.9)) is known[0]
    assert same_event(known, quake(at=MOMENT + timedelta(minutes=3))) is None
    assert same_event(known, quake(lon_deg=122.0)) is None


def test_a_warning_comes_once_and_is_withdrawn_once(room: Room, server):
    assert room.write(server, issue_warning(warning(), exercise=False)).verdict is Verdict.ACCEPTED
    again = room.write(server, issue_warning(warning(), exercise=False))
    assert (again.verdict, again.reason) == (Verdict.REJECTED, "already_exists")
    for cause, minutes in ((Withdrawal.CANCELLED, 10), (Withdrawal.UPDATED, 20)):
        body = WarningWithdrawn(by="x", cause=cause, withdrawn_at=MOMENT + timedelta(minutes=minutes))
        room.write(server, withdraw_warning(warning().identifier, body, exercise=False))
    found = known_warning(room)
    assert (found.withdrawal, found.withdrawn_at) == (Withdrawal.CANCELLED, AFTER)
    assert found.is_in_force(MOMENT + timedelta(minutes=5))
    assert not found.is_in_force(AFTER)


def test_a_warning_is_over_when_its_sender_said_so_and_a_cancellation_never_holds(room: Room, server):
    room.write(server, issue_warning(warning(), exercise=False))
    found = known_warning(room)
    assert not found.is_in_force(MOMENT - timedelta(seconds=1))
    assert found.is_in_force(MOMENT + timedelta(minutes=119))
    assert found.is_over(MOMENT + timedelta(hours=2))
    cancel = warning(identifier="c.1", message=CapMessageType.CANCEL)
    room.write(server, issue_warning(cancel, exercise=False))
    assert known_warning(room, "c.1").is_over(MOMENT)


def test_withdrawing_what_nobody_knows_is_rejected(room: Room, server):
    body = WarningWithdrawn(by="x", cause=Withdrawal.CANCELLED, withdrawn_at=AFTER)
    assert room.write(server, withdraw_warning("none", body, exercise=False)).reason == "unknown_subject"


def test_an_identifier_that_is_no_plain_word_gets_a_key_that_is_one():
    odd = "urn:x / ../\u0000 warning"
    assert warning_key(warning().identifier) == warning().identifier
    assert warning_key(odd).startswith("sha256-")
    assert warning_key(odd) == warning_key(odd) != warning_key(odd + "!")


def test_the_subject_must_be_the_warnings_own(room: Room, server):
    draft = issue_warning(warning(), exercise=False)
    moved = Draft(subject="warning/other", kind=draft.kind, body=draft.body)
    assert room.write(server, moved).reason == "subject_of_another_name"


def test_a_level_that_is_entered_late_never_hides_a_newer_one(room: Room):
    ani, budi = room.author("ani"), room.author("budi", Role.SUPERVISOR)
    later = level(VolcanoLevel.SIAGA, stated_at=AFTER)
    room.write(ani, level_volcano(TALANG, later, now=AFTER))
    room.write(budi, level_volcano(TALANG, level(VolcanoLevel.NORMAL), now=AFTER))
    found = talang(room)
    assert found.level is VolcanoLevel.SIAGA
    assert [s.told_by for s in found.statements] == ["budi", "ani"]


def test_a_drill_never_speaks_for_the_volcano(room: Room):
    ani = room.author("ani")
    room.write(ani, level_volcano(TALANG, level(VolcanoLevel.WASPADA), now=AFTER))
    drill = level(VolcanoLevel.AWAS, stated_at=AFTER)
    room.write(ani, level_volcano(TALANG, drill, now=AFTER, exercise=True))
    assert (talang(room).level, talang(room).exercise) == (VolcanoLevel.WASPADA, False)


@pytest.mark.parametrize("key", ["talang", "26116", "2611600", "26116a"])
def test_a_volcano_is_named_by_its_number(room: Room, key: str):
    ani = room.author("ani")
    assert room.write(ani, level_volcano(key, level(), now=AFTER)).reason == "subject_malformed"


def test_a_level_without_a_source_or_from_the_future_is_refused_before_it_is_written():
    with pytest.raises(NotPossible, match="sumber"):
        level_volcano(TALANG, level(source=" "), now=AFTER)
    with pytest.raises(NotPossible, match="masa depan"):
        level_volcano(TALANG, level(stated_at=AFTER + timedelta(hours=1)), now=AFTER)


def test_numbers_that_cannot_be_are_refused(room: Room, server):
    body = encode_body(quake())
    for wrong in (b'"magnitude":12.0', b'"magnitude":null'):
        text = bytes(body).replace(b'"magnitude":5.1', wrong)
        draft = Draft(subject=f"earthquake/{KEY}", kind="earthquake.reported", body=type(body)(text))
        assert room.write(server, draft).reason == "malformed_body"
    assert MORNING < MOMENT
