"""The group `tabuah incident`, to which three modules add their commands."""

from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_

incident_group = TabuahGroup("incident", help=N_("Report, list and work incidents; nothing here needs the server."))
