"""The contacts that are notified of an event, and through which channels. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.entries import subject_of
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings, RecipientRule


class NoticeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of which contacts may be notified, such as an alarm that was raised.

    Attributes:
        subject: the subject that it is about, such as `alarm/ID`.
        kecamatan, nagari: Kemendagri codes of its place; empty if it is not known.
        is_late: whether it is too old to be sent.
        step, to, person: of an escalation; `person` is the user name of the supervisor on duty.
    """

    subject: str
    occasion: NoticeOccasion
    severity: AlarmSeverity
    hazard: Hazard | None = None
    exercise: bool = False
    kecamatan: str = ""
    nagari: str = ""
    is_late: bool = False
    step: int = 0
    to: str = ""
    person: str = ""

    @property
    def key(self) -> str:
        """The occasion with the escalation step: a contact is notified of each once."""
        return f"{self.occasion}/{self.step}" if self.step else self.occasion.value


def alarm_event(alarm: Alarm, occasion: NoticeOccasion = NoticeOccasion.ALARM, **fields: Any) -> NoticeEvent:
    """Return the event of an alarm that was raised, or of a step of its escalation; `fields` are further ones."""
    return NoticeEvent(
        subject=subject_of("alarm", alarm.id),
        occasion=occasion,
        severity=alarm.severity,
        hazard=alarm.hazard,
        exercise=alarm.exercise,
        **fields,
    )


class NoticeRecipient(NamedTuple):
    """A contact to notify, and the names of its channels in the order of the settings."""

    contact: Contact
    channels: tuple[str, ...]


def find_recipients(
    event: NoticeEvent, settings: NoticeSettings, contacts: Mapping[str, Contact], on_duty: str
) -> list[NoticeRecipient]:
    """Return the contacts to notify, each once.

    A contact for certain places or hazards gets only events there, and those whose place is not known. An exercise
    notifies the test contacts only.

    Args:
        event: what happened.
        settings: the rules.
        contacts: by id.
        on_duty: user name of the supervisor on duty; empty if nobody is known.
    """
    channels: dict[str, set[str]] = {}
    for rule in settings.recipient:
        if _rule_matches(rule, event):
            for contact in _contacts_of(rule, contacts, settings.people.get(event.person or on_duty, "")):
                if _may_be_notified(contact, event, settings):
                    channels.setdefault(contact.id, set()).update(rule.channels)
    order = [channel.name for channel in settings.channel]
    return [
        NoticeRecipient(contacts[key], tuple(name for name in order if name in names))
        for key, names in channels.items()
    ]


def _rule_matches(rule: RecipientRule, event: NoticeEvent) -> bool:
    if event.occasion not in rule.occasions or event.severity not in rule.severities:
        return False
    if rule.hazards and event.hazard not in rule.hazards:
        return False
    if rule.kecamatan and event.kecamatan and event.kecamatan not in rule.kecamatan:
        return False
    is_step = event.occasion is NoticeOccasion.ESCALATION
    return not (is_step and rule.escalated_to) or event.to in rule.escalated_to


def _contacts_of(rule: RecipientRule, contacts: Mapping[str, Contact], on_duty: str) -> Iterator[Contact]:
    organisations = {_plain(name) for name in rule.organisations}
    named = {*rule.contacts, *((on_duty,) if rule.duty and on_duty else ())}
    for contact in contacts.values():
        is_chosen = contact.id in named or contact.function in rule.functions
        if contact.retired is None and (is_chosen or _plain(contact.organisation) in organisations):
            yield contact


def _may_be_notified(contact: Contact, event: NoticeEvent, settings: NoticeSettings) -> bool:
    if event.exercise and contact.id not in settings.exercise_contacts:
        return False
    if contact.hazards and event.hazard is not None and event.hazard not in contact.hazards:
        return False
    return contact.is_regency_wide or not event.kecamatan or is_place_of(contact, event.kecamatan, event.nagari)


def is_place_of(contact: Contact, kecamatan: str, nagari: str) -> bool:
    """Return whether a contact is for a kecamatan, or for a nagari; in one whose nagari is unknown, for any of it."""
    if kecamatan in contact.kecamatan or nagari in contact.nagari:
        return True
    return not nagari and any(code.startswith(f"{kecamatan}.") for code in contact.nagari)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def find_contact(contacts: Iterable[Contact], wanted: str) -> list[Contact]:
    """Return the contacts with an id or a name; of several with a name, all."""
    known = [contact for contact in contacts if contact.retired is None]
    by_id = [contact for contact in known if contact.id == wanted.strip()]
    return by_id or [contact for contact in known if _plain(contact.name) == _plain(wanted)]
