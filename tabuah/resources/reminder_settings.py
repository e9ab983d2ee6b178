"""Settings of the profile: when people are reminded of time limits, and whom the escalation of overdue ones asks."""

from typing import Annotated

import msgspec
from msgspec import Meta


class LimitStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of the escalation of an overdue limit: minutes after its end, and who is asked."""

    after_min: Annotated[int, Meta(ge=1, le=43_200)]
    to: Annotated[str, Meta(max_length=20, pattern=r"^(duty_supervisor|supervisors)$")] = "duty_supervisor"


class LimitReminderSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When people are reminded of a time limit.

    Attributes:
        near_percent: the share of a limit that is left when it is near; 0 for no reminder before its end.
        near_min: the most minutes before its end when it is near.
        escalation: the steps of a limit that stays overdue, soonest first; none to escalate nothing.
    """

    near_percent: Annotated[int, Meta(ge=0, le=90)] = 20
    near_min: Annotated[int, Meta(ge=1, le=43_200)] = 1_440
    escalation: Annotated[tuple[LimitStep, ...], Meta(max_length=5)] = (
        LimitStep(after_min=15),
        LimitStep(after_min=60, to="supervisors"),
    )
