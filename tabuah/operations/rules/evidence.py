"""Evidence: the values that a rule over several series looked at, and what each of them said."""

from collections.abc import Iterable
from statistics import median

import msgspec

from tabuah.operations.entries import Moment


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one series had to say at the moment that counted.

    `part` is the number of the rule's part, from 1; 0 is the series that the rule is about. `holds` is whether it
    spoke for the alarm, None where it could not say: there was no value, or only an old one.
    """

    station: str
    parameter: str
    part: int = 0
    holds: bool | None = None
    value: float | None = None
    at: Moment | None = None
    limit: float | None = None


def median_of(evidence: Iterable[Finding]) -> float | None:
    """The median of the neighbours whose values counted; None where the evidence has none."""
    values = [finding.value for finding in evidence if finding.part and finding.value is not None]
    return median(values) if values else None
