"""Why no server answers, in words that a person at a desk can do something with."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final

from tabuah.resources.catalogue import N_, _

_NO_WAY: Final = N_("there is no way to it from this network")
_OF_NUMBERS: Final = {
    errno.ECONNREFUSED: N_("nothing listens there"),
    errno.ECONNRESET: N_("the line broke"),
    errno.EPIPE: N_("the line broke"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.ENETUNREACH: _NO_WAY,
    errno.EHOSTUNREACH: _NO_WAY,
    errno.ENETDOWN: _NO_WAY,
}


def unreachable_words(error: BaseException) -> str:
    """A short reason why nothing answers; what is not known here is told as the system says it."""
    for each in _with_causes(error):
        if known := _known(each):
            return known
    return str(error).strip() or type(error).__name__


def _known(error: BaseException) -> str:
    """The words for one exception; empty where only what caused it can tell."""
    if isinstance(error, socket.gaierror):
        return _("its name is not known in this network")
    if isinstance(error, ssl.SSLCertVerificationError):
        finding = getattr(error, "verify_message", "") or str(error)  # set by a handshake only
        return _("its certificate is not trusted here: {finding}").format(finding=finding)
    if isinstance(error, TimeoutError) or type(error).__name__.endswith("Timeout"):
        return _("no answer in time")
    number = error.errno if isinstance(error, OSError) else None
    return _(_OF_NUMBERS[number]) if number in _OF_NUMBERS else ""


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it came from, the nearest first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
