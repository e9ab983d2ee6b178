"""Re-issued entries take effect once, whichever key arrives first."""

from datetime import UTC, datetime

import msgspec
import pytest

from tabuah.operations.codes import Hazard
from tabuah.operations.decisions import decide
from tabuah.operations.entries import GENESIS, Decision, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.fold import fold
from tabuah.operations.incidents.entry_bodies import IncidentNoted, IncidentReported
from tabuah.operations.people.authority import Authority, Device, Grant, User
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import EMPTY, SubjectState

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def authority(*, second_owner: str = "ani") -> Authority:
    known = Authority()
    for device, owner in (("lama", "ani"), ("baru", second_owner)):
        known.update(
            Device(id=device, public_key="", tag="ABCD", name="", owner=owner, written_before=0, approved=True)
        )
        grant = Grant(
            id=device, user=owner, device=device, role=Role.OPERATOR, opd="", starts_at=NOW, expires_at=LATER
        )
        grants = known.users[owner].grants if owner in known.users else {}
        known.update(User(name=owner, role=Role.OPERATOR, opd="", grants={**grants, device: grant}))
    return known


def note(device: str, n: int, *, actor: str = "ani", again: str = "") -> Entry:
    body = encode_body(IncidentNoted(text="air naik"))
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
