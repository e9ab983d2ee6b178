"""Texts of sync errors: the server's refusals by code, and why a connection failed."""

import errno
import socket
from collections.abc import Iterator
from typing import Final

from tabuah.resources.localisation import N_, _

_WORDS: Final[dict[str, str]] = {
    "wrong_password": "The name or the password is wrong.",
    "wrong_code": "The code is wrong, used or expired; ask an administrator for another one.",
    "weak_password": (
        "This password is too short or guessed first: choose at least ten characters, such as several words that do"
        " not belong together."
    ),
    "name_taken": "There is a user of this name already.",
    "deputyship_too_long": "After three days in a row as a deputy, only an administrator names this person again.",
    "last_administrator": "The last active administrator cannot be locked or get another role.",
    "not_possible": "The server cannot do this: a name or a role in it is not allowed.",
    "device_not_approved": "This device waits for approval by an administrator.",
    "work_is_missing": "The server lacks work of this device; synchronise first.",
    "second_factor_needed": "This user logs in with a code, too: enter that of the authenticator app.",
    "wrong_second_factor": "The code is wrong or was used. Wait for the next one, or check the clock of the phone.",
    "second_factor_exists": "There is a second factor already: remove it first.",
    "second_factor_needs_device": "Set up the second factor on a device that an administrator has approved.",
    "needs_another_person": "Another administrator does this for you.",
    "throttled": "Too many attempts; wait a few minutes.",
    "too_many_attempts": "Too many attempts; wait a few minutes.",
    "too_many_requests": "Too much at once; this console waits and tries again by itself.",
    "too_many_streams": "Too much at once; this console waits and tries again by itself.",
    "too_many_bytes": "Too much at once; this console waits and tries again by itself.",
    "too_many_unnamed": "Too much at once; this console waits and tries again by itself.",
    "too_many_boxes": "Too many sealed photos are incomplete at the server; they are completed first, one by one.",
    "too_many_pushes": "This console sends too often; it waits and tries again by itself. All work is safe here.",
    "session_ended": "The session is over; log in again.",
    "unauthorised": "The session is over; log in again.",
    "token_expired": "The session is over; log in again.",
    "forbidden": "Your role does not allow this.",
    "outdated": "Console and server are of versions that do not fit together; update the older one.",
    "device_revoked": (
        "This device is locked. If it was approved before, its own work is handed in, and a supervisor decides on it;"
        " ask an administrator."
    ),
    "device_stolen": "This device was reported stolen; ask an administrator.",
    "session_unsigned": "The session is over; log in again.",
    "session_of_another_device": "The session is over; log in again.",
    "unknown_device": "This device is not enrolled; log in again.",
    "tag_taken": "Another device has the same short name; log in again.",
    "too_many_devices": "Too many of your devices wait for approval; ask an administrator.",
    "weak_key": "The key of this device is weak: a new one is needed.",
    "stale_challenge": "The answer took too long; try again.",
    "fork": "Another copy of this console has written in its name.",
    "gap": "The server lacks earlier work of this console.",
    "bad_signature": "A signature does not fit.",
    "broken_chain": "The work of this console does not follow on what the server has of it.",
    "malformed_entry": "An entry is not valid.",
    "too_large": "That is too large.",
    "bad_mappings": "The server does not accept these mappings; nothing was changed.",
    "mappings_changed": "The mappings were changed by another administrator meanwhile: read them again.",
    "busy": "The server is busy; try again in a moment.",
    "search_too_short": "Enter three letters or digits at least.",
    "backup_recent": "The newest backup is only minutes old; ask again after ten minutes.",
    "backup_running": "Such a job of the backups runs or waits already.",
    "notices_off": "This server sends no notices: notices.toml names no channel. Nothing was changed.",
    "notices_unusable": "The server cannot use its list of notices. Nothing was changed; ask the administrator.",
    "no_backup_folder": "The server has no folder for backups: name one in server.toml, table [backup].",
    "stopping": "The server is being stopped; try again in a moment.",
    "storage_full": "The server's disk is full. Nothing was saved there; all work is safe here.",
    "server_restored": "The server was restored from a backup and takes no work yet; all work is safe here.",
    "storage_failed": "The server could not save it. Nothing is lost; all work is safe here.",
    "malformed_request": "The server does not understand it. Check what was typed, or update the older of the two.",
    "not_found": "The server does not have it.",
    "wrong_content": "What arrived there was not what was sent; it is sent again.",
    "program_refused": "Programs cannot be attached.",
    "trials_busy": "Others try rules at the server now; try again in a minute.",
    "trial_replaced": "Another rule of yours is tried at the server now.",
    "trial_too_long": "The server gave up after two minutes: choose fewer days or stations.",
    "trial_too_large": "Too many readings would have to be played together: choose fewer days or stations.",
    "trial_ended": "The server could not try it: there is a bug, or too little memory; it is in the server's log.",
    "damaged_blob": "The server's copy of the attachment is damaged; tell the administrator.",
}


def describe_refusal(code: str) -> str:
    """Describe a refusal in the chosen language; empty for an unknown code."""
    return _(_WORDS[code]) if code in _WORDS else ""


_NO_WAY: Final = N_("there is no route to it from this network")
_OF_NUMBERS: Final = {
    errno.ECONNREFUSED: N_("nothing is listening there"),
    errno.ECONNRESET: N_("the connection was lost"),
    errno.EPIPE: N_("the connection was lost"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.ENETUNREACH: _NO_WAY,
    errno.EHOSTUNREACH: _NO_WAY,
    errno.ENETDOWN: _NO_WAY,
}


# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_OTHER_AUTHORITY: Final = (18, 19, 20, 21)
_OTHER_NAME: Final = (62, 64)
_CERTIFICATE_ERROR: Final = "SSLCertVerificationError"


def certificate_error_of(error: BaseException) -> BaseException | None:
    """Return the failed verification of a certificate among an exception and its causes; None without one."""
    return next((each for each in _with_causes(error) if type(each).__name__ == _CERTIFICATE_ERROR), None)


def describe_certificate_error(error: BaseException) -> str:
    """Describe why a certificate is not accepted."""
    code = _verify_code(error)
    if code in _OTHER_NAME:
        return _("its certificate is for another name")
    if code == _EXPIRED:
        return _("its certificate has expired")
    if code == _NOT_YET_VALID:
        return _("its certificate is not valid yet")
    if code in _OTHER_AUTHORITY:
        return _("its certificate is of an authority that this console does not know")
    finding = getattr(error, "verify_message", "") or str(error)  # set by a handshake only
    return _("its certificate is not trusted here: {finding}").format(finding=finding)


def certificate_advice(error: BaseException, *, is_pinned: bool) -> str:
    """Return what to do about a certificate that is not accepted."""
    code = _verify_code(error)
    if code in _OTHER_NAME:
        return _(
            "Use the address that the administrator gave, or ask for a certificate with this one: tabuah server tls"
            " renew --name HOST."
        )
    if code in (_EXPIRED, _NOT_YET_VALID):
        return _(
            "Check date and time of this computer. If they are right, the administrator renews it: tabuah server tls"
            " renew."
        )
    if is_pinned:
        return _(
            "Either the server has a new authority, or someone intercepts the connection. Only if the administrator"
            " confirms a new one: tabuah pin set --code CODE."
        )
    return _(
        "Ask the administrator for the pairing code, and enter it when you log in (in the form, or: tabuah login"
        " --code CODE)."
    )


def _verify_code(error: BaseException) -> int:
    return int(getattr(error, "verify_code", 0) or 0)


def describe_connection_error(error: BaseException) -> str:
    """Describe briefly why no server answers; unknown errors keep the system's text."""
    for each in _with_causes(error):
        if known := _known(each):
            return known
    return str(error).strip() or type(error).__name__


def _known(error: BaseException) -> str:
    """Describe one exception; empty where only its cause can explain it."""
    if isinstance(error, socket.gaierror):
        return _("its name is not known in this network")
    if type(error).__name__ == _CERTIFICATE_ERROR:
        return describe_certificate_error(error)
    if isinstance(error, TimeoutError) or type(error).__name__.endswith("Timeout"):
        return _("no answer in time")
    number = error.errno if isinstance(error, OSError) else None
    return _(_OF_NUMBERS[number]) if number in _OF_NUMBERS else ""


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes, the nearest first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
