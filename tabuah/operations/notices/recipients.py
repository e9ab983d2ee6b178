"""The contacts that are notified of an event, and through which channels. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.settings import ADDRESSED, NoticeOccasion, NoticeSettings, RecipientRule
from tabuah.operations.tasks.due_clocks import DueClock
from tabuah.operations.tasks.task import MAX_OWNER, OwnerKind, Task, TaskKind, TaskOwner
from tabuah.operations.units.unit import HelpRequest, Unit

# The order in which messages are sent; an incident that is not known here is not put off.
_SEVERITIES: Final[Mapping[Severity | None, AlarmSeverity]] = {
    None: AlarmSeverity.HIGH,
    Severity.CATASTROPHIC: AlarmSeverity.CRITICAL,
    Severity.SEVERE: AlarmSeverity.CRITICAL,
    Severity.MODERATE: AlarmSeverity.HIGH,
    Severity.MINOR: AlarmSeverity.ATTENTION,
}


class NoticeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of which contacts may be notified, such as an alarm that was raised.

    Attributes:
        subject: the subject that it is about, such as `alarm/ID`.
        kecamatan, nagari: Kemendagri codes of its place; empty if it is not known.
        is_late: whether it is too old to be sent.
        step, to, person: of an escalation; `person` is the user name of the supervisor on duty.
        entry: id of the entry that gave the work, or the limit that has run out; empty for an alarm.
        incident: id of the incident of the work.
        addressees: to whom the work is given.
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
    entry: str = ""
    incident: str = ""
    addressees: tuple[TaskOwner, ...] = ()

    @property
    def key(self) -> str:
        """The occasion with the escalation step or the entry: a contact is notified of each once."""
        return "/".join(filter(None, (self.occasion.value, self.entry or (str(self.step) if self.step else ""))))


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


def dispatch_event(unit: Unit, incident: Incident | None) -> NoticeEvent:
    """Return the event of a unit that was assigned to an incident."""
    owner = TaskOwner(kind=OwnerKind.UNIT, name=unit.id, opd=unit.opd[:MAX_OWNER])
    event = _work_event(NoticeOccasion.DISPATCH, subject_of("unit", unit.id), incident, owner)
    return msgspec.structs.replace(event, entry=unit.state_entry, incident=unit.incident, exercise=unit.exercise)


def task_event(task: Task, incident: Incident | None, entry: str) -> NoticeEvent:
    """Return the event of a task or a disposition that an entry gave to its owner."""
    is_disposition = task.kind is TaskKind.DISPOSITION
    occasion = NoticeOccasion.DISPOSITION if is_disposition else NoticeOccasion.TASK
    event = _work_event(occasion, subject_of("task", task.id), incident, task.owner)
    return msgspec.structs.replace(event, entry=entry, incident=task.incident, exercise=task.exercise)


def due_event(due: DueClock, incident: Incident | None, owners: tuple[TaskOwner, ...], *, entry: str) -> NoticeEvent:
    """Return the event of a time limit that has run out; `entry` identifies the limit with its time."""
    event = _work_event(NoticeOccasion.DUE, due.subject, incident, *owners)
    return msgspec.structs.replace(event, entry=entry, incident=due.incident, exercise=due.exercise)


def help_event(unit: Unit, request: HelpRequest, incident: Incident | None) -> NoticeEvent:
    """Return the event of a crew that asks for help; it is addressed to the office, not to the crew itself."""
    owner = TaskOwner(kind=OwnerKind.OPD, name=unit.opd[:MAX_OWNER])
    event = _work_event(NoticeOccasion.HELP, subject_of("unit", unit.id), incident, owner)
    return msgspec.structs.replace(
        event,
        severity=AlarmSeverity.CRITICAL,  # before everything else, however small the incident is
        entry=request.entry,
        incident=request.incident,
        exercise=unit.exercise,
    )


def _work_event(occasion: NoticeOccasion, subject: str, incident: Incident | None, *owners: TaskOwner) -> NoticeEvent:
    place = incident.place if incident is not None else None
    return NoticeEvent(
        subject=subject,
        occasion=occasion,
        severity=_SEVERITIES[incident.severity if incident is not None else None],
        hazard=incident.hazard if incident is not None else None,
        kecamatan=place.kecamatan_code if place is not None else "",
        nagari=place.nagari_code if place is not None else "",
        addressees=owners,
    )


def owner_key(owner: TaskOwner) -> str:
    """Identify an owner of work, also after its office was changed."""
    return f"{owner.kind}:{owner.name}"


class NoticeRecipient(NamedTuple):
    """A contact to notify, the names of its channels in the order of the settings, and whether it is urgent."""

    contact: Contact
    channels: tuple[str, ...]
    is_urgent: bool = False


def find_recipients(
    event: NoticeEvent, settings: NoticeSettings, contacts: Mapping[str, Contact], on_duty: str
) -> list[NoticeRecipient]:
    """Return the contacts to notify, each once.

    A contact for certain places or hazards gets only events there, those whose place is not known, and the work that
    is addressed to it. An exercise notifies the test contacts only.

    Args:
        event: what happened.
        settings: the rules.
        contacts: by id.
        on_duty: user name of the supervisor on duty; empty if nobody is known.
    """
    channels: dict[str, set[str]] = {}
    urgent: set[str] = set()
    for rule in settings.recipient:
        if _rule_matches(rule, event):
            duty = settings.people.get(event.person or on_duty, "")
            for contact in _notified_by(rule, event, settings, contacts, duty):
                channels.setdefault(contact.id, set()).update(rule.channels)
                urgent |= {contact.id} if event.occasion in rule.urgent else set()
    order = [channel.name for channel in settings.channel]
    return [
        NoticeRecipient(contacts[key], tuple(name for name in order if name in names), key in urgent)
        for key, names in channels.items()
    ]


def _notified_by(
    rule: RecipientRule, event: NoticeEvent, settings: NoticeSettings, contacts: Mapping[str, Contact], duty: str
) -> list[Contact]:
    chosen = [each for each in _contacts_of(rule, contacts, duty) if _is_of_world(each, event, settings)]
    if rule.addressed:
        return list(
            {each.id: each for owner in event.addressees for each in _addressed(chosen, owner, settings)}.values()
        )
    return [contact for contact in chosen if _is_for(contact, event)]


def _addressed(contacts: Iterable[Contact], owner: TaskOwner, settings: NoticeSettings) -> list[Contact]:
    """Return the contacts of a unit by its call sign, or of a person by `people`; else those of the office."""
    known = list(contacts)
    own: list[Contact] = []
    match owner.kind:
        case OwnerKind.UNIT:
            sign = _plain(plain_code(owner.name))
            own = [contact for contact in known if _plain(contact.call_sign) == sign]
        case OwnerKind.USER:
            own = [contact for contact in known if contact.id == settings.people.get(owner.name, "")]
    office = _plain(owner.office)
    return own or [contact for contact in known if office and _plain(contact.organisation) == office]


def _rule_matches(rule: RecipientRule, event: NoticeEvent) -> bool:
    if event.occasion not in rule.occasions:
        return False
    if event.occasion not in ADDRESSED and event.severity not in rule.severities:
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
        is_chosen = contact.id in named or contact.function in rule.functions or not rule.names_contacts
        if contact.retired is None and (is_chosen or _plain(contact.organisation) in organisations):
            yield contact


def _is_of_world(contact: Contact, event: NoticeEvent, settings: NoticeSettings) -> bool:
    return not event.exercise or contact.id in settings.exercise_contacts


def _is_for(contact: Contact, event: NoticeEvent) -> bool:
    """Return whether a contact is for the hazard and the place of an event."""
    if contact.hazards and event.hazard is not None and event.hazard not in contact.hazards:
        return False
    return contact.is_regency_wide or not event.kecamatan or is_place_of(contact, event.kecamatan, event.nagari)


def is_place_of(contact: Contact, kecamatan: str, nagari: str) -> bool:
    """Return whether a contact is for a kecamatan, or for a nagari; in one whose nagari is unknown, for any of it."""
    if kecamatan in contact.kecamatan or nagari in contact.nagari:
        return True
    return not nagari and any(code.startswith(f"{kecamatan}.") for code in contact.nagari)


def occasions_of(contact: Contact, channel: str, settings: NoticeSettings) -> tuple[str, ...]:
    """Return the occasions for which a contact may be notified through a channel.

    The supervisor on duty changes: a rule with `duty` counts for all contacts in `people`.
    """
    people = set(settings.people.values())
    rules = [
        rule
        for rule in settings.recipient
        if channel in rule.channels
        and any(_contacts_of(rule, {contact.id: contact}, contact.id if contact.id in people else ""))
    ]
    return tuple(each.value for each in NoticeOccasion if any(each in rule.occasions for rule in rules))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def find_contact(contacts: Iterable[Contact], wanted: str) -> list[Contact]:
    """Return the contacts with an id or a name; of several with a name, all."""
    known = [contact for contact in contacts if contact.retired is None]
    by_id = [contact for contact in known if contact.id == wanted.strip()]
    return by_id or [contact for contact in known if _plain(contact.name) == _plain(wanted)]
