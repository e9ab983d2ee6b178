"""Errors of the operations package.

OperationsError
├── UnknownCode        a hazard, severity, status … that is not on the list
├── MalformedBody      an entry's body does not have the shape of its kind
└── NotPossible        a change that the rules do not allow (`reason` says which)
"""


class OperationsError(Exception):
    """Base class of errors in operations."""


class UnknownCode(OperationsError):
    """A code that is not on the list; carries the accepted codes."""

    def __init__(self, what: str, code: str, accepted: tuple[str, ...]) -> None:
        self.what, self.code, self.accepted = what, code, accepted
        super().__init__(f"unknown {what} {code!r}; one of: {', '.join(accepted)}")


class MalformedBody(OperationsError):
    """The body of an entry does not fit its kind."""


class NotPossible(OperationsError):
    """A change that the rules forbid; `text.sync.verdict_reasons` makes the sentence.

    `reason` is the stable code, for the rules of `decide` the one that verdicts carry; `values` fill the sentence.
    """

    def __init__(self, reason: str, /, **values: str | int) -> None:
        self.reason, self.values = reason, values
        super().__init__(" ".join((reason, *(f"{name}={value!r}" for name, value in values.items()))))
