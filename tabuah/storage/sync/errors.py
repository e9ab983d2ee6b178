"""Errors of talking to the server.

SyncError
├── Offline               no server answers there; everything is safe here
│   └── Intercepted       something between answers instead: the log-in page of a hotspot, a proxy
├── BadServerAddress      no address, or plain HTTP beyond this computer
├── NotLoggedIn           nobody is logged in, or the session is over
├── AwaitingApproval      this device waits until an administrator lets it in
├── StrangeAnswer         something answers, and it is no Tabuah server of this version
├── ServerWentBack        the server has less than this console: it was restored from an older backup
└── Refused               the server says no; carries its problem document
    ├── ForkRefused       another copy of this device wrote in its name
    └── GapRefused        the server lacks earlier entries of this device; carries `expected`
"""

from tabuah.resources.catalogue import _
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.sync.problem_words import problem_words


class SyncError(Exception):
    """Anything expected that goes wrong between console and server; the message is made to be shown."""


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
    """A web page or a redirection has come, which our server never sends: the network wants something first."""

    def __init__(self, url: str, finding: str) -> None:
        self.url, self.reason = url, finding
        SyncError.__init__(
            self,
            _(
                "Something between here and the server answers at {url} ({finding}): a Wi-Fi log-in page or a proxy. "
                "Log in to the network with a web browser, or check the address. All work is safe here and will be "
                "sent later."
            ).format(url=url, finding=finding),
        )


class BadServerAddress(SyncError):
    """An address that is none, or that would send passwords in the clear."""


class NotLoggedIn(SyncError):
    """There is no session to go on with."""

    def __init__(self) -> None:
        super().__init__(_("Nobody is logged in here. Log in with `tabuah login`; all work is safe here."))


class AwaitingApproval(SyncError):
    """The device is enrolled and not yet let in."""

    def __init__(self, device: str) -> None:
        super().__init__(
            _(
                "This device ({device}) waits for approval. An administrator lets it in with "
                "`tabuah server device approve {device}`; until then work stays here."
            ).format(device=device)
        )


class StrangeAnswer(SyncError):
    """What came back is not what the protocol says."""

    def __init__(self, url: str, finding: str) -> None:
        super().__init__(
            _("What answers at {url} is no Tabuah server of this version ({finding}). Nothing was changed.").format(
                url=url, finding=finding
            )
        )


class ServerWentBack(SyncError):
    """Nothing is taken or sent until a person has looked at it."""

    def __init__(self, *, here: int, there: int) -> None:
        super().__init__(
            _(
                "The server has {there} records and this console already has {here}: the server was restored from an "
                "older backup. Nothing was changed here; tell the administrator."
            ).format(here=here, there=there)
        )


class Refused(SyncError):
    """A refusal by the server, in words of the chosen language where its code is known."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.code = problem.code
        super().__init__(
            _("The server refuses: {reason}").format(
                reason=problem_words(problem.code) or problem.detail or problem.title
            )
        )


class ForkRefused(Refused):
    """Another entry stands under one of our numbers."""


class GapRefused(Refused):
    """The server wants earlier entries first."""

    @property
    def expected(self) -> int:
        """The number that must come next."""
        return self.problem.expected or 1


def refusal_of(problem: Problem) -> Refused:
    """The error for a problem document."""
    kinds = {"fork": ForkRefused, "gap": GapRefused}
    return kinds.get(problem.code, Refused)(problem)
