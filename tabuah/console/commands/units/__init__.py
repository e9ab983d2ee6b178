"""Commands of `tabuah unit`. Importing the modules registers them with the group."""

from tabuah.console.commands.units import unit_changes, units
from tabuah.console.commands.units.units import unit_group

__all__ = ["unit_changes", "unit_group", "units"]
