"""Text about merges of incidents."""

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import has_broken_merge
from tabuah.resources.localisation import _


def merge_text(incident: Incident, target_number: str) -> str:
    """Return a note on the merge of a listed incident; empty if it is not merged.

    Args:
        incident: as lists show it (`listed_incident`).
        target_number: the number of the incident that its merges end in.
    """
    if has_broken_merge(incident):
        return _("Shown as open: it was merged in a circle, or its target was deleted. Choose a status to go on.")
    return _("Merged into {number}").format(number=target_number) if incident.status is Status.MERGED else ""


def broken_merge_text() -> str:
    """Return the mark of an incident that is listed as open because its merge leads nowhere."""
    return _("merge without a target")
