"""`tabuah unit` with all its commands, as the root loads it."""

from tabuah.console.commands import unit_changes, units
from tabuah.console.commands.unit_group import unit_group

__all__ = ["unit_changes", "unit_group", "units"]
