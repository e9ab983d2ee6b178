"""Text for the reason codes of verdicts: which rule applies, and what to do."""

from typing import Final

from tabuah.resources.catalogue import _

_WORDS: Final[dict[str, str]] = {
    "role_forbids": "Your role does not allow this.",
    "supervisor_only": "Only a supervisor may close or reopen an incident.",
    "close_needs_contained": "An incident is closed only after it is contained.",
    "close_needs_second_person": (
        "Closing needs a second person: the person who contained an incident cannot close it."
    ),
    "merge_into_itself": "An incident cannot be merged into itself.",
    "already_reported": "This incident was reported already.",
    "already_raised": "This alarm was raised already.",
    "already_escalated": "This alarm was escalated already.",
    "no_longer_waiting": "This alarm no longer waits for an answer.",
    "already_ended": "This maintenance is over already.",
    "already_exists": "This name exists already.",
    "number_of_another_device": "The incident number belongs to another device.",
    "number_taken": "Another incident has this number already.",
    "subject_malformed": "The subject of this change has no valid ID.",
    "unknown_subject": "The subject of this change is unknown.",
    "unknown_conflict": "There is no such conflict.",
    "no_base": "There was no previous value: choose the current or the proposed one.",
    "not_held": "This entry is not held any more.",
    "rests_on_held": "It depends on an entry that is held: it takes effect automatically once that is released.",
    "rests_on_unknown": (
        "It depends on an entry that has not arrived yet: it takes effect automatically once that has arrived."
    ),
    "too_many_wait": (
        "Too many changes already depend on the same missing entry; send it again once that has arrived."
    ),
    "unknown_kind": "The server does not know this kind of change: its version is older.",
    "unknown_schema": "The server does not know this form of change: its version is older.",
    "malformed_body": "The content is not valid.",
    "subject_of_another_kind": "The change does not fit its subject.",
    "subject_of_another_name": "The change names another subject than its own.",
    "needs_newer_version": "This was changed by a newer version; update Tabuah to work on it.",
    "too_large": "This is too long to be sent; shorten it or attach it as a file.",
    "already_there": "This arrived already under another key of this device.",
    "stale_base": "Another person changed the same field meanwhile.",
    "unknown_device": "The device was not enrolled.",
    "no_grant": "It was written without a valid log-in on this device.",
    "device_revoked": "The device was revoked.",
    "device_not_approved": "The device waits for approval.",
    "user_inactive": "The user is locked out.",
    "role_changed": "The user's role has changed since the log-in.",
    "grant_expired": "The log-in had expired when it was written.",
    "unit_of_another_opd": "A field office moves and places only units of its own OPD.",
    "attachment_of_another": "A field office removes only what it has added itself.",
    "refused": "A supervisor refused it.",
}


def describe_reason(code: str) -> str:
    """Return the text of a reason in the current language; the code itself if it is unknown."""
    return _(_WORDS[code]) if code in _WORDS else code
