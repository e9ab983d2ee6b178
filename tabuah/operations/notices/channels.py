"""Channels of outgoing notices: mail servers, HTTP gateways described as data, and Telegram bots."""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tabuah.operations.notices.phone_numbers import NumberFormat
from tabuah.resources.toml_parser import parse_toml

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
PLACEHOLDERS: Final = frozenset({"recipient", "name", "title", "text", "key", "secret", "user", "coding", "reply_to"})
SHIPPED: Final = ("android-gateway", "fonnte", "kannel", "twilio")  # files of `resources/notices`
TELEGRAM_API: Final = "https://api.telegram.org"
_FIXED: Final = frozenset({"secret", "user"})
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]*)\}")
_CHAT: Final = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40}")

SettingName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ContactId = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
TextValue = Annotated[str, Meta(min_length=1, max_length=500)]
ShortValue = Annotated[str, Meta(max_length=253, pattern=r"^[^\x00-\x1f\x7f]*$")]
PathValue = Annotated[str, Meta(max_length=1_000)]
UrlValue = Annotated[str, Meta(min_length=1, max_length=1_000)]
VariableName = Annotated[str, Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$")]
Addresses = Annotated[dict[ContactId, Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=2_000)]
Fields = Annotated[dict[TextValue, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=50)]
Values = Annotated[dict[Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$")], ShortValue], Meta(max_length=20)]


class SmtpSecurity(StrEnum):
    """The protection of a connection to a mail server."""

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

    @property
    def has_secret(self) -> bool:
        """Whether the settings name a secret."""
        return bool(self.secret_file or self.secret_env)


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
        user: with the secret, the log-in by HTTP Basic (RFC 7617), unless the template has `{user}` and `{secret}`.
        address: the field of a contact with its addresses.
        numbers: how the gateway wants telephone numbers.
        values: placeholders of the settings, such as the name of the sender.
        form, json: the body; at most one of them.
        receipt: path in the JSON of the answer to the receipt, such as `messages.0.id`.
        expect: values that the answer must have, by path; else the message was not accepted.
        longest: characters of a message; a longer one is shortened.
        sms_segments: parts of an SMS into which the text is shortened; 0 for a channel that is no SMS.
    """

    url: UrlValue
    user: ShortValue = ""
    address: Literal["phones", "whatsapp", "emails"] = "phones"
    numbers: NumberFormat = NumberFormat.AS_WRITTEN
    values: Values = {}
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: Fields = {}
    query: Fields = {}
    form: Fields = {}
    json: Annotated[dict[str, Any], Meta(max_length=50)] = {}
    receipt: Annotated[str, Meta(max_length=200)] = ""
    expect: Annotated[dict[str, str | int | bool], Meta(max_length=10)] = {}
    longest: Annotated[int, Meta(ge=70, le=100_000)] = 10_000
    sms_segments: Annotated[int, Meta(ge=0, le=10)] = 0

    @property
    def number_field(self) -> str:
        """The field of a contact with its addresses."""
        return self.address

    @property
    def uses_secret(self) -> bool:
        """Whether the template contains the secret."""
        return any("{secret}" in text for text in _all_texts(self))


class TelegramChannel(_Channel, frozen=True, kw_only=True, tag="telegram"):
    """A bot of Telegram; the secret is its token, and `addresses` has the chats of the contacts.

    Attributes:
        api: address of the Bot API.
        silent: deliver without a sound.
    """

    api: UrlValue = TELEGRAM_API
    silent: bool = False

    @property
    def number_field(self) -> str:
        """Empty: the directory of contacts has no chats."""
        return ""


NoticeChannel = SmtpChannel | HttpChannel | TelegramChannel


def with_template(table: Any) -> Any:
    """Return the table of a channel with the values of the shipped template that its key `use` names.

    Raises:
        ValueError: there is no such template, or the channel is not of the kind `http`.
    """
    if not isinstance(table, dict) or "use" not in table:
        return table
    where = f"channel {table.get('name')!r}"
    if table["use"] not in SHIPPED:
        raise ValueError(f"{where}: there is no template {table['use']!r}; there are {', '.join(SHIPPED)}")
    if table.get("kind", "http") != "http":
        raise ValueError(f"{where}: only a channel of the kind http uses a template")
    own = {key: value for key, value in table.items() if key != "use"}
    return {"kind": "http", **shipped_template(table["use"]), **own}


@cache
def shipped_template(name: str) -> dict[str, Any]:
    """Return a template that ships with the program."""
    return parse_toml(files("tabuah.resources").joinpath("notices", f"{name}.toml").read_text("utf-8"))


def channel_problems(channel: NoticeChannel) -> Iterator[str]:
    """Yield why a channel cannot be used."""
    if channel.secret_file and channel.secret_env:
        yield "secret_file and secret_env exclude each other"
    match channel:
        case SmtpChannel():
            if channel.security is SmtpSecurity.NONE and channel.host not in LOOPBACK:
                yield "without TLS only a mail server on this machine can be used"
            if channel.user and not channel.has_secret:
                yield "user needs secret_file or secret_env"
        case HttpChannel():
            yield from _template_problems(channel)
        case TelegramChannel():
            yield from _telegram_problems(channel)


def _telegram_problems(channel: TelegramChannel) -> Iterator[str]:
    if problem := url_problem(channel.api):
        yield problem
    if not channel.has_secret:
        yield "the token of the bot needs secret_file or secret_env"
    for contact, chat in channel.addresses.items():
        if not _CHAT.fullmatch(chat):
            yield f"the chat of {contact} is no number and no @name"


def _template_problems(channel: HttpChannel) -> Iterator[str]:
    if problem := url_problem(channel.url):
        yield problem
    if channel.form and channel.json:
        yield "form and json exclude each other"
    try:
        json.dumps(channel.json, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        yield "json: a date, a time, nan or inf is no value of JSON; write it as a text"
    if channel.method == "GET" and (channel.form or channel.json):
        yield "a GET request has no form and no json"
    yield from _placeholder_problems(channel)
    if "{user}" in " ".join(_all_texts(channel)) and not channel.user:
        yield "{user} needs user"
    if channel.uses_secret and not channel.has_secret:
        yield "{secret} needs secret_file or secret_env"
    if channel.user and not channel.has_secret:
        yield "user needs secret_file or secret_env"


def _placeholder_problems(channel: HttpChannel) -> Iterator[str]:
    for name in sorted(set(channel.values) & PLACEHOLDERS):
        yield f"values: {{{name}}} is a placeholder already"
    own = frozenset(channel.values)
    yield from _unknown_placeholders("url", channel.url, _FIXED | own)
    for value in channel.headers.values():
        yield from _unknown_placeholders("headers", value, _FIXED | own | {"key"})
    for name in ("query", "form", "json"):
        for value in _texts_in(getattr(channel, name)):
            yield from _unknown_placeholders(name, value, PLACEHOLDERS | own)


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
