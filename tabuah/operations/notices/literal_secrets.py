"""Literal secrets in the channels of `notices.toml`: withheld from an export, restored where they are known.

A channel names its secret by `secret_file` or `secret_env`, but a key may also be written into a header, a field or
an address. Such a value is found by its name or its form; some harmless values are withheld, too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from tabuah.operations.notices.channels import with_template

WITHHELD: Final = "{withheld}"
_TABLES: Final = ("headers", "query", "form", "json", "values")
_URLS: Final = ("url", "api")
_PLACEHOLDER: Final = re.compile(r"\{[a-z_]*\}")
_SECRET_NAME: Final = re.compile(
    r"token|secret|passw|pwd|passphrase|credential|signature|bearer|cookie|auth(?!ors?$)|key$|pin$|sid$|sig$|pass$"
    r"|sandi|rahasia|kunci"
)
_SCHEME: Final = re.compile(r"[A-Za-z-]{0,20}[ :=]*")  # such as `Bearer ` before {secret}
_LONG_RUN: Final = re.compile(r"[A-Za-z0-9]{24,}")
_MIXED_RUN: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12,}")
_SHORTEST_WORD: Final = 16
_FEWEST_DIGITS: Final = 4

Table = Mapping[str, Any]


def withhold_secrets(channel: Table) -> dict[str, Any]:
    """Return the table of a channel with `WITHHELD` in the place of each literal secret."""
    found = {name: _withhold(name, value) if name in _TABLES else value for name, value in channel.items()}
    return found | {name: _withhold_in_url(found[name]) for name in _URLS if isinstance(found.get(name), str)}


def restore_secrets(channel: Table, known: Table) -> dict[str, Any]:
    """Return the table of a channel with the withheld values of a known one that sends to the same host.

    A channel that sends to another host gets none, so that a changed address does not receive the key.
    """
    if _destination(channel) != _destination(known):
        return dict(channel)
    restored: dict[str, Any] = _restore(dict(channel), withhold_secrets(known), dict(known))
    return restored


def withheld_paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of withheld values, such as `headers.Authorization`."""
    match value:
        case str():
            if WITHHELD in value:
                yield path
        case Mapping():
            for name, each in value.items():
                yield from withheld_paths(each, f"{path}.{name}" if path else str(name))
        case list() | tuple():
            for each in value:
                yield from withheld_paths(each, path)


def _withhold(name: str, value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _withhold(str(key), each) for key, each in value.items()}
        case list() | tuple():
            return [_withhold(name, each) for each in value]
    return WITHHELD if _is_literal_secret(name, value) else value


def _is_literal_secret(name: str, value: Any) -> bool:
    has_secret_name = bool(_SECRET_NAME.search(re.sub(r"[^a-z0-9]", "", name.casefold())))
    if not isinstance(value, str):
        return has_secret_name and isinstance(value, int | float) and not isinstance(value, bool)
    literal = _PLACEHOLDER.sub(" ", value)
    if any(map(_looks_random, literal.split())):
        return True
    if not has_secret_name or not any(map(str.isalnum, literal)):
        return False
    return not ("{secret}" in value and _SCHEME.fullmatch(literal.strip()))


def _looks_random(word: str) -> bool:
    """Return whether a word looks like a key: a long run, or many digits between letters."""
    if _LONG_RUN.search(word) or _MIXED_RUN.search(word):
        return True
    has_letter = any(map(str.isalpha, word))
    return len(word) >= _SHORTEST_WORD and has_letter and sum(map(str.isdigit, word)) >= _FEWEST_DIGITS


def _withhold_in_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return WITHHELD
    path = "/".join(_withhold("", each) for each in parts.path.split("/"))
    query = "&".join(map(_withhold_parameter, parts.query.split("&")))
    fragment: str = _withhold("", parts.fragment)
    if (path, query, fragment) == (parts.path, parts.query, parts.fragment):
        return url
    whole: str = urlunsplit((parts.scheme, parts.netloc, path, query, fragment))
    return whole


def _withhold_parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}{equals}{_withhold(name, value)}" if equals else f"{_withhold('', pair)}"


def _destination(channel: Table) -> tuple[str, str, str]:
    """Return the kind, scheme and host of a channel; those of its template if it has no address of its own."""
    whole = with_template(dict(channel))
    parts = urlsplit(str(whole.get("url") or whole.get("api") or ""))
    return str(whole.get("kind", "")), parts.scheme, parts.netloc.casefold()


def _restore(value: Any, public: Any, known: Any) -> Any:
    if value == public:
        return known
    if isinstance(value, Mapping) and isinstance(public, Mapping):
        return {
            name: _restore(each, public[name], known[name]) if name in public else each
            for name, each in value.items()
        }
    if isinstance(value, list) and isinstance(public, list) and len(value) == len(public):
        return [_restore(*each) for each in zip(value, public, known, strict=True)]
    return value
