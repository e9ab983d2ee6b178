"""Errors of the feeds.

OperationsError
└── FeedError               the response is not a readable feed; `remark` gives reason and next step
    ├── FeedTooLarge        larger than any real feed
    ├── FeedNotText         compressed, or not UTF-8
    ├── FeedIsWebPage       a web page or an error response instead of data
    ├── FeedTruncated       it ends too early
    ├── FeedMalformed       not JSON or not XML
    ├── FeedForbidden       XML that declares a document type or entities
    ├── FeedUnknown         valid, but not a known feed
    ├── FeedShapeError      a known feed without a required part
    └── FeedUnusable        a known feed without a usable item
UnusableItem                one item that is left out with its reason; never leaves this package
"""

from tabuah.operations.errors import OperationsError
from tabuah.operations.feeds.remarks import FeedRemark, RemarkValue


class FeedError(OperationsError):
    """The response is not a readable feed; `remark` gives the reason and the next step."""

    def __init__(self, code: str, /, **values: RemarkValue) -> None:
        self.remark = FeedRemark(code, **values)
        super().__init__(str(self.remark))


class FeedTooLarge(FeedError):
    """Larger than any real feed."""


class FeedNotText(FeedError):
    """Compressed, or not UTF-8."""


class FeedIsWebPage(FeedError):
    """A web page or an error response instead of data."""


class FeedTruncated(FeedError):
    """The feed ends too early."""


class FeedMalformed(FeedError):
    """Not JSON or not XML."""


class FeedForbidden(FeedError):
    """XML that declares a document type or entities: an attack, or no feed."""


class FeedUnknown(FeedError):
    """Valid, but not a known feed."""


class FeedShapeError(FeedError):
    """A known feed without a required part."""


class FeedUnusable(FeedError):
    """A known feed without a usable item."""


class UnusableItem(Exception):
    """One unusable item; the parsers turn it into a note."""

    def __init__(self, code: str, /, **values: RemarkValue) -> None:
        self.remark = FeedRemark(code, **values)
        super().__init__(str(self.remark))
