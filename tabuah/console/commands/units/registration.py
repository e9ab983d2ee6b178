"""Registration of all commands of `tabuah unit`: importing their modules adds them to the group."""

from tabuah.console.commands.units import unit_changes, units
from tabuah.console.commands.units.units import unit_group

__all__ = ["unit_changes", "unit_group", "units"]
