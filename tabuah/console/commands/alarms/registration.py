"""Registration of all commands of `tabuah alarm`: importing their modules adds them to the group."""

from tabuah.console.commands.alarms import alarm_performance
from tabuah.console.commands.alarms.alarms import alarm_group

__all__ = ["alarm_group", "alarm_performance"]
