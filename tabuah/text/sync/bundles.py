"""Text about bundles: exports, imports, and relayed entries that are waiting."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.operations.sync.bundle_results import BundleExport, BundleImport
from tabuah.resources.localisation import _, format_number

_STATES: Final = {
    "ready": "goes to the server with the next sync",
    "unknown_device": "waits until its device is enrolled",
    "device_not_approved": "waits until its device is approved",
    "device_revoked": "its device is locked; its user brings the work himself",
    "gap": "earlier work of the device is missing: import the bundle before this one",
    "refused": "the server has other work of a copy of this device; its user must sync it himself",
}


def list_blocked_work(devices: Iterable[tuple[str, int, str]]) -> list[str]:
    """Describe relayed entries that cannot be sent to the server yet, one line for each device.

    Args:
        devices: tag, number of blocked entries and state code of each device.
    """
    line = _("{n} entries of {tag}: {state}")
    return [line.format(n=n, tag=tag, state=describe_relay_state(state)) for tag, n, state in devices]


def describe_relay_state(state: str) -> str:
    """Describe the state code of relayed entries."""
    return _(_STATES.get(state, _STATES["refused"]))


def describe_bundle_export(written: BundleExport, file: Path) -> str:
    """Summarise an exported bundle."""
    message = _("{file}: {entries} entries, {photos} photos, {size} MB. Anybody may carry it.")
    words = message.format(
        file=file,
        entries=written.entries,
        photos=written.photos,
        size=format_number(written.bytes / 1_000_000, digits=1),
    )
    if written.records:
        words += " " + _("It also has {records} records of the journal.").format(records=written.records)
    return words


def describe_left_out_data(written: BundleExport, *, has_server: bool) -> str:
    """Describe the photos and personal data that were not exported, and why."""
    message = _("{n} photos and personal data stay here: {reason}")
    reason = _("their files are missing")
    if not written.sealed_for:
        reason = _("sync once, so that the server's key is known")
        if not has_server:
            reason = _("log in and sync once, so that the server's key is known")
    return message.format(n=written.left_out, reason=reason)


def describe_bundle_import(taken: BundleImport) -> str:
    """Summarise an import."""
    message = _("From {actor}: {new} new entries, {known} known before, {photos} photos, {records} journal records.")
    words = message.format(
        actor=taken.actor,
        new=taken.new + taken.recovered,
        known=taken.known,
        photos=taken.photos,
        records=taken.records,
    )
    return words + " " + _("The new ones go to the server with the next sync.") if taken.new else words


def list_import_remarks(taken: BundleImport) -> list[str]:
    """Return the remarks of an import that need the user's attention."""
    remarks = list(taken.remarks)
    if taken.new and taken.their_head < taken.head:
        message = _("The console of {actor} has the journal up to record {n}; to send it news: {command}")
        command = f"tabuah bundle export FILE --after {taken.their_head}"
        remarks.append(message.format(actor=taken.actor, n=taken.their_head, command=command))
    if taken.recovered:
        message = _("{n} of them are own work that was lost here; it is back and waits to be synced.")
        remarks.append(message.format(n=taken.recovered))
    if taken.forked:
        message = _("{n} entries were left out: a copy of their device wrote other ones. Its user must sync himself.")
        remarks.append(message.format(n=taken.forked))
    return remarks
