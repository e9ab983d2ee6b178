"""Texts of alerts that came as messages, from values: their state, their codes and what became of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tabuah.operations.feeds.cap_alert import CapMessageType, CapScope, CapStatus
from tabuah.operations.messages.alert import AlertClosure, AlertEnd, MessageAlert
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.bulletins.bulletin_text import cap_label
from tabuah.text.facts import Facts, known_facts

_KEY_SHOWN: Final = 13  # characters of an id that lists show
_STATUSES: Final[Mapping[CapStatus, str]] = {
    CapStatus.ACTUAL: N_("real"),
    CapStatus.EXERCISE: N_("exercise"),
    CapStatus.SYSTEM: N_("between systems"),
    CapStatus.TEST: N_("test"),
    CapStatus.DRAFT: N_("draft"),
}
_TYPES: Final[Mapping[CapMessageType, str]] = {
    CapMessageType.ALERT: N_("new alert"),
    CapMessageType.UPDATE: N_("update of an alert"),
    CapMessageType.CANCEL: N_("cancellation of an alert"),
    CapMessageType.ACK: N_("receipt of an alert"),
    CapMessageType.ERROR: N_("refusal of an alert"),
}
_SCOPES: Final[Mapping[CapScope, str]] = {
    CapScope.PUBLIC: N_("public"),
    CapScope.RESTRICTED: N_("restricted"),
    CapScope.PRIVATE: N_("private"),
}
_ENDS: Final[Mapping[AlertEnd, str]] = {
    AlertEnd.UPDATED: N_("replaced by a later alert"),
    AlertEnd.CANCELLED: N_("cancelled by its sender"),
    AlertEnd.EXPIRED: N_("expired"),
}


def published_headline(alert: MessageAlert | None) -> str:
    """Return the headline of an alert, else its event, as far as the sender has published them."""
    words = alert.words if alert is not None else None
    return (words.headline or words.event) if words is not None else ""


def alert_title(alert: MessageAlert | None) -> str:
    """Return an alert in a line without its sealed text: its headline if it is public, else its kind."""
    return published_headline(alert) or (describe_alert_kind(alert) if alert is not None else "")


def describe_alert_end(end: AlertEnd) -> str:
    """Return why an alert is over."""
    return _(_ENDS[end])


def describe_alert_kind(alert: MessageAlert) -> str:
    """Return kind and status of an alert: "update of an alert · exercise"; a real one has no status."""
    parts = (_(_TYPES[alert.message]), _(_STATUSES[alert.status]) if alert.is_exercise else "")
    return " · ".join(filter(None, parts))


def describe_alert_codes(alert: MessageAlert) -> str:
    """Return severity, urgency and certainty, as far as they are known: "Severe · Immediate · Observed"."""
    codes = (alert.severity, alert.urgency, alert.certainty)
    return " · ".join(cap_label(code) for code in codes if code.value != "Unknown")


def describe_alert_period(alert: MessageAlert, now: datetime) -> str:
    """Return the time in which an alert is valid."""
    if alert.expires is None:
        return _("no end is stated")
    text = _("expired at {time}") if alert.has_expired(now) else _("until {time}")
    return text.format(time=format_moment(alert.expires))


def alert_facts(alert: MessageAlert | None, now: datetime, *, closure: AlertClosure | None = None) -> Facts:
    """Return the facts of an alert, without its sealed text; nothing for None.

    Args:
        alert: the alert of a message.
        now: the time (UTC), after which it expires.
        closure: its end by a later alert.
    """
    if alert is None:
        return ()
    words = alert.words
    later = f"{describe_alert_end(closure.end)}: {closure.by[:_KEY_SHOWN]}" if closure is not None else ""
    facts = (
        (_("Alert"), describe_alert_kind(alert)),
        (_("Danger"), describe_alert_codes(alert)),
        (_("What"), words.event if words else ""),
        (_("Warned area"), _describe_area(alert)),
        (_("Valid"), describe_alert_period(alert, now)),
        (_("Later alert"), later),
        (_("Earlier alerts"), ", ".join(key[:_KEY_SHOWN] for key in alert.earlier)),
        (_("Scope"), "" if alert.scope is CapScope.PUBLIC else _(_SCOPES[alert.scope])),
        (_("Alert ID"), words.identifier if words else ""),
    )
    return known_facts(facts)


def _describe_area(alert: MessageAlert) -> str:
    name = alert.words.area if alert.words else ""
    return name if alert.rings else " · ".join(filter(None, (name, _("no outline is stated"))))
