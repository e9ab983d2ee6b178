"""Evidence: the inputs of a rule over several series at the decisive moment."""

from collections.abc import Iterable
from statistics import median

import msgspec

from tabuah.operations.entries import Moment


class EvidenceItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The value of one series at the decisive moment.

    `part` is the number of the rule's part, from 1; 0 is the rule's own series. `holds` is whether it
    supported the alarm; None if there was no value or only an old one.
    """

    station: str
    parameter: str
    part: int = 0
    holds: bool | None = None
    value: float | None = None
    at: Moment | None = None
    limit: float | None = None


def neighbour_median(evidence: Iterable[EvidenceItem]) -> float | None:
    """Return the median of the neighbours' valid values; None without any."""
    values = [finding.value for finding in evidence if finding.part and finding.value is not None]
    return median(values) if values else None
