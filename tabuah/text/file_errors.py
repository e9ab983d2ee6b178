"""Why a file of settings cannot be used: errors of TOML, of values and of the disk, in the language of the user."""

import re

from tabuah.resources.invalid_values import describe_invalid_value
from tabuah.resources.localisation import _


def describe_file_error(error: BaseException) -> str:
    """Return why a file cannot be used."""
    match error:
        case UnicodeDecodeError():
            return _("it is no UTF-8 text, from byte {n} on; save it as UTF-8").format(n=error.start + 1)
        case OSError() if error.strerror:
            return error.strerror
        case RecursionError():
            return _("its values are nested too deeply")
    return describe_file_message(str(error))


def describe_file_message(message: str) -> str:
    """Return a message of `operations` about a file, with the name of the part in front."""
    if part := re.fullmatch(r"(gateway|feed) (?:'(.*?)'|\"(.*?)\"): (.*)", message, re.DOTALL):
        return f"{part[1]} “{part[2] or part[3] or ''}”: {_describe(part[4])}"
    return _describe(message)


def _describe(message: str) -> str:
    for pattern, sentence in _sentences():
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return sentence.format(*match.groups())
    return describe_invalid_value(message)


def _sentences() -> tuple[tuple[str, str], ...]:
    return (
        (r"two (?:gateways|feeds|alarms) are called '(.*)'", _("the name “{0}” occurs twice; rename one")),
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
