"""Entries about earthquakes, warnings and volcano levels: roles, decisions and folds."""

from datetime import timedelta

import pytest
from support.bulletin_samples import MOMENT, sample_earthquake, sample_volcano_level, sample_warning
from support.judged_journal import MORNING, JudgedJournal

from tabuah.operations.bulletins.bulletin import (
    TALANG,
    KnownEarthquake,
    KnownWarning,
    Volcano,
    find_same_earthquake,
    warning_key,
)
from tabuah.operations.bulletins.drafts import issue_warning, level_volcano, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.entry_bodies import WarningWithdrawn, Withdrawal
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.feeds.cap_alert import CapMessageType
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role

KEY = "bmkg-20261124073000"
AFTER = MOMENT + timedelta(minutes=10)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def server(room: JudgedJournal):
    return room.author("server", Role.SERVER)


def known_quake(room: JudgedJournal) -> KnownEarthquake:
    value = room.states[f"earthquake/{KEY}"].value
    assert isinstance(value, KnownEarthquake)
    return value


def known_warning(room: JudgedJournal, identifier: str = sample_warning().identifier) -> KnownWarning:
    value = room.states[f"warning/{identifier}"].value
    assert isinstance(value, KnownWarning)
    return value


def talang(room: JudgedJournal) -> Volcano:
    value = room.states[f"volcano/{TALANG}"].value
    assert isinstance(value, Volcano)
    return value


def test_server_writes_feeds_and_operators_write_volcanoes():
    for kind in ("earthquake.reported", "warning.issued", "warning.withdrawn"):
        assert [role for role in Role if may_write(role, kind)] == [Role.SERVER]
    assert {role for role in Role if may_write(role, "volcano.levelled")} == {Role.OPERATOR, Role.SUPERVISOR}


def test_feed_correction_is_a_revision(room: JudgedJournal, server):
    room.write(server, report_earthquake(KEY, sample_earthquake(magnitude=5.1), exercise=False))
    room.write(server, report_earthquake(KEY, sample_earthquake(magnitude=4.8, depth_km=10.0), exercise=False))
    found = known_quake(room)
    assert (found.latest.magnitude, found.revisions, len(found.accounts)) == (4.8, 1, 1)


def test_felt_places_survive_the_strong_list(room: JudgedJournal, server):
    room.write(server, report_earthquake(KEY, sample_earthquake("Solok", feed="gempadirasakan"), exercise=False))
    strong = sample_earthquake(feed="gempaterkini", potential="Tidak berpotensi tsunami")
    room.write(server, report_earthquake(KEY, strong, exercise=False))
    found = known_quake(room)
    assert [felt.place for felt in found.felt] == ["Solok"]
    assert found.potential == "Tidak berpotensi tsunami"
    assert found.revisions == 0


def test_same_earthquake_is_found_without_its_aftershock(room: JudgedJournal, server):
    room.write(server, report_earthquake(KEY, sample_earthquake(), exercise=False))
    known = [known_quake(room)]
    assert (
        find_same_earthquake(known, sample_earthquake(at=MOMENT + timedelta(seconds=40), lon_deg=100.9)) is known[0]
    )
    assert find_same_earthquake(known, sample_earthquake(at=MOMENT + timedelta(minutes=3))) is None
    assert find_same_earthquake(known, sample_earthquake(lon_deg=122.0)) is None


def test_warning_is_issued_and_withdrawn_once(room: JudgedJournal, server):
    assert room.write(server, issue_warning(sample_warning(), exercise=False)).verdict is Verdict.ACCEPTED
    again = room.write(server, issue_warning(sample_warning(), exercise=False))
    assert (again.verdict, again.reason) == (Verdict.REJECTED, "already_exists")
    for cause, minutes in ((Withdrawal.CANCELLED, 10), (Withdrawal.UPDATED, 20)):
        body = WarningWithdrawn(by="x", cause=cause, withdrawn_at=MOMENT + timedelta(minutes=minutes))
        room.write(server, withdraw_warning(sample_warning().identifier, body, exercise=False))
    found = known_warning(room)
    assert (found.withdrawal, found.withdrawn_at) == (Withdrawal.CANCELLED, AFTER)
    assert found.is_in_force(MOMENT + timedelta(minutes=5))
    assert not found.is_in_force(AFTER)


def test_warning_ends_as_stated_or_cancelled(room: JudgedJournal, server):
    room.write(server, issue_warning(sample_warning(), exercise=False))
    found = known_warning(room)
    assert not found.is_in_force(MOMENT - timedelta(seconds=1))
    assert found.is_in_force(MOMENT + timedelta(minutes=119))
    assert found.is_over(MOMENT + timedelta(hours=2))
    cancel = sample_warning(identifier="c.1", message=CapMessageType.CANCEL)
    room.write(server, issue_warning(cancel, exercise=False))
    assert known_warning(room, "c.1").is_over(MOMENT)


def test_withdrawal_of_unknown_warning_is_rejected(room: JudgedJournal, server):
    body = WarningWithdrawn(by="x", cause=Withdrawal.CANCELLED, withdrawn_at=AFTER)
    assert room.write(server, withdraw_warning("none", body, exercise=False)).reason == "unknown_subject"


def test_unsafe_identifier_gets_a_hashed_key():
    odd = "urn:x / ../\u0000 warning"
    assert warning_key(sample_warning().identifier) == sample_warning().identifier
    assert warning_key(odd).startswith("sha256-")
    assert warning_key(odd) == warning_key(odd) != warning_key(odd + "!")


def test_warning_subject_must_match_identifier(room: JudgedJournal, server):
    draft = issue_warning(sample_warning(), exercise=False)
    moved = Draft(subject="warning/other", kind=draft.kind, body=draft.body)
    assert room.write(server, moved).reason == "subject_of_another_name"


def test_late_volcano_level_never_hides_newer_one(room: JudgedJournal):
    ani, budi = room.author("ani"), room.author("budi", Role.SUPERVISOR)
    later = sample_volcano_level(VolcanoLevel.SIAGA, stated_at=AFTER)
    room.write(ani, level_volcano(TALANG, later, now=AFTER))
    room.write(budi, level_volcano(TALANG, sample_volcano_level(VolcanoLevel.NORMAL), now=AFTER))
    found = talang(room)
    assert found.level is VolcanoLevel.SIAGA
    assert [s.told_by for s in found.statements] == ["budi", "ani"]


def test_exercise_level_never_replaces_a_real_one(room: JudgedJournal):
    ani = room.author("ani")
    room.write(ani, level_volcano(TALANG, sample_volcano_level(VolcanoLevel.WASPADA), now=AFTER))
    drill = sample_volcano_level(VolcanoLevel.AWAS, stated_at=AFTER)
    room.write(ani, level_volcano(TALANG, drill, now=AFTER, exercise=True))
    assert (talang(room).level, talang(room).exercise) == (VolcanoLevel.WASPADA, False)


@pytest.mark.parametrize("key", ["talang", "26116", "2611600", "26116a"])
def test_volcano_key_is_its_catalogue_number(room: JudgedJournal, key: str):
    ani = room.author("ani")
    assert room.write(ani, level_volcano(key, sample_volcano_level(), now=AFTER)).reason == "subject_malformed"


def test_volcano_level_needs_source_and_past_time():
    with pytest.raises(NotPossible, match="no_source"):
        level_volcano(TALANG, sample_volcano_level(source=" "), now=AFTER)
    with pytest.raises(NotPossible, match="stated_in_future"):
        level_volcano(TALANG, sample_volcano_level(stated_at=AFTER + timedelta(hours=1)), now=AFTER)


def test_impossible_numbers_are_rejected(room: JudgedJournal, server):
    body = encode_body(sample_earthquake())
    for wrong in (b'"magnitude":12.0', b'"magnitude":null'):
        text = bytes(body).replace(b'"magnitude":5.1', wrong)
        draft = Draft(subject=f"earthquake/{KEY}", kind="earthquake.reported", body=type(body)(text))
        assert room.write(server, draft).reason == "malformed_body"
    assert MORNING < MOMENT
