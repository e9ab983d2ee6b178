"""Registration of all commands of `tabuah incident`: importing their modules adds them to the group."""

from tabuah.console.commands.incidents import incident_attachments, incident_changes, incidents
from tabuah.console.commands.incidents.incidents import incident_group

__all__ = ["incident_attachments", "incident_changes", "incident_group", "incidents"]
