"""What bundles come to, in words."""

from pathlib import Path
from typing import Final

from tabuah.operations.authority.authority import Authority
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.storage.cache.bundles.carried_table import CarriedDevice
from tabuah.storage.cache.bundles.exporting import BundleWritten
from tabuah.storage.cache.bundles.importing import BundleTaken
from tabuah.storage.cache.store import ConsoleStore

_STATES: Final = {
    "ready": "goes to the server with the next sync",
    "unknown_device": "waits until its device is enrolled",
    "device_not_approved": "waits until its device is approved",
    "device_revoked": "its device is locked; its user brings the work himself",
    "gap": "earlier work of the device is missing: import the bundle before this one",
    "refused": "the server has other work of a copy of this device; its user must sync it himself",
}


def state_of(authority: Authority, carried: CarriedDevice) -> str:
    """Why carried work waits, as a stable code."""
    known = authority.devices.get(carried.device)
    if carried.refused:
        return carried.refused
    if known is None:
        return "unknown_device"
    if known.revoked:
        return "device_revoked"
    if not known.approved:
        return "device_not_approved"
    return "ready" if carried.ready == carried.entries else "gap"


def waiting_words(store: ConsoleStore) -> list[str]:
    """What is carried here and cannot go to the server yet, and why."""
    told = []
    for carried in store.carrier.devices():
        state = state_of(store.authority(), carried)
        if state != "ready":
            words, n = _("{n} entries of {tag}: {state}"), carried.entries - carried.ready
            told.append(words.format(n=n, tag=carried.tag, state=state_words(state)))
    return told


def state_words(state: str) -> str:
    """Why carried work waits; `state` is its stable code."""
    return _(_STATES.get(state, _STATES["refused"]))


def words_of_written(written: BundleWritten, file: Path) -> str:
    """What went into a bundle."""
    told = _("{file}: {entries} entries, {photos} photos, {size} MB. Anybody may carry it.")
    words = told.format(
        file=file,
        entries=written.entries,
        photos=written.photos,
        size=format_number(written.bytes / 1_000_000, digits=1),
    )
    if written.records:
        words += " " + _("It also tells {records} records of the journal.").format(records=written.records)
    return words


def words_of_left_out(written: BundleWritten, *, has_server: bool) -> str:
    """What did not, and why."""
    told = _("{n} photos and personal data stay here: {reason}")
    reason = _("their files are missing")
    if not written.sealed_for:
        reason = _("sync once, so that the server's key is known")
        if not has_server:
            reason = _("log in and sync once, so that the server's key is known")
    return told.format(n=written.left_out, reason=reason)


def words_of_taken(taken: BundleTaken) -> str:
    """What came of an import."""
    told = _("From {actor}: {new} new entries, {known} known before, {photos} photos, {records} journal records.")
    words = told.format(
        actor=taken.actor,
        new=taken.new + taken.recovered,
        known=taken.known,
        photos=taken.photos,
        records=taken.records,
    )
    return words + " " + _("The new ones go to the server with the next sync.") if taken.new else words


def remarks_on(taken: BundleTaken) -> list[str]:
    """What a person must know about an import."""
    remarks = list(taken.remarks)
    if taken.new and taken.their_head < taken.head:
        told = _("The console of {actor} has the journal up to record {n}; to send it news: {command}")
        command = f"tabuah bundle export FILE --after {taken.their_head}"
        remarks.append(told.format(actor=taken.actor, n=taken.their_head, command=command))
    if taken.recovered:
        told = _("{n} of them are own work that was lost here; it is back and waits to be synced.")
        remarks.append(told.format(n=taken.recovered))
    if taken.forked:
        told = _("{n} entries were left out: a copy of their device wrote other ones. Its user must sync himself.")
        remarks.append(told.format(n=taken.forked))
    return remarks
