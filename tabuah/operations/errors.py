"""Errors of the operations package.

OperationsError
├── UnknownCode        a hazard, severity, status … that is not on the list
├── MalformedBody      an entry's body does not have the shape of its kind
└── NotPossible        what was asked is against the rules of the room (the message says which)
"""


class OperationsError(Exception):
    """Anything that operations refuse; the message is made to be shown."""


class UnknownCode(OperationsError):
    """A code that is on no list; carries what would have been accepted."""

    def __init__(self, what: str, code: str, accepted: tuple[str, ...]) -> None:
        self.what, self.code, self.accepted = what, code, accepted
        super().__init__(f"unknown {what} {code!r}; one of: {', '.join(accepted)}")


class MalformedBody(OperationsError):
    """An entry whose body does not decode as its kind demands."""


class NotPossible(OperationsError):
    """A change that the rules of the room forbid; `reason` is the stable code that verdicts carry."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)
