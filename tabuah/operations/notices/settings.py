"""The settings of outgoing notices: the file `notices.toml` of a server, as values with bounds."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.toml_parser import parse_toml

FILE_NAME: Final = "notices.toml"
MAX_PROBLEMS: Final = 20
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
PLACEHOLDERS: Final = frozenset({"recipient", "name", "title", "text", "key", "secret"})
_SECRET_ONLY: Final = frozenset({"secret"})
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]*)\}")

SettingName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ContactId = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
TextValue = Annotated[str, Meta(min_length=1, max_length=500)]
ShortValue = Annotated[str, Meta(max_length=253, pattern=r"^[^\x00-\x1f\x7f]*$")]
PathValue = Annotated[str, Meta(max_length=1_000)]
VariableName = Annotated[str, Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$")]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Addresses = Annotated[dict[ContactId, Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=2_000)]
Fields = Annotated[dict[TextValue, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=50)]
Names = Annotated[tuple[SettingName, ...], Meta(min_length=1, max_length=20)]
Texts = Annotated[tuple[TextValue, ...], Meta(max_length=500)]


class InvalidNoticeSettings(ValueError):
    """The file cannot be used; the message gives position and reason."""


class NoticeOccasion(StrEnum):
    """Why a notice is sent."""

    ALARM = "alarm"
    ESCALATION = "escalation"
    TEST = "test"  # a person tries a channel


class SmtpSecurity(StrEnum):
    """How a connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # on this machine only


class _Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """A way to reach contacts.

    Attributes:
        secret_file: file with the password or key, relative to the directory of the server.
        secret_env: environment variable with it; without both there is none.
        personal: also use the personal numbers of contacts where they have no open one.
        addresses: addresses by contact, which win over those of the directory of contacts.
    """

    name: SettingName
    secret_file: PathValue = ""
    secret_env: VariableName = ""
    personal: bool = False
    addresses: Addresses = {}


class SmtpChannel(_Channel, frozen=True, kw_only=True, tag="smtp"):
    """E-mail through a mail server.

    Attributes:
        sender: the address in `From`.
        ca_file: certificates of the authority of the mail server, relative to the directory; empty for the system's.
    """

    host: Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: ShortValue = ""
    sender: Annotated[str, Meta(max_length=200, pattern=r"^[!-~]{1,64}@[A-Za-z0-9.-]+$")]
    ca_file: PathValue = ""

    @property
    def number_field(self) -> str:
        """The field of a contact with its addresses."""
        return "emails"


class HttpChannel(_Channel, frozen=True, kw_only=True, tag="http"):
    """A gateway that takes messages by HTTP, described as data.

    Texts in `url`, `headers`, `query`, `form` and `json` may contain placeholders such as `{recipient}`; each is
    replaced inside of its value, so that no text of an alarm can change the request.

    Attributes:
        address: the field of a contact with its addresses.
        form, json: the body; at most one of them.
        receipt: path in the JSON of the answer to the receipt, such as `messages.0.id`.
        expect: values that the answer must have, by path; else the message was not accepted.
        longest: characters of a message; a longer one is shortened.
    """

    url: Annotated[str, Meta(min_length=1, max_length=1_000)]
    address: Literal["phones", "whatsapp", "emails"] = "phones"
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: Fields = {}
    query: Fields = {}
    form: Fields = {}
    json: Annotated[dict[str, Any], Meta(max_length=50)] = {}
    receipt: Annotated[str, Meta(max_length=200)] = ""
    expect: Annotated[dict[str, str | int | bool], Meta(max_length=10)] = {}
    longest: Annotated[int, Meta(ge=70, le=100_000)] = 10_000

    @property
    def number_field(self) -> str:
        """The field of a contact with its addresses."""
        return self.address


NoticeChannel = SmtpChannel | HttpChannel


class RecipientRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is notified of which alarms, through which channels.

    A contact matches by any of `contacts`, `functions`, `organisations` and `duty`. An alarm must match all of
    `severities`, `hazards` and `kecamatan`; an empty list means all.

    Attributes:
        contacts: ids of contacts.
        functions, organisations: those of contacts, such as `camat` and `BPBD`.
        duty: the supervisor on duty, by the roster and `people`.
        kecamatan: Kemendagri codes of the places of alarms; an alarm without a known place matches.
        occasions: `alarm` when it is raised, `escalation` when it was not answered.
        escalated_to: names of escalation steps, such as `Kalaksa BPBD`; empty for all.
    """

    name: SettingName
    channels: Names
    contacts: Annotated[tuple[ContactId, ...], Meta(max_length=2_000)] = ()
    functions: Texts = ()
    organisations: Texts = ()
    duty: bool = False
    severities: tuple[AlarmSeverity, ...] = (AlarmSeverity.CRITICAL, AlarmSeverity.HIGH)
    hazards: tuple[Hazard, ...] = ()
    kecamatan: Annotated[tuple[Annotated[str, Meta(pattern=r"^[0-9.]{2,20}$")], ...], Meta(max_length=200)] = ()
    occasions: tuple[NoticeOccasion, ...] = (NoticeOccasion.ALARM, NoticeOccasion.ESCALATION)
    escalated_to: Texts = ()


class NoticeLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Flood protection and bounds.

    Attributes:
        messages, within_min: messages that a person gets at most in this time; more is collected in summaries.
        collect_s: pause after an alarm in which alarms of its group are collected.
        summary_after_s: time for which a summary collects.
        give_up_h: time after which a message that no channel has accepted is given up.
        waiting: messages that may wait at once.
        keep_days: days for which messages that were sent are listed.
    """

    messages: Annotated[int, Meta(ge=2, le=1_000)] = 10
    within_min: Annotated[int, Meta(ge=1, le=1_440)] = 10
    collect_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    summary_after_s: Annotated[float, Meta(ge=0, le=3_600)] = 60.0
    give_up_h: Annotated[float, Meta(gt=0, le=168)] = 24.0
    waiting: Annotated[int, Meta(ge=100, le=1_000_000)] = 20_000
    keep_days: Annotated[int, Meta(ge=1, le=3_660)] = 30


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"begins": "from"}):
    """Hours of the day, in the zone of the regency, in which only `urgent` alarms are sent; the rest waits."""

    begins: TimeOfDay
    until: TimeOfDay
    urgent: tuple[AlarmSeverity, ...] = (AlarmSeverity.CRITICAL,)


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. Without a channel nothing is sent.

    Attributes:
        people: the contact of a user of Tabuah, by user name, for `duty`.
        exercise_contacts: the only contacts that an exercise notifies.
    """

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
        found = msgspec.convert(parse_toml(text), NoticeSettings)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidNoticeSettings(str(error)) from error
    problems = list(_find_problems(found))
    if problems:
        raise InvalidNoticeSettings("; ".join(problems[:MAX_PROBLEMS]))
    return found


def _find_problems(found: NoticeSettings) -> Iterator[str]:
    yield from _repeated("channels", [channel.name for channel in found.channel])
    yield from _repeated("recipients", [rule.name for rule in found.recipient])
    for channel in found.channel:
        for problem in _channel_problems(channel):
            yield f"channel {channel.name!r}: {problem}"
    names = {channel.name for channel in found.channel}
    for rule in found.recipient:
        for name in set(rule.channels) - names:
            yield f"recipient {rule.name!r}: there is no channel {name!r}"
        if not (rule.contacts or rule.functions or rule.organisations or rule.duty):
            yield f"recipient {rule.name!r}: name contacts, functions, organisations or duty"
        if NoticeOccasion.TEST in rule.occasions:
            yield f"recipient {rule.name!r}: a test is no occasion"


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two {what} are called {name!r}"


def _channel_problems(channel: NoticeChannel) -> Iterator[str]:
    if channel.secret_file and channel.secret_env:
        yield "secret_file and secret_env exclude each other"
    match channel:
        case SmtpChannel():
            if channel.security is SmtpSecurity.NONE and channel.host not in LOOPBACK:
                yield "without TLS only a mail server on this machine can be used"
            if channel.user and not (channel.secret_file or channel.secret_env):
                yield "user needs secret_file or secret_env"
        case HttpChannel():
            yield from _template_problems(channel)


def _template_problems(channel: HttpChannel) -> Iterator[str]:
    if problem := url_problem(channel.url):
        yield problem
    if channel.form and channel.json:
        yield "form and json exclude each other"
    if channel.method == "GET" and (channel.form or channel.json):
        yield "a GET request has no form and no json"
    yield from _unknown_placeholders("url", channel.url, _SECRET_ONLY)
    for value in channel.headers.values():
        yield from _unknown_placeholders("headers", value, _SECRET_ONLY | {"key"})
    for name in ("query", "form", "json"):
        for value in _texts_in(getattr(channel, name)):
            yield from _unknown_placeholders(name, value, PLACEHOLDERS)
    uses_secret = any("{secret}" in text for text in _all_texts(channel))
    if uses_secret and not (channel.secret_file or channel.secret_env):
        yield "{secret} needs secret_file or secret_env"


def url_problem(url: str) -> str:
    """Return why an address cannot be used; empty if it can: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "url is no address"
    if not host or parts.username or parts.scheme not in ("http", "https") or "{" in parts.netloc:
        return "url is no address that begins with https://"
    return (
        "url is not protected: it must begin with https://" if parts.scheme == "http" and host not in LOOPBACK else ""
    )


def _unknown_placeholders(where: str, text: str, known: frozenset[str]) -> Iterator[str]:
    for name in sorted(set(_PLACEHOLDER.findall(text)) - known):
        yield f"{where}: {{{name}}} is no placeholder here"


def _texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from _texts_in(each)
        case list() | tuple():
            for each in value:
                yield from _texts_in(each)


def _all_texts(channel: HttpChannel) -> Iterator[str]:
    yield channel.url
    for value in (channel.headers, channel.query, channel.form, channel.json):
        yield from _texts_in(value)


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """Return a template with its placeholders replaced, inside of its texts only.

    Args:
        value: a text, or lists and tables of texts.
        values: the replacement of each placeholder.
    """
    match value:
        case str():
            return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
        case Mapping():
            return {key: fill(each, values) for key, each in value.items()}
        case list() | tuple():
            return [fill(each, values) for each in value]
    return value
