"""Test oracle for shifts: replays the accepted entries by simple rules, and compares log and handover.

Each accepted line is in the log once. A handover is confirmed by two people, each of whom named the content in force.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from histories.auditor import Audit

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.shifts.duty_shift import DutyShift


@dataclass
class ShiftOracle:
    """A shift as its accepted entries say: its lines, its content in force, and who confirmed which side of it."""

    lines: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    content: str = ""
    confirmed: dict[str, str] = field(default_factory=dict)

    def learn(self, entry: Entry, body: dict[str, Any]) -> None:
        match entry.kind:
            case "shift.logged":
                assert not body.get("corrects") or body["corrects"] in self.lines, f"{entry} corrects nothing"
                self.lines.add(entry.id)
            case "shift.promise_ended":
                assert body["promise"] not in self.ended, f"{entry} ends a promise again"
                self.ended.add(body["promise"])
            case "shift.handover_prepared" | "shift.handover_withdrawn":
                assert len(self.confirmed) < 2, f"{entry} replaces a handover that two people confirmed"
                self.content, self.confirmed = body.get("content_hash", ""), {}
            case "shift.handover_confirmed":
                assert body["content_hash"] == self.content, f"{entry} confirms another content"
                assert body["side"] not in self.confirmed, f"{entry} confirms a side again"
                assert entry.actor not in self.confirmed.values(), f"{entry} confirms both sides"
                self.confirmed[body["side"]] = entry.actor


def check_shifts(audit: Audit) -> None:
    """Fail on a shift whose state is not that of its accepted entries."""
    oracles: dict[str, ShiftOracle] = {}
    released = {
        json.loads(bytes(entry.body)).get("entry", "")
        for record, entry, _before, _after in audit.steps
        if entry.kind == "entry.released" and record.verdict is Verdict.ACCEPTED
    }
    skipped = set()
    for record, entry, _before, _after in audit.steps:
        if not entry.subject.startswith("shift/"):
            continue
        if record.verdict is Verdict.HELD and entry.id in released:
            skipped.add(entry.subject)  # its place in the order is that of the release
        if record.verdict is Verdict.ACCEPTED and not entry.kind.startswith("entry."):
            oracle = oracles.setdefault(entry.subject, ShiftOracle())
            if entry.subject not in skipped:
                oracle.learn(entry, json.loads(bytes(entry.body)))
    for subject, oracle in oracles.items():
        if subject not in skipped:
            _compare(audit, subject, oracle)


def _compare(audit: Audit, subject: str, oracle: ShiftOracle) -> None:
    shift = audit.states[subject].value
    assert isinstance(shift, DutyShift)
    assert shift.id == subject_key(subject)
    assert {line.entry for line in shift.log} == oracle.lines
    handover = shift.handover
    assert (handover.content_hash if handover else "") == oracle.content
    given = {"outgoing": handover.outgoing, "incoming": handover.incoming} if handover else {}
    assert {side: each.by for side, each in given.items() if each} == oracle.confirmed
