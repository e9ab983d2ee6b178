"""Names of the people an alarm is escalated to, as shown on screen."""

from typing import Final

from tabuah.operations.alarms.escalation_policy import DUTY_SUPERVISOR, HEAD_OF_BPBD
from tabuah.resources.localisation import N_, _

_OFFICES: Final = {DUTY_SUPERVISOR: N_("Duty supervisor"), HEAD_OF_BPBD: N_("Head of BPBD (Kalaksa)")}


def escalation_contact_name(to: str) -> str:
    """Return the displayed name of an escalation contact.

    The offices of the default policy are translated; names written by a supervisor are kept.
    """
    return _(_OFFICES[to]) if to in _OFFICES else to
