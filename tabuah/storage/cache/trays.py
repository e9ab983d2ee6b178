"""The trays: what took no effect, kept with its reason and with what rests on it, until a person decides."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.bodies import read_body
from tabuah.operations.deciding import judge_held
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.errors import MalformedBody
from tabuah.operations.folding import fold
from tabuah.operations.incidents.bodies import EntryRefused
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.resting import grouped, resting_on
from tabuah.operations.incidents.rewording import reworded
from tabuah.operations.incidents.timeline import Outcome, outcomes_of_held
from tabuah.operations.subjects import EMPTY, SubjectState
from tabuah.operations.waiting import RESTS_ON_UNKNOWN
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.findings import HeldReport, Rejection, SetAsideEntry
from tabuah.storage.cache.reissuing import draft_again
from tabuah.storage.journal.wire import decode_entry

_TOOK_EFFECT: Final = frozenset({"already_there"})  # the same gesture came under another key and counts


def held_entries(desk: Desk) -> list[SetAsideEntry]:
    """Entries of all devices that wait for a supervisor, or for what they rest on; the oldest first."""
    found = [
        SetAsideEntry(entry, _reason_of_held(desk, row.confirmed, entry))
        for row in desk.subjects.with_held()
        for entry in map(decode_entry, row.confirmed.held.values())
    ]
    return sorted(found, key=lambda aside: (aside.entry.at, aside.entry.id))


def held_reports(desk: Desk) -> list[HeldReport]:
    """Incidents that exist for nobody while their report is held; those that this console reported are its own."""
    devices, found = own_devices(desk), []
    for row in desk.subjects.with_held():
        if row.state.value is None:
            incident = _as_if_released(decode_entry(text) for text in row.state.held.values())
            if incident is not None:
                found.append(HeldReport(incident, own=incident.device in devices))
    return found


def rejected_entries(desk: Desk) -> list[SetAsideEntry]:
    """Own entries that the rules of the room rejected; neither issued again nor set aside."""
    rejected = desk.journal.rejected(own_devices(desk))
    return [SetAsideEntry(entry, reason) for entry, reason in rejected]


def refused_entries(desk: Desk) -> list[SetAsideEntry]:
    """Own entries that were held and then refused; neither issued again nor set aside."""
    found = (_refusal_of(desk, entry) for entry in desk.journal.own_held(own_devices(desk)))
    return [refused for refused in found if refused is not None]


def rejections(desk: Desk, *, dismissed: bool = False) -> list[Rejection]:
    """The tray "Ditolak", each entry once, under the one it rests on; or what was set aside from it."""
    asides = {aside.entry.id: aside for aside in (_dismissed(desk) if dismissed else _undecided(desk))}
    in_time = sorted((aside.entry for aside in asides.values()), key=lambda e: (e.at, e.id))
    return [
        Rejection(asides[root.id], (*(asides[e.id] for e in under), *_in_conflict(desk, root)))
        for root, under in grouped(in_time)
    ]


def count_rejections(desk: Desk) -> int:
    """How many entries are in the tray "Ditolak"."""
    return len(_undecided(desk))


def _dismissed(desk: Desk) -> list[SetAsideEntry]:
    found = desk.journal.dismissed(own_devices(desk))
    refusals = {entry.id: _refusal_of(desk, entry) for entry, reason in found if reason == "refused"}
    return [refusals.get(entry.id) or SetAsideEntry(entry, reason) for entry, reason in found]


def _undecided(desk: Desk) -> list[SetAsideEntry]:
    asides = (*rejected_entries(desk), *refused_entries(desk))
    return [aside for aside in asides if aside.reason not in _TOOK_EFFECT]


def draft_of_rejected(desk: Desk, entry: Entry, words: str | None) -> Draft:
    """A rejected or refused entry as a new draft in view of what stands now, with other words where some are given.

    Raises:
        NotPossible: the words do not fit.
    """
    if words is not None:
        entry = msgspec.structs.replace(entry, body=reworded(entry, words))
    return draft_again(desk, entry)


def own_devices(desk: Desk) -> tuple[str, ...]:
    """The devices under which this console has written."""
    return tuple(device for device in (*desk.meta.former_devices, desk.meta.device) if device)


def _reason_of_held(desk: Desk, state: SubjectState, entry: Entry) -> str:
    """Why it waits now: for what it rests on, else as the server said; without the record, as the rules say."""
    if entry.id in state.waiting:
        due = judge_held(state, desk.authority(), entry.id)
        return due.reason if due.verdict is Verdict.HELD else RESTS_ON_UNKNOWN
    return desk.journal.reason_of(entry.id) or desk.authority().standing_of(entry).doubt


def _as_if_released(entries: Iterable[Entry]) -> Incident | None:
    """What the incident would be; held entries on it are folded in the order in which they were written."""
    state = EMPTY
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.id)):
        state = fold(state, entry, Verdict.ACCEPTED, text="")
    return state.value if isinstance(state.value, Incident) else None


def _refusal_of(desk: Desk, entry: Entry) -> SetAsideEntry | None:
    history = desk.journal.entries_of(entry.subject)
    outcome = outcomes_of_held(history).get(entry.id)
    if outcome not in (Outcome.REFUSED, Outcome.IN_VAIN):
        return None
    for other, verdict in history:
        if other.kind == "entry.refused" and verdict is not Verdict.REJECTED:
            refusal = _refusal(other)
            if refusal is not None and refusal.entry == entry.id:
                by_rules = SetAsideEntry(entry, refusal.reason)
                return by_rules if outcome is Outcome.IN_VAIN else _refused_by_person(entry, refusal, other.actor)
    return None


def _refused_by_person(entry: Entry, refusal: EntryRefused, by: str) -> SetAsideEntry:
    return SetAsideEntry(entry, "refused", told=refusal.reason, by=by)


def _refusal(entry: Entry) -> EntryRefused | None:
    try:
        return read_body(entry, EntryRefused)
    except MalformedBody:
        return None


def _in_conflict(desk: Desk, root: Entry) -> Iterable[SetAsideEntry]:
    """Own entries that rest on the value of a rejected one and are in a conflict that is open."""
    incident = desk.subjects.read(root.subject).state.value
    if root.kind == "incident.reported" or not isinstance(incident, Incident):
        return ()
    disputed = {member for conflict in incident.open_conflicts for member in conflict.members}
    history = desk.journal.entries_of(root.subject)
    later = [entry for entry, _verdict in history if entry.id in disputed and entry.device == root.device]
    return tuple(SetAsideEntry(entry, "stale_base") for entry in resting_on(root, later))
