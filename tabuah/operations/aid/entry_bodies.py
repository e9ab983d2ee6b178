"""Bodies of the entries of the aid ledger."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.aid.aid_line import AidValues
from tabuah.operations.bounds import IdText
from tabuah.operations.entries import Moment
from tabuah.operations.hidden_characters import LINE_PATTERN


class AidRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """A new line about the time of the entry."""

    values: AidValues


class AidCorrected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Other values of a line, or none, which cancels it. The versions before stay visible.

    Attributes:
        corrects: the entry of the version that its author saw.
        at: another time that the line is about; None keeps the time.
    """

    corrects: IdText
    reason: Annotated[str, Meta(min_length=1, max_length=400, pattern=LINE_PATTERN)]
    values: AidValues | None = None
    at: Moment | None = None
