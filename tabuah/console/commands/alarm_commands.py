"""All commands of `tabuah alarm`; importing them puts them into their group."""

from tabuah.console.commands import alarm_escalation, alarm_performance, alarm_suppressed
from tabuah.console.commands.alarms import alarm_group

__all__ = ["alarm_escalation", "alarm_group", "alarm_performance", "alarm_suppressed"]
