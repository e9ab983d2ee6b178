"""Errors of the feeds.

OperationsError
└── FeedError               what came is no feed that can be read; the message says why and what to do
    ├── FeedTooLarge        more than a feed ever holds
    ├── FeedNotText         compressed, or not UTF-8
    ├── FeedIsPage          a web page or an error answer where data was expected
    ├── FeedTruncated       it stops before its end
    ├── FeedMalformed       not JSON or not XML
    ├── FeedForbidden       XML that declares a document type or entities
    ├── FeedUnknown         sound, but none of the feeds that are known
    ├── FeedShapeError      a known feed without a part it must have
    └── FeedUnusable        a known feed of which no single item can be used
UnusableItem                one item that is set aside with its reason; never leaves this package
"""

from tabuah.operations.errors import OperationsError
from tabuah.operations.feeds.remarks import Remark, RemarkValue


class FeedError(OperationsError):
    """What came is no feed that can be read; `remark` says why and what to do next."""

    def __init__(self, text: str, /, **values: RemarkValue) -> None:
        self.remark = Remark(text, **values)
        super().__init__(text)

    def __str__(self) -> str:
        return str(self.remark)


class FeedTooLarge(FeedError):
    """More than a feed ever holds."""


class FeedNotText(FeedError):
    """Compressed, or not UTF-8."""


class FeedIsPage(FeedError):
    """A web page or an error answer where data was expected."""


class FeedTruncated(FeedError):
    """It stops before its end."""


class FeedMalformed(FeedError):
    """Not JSON or not XML."""


class FeedForbidden(FeedError):
    """XML that declares a document type or entities: an attack, or no feed."""


class FeedUnknown(FeedError):
    """Sound, but none of the feeds that are known."""


class FeedShapeError(FeedError):
    """A known feed without a part that it must have."""


class FeedUnusable(FeedError):
    """A known feed of which no single item can be used."""


class UnusableItem(Exception):
    """One item that cannot be used; the parsers turn it into a finding."""

    def __init__(self, text: str, /, **values: RemarkValue) -> None:
        self.remark = Remark(text, **values)
        super().__init__(text)

    def __str__(self) -> str:
        return str(self.remark)
