"""The sentence of an error."""

from tabuah.operations.errors import NotPossible
from tabuah.operations.feeds.errors import FeedError
from tabuah.text.feeds.remarks import describe_remark
from tabuah.text.sync.verdict_reasons import describe_not_possible


def describe_error(error: BaseException) -> str:
    """Return the sentence of an error; errors of `operations` carry a code, all others their own message."""
    match error:
        case NotPossible():
            return describe_not_possible(error)
        case FeedError():
            return describe_remark(error.remark)
    return str(error)
