"""`tabuah incident` with all its commands, as the root loads it."""

from tabuah.console.commands import incident_attach, incident_changes, incidents
from tabuah.console.commands.incident_group import incident_group

__all__ = ["incident_attach", "incident_changes", "incident_group", "incidents"]
