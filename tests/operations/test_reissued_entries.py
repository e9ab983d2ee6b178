"""Re-issued entries take effect once, whichever key arrives first, and other work of a copy is kept."""

from datetime import UTC, datetime

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal, key_of

from tabuah.operations.codes import Hazard
from tabuah.operations.decisions import decide
from tabuah.operations.entries import ACCEPT, GENESIS, Decision, Entry, Verdict, rejected
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.fold import fold
from tabuah.operations.held_entries import end_deferral, release_held
from tabuah.operations.held_entry_kinds import EntryRefused
from tabuah.operations.incidents.entry_bodies import IncidentNoted, IncidentReported
from tabuah.operations.people.authority import Authority, Device, Grant, User
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION
from tabuah.operations.reissued_entries import identity_of, identity_of_number
from tabuah.operations.subject_state import EMPTY, SubjectState

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
ALREADY_THERE = rejected("already_there")


def authority(*, second_owner: str = "ani") -> Authority:
    known = Authority()
    for device, owner in (("lama", "ani"), ("baru", second_owner), ("lain", "ani")):
        known.update(
            Device(id=device, public_key="", tag="ABCD", name="", owner=owner, written_before=0, approved=True)
        )
        grant = Grant(
            id=device, user=owner, device=device, role=Role.OPERATOR, opd="", starts_at=NOW, expires_at=LATER
        )
        grants = known.users[owner].grants if owner in known.users else {}
        known.update(User(name=owner, role=Role.OPERATOR, opd="", grants={**grants, device: grant}))
    return known


def note(device: str, n: int, *, actor: str = "ani", again: str = "", text: str = "air naik") -> Entry:
    body = encode_body(IncidentNoted(text=text))
    return Entry(
        id=f"{device}-{n}", device=device, n=n, prev=GENESIS, actor=actor, grant=device, subject="incident/i",
        kind="incident.noted", body=body, at=NOW, again=again,
    )  # fmt: skip


def reported() -> SubjectState:
    body = IncidentReported(number="SLK-ABCD-0001", hazard=Hazard.FLOOD, title="Banjir")
    entry = msgspec.structs.replace(note("lama", 1), kind="incident.reported", body=encode_body(body))
    return fold(EMPTY, entry, Verdict.ACCEPTED, text="")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (note("lama", 5), note("baru", 1, again="lama/5")),
        (note("baru", 1, again="lama/5"), note("lama", 5)),
        (note("lama", 5), note("baru", 2, again="lama/5/number")),
    ],
)
def test_reissued_entry_is_duplicate_in_any_order(first: Entry, second: Entry):
    state, known = reported(), authority()
    assert decide(state, known, first).verdict is Verdict.ACCEPTED
    state = fold(state, first, Verdict.ACCEPTED, text="")
    assert decide(state, known, second) == Decision(Verdict.REJECTED, "already_there")
    held = fold(reported(), first, Verdict.HELD, text="x")
    assert decide(held, known, second).reason == "already_there"


def test_rejected_entry_may_be_reissued():
    state = fold(reported(), note("lama", 5), Verdict.REJECTED, text="")
    assert decide(state, authority(), note("baru", 1, again="lama/5")).verdict is Verdict.ACCEPTED


def test_reissued_entry_without_original_is_accepted():
    state = fold(reported(), note("lama", 4), Verdict.ACCEPTED, text="")
    assert decide(state, authority(), note("baru", 1, again="lama/5")).verdict is Verdict.ACCEPTED


def test_reissued_claim_never_blocks_another_owner():
    known = authority(second_owner="budi")
    claim = note("baru", 1, actor="budi", again="lama/5")
    state = fold(reported(), claim, Verdict.ACCEPTED, text="")
    assert decide(state, known, note("lama", 5)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("nonsense", ["/", "lama", "lama/x", "lama/-1", "lama/٣", "//", "lama/" + "9" * 200])
def test_reissued_malformed_reference_is_ignored(nonsense: str):
    state = fold(reported(), note("lama", 3), Verdict.ACCEPTED, text="")
    assert decide(state, authority(), note("baru", 1, again=nonsense)).verdict is Verdict.ACCEPTED


# by identity: the rules since their second version


@pytest.fixture
def room() -> JudgedJournal:
    """Return a journal in which one incident is known."""
    room = JudgedJournal(authority=authority())
    assert room.judge(report()) == ACCEPT
    return room


def report(subject: str = FIRST_SUBJECT) -> Entry:
    body = IncidentReported(number="SLK-ABCD-0001", hazard=Hazard.FLOOD, title="Banjir")
    return written(note("lama", 1), subject=subject, kind="incident.reported", body=encode_body(body))


def written(entry: Entry, **changes: object) -> Entry:
    return msgspec.structs.replace(entry, **{"subject": FIRST_SUBJECT, **changes})


def original(n: int = 5, **changes: object) -> Entry:
    """Return a note under the old key."""
    return written(note("lama", n), **changes)


def reissued(entry: Entry, device: str = "baru", **changes: object) -> Entry:
    """Return the note, signed again under another key."""
    again = identity_of(entry, text_of(entry))
    return written(note(device, 1), subject=entry.subject, **{"again": again, "replaces": entry.id, **changes})


def text_of(entry: Entry) -> str:
    return msgspec.json.encode(entry).decode()


def test_other_work_under_used_number_is_kept(room: JudgedJournal):
    mine, of_copy = original(), original(id="lama-5-salinan", body=encode_body(IncidentNoted(text="jembatan putus")))
    assert room.judge(mine) == ACCEPT
    assert room.judge(reissued(of_copy)) == ACCEPT


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (original(), reissued(original())),
        (reissued(original()), original()),
        (reissued(original()), reissued(original(), "lain")),
        (original(), written(note("baru", 1), again="lama/5", replaces="lama-5")),
        (written(note("baru", 1), again="lama/5", replaces="lama-5"), original()),
        (reissued(original(), again="lama/5"), reissued(original(), "lain", again="lama/5")),
    ],
)
def test_same_work_takes_effect_once_in_any_order(room: JudgedJournal, first: Entry, second: Entry):
    assert room.judge(first) == ACCEPT
    assert room.judge(second) == ALREADY_THERE


@pytest.mark.parametrize(
    "changes",
    [
        {"again": f"lama-5/{'0' * 64}"},
        {"again": f"lama-4/{identity_of(original(), text_of(original())).partition('/')[2]}"},
        {"again": "lama/5", "replaces": "lama-5-salinan"},
        {"again": "lama/5", "replaces": None},
        {"again": "lama/4", "replaces": "lama-5"},
        {"again": "lama"},
        {"again": "/" * 9},
    ],
)
def test_reissued_claim_must_name_the_entry_exactly(room: JudgedJournal, changes: dict[str, str]):
    room.judge(original())
    assert room.judge(reissued(original(), **changes)) == ACCEPT


def test_reissues_at_one_place_are_told_apart(room: JudgedJournal):
    one, other = (reissued(original(), d, again="lama/5", replaces=f"lama-5-{d}") for d in ("baru", "lain"))
    assert [room.judge(one), room.judge(other), room.judge(original())] == [ACCEPT] * 3


def test_reissue_of_rejected_original_is_judged_itself(room: JudgedJournal):
    wrong = original(body=msgspec.Raw(b'{"text":0}'))
    assert room.judge(wrong).reason == "malformed_body"
    assert room.judge(reissued(wrong)) == ACCEPT


def test_reissued_claim_of_another_owner_counts_never():
    room = JudgedJournal(authority=authority(second_owner="budi"))
    room.judge(report())
    assert room.judge(reissued(original(), actor="budi")) == ACCEPT
    assert room.judge(original()) == ACCEPT


def test_reissue_counts_while_original_is_held(room: JudgedJournal):
    held = original(grant="")
    assert room.judge(held).verdict is Verdict.HELD
    assert room.judge(reissued(held)) == ACCEPT
    sari = room.author("sari", Role.SUPERVISOR)
    assert room.write(sari, release_held(held)) == ALREADY_THERE
    assert room.incident().note_count == 1


def test_released_original_makes_reissue_a_duplicate(room: JudgedJournal):
    held = original(grant="")
    room.judge(held)
    room.write(room.author("sari", Role.SUPERVISOR), release_held(held))
    assert room.judge(reissued(held)) == ALREADY_THERE


def test_deferred_twin_ends_as_duplicate():
    room = JudgedJournal(authority=authority())
    server, subject = room.server(), f"incident/{key_of(2)}"
    first = original(subject=subject)
    twin = reissued(first)
    assert [room.judge(entry).reason for entry in (first, twin)] == ["rests_on_unknown"] * 2
    assert room.judge(report(subject)) == ACCEPT
    drafts = []
    while draft := end_deferral(room.states[subject], room.authority, room.lookups):
        drafts.append(draft)
        assert room.write(server, draft, grant="") == ACCEPT
    assert [draft.kind for draft in drafts] == ["entry.released", "entry.refused"]
    assert msgspec.json.decode(drafts[1].body, type=EntryRefused) == EntryRefused(
        entry=twin.id, reason="already_there"
    )


def test_number_note_is_needed_only_without_its_report(room: JudgedJournal):
    again = identity_of_number(report(), text_of(report()))
    assert room.judge(written(note("baru", 1), again=again)) == ALREADY_THERE
    unknown = identity_of_number(original(), text_of(original()))
    assert room.judge(written(note("baru", 2), again=unknown)) == ACCEPT


def test_first_version_of_rules_compares_places():
    room = JudgedJournal(authority=authority(), decide_version=FIRST_VERSION)
    room.judge(report())
    room.judge(original())
    assert room.judge(reissued(original(4), again="lama/4")) == ALREADY_THERE
    assert room.judge(reissued(original(6), again="lama/6")) == ACCEPT
