"""Escalation policy: who is asked about an unanswered alarm, and after how long.

A supervisor can change the policy.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_COUNT, bounded
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role

POLICY_KEY: Final = "policy"  # key of the one policy's subject
DUTY_SUPERVISOR: Final = "Penyelia piket"
HEAD_OF_BPBD: Final = "Kalaksa BPBD"


class EscalationStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """After `after_s` seconds without an answer, ask `to`, who has the role `role`."""

    after_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    to: Annotated[str, Meta(min_length=1, max_length=80)]
    role: Role = Role.SUPERVISOR


class EscalationPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="escalation"):
    """Escalation steps by severity, soonest first; a severity without steps is not escalated."""

    steps: Annotated[
        dict[AlarmSeverity, Annotated[tuple[EscalationStep, ...], Meta(max_length=9)]], bounded(max_length=20)
    ]
    version: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 1

    def __post_init__(self) -> None:
        """Reject steps that are not in ascending order of time."""
        for severity, steps in self.steps.items():
            waits_s = [step.after_s for step in steps]
            if waits_s != sorted(set(waits_s)):
                raise ValueError(f"the steps of {severity.value} must come later and later")

    def steps_of(self, severity: AlarmSeverity) -> tuple[EscalationStep, ...]:
        """Return the steps for unanswered alarms of a severity."""
        return self.steps.get(severity, ())


def _step(minutes: float, to: str) -> EscalationStep:
    return EscalationStep(after_s=minutes * 60, to=to)


# In force until a supervisor writes another policy. The journal stores these names as they are;
# `escalation_contact_name` translates them.
DEFAULT_POLICY: Final = EscalationPolicy(
    steps={
        AlarmSeverity.CRITICAL: (_step(2, DUTY_SUPERVISOR), _step(5, HEAD_OF_BPBD)),
        AlarmSeverity.HIGH: (_step(10, DUTY_SUPERVISOR), _step(30, HEAD_OF_BPBD)),
    }
)
