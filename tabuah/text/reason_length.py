"""The sentence about a reason that is too long for the journal."""

from tabuah.operations.bounds import LONGEST_REASON
from tabuah.resources.localisation import _, format_number


def describe_reason_length(reason: str) -> str:
    """Return what is wrong with the length of a reason; empty for one that fits."""
    length = len(reason.strip())
    if length <= LONGEST_REASON:
        return ""
    text = _("The reason has {n} characters, at most {limit} fit. Shorten it.")
    return text.format(n=format_number(length), limit=LONGEST_REASON)
