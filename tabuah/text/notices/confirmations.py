"""Text about contacts who have confirmed a notice of an alarm."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.resources.localisation import _, format_recent_moment, ngettext

_NAMED: Final = 3  # further contacts are counted


def describe_confirmations(
    notices: Sequence[NoticeAcknowledgement], contacts: Mapping[str, Contact], now: datetime
) -> str:
    """Return the contacts who have confirmed a notice of an alarm, with times; empty without any.

    Example: "notice confirmed by Camat Kubung 14.31".
    """
    if not notices:
        return ""
    named = [
        f"{contact_name(each.contact, contacts)} {format_recent_moment(each.acknowledged_at, now, zone=False)}"
        for each in notices[:_NAMED]
    ]
    more = len(notices) - _NAMED
    if more > 0:
        named.append(ngettext("{n} other", "{n} others", more).format(n=more))
    return _("notice confirmed by {names}").format(names=", ".join(named))


def contact_name(contact: str, contacts: Mapping[str, Contact]) -> str:
    """Return the name of a contact, or its id where it is not known."""
    return contacts[contact].name if contact in contacts else contact
