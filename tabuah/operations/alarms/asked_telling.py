"""Who is asked about an alarm, in words: the offices that the shipped policy names have a name in every language."""

from typing import Final

from tabuah.operations.alarms.escalation_policy import DUTY_SUPERVISOR, HEAD_OF_BPBD
from tabuah.resources.catalogue import N_, _

_OFFICES: Final = {DUTY_SUPERVISOR: N_("Duty supervisor"), HEAD_OF_BPBD: N_("Head of BPBD (Kalaksa)")}


def asked_name(to: str) -> str:
    """Who is asked, as people read it; what a supervisor has written into the policy stays as it was written."""
    return _(_OFFICES[to]) if to in _OFFICES else to
