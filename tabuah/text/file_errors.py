"""Why a file of settings cannot be used: errors of TOML, of values and of the disk, in the language of the user."""

import re
from typing import Final

from tabuah.operations.notices.settings import InvalidNoticeSettings
from tabuah.resources.invalid_values import describe_invalid_value
from tabuah.resources.localisation import N_, _

_PART: Final = re.compile(r"(gateway|feed|channel|recipient) (?:'(.*?)'|\"(.*?)\"|None): (.*)", re.DOTALL)
_NUMBERED_PART: Final = re.compile(r"message (\d+): (.*)", re.DOTALL)
# Messages of `operations` without values.
_FIXED: Final = frozenset(
    {
        N_("only a channel of the kind http uses a template"),
        N_("secret_file and secret_env exclude each other"),
        N_("without TLS only a mail server on this machine can be used"),
        N_("user needs secret_file or secret_env"),
        N_("the token of the bot needs secret_file or secret_env"),
        N_("{secret} needs secret_file or secret_env"),
        N_("{user} needs user"),
        N_("form and json exclude each other"),
        N_("json: a date, a time, nan or inf is no value of JSON; write it as a text"),
        N_("a GET request has no form and no json"),
        N_("name contacts, functions, organisations, duty or addressed"),
        N_("an alarm is addressed to nobody; set occasions"),
        N_("quiet_hours says which alarms are urgent"),
        N_("a test is no occasion"),
        N_("imap: name the password by secret_file or by secret_env"),
        N_("imap: security = none is for a mail server on this machine only; use tls or starttls"),
    }
)


def describe_file_error(error: BaseException) -> str:
    """Return why a file cannot be used."""
    match error:
        case UnicodeDecodeError():
            return _("it is no UTF-8 text, from byte {n} on; save it as UTF-8").format(n=error.start + 1)
        case OSError() if error.strerror:
            return error.strerror
        case RecursionError():
            return _("its values are nested too deeply")
        case InvalidNoticeSettings():
            return "; ".join(map(describe_file_message, error.problems))
    return describe_file_message(str(error))


def describe_file_message(message: str) -> str:
    """Return a message of `operations` about a file, with the name of the part in front."""
    if part := _PART.fullmatch(message):
        return f"{part[1]} “{part[2] or part[3] or ''}”: {_describe(part[4])}"
    if part := _NUMBERED_PART.fullmatch(message):
        return f"[[message]] {part[1]}: {_describe(part[2])}"
    return _describe(message)


def _describe(message: str) -> str:
    if message in _FIXED:
        return _(message)
    for pattern, sentence in _sentences():
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return sentence.format(*match.groups())
    return describe_invalid_value(message)


def _sentences() -> tuple[tuple[str, str], ...]:
    return (*_sentences_of_feeds(), *_sentences_of_channels(), *_sentences_of_messages())


def _sentences_of_feeds() -> tuple[tuple[str, str], ...]:
    return (
        (
            r"two (?:gateways|feeds|alarms|channels|recipients) are called '(.*)'",
            _("the name “{0}” occurs twice; rename one"),
        ),
        (r"'(.*)' is no address that begins with .*", _("“{0}” is no address that begins with https://")),
        (r"'(.*)' is no address", _("“{0}” is no address")),
        (r"'(.*)' is not protected: .*", _("“{0}” is not protected: it must begin with https://")),
        (r"(\d+) feeds; at most (\d+) can be asked", _("{0} feeds; at most {1} can be asked")),
        (
            r"'(.*)' is no topic filter: .*",
            _("“{0}” is no topic filter: + and # stand for whole levels, # at the end"),
        ),
        (r"'(.*)' names the same twice", _("“{0}” names the same twice")),
        (r"it names no values", _("it names no values")),
        (r"neither the topic nor `station` gives .*", _("neither the topic nor `station` gives the station code")),
        (r"neither the topic nor the value says .*", _("neither the topic nor the value says which parameter it is")),
        (r"there is no field `(.*)`", _("“{0}” is unknown here; check the spelling")),
        (r"unknown key", _("there is no such key")),
    )


def _sentences_of_channels() -> tuple[tuple[str, str], ...]:
    no_address = _("the address must begin with https://")
    return (
        (
            r"(?:channel .*: )?there is no template '(.*)'; there are (.*)",
            _("there is no template “{0}”; there are {1}"),
        ),
        (r"the chat of (.*) is no number and no @name", _("the chat of {0} is no number and no @name")),
        (r"values: (\{.*\}) is a placeholder already", _("values: {0} is a placeholder already")),
        (r"(.*): (\{.*\}) is no placeholder here", _("{0}: {1} is no placeholder here")),
        (r"(url |public_url: )is no address", "{0}" + _("it is no address")),
        (r"(url |public_url: )is no address that begins with https://", "{0}" + no_address),
        (r"(url |public_url: )is not protected: .*", "{0}" + no_address),
        (r"(public_url: )use host and path only", "{0}" + _("use host and path only")),
        (r"there is no channel '(.*)'", _("there is no channel “{0}”")),
    )


def _sentences_of_messages() -> tuple[tuple[str, str], ...]:
    return (
        (r"two mappings are of the account '(.*)'", _("the account “{0}” occurs twice; remove one")),
        (r"there are more than (\d+) mailboxes", _("there are more than {0} mailboxes")),
        (r"there is no mapping '(.*)'; there are (.*)", _("there is no mapping “{0}”; there are {1}")),
        (r"`(.*)` is missing", _("“{0}” is missing")),
    )
