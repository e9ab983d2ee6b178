"""The settings of outgoing notices: the file `notices.toml` of a server, as values with bounds."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.channels import (
    ContactId,
    NoticeChannel,
    SettingName,
    TextValue,
    channel_problems,
    url_problem,
    with_template,
)
from tabuah.resources.toml_parser import parse_toml

FILE_NAME: Final = "notices.toml"
MAX_PROBLEMS: Final = 20

TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Names = Annotated[tuple[SettingName, ...], Meta(min_length=1, max_length=20)]
Texts = Annotated[tuple[TextValue, ...], Meta(max_length=500)]


class InvalidNoticeSettings(ValueError):
    """The file cannot be used; the message gives position and reason, `problems` each of them."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class NoticeOccasion(StrEnum):
    """Why a notice is sent."""

    ALARM = "alarm"
    ESCALATION = "escalation"
    DISPATCH = "dispatch"  # of a unit to an incident
    DISPOSITION = "disposition"  # to an OPD
    TASK = "task"  # of a person, a unit or an OPD
    DUE = "due"  # a time limit of an incident, a disposition or a task has run out
    HELP = "help"  # a crew asks for help
    TEST = "test"  # a person tries a channel


ADDRESSED: Final = frozenset(
    {
        NoticeOccasion.DISPATCH,
        NoticeOccasion.DISPOSITION,
        NoticeOccasion.TASK,
        NoticeOccasion.DUE,
        NoticeOccasion.HELP,
    }
)
Occasions = Annotated[tuple[NoticeOccasion, ...], Meta(max_length=20)]


class RecipientRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is notified of what, through which channels.

    A contact matches by any of `contacts`, `functions`, `organisations` and `duty`. An event must match all of
    `severities`, `hazards` and `kecamatan`; an empty list means all.

    Attributes:
        contacts: ids of contacts.
        functions, organisations: those of contacts, such as `camat` and `BPBD`.
        duty: the supervisor on duty, by the roster and `people`.
        addressed: only the contacts of the unit, person or OPD to whom work is addressed, or whose limit it is.
        severities: of alarms.
        kecamatan: Kemendagri codes of the places of events; one without a known place matches.
        occasions: `alarm` when it is raised, `escalation` when it was not answered, and work that is given.
        urgent: occasions other than alarms that quiet hours do not hold back.
        escalated_to: names of escalation steps, such as `Kalaksa BPBD`; empty for all.
    """

    name: SettingName
    channels: Names
    contacts: Annotated[tuple[ContactId, ...], Meta(max_length=2_000)] = ()
    functions: Texts = ()
    organisations: Texts = ()
    duty: bool = False
    addressed: bool = False
    severities: tuple[AlarmSeverity, ...] = (AlarmSeverity.CRITICAL, AlarmSeverity.HIGH)
    hazards: tuple[Hazard, ...] = ()
    kecamatan: Annotated[tuple[Annotated[str, Meta(pattern=r"^[0-9.]{2,20}$")], ...], Meta(max_length=200)] = ()
    occasions: Occasions = (NoticeOccasion.ALARM, NoticeOccasion.ESCALATION)
    escalated_to: Texts = ()
    urgent: Occasions = (NoticeOccasion.DISPATCH, NoticeOccasion.HELP)

    @property
    def names_contacts(self) -> bool:
        """Whether the rule says which contacts it is for."""
        return bool(self.contacts or self.functions or self.organisations or self.duty)


class NoticeLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Flood protection and bounds.

    Attributes:
        messages, within_min: messages that a person gets at most in this time; more is collected in summaries.
        collect_s: pause after an alarm in which alarms of its group are collected.
        summary_after_s: time for which a summary collects.
        give_up_h: time after which a message that no channel has accepted is given up.
        waiting: messages that may wait at once.
        keep_days: days for which messages that were sent are listed.
        link_h: time for which the link in a message can be used.
    """

    messages: Annotated[int, Meta(ge=2, le=1_000)] = 10
    within_min: Annotated[int, Meta(ge=1, le=1_440)] = 10
    collect_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    summary_after_s: Annotated[float, Meta(ge=0, le=3_600)] = 60.0
    give_up_h: Annotated[float, Meta(gt=0, le=168)] = 24.0
    waiting: Annotated[int, Meta(ge=100, le=1_000_000)] = 20_000
    keep_days: Annotated[int, Meta(ge=1, le=3_660)] = 30
    link_h: Annotated[float, Meta(gt=0, le=720)] = 72.0


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"begins": "from"}):
    """Hours of the day, in the zone of the regency, in which only `urgent` alarms and urgent work are sent."""

    begins: TimeOfDay
    until: TimeOfDay
    urgent: tuple[AlarmSeverity, ...] = (AlarmSeverity.CRITICAL,)


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. Without a channel nothing is sent.

    Attributes:
        people: the contact of a user of Tabuah, by user name, for `duty`.
        exercise_contacts: the only contacts that an exercise notifies.
        texts: whether messages about work contain words of people, in which there may be names.
        public_url: the address by which recipients reach this server; without it, messages have no link.
    """

    public_url: Annotated[str, Meta(max_length=200)] = ""
    texts: bool = False
    channel: Annotated[tuple[NoticeChannel, ...], Meta(max_length=20)] = ()
    recipient: Annotated[tuple[RecipientRule, ...], Meta(max_length=200)] = ()
    limits: NoticeLimits = NoticeLimits()
    quiet_hours: QuietHours | None = None
    people: Annotated[dict[str, ContactId], Meta(max_length=2_000)] = {}
    exercise_contacts: Annotated[tuple[ContactId, ...], Meta(max_length=200)] = ()

    def channel_named(self, name: str) -> NoticeChannel | None:
        """Return a channel by its name."""
        return next((channel for channel in self.channel if channel.name == name), None)


def read_notice_settings(text: str) -> NoticeSettings:
    """Parse the settings.

    Raises:
        InvalidNoticeSettings: not TOML, an unknown name, or a value that cannot be used; all are named.
    """
    try:
        found = msgspec.convert(_with_templates(parse_toml(text)), NoticeSettings)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidNoticeSettings(str(error)) from error
    problems = list(_find_problems(found))
    if problems:
        raise InvalidNoticeSettings(*problems[:MAX_PROBLEMS])
    return found


def _with_templates(found: dict[str, Any]) -> dict[str, Any]:
    channels = found.get("channel")
    return {**found, "channel": [with_template(each) for each in channels]} if isinstance(channels, list) else found


def _find_problems(found: NoticeSettings) -> Iterator[str]:
    yield from _repeated("channels", [channel.name for channel in found.channel])
    yield from _repeated("recipients", [rule.name for rule in found.recipient])
    for channel in found.channel:
        for problem in channel_problems(channel):
            yield f"channel {channel.name!r}: {problem}"
    if found.public_url and (problem := _public_url_problem(found.public_url)):
        yield f"public_url: {problem}"
    names = {channel.name for channel in found.channel}
    for rule in found.recipient:
        for name in set(rule.channels) - names:
            yield f"recipient {rule.name!r}: there is no channel {name!r}"
        if not (rule.names_contacts or rule.addressed):
            yield f"recipient {rule.name!r}: name contacts, functions, organisations, duty or addressed"
        if NoticeOccasion.TEST in rule.occasions:
            yield f"recipient {rule.name!r}: a test is no occasion"
        if rule.addressed and not ADDRESSED.issuperset(rule.occasions):
            yield f"recipient {rule.name!r}: an alarm is addressed to nobody; set occasions"
        if not ADDRESSED.issuperset(rule.urgent):
            yield f"recipient {rule.name!r}: quiet_hours says which alarms are urgent"


def _public_url_problem(url: str) -> str:
    if problem := url_problem(url):
        return problem.removeprefix("url ")
    parts = urlsplit(url)
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(" {}\\\"'<>")
    return "" if is_plain and not parts.query and not parts.fragment else "use host and path only"


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two {what} are called {name!r}"
