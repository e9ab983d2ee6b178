"""Errors of the operations package.

OperationsError
├── UnknownCode        a hazard, severity, status … that is not on the list
├── MalformedBody      an entry's body does not have the shape of its kind
└── NotPossible        a change that the rules do not allow (the message says which)
"""


class OperationsError(Exception):
    """Base class of errors in operations; the message can be shown to the user."""


class UnknownCode(OperationsError):
    """A code that is not on the list; carries the accepted codes."""

    def __init__(self, what: str, code: str, accepted: tuple[str, ...]) -> None:
        self.what, self.code, self.accepted = what, code, accepted
        super().__init__(f"unknown {what} {code!r}; one of: {', '.join(accepted)}")


class MalformedBody(OperationsError):
    """The body of an entry does not fit its kind."""


class NotPossible(OperationsError):
    """A change that the rules forbid; `reason` is the stable code that verdicts carry."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)
