"""Text about merges of incidents."""

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import has_broken_merge
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency


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


def merge_title(number: str) -> str:
    return _("Merge {number} into another incident?").format(number=number)


def merge_explanation(title: str) -> str:
    return _("{title}. Both keep all their data; the merge can be undone.").format(title=title)


def merge_button() -> str:
    return _("Merge them")


def target_label() -> str:
    return _("Into")


def target_number_label() -> str:
    return _("Or another number")


def target_number_hint() -> str:
    return _("Such as {number}; empty: the one chosen below").format(
        number=f"{current_regency().number_prefix}-7K3Q-0012"
    )


def unknown_target_text(number: str) -> str:
    return _("There is no open incident {number}.").format(number=number)


def merged_text(number: str, target: str) -> str:
    return _("{number} is merged into {target}.").format(number=number, target=target)


def unmerged_text(number: str, status: str) -> str:
    return _("{number} is no longer merged: {status}").format(number=number, status=status)


def no_target_reason() -> str:
    """Return why an incident cannot be merged: there is no other open one."""
    return _("There is no other open incident.")


def not_open_reason() -> str:
    return _("This incident has ended.")


def not_merged_reason() -> str:
    return _("This incident is not merged.")
