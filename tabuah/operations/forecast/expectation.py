"""When a limit is expected to be reached, as an alarm carries it."""

import msgspec

from tabuah.operations.entries import Moment


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a limit is expected to be reached: at the middle of the band, and between which edges of it.

    None at `latest_at` means that the lower edge does not reach it at all.
    """

    at: Moment
    earliest_at: Moment
    latest_at: Moment | None = None
