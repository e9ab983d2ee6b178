"""The server's refusals in words, by their stable code."""

from typing import Final

from tabuah.resources.catalogue import _

_WORDS: Final[dict[str, str]] = {
    "wrong_password": "The name or the password is wrong.",
    "throttled": "Too many attempts; wait a few minutes.",
    "too_many_attempts": "Too many attempts; wait a few minutes.",
    "session_ended": "The session is over; log in again.",
    "unauthorised": "The session is over; log in again.",
    "token_expired": "The session is over; log in again.",
    "forbidden": "Your role does not allow this.",
    "outdated": "Console and server are of versions that do not fit together; update the older one.",
    "device_revoked": "This device has been locked; ask an administrator.",
    "unknown_device": "This device is not enrolled; log in again.",
    "tag_taken": "Another device has the same short name; log in again.",
    "too_many_devices": "Too many of your devices wait for approval; ask an administrator.",
    "fork": "Another copy of this console has written in its name.",
    "gap": "The server lacks earlier work of this console.",
    "bad_signature": "A signature does not fit.",
    "broken_chain": "The work of this console does not follow on what the server has of it.",
    "malformed_entry": "An entry is not valid.",
    "too_large": "That is too large.",
    "busy": "The server is busy; try again in a moment.",
    "stopping": "The server is being stopped; try again in a moment.",
    "storage_full": "The server's disk is full. Nothing was saved there; all work is safe here.",
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


def problem_words(code: str) -> str:
    """A refusal in words, in the language that is spoken; empty for a code that is not known here."""
    return _(_WORDS[code]) if code in _WORDS else ""
