"""Test oracle for authors: decides by independent simple rules whether the author of each entry is proven.

It reads the records in order and tracks users, devices and grants (decision 37). An entry takes effect at once only
if its author is proven and its time is possible; it is held for doubt only if one of these is wrong.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from histories.auditor import Audit

from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.incidents.scope_rules import SCOPE_CHANGED
from tabuah.storage.journal.wire import Record

CLOCKS_DIFFER = timedelta(minutes=5)
LATEST = timedelta(days=14)
IN_EFFECT = (Verdict.ACCEPTED, Verdict.CONFLICT)


@dataclass
class DeviceFacts:
    """Facts about a device: `head` ends the chain that it signed at its enrolment."""

    owner: str
    chain: int
    head: str
    vouched_at: datetime
    approved: bool
    is_server: bool
    revoked: bool = False
    stolen: bool = False


@dataclass
class GrantFacts:
    """Facts about a grant."""

    user: str
    device: str
    role: str
    starts_at: datetime
    expires_at: datetime


@dataclass
class UserFacts:
    """Facts about a user."""

    role: str
    active: bool = True


@dataclass
class AuthorOracle:
    """Checks the authors of a whole journal."""

    users: dict[str, UserFacts] = field(default_factory=dict)
    devices: dict[str, DeviceFacts] = field(default_factory=dict)
    grants: dict[str, GrantFacts] = field(default_factory=dict)
    held: dict[str, Entry] = field(default_factory=dict)

    def judge(self, audit: Audit) -> None:
        """Fail on an entry that took effect for an unproven author, and on one that was held for no reason."""
        for record, entry, _before, _after in audit.steps:
            device = self.devices.get(entry.device)
            if device is not None and not device.is_server:
                self._check(record, entry, device)
            if record.verdict is Verdict.HELD:
                self.held[entry.id] = entry
            elif record.verdict is Verdict.ACCEPTED:
                self._learn(record, entry, json.loads(bytes(entry.body)))

    def _check(self, record: Record, entry: Entry, device: DeviceFacts) -> None:
        assert not device.stolen, f"a stolen device handed in {entry}"
        doubt = self._doubt(record, entry, device)
        if record.verdict in IN_EFFECT:
            assert not doubt, f"accepted in spite of {doubt}: {entry}"
            if entry.kind == "entry.released":
                self._check_release(entry)
        elif record.verdict is Verdict.HELD and record.reason not in (*DEFERRAL_REASONS, SCOPE_CHANGED):
            assert doubt, f"held ({record.reason}) without a reason: {entry}"

    def _doubt(self, record: Record, entry: Entry, device: DeviceFacts) -> str:
        if device.revoked or not device.approved:
            return "the state of its device"
        grant = self.grants.get(entry.grant)
        if grant is None:
            return self._doubt_without_grant(record, entry, device)
        user = self.users[grant.user]
        is_late = record.received_at > grant.expires_at + LATEST
        doubts = {
            "a grant of another": (grant.user, grant.device) != (entry.actor, entry.device),
            "the state of its author": not user.active or user.role != grant.role,
            "a time outside of the grant": not grant.starts_at - CLOCKS_DIFFER <= entry.at <= grant.expires_at,
            "a time in the future": entry.at > record.received_at + CLOCKS_DIFFER,
            "a late arrival": is_late,
        }
        return next((doubt for doubt, is_true in doubts.items() if is_true), "")

    def _doubt_without_grant(self, record: Record, entry: Entry, device: DeviceFacts) -> str:
        owner = self.users.get(device.owner)
        is_end = entry.n == device.chain
        doubts = {
            "a grant that is unknown": bool(entry.grant),
            "another author than the owner": entry.actor != device.owner or owner is None or not owner.active,
            "a place after the signed chain": entry.n > device.chain,
            "another chain": is_end and hashlib.sha256(record.text.encode()).hexdigest() != device.head,
            "a late arrival": record.received_at > device.vouched_at + LATEST,
        }
        return next((doubt for doubt, is_true in doubts.items() if is_true), "")

    def _check_release(self, release: Entry) -> None:
        """Check that nobody vouches for a name that they may have written themselves."""
        held = self.held.get(json.loads(bytes(release.body))["entry"])
        device = self.devices.get(held.device) if held else None
        if held is None or device is None:
            return
        grant = self.grants.get(held.grant)
        proven = (grant.user, grant.device) == (held.actor, held.device) if grant else held.actor == device.owner
        users = {device.owner, *(each.user for each in self.grants.values() if each.device == held.device)}
        is_proven = proven and (grant is not None or not held.grant)
        assert is_proven or release.actor not in users, f"{release.actor} vouched for an own entry: {held}"

    def _learn(self, record: Record, entry: Entry, body: dict[str, Any]) -> None:
        key = subject_key(entry.subject)
        match entry.kind:
            case "user.created":
                self.users[key] = UserFacts(body["role"])
            case "user.changed":
                self.users[key].role = body.get("role", self.users[key].role)
                self.users[key].active = body.get("active", self.users[key].active)
            case "user.granted":
                starts_at, expires_at = (datetime.fromisoformat(body[name]) for name in ("starts_at", "expires_at"))
                self.grants[body["grant"]] = GrantFacts(key, body["device"], body["role"], starts_at, expires_at)
            case "device.enrolled":
                self.devices[key] = DeviceFacts(
                    owner=body.get("owner", ""),
                    chain=body.get("written_before", 0),
                    head=body.get("written_head", ""),
                    vouched_at=entry.at,
                    approved=body.get("approved", True),
                    is_server=body.get("is_server", False),
                )
            case "device.approved":
                self.devices[key].approved, self.devices[key].vouched_at = True, entry.at
            case "device.revoked":
                self.devices[key].revoked = True
                self.devices[key].stolen |= body.get("stolen", False)
