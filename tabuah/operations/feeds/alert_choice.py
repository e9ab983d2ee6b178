"""The choice of a feed's alerts that become messages."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency


class AlertChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Met by an alert that matches each list; an empty list means any."""

    severities: Annotated[tuple[CapSeverity, ...], Meta(max_length=20)] = ()
    urgencies: Annotated[tuple[CapUrgency, ...], Meta(max_length=20)] = ()
    certainties: Annotated[tuple[CapCertainty, ...], Meta(max_length=20)] = ()

    def is_met(self, severity: CapSeverity, urgency: CapUrgency, certainty: CapCertainty) -> bool:
        asked = ((self.severities, severity), (self.urgencies, urgency), (self.certainties, certainty))
        return all(not wanted or found in wanted for wanted, found in asked)
