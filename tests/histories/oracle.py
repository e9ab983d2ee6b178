"""Test oracle for conflicts: decides by independent simple rules whether each conflict is due.

It reads the records in order and tracks, for each guarded field, the value in force and the
gestures in an open conflict. A conflict is due exactly when the value in force was written by
another device, was not in force in the author's view and is a different value. An entry also joins
the conflict that it depends on; for one that depends on something that never took effect, both
results are allowed.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from histories.auditor import Audit
from histories.ledger import Gesture, Ledger, Mark, mark_of

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents.incident import Incident

PLAIN_GUARDED = ("severity", "assignment", "place")
OTHER_TARGET = "other_target"  # judged by `merge_oracle`
STATUS_KINDS = ("incident.moved", "incident.merged")


@dataclass
class FieldInForce:
    """The value in force of one field."""

    entry: str
    mark: Mark
    device: str
    value: str


@dataclass
class IncidentFacts:
    """Facts about one incident."""

    standing: dict[str, FieldInForce] = field(default_factory=dict)
    values: dict[tuple[str, Mark | None], str] = field(default_factory=dict)  # what each gesture wrote or proposed
    quarrels: dict[str, dict[str, Any]] = field(default_factory=dict)  # by conflict id
    effective: list[tuple[Mark, str, Entry]] = field(default_factory=list)  # with the device
    deleted: bool = False
    contested: set[str] = field(default_factory=set)  # moves and merges in conflict, and what depends on them

    def quarrel_of(self, name: str, mark: Mark | None) -> dict[str, Any] | None:
        for quarrel in self.quarrels.values():
            if quarrel["field"] == name and not quarrel["settled"] and mark in quarrel["members"]:
                return quarrel
        return None


class Oracle:
    """Checks the whole history of a world."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._subjects: dict[str, IncidentFacts] = {}
        self._held: dict[str, Entry] = {}
        self._asked: set[tuple[str, str]] = set()  # entry and field of every real conflict
        self.conflicts = 0

    def judge(self, audit: Audit) -> None:
        """Fail on a false or missed conflict."""
        for record, entry, _before, after in audit.steps:
            self._asked = _asked_in(after.value)
            if not entry.subject.startswith("incident/"):
                continue
            if record.verdict is Verdict.HELD:
                self._held[entry.id] = entry
            elif record.verdict is not Verdict.REJECTED:
                self._take(entry, record.verdict, record.reason)

    def _take(self, entry: Entry, verdict: Verdict | None, reason: str = "") -> None:
        subject = self._subjects.setdefault(entry.subject, IncidentFacts())
        body = json.loads(bytes(entry.body))
        if entry.kind == "entry.released":
            released = self._held.pop(body["entry"], None)
            if released is not None:
                self._take(released, None)
            return
        if entry.kind == "entry.refused":
            self._held.pop(body["entry"], None)
            return
        if bool(subject.effective) is (entry.kind == "incident.reported"):
            return  # already reported, or not yet
        if entry.kind == "incident.reported":
            body = {"severity": body.get("severity", "moderate"), "place": body.get("place")}
        quarrelled = self._quarrelled(subject, entry, body)
        if verdict is Verdict.CONFLICT:
            self.conflicts += 1
            is_due = quarrelled or subject.deleted or reason == OTHER_TARGET or self._may_ask(subject, entry)
            assert is_due, f"a false conflict: {entry}"
            if reason == OTHER_TARGET or entry.kind in STATUS_KINDS or _rests_on_contested(subject, entry):
                subject.contested.add(entry.id)
        elif verdict is Verdict.ACCEPTED:
            assert not quarrelled, f"{entry} overwrote in silence what its author had not seen: {quarrelled}"
        self._write(subject, entry, body, quarrelled)
        subject.effective.append((mark_of(entry), entry.device, entry))

    def _quarrelled(self, subject: IncidentFacts, entry: Entry, body: dict[str, Any]) -> list[str]:
        """Return the plain guarded fields of an entry that are in conflict."""
        if entry.kind != "incident.edited":
            return []
        gesture = self._ledger.gestures.get(mark_of(entry))
        return [
            name
            for name in PLAIN_GUARDED
            if name in body and self._is_quarrel(subject, entry, gesture, name, json.dumps(body[name]))
        ]

    def _is_quarrel(
        self, subject: IncidentFacts, entry: Entry, gesture: Gesture | None, name: str, value: str
    ) -> bool:
        standing = subject.standing.get(name)
        rests_on = gesture.rests_on.get(name) if gesture else None
        if standing is None or standing.entry == entry.base.get(name):
            return False
        quarrel = subject.quarrel_of(name, rests_on)
        if quarrel is not None and (standing.value != value or entry.base.get(name) in quarrel["entries"]):
            return (
                True  # after a repetition rejected as such it depends on nothing, and may repeat the value in force
            )
        if standing.device == entry.device or standing.value == value:
            return False
        if gesture is None or not gesture.saw_in_force(name, standing.mark):
            return True
        return self._may_be_asked(subject, entry, name) and (entry.id, name) in self._asked

    def _may_be_asked(self, subject: IncidentFacts, entry: Entry, name: str) -> bool:
        """Return whether an author who saw the value in force may be asked nevertheless.

        An entry names one write as its base. It proves nothing if that write never took effect, or if another
        device wrote the same value and the author's console had the two in the other order.
        """
        base = entry.base.get(name, "")
        if not _took_effect(subject, base):
            return True
        standing = subject.standing[name]
        return any(
            other.id == base and subject.values.get((name, mark)) == standing.value
            for mark, _device, other in subject.effective
        )

    def _may_ask(self, subject: IncidentFacts, entry: Entry) -> bool:
        """Return whether a move, merge or deletion may conflict: another user's action was unseen by its author."""
        if entry.kind not in (*STATUS_KINDS, "incident.deleted"):
            return False
        gesture = self._ledger.gestures.get(mark_of(entry))
        if gesture is None:
            return True
        name = "deleted" if entry.kind == "incident.deleted" else "status"
        unseen = [
            other
            for mark, device, other in subject.effective
            if device != entry.device and not gesture.saw_in_force(name, mark)
            and (name == "deleted" or other.kind in (*STATUS_KINDS, "conflict.settled", "incident.deleted"))
        ]  # fmt: skip
        rests_on = gesture.rests_on.get(name)
        never_was = name in entry.base and not _took_effect(subject, entry.base[name])
        is_asked = _rests_on_contested(subject, entry) or subject.quarrel_of(name, rests_on) is not None
        return bool(unseen) or never_was or is_asked

    def _write(self, subject: IncidentFacts, entry: Entry, body: dict[str, Any], quarrelled: list[str]) -> None:
        mark = mark_of(entry)
        if entry.kind == "incident.deleted":
            subject.deleted = True
        if entry.kind in ("incident.reported", "incident.edited"):
            for name in (name for name in PLAIN_GUARDED if name in body):
                value = json.dumps(body[name])
                if name in quarrelled:
                    self._quarrel(subject, entry, name, value)
                else:
                    subject.standing[name] = FieldInForce(entry.id, mark, entry.device, value)
                    subject.values[name, mark] = value
        if entry.kind == "conflict.settled":
            self._settle(subject, entry, body)

    def _quarrel(self, subject: IncidentFacts, entry: Entry, name: str, value: str) -> None:
        gesture = self._ledger.gestures.get(mark_of(entry))
        rests_on = gesture.rests_on.get(name) if gesture else None
        joined = subject.quarrel_of(name, rests_on)
        if joined:
            joined["members"].append(mark_of(entry))
            joined["entries"].append(entry.id)
            joined["proposed"] = value
            return
        subject.quarrels[f"{entry.id}.{name}"] = {
            "field": name, "members": [mark_of(entry)], "entries": [entry.id], "settled": False,
            "proposed": value, "base": subject.values.get((name, rests_on)),
        }  # fmt: skip

    def _settle(self, subject: IncidentFacts, entry: Entry, body: dict[str, Any]) -> None:
        quarrel = subject.quarrels.get(body["conflict"])
        if quarrel is None or quarrel["settled"]:
            return
        quarrel["settled"] = True
        name = quarrel["field"]
        value = subject.standing[name].value if body["take"] == "current" else quarrel[body["take"]]
        subject.standing[name] = FieldInForce(entry.id, mark_of(entry), entry.device, value)
        subject.values[name, mark_of(entry)] = value


def _rests_on_contested(subject: IncidentFacts, entry: Entry) -> bool:
    return not subject.contested.isdisjoint(entry.base.values())


def _took_effect(subject: IncidentFacts, entry_id: str) -> bool:
    return any(entry.id == entry_id for _mark, _device, entry in subject.effective)


def _asked_in(value: object) -> set[tuple[str, str]]:
    conflicts = value.conflicts if isinstance(value, Incident) else ()
    return {(member, conflict.field) for conflict in conflicts for member in conflict.members}
