"""Commands of `tabuah incident`. Importing the modules registers them with the group."""

from tabuah.console.commands.incidents import incident_attachments, incident_changes, incidents
from tabuah.console.commands.incidents.incidents import incident_group

__all__ = ["incident_attachments", "incident_changes", "incident_group", "incidents"]
