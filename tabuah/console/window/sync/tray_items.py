"""Items of the held and rejected trays, with dependent entries and who may decide."""

from datetime import datetime

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.attachments.prefetch import attachment_in
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.incidents.editable_text import editable_text
from tabuah.operations.people.permissions import may_write
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.subject_titles import subject_number, subject_title
from tabuah.storage.cache.pending_work import BlockedEntry, Rejection
from tabuah.text.readings.measurements import time_or_date
from tabuah.text.sync import held_and_rejected
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.sync.tray_item import DependentItem, TrayItem
from tabuah.widgets.values import Level


def held_items(snapshot: ConsoleSnapshot, now: datetime) -> tuple[TrayItem, ...]:
    """Return the held entries, oldest first."""
    allowed = may_write(snapshot.role, "entry.released")
    return tuple(_held(aside, snapshot, now, allowed=allowed) for aside in snapshot.held)


def rejected_items(snapshot: ConsoleSnapshot, now: datetime) -> tuple[TrayItem, ...]:
    """Return this console's rejected and refused work with its dependent entries."""
    return tuple(_rejected(tray, snapshot, now) for tray in snapshot.rejections)


def _held(aside: BlockedEntry, snapshot: ConsoleSnapshot, now: datetime, *, allowed: bool) -> TrayItem:
    entry, own, waits = aside.entry, aside.entry.device in snapshot.own_devices, aside.reason in DEFERRAL_REASONS
    reason = "" if allowed else held_and_rejected.supervisor_reason()
    is_begun = subject_value(entry, snapshot) is not None
    return TrayItem(
        id=entry.id,
        text=describe_entry(entry),
        about=_unknown_subject_text(entry, snapshot) or subject_text(entry, snapshot),
        author=held_and_rejected.author_label(entry.actor, own=own),
        device=snapshot.devices.get(entry.device, ""),
        at=time_or_date(entry.happened_at, now),
        reason=held_and_rejected.describe_deferral(entry, aside.reason, is_begun=is_begun)
        if waits
        else describe_reason(aside.reason),
        advice=held_and_rejected.deferral_advice(now - entry.at)
        if waits
        else held_and_rejected.held_advice(may_decide=allowed),
        own=own,
        is_deferred=waits,
        attachment=_attachment(entry),
        decide_reason=held_and_rejected.deferred_reason() if waits else reason,
        decline_reason=reason,
    )


def _rejected(tray: Rejection, snapshot: ConsoleSnapshot, now: datetime) -> TrayItem:
    root = tray.root
    entry = root.entry
    allowed = may_write(snapshot.role, entry.kind)
    return TrayItem(
        id=entry.id,
        text=describe_entry(entry),
        about=subject_text(entry, snapshot),
        author=entry.actor,
        device=snapshot.devices.get(entry.device, ""),
        at=time_or_date(entry.happened_at, now),
        reason=_reason(root),
        advice=held_and_rejected.rejected_advice(),
        level=Level.HIGH,
        own=True,
        editable_text=editable_text(entry),
        dependents=tuple(_dependent_line(aside, now) for aside in tray.dependents),
        entries=len(tray.entries),
        attachment=_attachment(entry),
        decide_reason="" if allowed else describe_reason("role_forbids"),
    )


def _dependent_line(aside: BlockedEntry, now: datetime) -> DependentItem:
    meta = f"{time_or_date(aside.entry.happened_at, now)} · {_reason(aside)}"
    return DependentItem(text=describe_entry(aside.entry), meta=meta)


def _reason(aside: BlockedEntry) -> str:
    if aside.refusal_reason:
        return held_and_rejected.describe_refused_by(aside.by, aside.refusal_reason)
    return describe_reason(aside.reason)


def subject_text(entry: Entry, snapshot: ConsoleSnapshot) -> str:
    """Return what an entry is about: number and title of an incident, or the name of a station."""
    value = subject_value(entry, snapshot)
    roots = (tray.root.entry for tray in snapshot.rejections)
    among = (*(aside.entry for aside in snapshot.held), *roots)
    parts = (subject_number(entry, value, among), subject_title(entry, value, among))
    return " · ".join(part for part in parts if part)


def _unknown_subject_text(entry: Entry, snapshot: ConsoleSnapshot) -> str:
    """Describe a subject of which only the id is known here; empty if more is known."""
    if subject_text(entry, snapshot) != subject_key(entry.subject):
        return ""
    return held_and_rejected.describe_unknown_subject(subject_kind(entry.subject))


def subject_value(entry: Entry, snapshot: ConsoleSnapshot) -> SubjectValue | None:
    """Return the value of an entry's subject, including held reports."""
    key = subject_key(entry.subject)
    report = snapshot.held_reports.get(key)
    known: tuple[SubjectValue | None, ...] = (
        snapshot.incidents.get(key),
        report.incident if report else None,
        snapshot.stations.get(key),
        snapshot.alarms.get(key),
        snapshot.rules.get(key),
        snapshot.bulletin_rules.get(key),
    )
    return next((value for value in known if value is not None), None)


def _attachment(entry: Entry) -> str:
    attached = attachment_in(entry)
    return attached.sha256 if attached is not None and attached.is_photo else ""
