"""Expected time at which a limit is reached, as stored in an alarm."""

import msgspec

from tabuah.operations.entries import Moment


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Expected time of reaching a limit: for the middle of the band, and for its upper and lower edges.

    `latest_at` is None when the lower edge does not reach the limit.
    """

    at: Moment
    earliest_at: Moment
    latest_at: Moment | None = None
