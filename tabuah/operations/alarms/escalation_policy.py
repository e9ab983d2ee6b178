"""Who is asked when nobody answers an alarm, and after how long: data that a supervisor may change."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.authority.roles import Role
from tabuah.operations.levels import AlarmSeverity

POLICY_KEY: Final = "policy"  # there is one policy: the key of its subject
DUTY_SUPERVISOR: Final = "Penyelia piket"
HEAD_OF_BPBD: Final = "Kalaksa BPBD"


class EscalationStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """After `after_s` seconds without an answer `to` is asked; `role` is what such a person works under."""

    after_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    to: Annotated[str, Meta(min_length=1, max_length=80)]
    role: Role = Role.SUPERVISOR


class EscalationPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="escalation"):
    """The steps by severity, the soonest first; a severity without steps is never escalated."""

    steps: dict[AlarmSeverity, Annotated[tuple[EscalationStep, ...], Meta(max_length=9)]]
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse steps that do not follow on each other: the later one would be asked before the earlier one."""
        for severity, steps in self.steps.items():
            waits_s = [step.after_s for step in steps]
            if waits_s != sorted(set(waits_s)):
                raise ValueError(f"the steps of {severity.value} must come later and later")

    def steps_of(self, severity: AlarmSeverity) -> tuple[EscalationStep, ...]:
        """What happens to an alarm of a severity that nobody answers."""
        return self.steps.get(severity, ())


def _step(minutes: float, to: str) -> EscalationStep:
    return EscalationStep(after_s=minutes * 60, to=to)


# Until somebody writes another one. The names are data: journalled as they are, and told by `asked_name`.
DEFAULT_POLICY: Final = EscalationPolicy(
    steps={
        AlarmSeverity.CRITICAL: (_step(2, DUTY_SUPERVISOR), _step(5, HEAD_OF_BPBD)),
        AlarmSeverity.HIGH: (_step(10, DUTY_SUPERVISOR), _step(30, HEAD_OF_BPBD)),
    }
)
