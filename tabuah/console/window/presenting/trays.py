"""The trays: what took no effect, in words, with what rests on it and why this user can or cannot decide."""

from datetime import datetime

from tabuah.console.window.presenting.timeline_items import when
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.attaching import attached_by
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.incidents.rewording import words_of
from tabuah.operations.reasons import reason_words
from tabuah.operations.subjects import SubjectValue
from tabuah.operations.telling import entry_words, number_of, title_of
from tabuah.operations.waited_for import wait_advice, wait_words
from tabuah.operations.waiting import WAITS
from tabuah.resources.catalogue import _
from tabuah.storage.cache.findings import Rejection, SetAsideEntry
from tabuah.widgets.trays.tray_item import RestingLine, TrayItem
from tabuah.widgets.values import Level


def held_items(snapshot: RoomSnapshot, now: datetime) -> tuple[TrayItem, ...]:
    """What is held, the oldest first."""
    allowed = may_write(snapshot.role, "entry.released")
    return tuple(_held(aside, snapshot, now, allowed=allowed) for aside in snapshot.held)


def rejected_items(snapshot: RoomSnapshot, now: datetime) -> tuple[TrayItem, ...]:
    """This console's rejected and refused work, each with what rests on it."""
    return tuple(_rejected(tray, snapshot, now) for tray in snapshot.rejections)


def held_sentences(snapshot: RoomSnapshot, incident_id: str) -> tuple[str, ...]:
    """What is held on an incident, one sentence each; the own work of this console says so."""
    return tuple(_held_sentence(aside, snapshot) for aside in snapshot.held_on(incident_id))


def _held(aside: SetAsideEntry, snapshot: RoomSnapshot, now: datetime, *, allowed: bool) -> TrayItem:
    entry, own, waits = aside.entry, aside.entry.device in snapshot.own_devices, aside.reason in WAITS
    reason = "" if allowed else _("A supervisor decides on this.")
    is_begun = value_of(entry, snapshot) is not None
    return TrayItem(
        id=entry.id,
        text=entry_words(entry),
        about=_about_the_unknown(entry, snapshot) or about_words(entry, snapshot),
        author=_author(entry, own=own),
        device=snapshot.devices.get(entry.device, ""),
        at=when(entry.happened_at, now),
        reason=wait_words(entry, aside.reason, is_begun=is_begun) if waits else reason_words(aside.reason),
        advice=wait_advice(now - entry.at) if waits else _advice(allowed=allowed),
        own=own,
        waits=waits,
        attachment=_attachment(entry),
        decide_reason=_("It takes effect by itself, once what it rests on is there.") if waits else reason,
        put_off_reason=reason,
    )


def _advice(*, allowed: bool) -> str:
    if allowed:
        return _("Released, it takes effect as if it had just been written; refused, its author reads the reason.")
    return _("It is safe and waits for a supervisor; nothing has to be written again.")


def _rejected(tray: Rejection, snapshot: RoomSnapshot, now: datetime) -> TrayItem:
    root = tray.root
    entry = root.entry
    allowed = may_write(snapshot.role, entry.kind)
    return TrayItem(
        id=entry.id,
        text=entry_words(entry),
        about=about_words(entry, snapshot),
        author=entry.actor,
        device=snapshot.devices.get(entry.device, ""),
        at=when(entry.happened_at, now),
        reason=_reason(root),
        advice=_("It is kept with its text and photo. Send it again in view of what stands now, or set it aside."),
        level=Level.HIGH,
        own=True,
        words=words_of(entry),
        resting=tuple(_resting(aside, now) for aside in tray.resting),
        entries=len(tray.entries),
        attachment=_attachment(entry),
        decide_reason="" if allowed else reason_words("role_forbids"),
    )


def _resting(aside: SetAsideEntry, now: datetime) -> RestingLine:
    meta = f"{when(aside.entry.happened_at, now)} · {_reason(aside)}"
    return RestingLine(text=entry_words(aside.entry), meta=meta)


def _reason(aside: SetAsideEntry) -> str:
    if aside.told:
        return _("Refused by {name}: {reason}").format(name=aside.by, reason=aside.told)
    return reason_words(aside.reason)


def _held_sentence(aside: SetAsideEntry, snapshot: RoomSnapshot) -> str:
    entry = aside.entry
    if aside.reason in WAITS:
        told = _("{text} ({name}): waits for what it rests on")
        return told.format(text=entry_words(entry), name=entry.actor)
    own = entry.device in snapshot.own_devices and snapshot.role is not Role.SUPERVISOR
    told = _("{text} (yours): held, waits for a supervisor") if own else _("{text} ({name}): waits for a supervisor")
    return told.format(text=entry_words(entry), name=entry.actor)


def about_words(entry: Entry, snapshot: RoomSnapshot) -> str:
    """What an entry is about: the number and title of its incident, or the name of a station."""
    value = value_of(entry, snapshot)
    roots = (tray.root.entry for tray in snapshot.rejections)
    among = (*(aside.entry for aside in snapshot.held), *roots)
    parts = (number_of(entry, value, among), title_of(entry, value, among))
    return " · ".join(part for part in parts if part)


def _about_the_unknown(entry: Entry, snapshot: RoomSnapshot) -> str:
    """What an entry is about of which nobody here knows more than an id; empty where more is known."""
    if about_words(entry, snapshot) != subject_key(entry.subject):
        return ""
    words = {"incident": _("An incident that has not come yet"), "alarm": _("An alarm that has not come yet")}
    return words.get(subject_kind(entry.subject), "")


def value_of(entry: Entry, snapshot: RoomSnapshot) -> SubjectValue | None:
    """What is known of an entry's subject, held reports as well."""
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


def _author(entry: Entry, *, own: bool) -> str:
    return _("{name} (you)").format(name=entry.actor) if own else entry.actor


def _attachment(entry: Entry) -> str:
    attached = attached_by(entry)
    return attached.sha256 if attached is not None and attached.is_photo else ""
