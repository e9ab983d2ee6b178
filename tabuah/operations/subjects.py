"""The state of one subject: its folded value, and its held entries."""

from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people.records import Device, User
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.units.unit import Unit

SubjectValue = (
    Incident
    | Station
    | Unit
    | Rule
    | Alarm
    | User
    | Device
    | EscalationPolicy
    | MaintenanceWindow
    | KnownEarthquake
    | KnownWarning
    | Volcano
    | BulletinRule
)


class SubjectState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`value` is None before the first effective entry; `held` has the texts of held entries.

    Held entries wait for a supervisor; those in `waiting` are deferred. `turned_away` names rejected
    entries on which others may still depend (see `deferred`). `unknown_kinds` are kinds of a newer
    version: the subject is then read-only here. `heard` is the last number of each device that wrote
    here, and `again` which device re-issued which entry (see `reissued_entries`).
    """

    value: SubjectValue | None = None
    held: dict[str, str] = {}
    waiting: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    unknown_kinds: tuple[str, ...] = ()
    heard: dict[str, int] = {}
    again: dict[str, str] = {}


EMPTY: Final = SubjectState()

# Raise it when the same entries fold to another state than before: a console then accepts no
# snapshot of another version, and folds the journal itself.
FOLD_VERSION: Final = 3

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(SubjectState)


def state_text(state: SubjectState) -> bytes:
    """Encode the state as JSON, with the same bytes on every machine."""
    return _ENCODER.encode(state)


def read_state(text: bytes | str) -> SubjectState:
    return _DECODER.decode(text)
