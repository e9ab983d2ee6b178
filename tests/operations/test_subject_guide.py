"""The example in the guide to adding a subject is a complete subject."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from tabuah.operations.decisions import decide
from tabuah.operations.deferred_entries import DEPENDS_ON_UNKNOWN
from tabuah.operations.entries import ACCEPT, CONFLICT, Decision, Entry, Verdict, rejected
from tabuah.operations.fold import fold
from tabuah.operations.people.authority import Authority, Device, Grant, User
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.operations.subjects import ENTRY_KINDS, SUBJECT_TYPES

GUIDE = Path(__file__).parents[2] / "docs" / "contributing" / "add-a-subject.md"
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def bridges(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Run the example and list its subject."""
    (source,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("tabuah_guide_bridges")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, str(GUIDE), "exec"), module.__dict__)
    monkeypatch.setitem(SUBJECT_TYPES, "bridge", module.BRIDGE)
    for kind in module.BRIDGE.kinds:
        monkeypatch.setitem(ENTRY_KINDS, kind.name, kind)
    return module


def operator() -> Authority:
    authority = Authority()
    grant = Grant(id="g", user="ani", device="d", role=Role.OPERATOR, opd="BPBD", starts_at=NOW, expires_at=LATER)
    authority.update(User(name="ani", role=Role.OPERATOR, opd="BPBD", grants={"g": grant}))
    authority.update(Device(id="d", public_key="", tag="ABCD", name="", owner="ani", written_before=0, approved=True))
    return authority


def entry(n: int, kind: str, body: msgspec.Struct, *, subject: str = "bridge/JBT-01", **base: str) -> Entry:
    return Entry(
        id=f"e{n}", device="d", n=n, prev="", actor="ani", grant="g", subject=subject, kind=kind,
        body=msgspec.Raw(msgspec.json.encode(body)), at=NOW, base=base,
    )  # fmt: skip


def judge(state: SubjectState, written: Entry) -> tuple[Decision, SubjectState]:
    decision = decide(state, operator(), written)
    return decision, fold(state, written, decision.verdict, text="", reason=decision.reason)


def test_guide_example_decides_and_folds(bridges):
    registered = bridges.BridgeRegistered(id="JBT-01", name="Jembatan Koto Baru")
    decision, state = judge(EMPTY, entry(1, "bridge.registered", registered))
    assert decision == ACCEPT
    decision, state = judge(state, entry(2, "bridge.limited", bridges.BridgeLimited(load_t=4)))
    assert (decision, state.value.load_t) == (ACCEPT, 4)
    decision, state = judge(state, entry(3, "bridge.limited", bridges.BridgeLimited(load_t=6)))
    assert (decision, state.value.load_t) == (CONFLICT, 4)
    decision, state = judge(state, entry(4, "bridge.limited", bridges.BridgeLimited(load_t=6), load_t="e2"))
    assert (decision, state.value.load_t) == (ACCEPT, 6)
    decision, _state = judge(state, entry(5, "bridge.registered", registered))
    assert decision == rejected("already_exists")


def test_guide_example_defers_entries_on_a_missing_subject(bridges):
    limited = bridges.BridgeLimited(load_t=4)
    decision, state = judge(EMPTY, entry(1, "bridge.limited", limited))
    assert decision == Decision(Verdict.HELD, DEPENDS_ON_UNKNOWN)
    assert state.waiting == ("e1",)
    decision, _state = judge(EMPTY, entry(1, "bridge.limited", limited, subject="station/SLK-1"))
    assert decision == rejected("subject_of_another_kind")
