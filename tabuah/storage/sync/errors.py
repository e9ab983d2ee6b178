"""Errors of the communication with the server.

SyncError
├── Offline               no server answers; all work is safe here
│   ├── Intercepted       something in between answers: the log-in page of a hotspot, a proxy
│   └── UntrustedServer   the certificate of the server is not the one that this console expects
├── BadServerAddress      not an address, or plain HTTP to another computer
├── PairingRefused        the server is not the one of the pairing code
├── PinDiffers            this console is paired with another server
├── UnusablePin           the pin or the file of an authority cannot be used
├── NotLoggedIn           there is no session, or it has ended
│   └── NewKeyNotLoggedIn the session belongs to the key that this console had before
├── DeviceWiped           this device was reported stolen, and its data were erased as the server ordered
├── WorkIsUnsent          this computer has work that the server does not have, so it is not wiped
├── AwaitingApproval      this device waits for an administrator's approval
├── UnexpectedAnswer      something answers that is not a Tabuah server of this version
├── ServerRolledBack      the server was put back to an older copy, and this console cannot hand back all it lost
├── HistoryDiffers        the server went on after it was put back: an administrator decides
└── RequestRefused        the server refuses; carries its problem document
    ├── ForkRefused       another copy of this device wrote in its name
    ├── GapRefused        the server lacks earlier entries of this device; carries `expected`
    └── RetryLater        the server takes nothing now: a limit of load, or no space; carries `retry_after_s`
"""

from typing import Final

from tabuah.operations.sync.connection_state import HistoryProblem
from tabuah.resources.localisation import _
from tabuah.storage.journal.protocol import Problem
from tabuah.text.sync.errors import (
    certificate_advice,
    certificate_error_of,
    describe_certificate_error,
    describe_connection_error,
    describe_refusal,
)

_RETRY_STATUSES: Final = (429, 503, 507)


class SyncError(Exception):
    """Base of all expected errors between console and server; the message is shown to the user."""


class Offline(SyncError):
    """No server answers."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(
            _("No server answers at {url} ({reason}). All work is safe here and will be sent later.").format(
                url=url, reason=reason
            )
        )


class Intercepted(Offline):
    """A web page or a redirection arrived, which our server never sends: a captive portal or a proxy."""

    def __init__(self, url: str, finding: str) -> None:
        self.url, self.reason = url, finding
        SyncError.__init__(
            self,
            _(
                "A Wi-Fi log-in page or a proxy answers at {url} instead of the server ({finding}). Log in "
                "to the network with a web browser, or check the address. All work is safe here and will be"
                " sent later."
            ).format(url=url, finding=finding),
        )


class UntrustedServer(Offline):
    """The certificate of the server is not the one that this console expects; nothing was sent."""

    def __init__(self, url: str, finding: str, advice: str) -> None:
        self.url, self.reason = url, finding
        SyncError.__init__(
            self,
            _("The server at {url} cannot be trusted: {finding}. Nothing was sent; all work is safe here.").format(
                url=url, finding=finding
            )
            + f" {advice}",
        )


class PairingRefused(SyncError):
    """The server is not the one of the pairing code."""

    def __init__(self, url: str) -> None:
        super().__init__(
            _(
                "The server at {url} is not the one of this pairing code. No password was sent. Ask the administrator"
                " for address and code (`tabuah server tls code`). If both are right, someone intercepts the"
                " connection: do not log in from this network."
            ).format(url=url)
        )


class PinDiffers(SyncError):
    """This console is paired with another server."""

    def __init__(self, known: str, given: str) -> None:
        super().__init__(
            _(
                "This console is paired with another certificate authority ({known}, not {given}). Nothing was"
                " changed, and no password was sent. Only if the administrator confirms that the server has a new"
                " one: `tabuah pin set`."
            ).format(known=known, given=given)
        )


class UnusablePin(SyncError):
    """The pin or the file of an authority cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _(
                "The pinned certificate authority cannot be used ({reason}), so no server is contacted; all work is"
                " safe here. Pair this console again: `tabuah pin set --code CODE` or `--ca FILE`."
            ).format(reason=reason)
        )


class BadServerAddress(SyncError):
    """Not an address, or one that would send passwords unencrypted."""


class NotLoggedIn(SyncError):
    """There is no session to continue."""

    def __init__(self) -> None:
        super().__init__(_("No user is logged in. Log in with `tabuah login`; all work is safe here."))


class NewKeyNotLoggedIn(NotLoggedIn):
    """This console has a new key; the session here belongs to the former one, which another copy may use."""

    def __init__(self) -> None:
        SyncError.__init__(
            self,
            _(
                "This console goes on under a new key, because its data are a copy or its key was replaced. Log in"
                " again with `tabuah login`; all work is safe here."
            ),
        )


class DeviceWiped(SyncError):
    """This device was reported stolen; its data were erased."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This device was reported stolen. The server ordered it to erase its data: the journal, callers,"
                " photos and the key are gone from this computer. Ask an administrator."
            )
        )


class WorkIsUnsent(SyncError):
    """This computer has work that the server does not have."""

    def __init__(self, work: str) -> None:
        text = _("Nothing was erased: this computer has work that was not sent ({work}).")
        super().__init__(text.format(work=work))


class AwaitingApproval(SyncError):
    """The device is enrolled but not approved yet."""

    def __init__(self, device: str) -> None:
        super().__init__(
            _(
                "This device ({device}) waits for approval. An administrator approves it with `tabuah "
                "server device approve {device}`; until then all work stays here."
            ).format(device=device)
        )


class UnexpectedAnswer(SyncError):
    """The answer violates the protocol."""

    def __init__(self, url: str, finding: str) -> None:
        super().__init__(
            _(
                "The answer from {url} is not from a Tabuah server of this version ({finding}). Nothing was changed."
            ).format(url=url, finding=finding)
        )


class ServerRolledBack(SyncError):
    """The server has less than this console; sync stops until another console has handed back the rest."""

    history = HistoryProblem.BEHIND

    def __init__(self, *, here: int, there: int) -> None:
        super().__init__(
            _(
                "The server was put back to an older copy: it has {there} records, this console {here}. Nothing here "
                "is lost; another console hands back what is missing, or the administrator ends the wait."
            ).format(here=here, there=there)
        )


class HistoryDiffers(SyncError):
    """The server has a second valid history; nothing is exchanged until an administrator has decided."""

    history = HistoryProblem.UNDECIDED

    def __init__(self) -> None:
        super().__init__(
            _(
                "The server was put back to an older copy and has written since: it and this console have different "
                "records. Nothing here is lost; the administrator decides with `tabuah server handback`."
            )
        )


class RequestRefused(SyncError):
    """A refusal by the server, described in the chosen language where its code is known."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.code = problem.code
        super().__init__(
            _("The server refuses: {reason}").format(
                reason=describe_refusal(problem.code) or problem.detail or problem.title
            )
        )


class ForkRefused(RequestRefused):
    """Another entry has one of our numbers."""


class GapRefused(RequestRefused):
    """The server needs earlier entries first."""

    @property
    def expected(self) -> int:
        """Return the number that must come next."""
        return self.problem.expected or 1


class RetryLater(RequestRefused):
    """The server takes nothing now, and says when to try again; until then everything is kept here."""

    def __init__(self, problem: Problem, retry_after_s: float) -> None:
        super().__init__(problem)
        self.retry_after_s = retry_after_s


def error_from_transport(url: str, error: BaseException, *, is_pinned: bool) -> Offline:
    """Return the error for a connection that failed."""
    found = certificate_error_of(error)
    if found is None:
        return Offline(url, describe_connection_error(error))
    return UntrustedServer(url, describe_certificate_error(found), certificate_advice(found, is_pinned=is_pinned))


def error_from_problem(problem: Problem, *, retry_after_s: float | None = None) -> RequestRefused:
    """Return the error for a problem document and the time that came with it."""
    if retry_after_s is not None and problem.status in _RETRY_STATUSES:
        return RetryLater(problem, retry_after_s)
    kinds = {"fork": ForkRefused, "gap": GapRefused}
    return kinds.get(problem.code, RequestRefused)(problem)


def history_problem_of(error: Exception) -> HistoryProblem | None:
    """Return how the journals of console and server differ, if that is the error."""
    return error.history if isinstance(error, ServerRolledBack | HistoryDiffers) else None
