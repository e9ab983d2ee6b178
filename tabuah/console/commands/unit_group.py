"""The group `tabuah unit`, to which two modules add their commands."""

from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_

unit_group = TabuahGroup(
    "unit", help=N_("See and work the units of the OPD and where they are; nothing here needs the server.")
)
