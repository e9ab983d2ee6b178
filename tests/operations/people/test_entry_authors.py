"""The author and the time of an entry, as a grant and an enrolment prove them, since version 3 of the rules."""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, MORNING, Author, JudgedJournal

from tabuah.operations.codes import Status
from tabuah.operations.decisions import decide
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import move_incident, note_incident
from tabuah.operations.people.authority import CLOCK_TOLERANCE, LATEST_ARRIVAL, Device, Grant, VouchedChain
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
GRANT_END = MORNING + 7 * DAY


def held(reason: str) -> Decision:
    return Decision(Verdict.HELD, reason)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani")


def change_device(room: JudgedJournal, author: Author, **changes: object) -> Device:
    device = msgspec.structs.replace(room.authority.devices[author.device], **changes)
    room.authority.update(device)
    return device


def head_of(entry: Entry) -> VouchedChain:
    return VouchedChain(head=hashlib.sha256(msgspec.json.encode(entry)).hexdigest(), at=MORNING)


def note(room: JudgedJournal, author: Author, **changes: object) -> Entry:
    return room.entry(author, note_incident(room.incident(), "Air surut"), **changes)


def decision_at(room: JudgedJournal, entry: Entry, received_at: datetime) -> Decision:
    state, text = room.states[FIRST_SUBJECT], msgspec.json.encode(entry).decode()
    return decide(state, room.authority, entry, text=text, received_at=received_at, lookups=room.lookups)


def log_in_on(room: JudgedJournal, name: str, author: Author) -> None:
    """Give a second user a grant on the device of an author."""
    user = room.authority.users[name]
    grant = Grant(
        id=f"grant-{name}-{author.device}",
        user=name,
        device=author.device,
        role=user.role,
        opd=user.opd,
        starts_at=MORNING,
        expires_at=GRANT_END,
    )
    room.authority.update(msgspec.structs.replace(user, grants={**user.grants, grant.id: grant}))


def test_enrolment_admits_no_other_author(room: JudgedJournal, ani: Author):
    room.report(ani)
    room.author("budi")
    change_device(room, ani, written_before=1_000_000, vouched=VouchedChain(head="0" * 64, at=MORNING))
    assert room.judge(note(room, ani, grant="", actor="budi")) == held("another_author")
    assert room.judge(note(room, ani, grant="", actor="siapa")) == held("another_author")


def test_recorded_enrolment_admits_any_author_before_version_3():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani")
    room.report(ani)
    change_device(room, ani, written_before=1_000_000)
    assert room.judge(note(room, ani, grant="", actor="budi")) == ACCEPT


def test_enrolment_admits_nothing_without_a_signed_head(room: JudgedJournal, ani: Author):
    room.report(ani)
    change_device(room, ani, written_before=1_000_000)
    assert room.judge(note(room, ani, grant="")) == held("no_grant")


def test_enrolment_admits_the_signed_head_only(room: JudgedJournal, ani: Author):
    room.report(ani)
    shown, other = note(room, ani, grant="", n=2), note(room, ani, grant="", n=2)
    change_device(room, ani, written_before=2, vouched=head_of(shown))
    assert room.judge(other) == held("not_vouched")
    assert room.judge(shown) == ACCEPT


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), MORNING + 30 * DAY])
def test_work_before_enrolment_may_have_any_time(room: JudgedJournal, ani: Author, at: datetime):
    room.report(ani)
    entry = note(room, ani, grant="", n=2, at=at)
    change_device(room, ani, written_before=2, vouched=head_of(entry))
    assert decision_at(room, entry, MORNING + DAY) == ACCEPT


def test_work_before_enrolment_arrives_in_time(room: JudgedJournal, ani: Author):
    room.report(ani)
    entry = note(room, ani, grant="", n=2)
    change_device(room, ani, written_before=2, vouched=head_of(entry))
    assert decision_at(room, entry, MORNING + LATEST_ARRIVAL) == ACCEPT
    assert decision_at(room, entry, MORNING + LATEST_ARRIVAL + MINUTE) == held("late_arrival")


@pytest.mark.parametrize(
    ("at", "received_at", "expected"),
    [
        (MORNING - CLOCK_TOLERANCE, MORNING, ACCEPT),
        (MORNING - CLOCK_TOLERANCE - MINUTE, MORNING, held("before_grant")),
        (datetime(1970, 1, 1, tzinfo=UTC), MORNING, held("before_grant")),
        (MORNING + DAY, MORNING + DAY - CLOCK_TOLERANCE, ACCEPT),
        (MORNING + DAY, MORNING + DAY - CLOCK_TOLERANCE - MINUTE, held("clock_ahead")),
        (GRANT_END, GRANT_END + LATEST_ARRIVAL, ACCEPT),
        (GRANT_END, GRANT_END + LATEST_ARRIVAL + MINUTE, held("late_arrival")),
        (GRANT_END + MINUTE, GRANT_END + MINUTE, held("grant_expired")),
    ],
)
def test_entry_is_held_outside_its_grant(
    room: JudgedJournal, ani: Author, at: datetime, received_at: datetime, expected: Decision
):
    room.report(ani)
    assert decision_at(room, note(room, ani, at=at), received_at) == expected


def test_older_rules_accept_entries_outside_their_grant():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani")
    room.report(ani)
    assert decision_at(room, note(room, ani, at=MORNING - DAY), MORNING + 90 * DAY) == ACCEPT


def test_users_of_one_desk_need_own_grants(room: JudgedJournal, ani: Author):
    room.report(ani)
    room.author("budi", Role.SUPERVISOR)
    log_in_on(room, "budi", ani)
    own = f"grant-budi-{ani.device}"
    assert room.judge(note(room, ani)) == ACCEPT
    assert room.judge(note(room, ani, grant=own, actor="budi")) == ACCEPT
    assert room.judge(note(room, ani, grant=own)) == held("no_grant")
    assert room.judge(note(room, ani, actor="budi")) == held("no_grant")


@pytest.mark.parametrize("grant", ["", "grant-sari", "invented"])
def test_second_person_is_not_invented(room: JudgedJournal, grant: str):
    sari, ani = room.author("sari", Role.SUPERVISOR), room.author("ani")
    room.report(ani)
    change_device(room, sari, written_before=1_000_000, vouched=VouchedChain(head="0" * 64, at=MORNING))
    contained = room.entry(sari, move_incident(room.incident(), Status.CONTAINED), grant=grant, actor="ani")
    assert room.judge(contained).verdict is Verdict.HELD
    assert room.write(sari, release_held(contained)) == rejected("release_needs_another")
    close = move_incident(room.incident(), Status.CLOSED, reason="selesai")
    assert room.write(sari, close).verdict is not Verdict.ACCEPTED


def test_unproven_author_is_released_at_another_device(room: JudgedJournal, ani: Author):
    room.report(ani)
    sari, kalaksa = room.author("sari", Role.SUPERVISOR), room.author("kalaksa", Role.SUPERVISOR)
    log_in_on(room, "sari", ani)
    entry = note(room, ani, grant="", actor="petugas")
    assert room.judge(entry) == held("another_author")
    assert room.write(sari, release_held(entry)) == rejected("release_needs_another")
    assert room.write(kalaksa, release_held(entry)) == ACCEPT
    assert room.incident().note_count == 1


def test_supervisor_releases_own_proven_work(room: JudgedJournal, ani: Author):
    room.report(ani)
    sari = room.author("sari", Role.SUPERVISOR)
    entry = note(room, sari, at=GRANT_END + MINUTE)
    assert room.judge(entry) == held("grant_expired")
    assert room.write(sari, release_held(entry)) == ACCEPT
