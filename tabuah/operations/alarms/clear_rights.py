"""Decision on the clearing of alarms: by their raiser or the server, or by a supervisor where the raiser is gone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.alarms.entry_bodies import AlarmCleared
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.people.authority import Device
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_type import DecisionContext

SILENT_AFTER: Final = timedelta(days=1)  # a raiser that has sent nothing for so long is gone


def decide_clearing(entry: Entry, body: AlarmCleared, context: DecisionContext) -> Decision:
    """Return the decision on the clearing of an active or cleared alarm.

    A console that was initialised from a snapshot may not know the raiser; it predicts the best.
    """
    raiser = context.lookups.alarm_raiser(entry.subject)
    if context.role is Role.SERVER or not raiser or is_same_raiser(raiser, entry.device, context.devices):
        return ACCEPT
    if not body.reason.strip():
        return rejected("raised_by_another")
    if context.role is not Role.SUPERVISOR:
        return rejected("role_forbids")
    last_received_at = context.lookups.last_received_at(raiser)
    is_gone = is_raiser_gone(context.devices.get(raiser), last_received_at, now=entry.at)
    return ACCEPT if is_gone else rejected("raiser_is_active")


def is_same_raiser(raiser: str, device: str, devices: Mapping[str, Device]) -> bool:
    """Return whether a device raised an alarm, or belongs to the owner of the device that did.

    A console that was enrolled again has another device id and the same owner.
    """
    if raiser == device:
        return True
    former, present = devices.get(raiser), devices.get(device)
    return former is not None and present is not None and bool(former.owner) and former.owner == present.owner


def is_raiser_gone(raiser: Device | None, last_received_at: datetime | None, *, now: datetime) -> bool:
    """Return whether the raiser of an alarm will not clear it: it is revoked, or silent for a day.

    A server clears its own alarms, however long it had nothing to write.
    """
    if raiser is not None and raiser.is_server:
        return False
    if raiser is not None and raiser.revoked:
        return True
    return last_received_at is None or now - last_received_at >= SILENT_AFTER
