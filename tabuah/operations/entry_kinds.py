"""Entry kinds with their body types, and the encoding of bodies."""

from typing import Any, Final, TypeVar

import msgspec

from tabuah.operations.alarms import entry_bodies as alarms
from tabuah.operations.bulletins import entry_bodies as bulletins
from tabuah.operations.bulletins import rule_entry_bodies as bulletin_rules
from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents import entry_bodies as incidents
from tabuah.operations.maintenance import entry_bodies as maintenance
from tabuah.operations.people import entry_bodies as authority
from tabuah.operations.rules import entry_bodies as rules
from tabuah.operations.stations import entry_bodies as stations
from tabuah.operations.units import entry_bodies as units

BODIES: Final[dict[str, type[msgspec.Struct]]] = {
    "incident.reported": incidents.IncidentReported,
    "incident.edited": incidents.IncidentEdited,
    "incident.moved": incidents.IncidentMoved,
    "incident.noted": incidents.IncidentNoted,
    "incident.attached": incidents.IncidentAttached,
    "incident.counted": incidents.IncidentCounted,
    "incident.merged": incidents.IncidentMerged,
    "incident.deleted": incidents.IncidentDeleted,
    "conflict.settled": incidents.ConflictSettled,
    "entry.released": incidents.EntryReleased,
    "entry.refused": incidents.EntryRefused,
    "station.registered": stations.StationRegistered,
    "station.edited": stations.StationEdited,
    "station.attachment_added": stations.StationAttachmentAdded,
    "station.attachment_removed": stations.StationAttachmentRemoved,
    "rule.written": rules.RuleWritten,
    "rule.retired": rules.RuleRetired,
    "bulletin_rule.written": bulletin_rules.BulletinRuleWritten,
    "bulletin_rule.retired": bulletin_rules.BulletinRuleRetired,
    "alarm.raised": alarms.AlarmRaised,
    "alarm.cleared": alarms.AlarmCleared,
    "alarm.acknowledged": alarms.AlarmAcknowledged,
    "alarm.shelved": alarms.AlarmShelved,
    "alarm.unshelved": alarms.AlarmUnshelved,
    "alarm.linked": alarms.AlarmLinked,
    "alarm.escalated": alarms.AlarmEscalated,
    "escalation.written": alarms.EscalationWritten,
    "maintenance.planned": maintenance.MaintenancePlanned,
    "maintenance.ended": maintenance.MaintenanceEnded,
    "earthquake.reported": bulletins.EarthquakeReported,
    "warning.issued": bulletins.WarningIssued,
    "warning.withdrawn": bulletins.WarningWithdrawn,
    "volcano.levelled": bulletins.VolcanoLevelled,
    "unit.registered": units.UnitRegistered,
    "unit.edited": units.UnitEdited,
    "unit.moved": units.UnitMoved,
    "unit.placed": units.UnitPlaced,
    "unit.retired": units.UnitRetired,
    "user.created": authority.UserCreated,
    "user.changed": authority.UserChanged,
    "user.granted": authority.UserGranted,
    "device.enrolled": authority.DeviceEnrolled,
    "device.approved": authority.DeviceApproved,
    "device.revoked": authority.DeviceRevoked,
}

# `entry.…` and `conflict.…` refer to another entry and belong to that entry's subject.
CROSS_SUBJECT_KINDS: Final = ("conflict", "entry")

_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(body) for kind, body in BODIES.items()
}
_ENCODER: Final = msgspec.json.Encoder()


def known_kinds() -> tuple[str, ...]:
    """Return the entry kinds of this version, sorted."""
    return tuple(sorted(BODIES))


BodyT = TypeVar("BodyT", bound=msgspec.Struct)


def encode_body(body: msgspec.Struct) -> msgspec.Raw:
    """Encode a body as JSON for an entry."""
    return msgspec.Raw(_ENCODER.encode(body))


def decode_body(entry: Entry) -> msgspec.Struct:
    """Decode an entry's body.

    Raises:
        MalformedBody: the kind is unknown here, or the body does not fit it.
    """
    decoder = _DECODERS.get(entry.kind)
    if decoder is None:
        raise MalformedBody(f"unknown kind {entry.kind!r}")
    try:
        return decoder.decode(entry.body)  # type: ignore[no-any-return]
    except msgspec.DecodeError as error:
        raise MalformedBody(f"{entry.kind}: {error}") from error


def read_body(entry: Entry, shape: type[BodyT]) -> BodyT:
    """Decode an entry's body and check its type."""
    body = decode_body(entry)
    if not isinstance(body, shape):
        raise MalformedBody(f"{entry.kind} is not a {shape.__name__}")
    return body
