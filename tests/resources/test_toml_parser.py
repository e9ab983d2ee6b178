"""TOML from outside: keys with many parts are refused before they are parsed."""

import tomllib

import pytest

from tabuah.operations.feeds.sources import InvalidFeedSources, read_sources
from tabuah.operations.gateways.configuration import BadConfiguration, find_problems, read_configuration
from tabuah.operations.rules.rule_file import InvalidRule, read_rule
from tabuah.resources.regency_profile import InvalidProfile, decode_profile
from tabuah.resources.toml_parser import MAX_KEY_PARTS, parse_toml

LONG_KEY = ".".join("a" * 20_000)  # of 39 KB
KEYS = {
    "bare": f"{LONG_KEY} = 1",
    "spaced": f"{LONG_KEY.replace('.', ' . ')} = 1",
    "quoted": ".".join(['"a"'] * 20_000) + " = 1",
    "literal": ".".join(["'a.#'"] * 20_000) + " = 1",
    "table": f"[{LONG_KEY}]",
    "inline": f"x = {{ {LONG_KEY} = 1 }}",
    "after-text": f'x = """a\n"b"""\n{LONG_KEY} = 1',
    "after-comment": f'# "\n{LONG_KEY} = 1',
    "after-quotes-at-the-end": f"x = {{ a = '''b''''', {LONG_KEY} = 1 }}",
    "no-key": LONG_KEY,
}


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS)
def test_key_with_many_parts_is_refused_unparsed(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("it was parsed"))
    with pytest.raises(tomllib.TOMLDecodeError, match="parts"):
        parse_toml(text)


def test_dots_in_values_texts_and_comments_are_no_key():
    dots = "." * 100
    text = f"a.b.c = 1.5 # {dots}\nt = \"{dots}\"\nu = '{dots}'\nv = '''\n{dots}'''\nw = [{'1.5, ' * 100}]\n"
    assert parse_toml(text) == tomllib.loads(text)
    allowed = ".".join("a" * MAX_KEY_PARTS)
    assert parse_toml(f"{allowed} = 1")
    with pytest.raises(tomllib.TOMLDecodeError):
        parse_toml(f"{allowed}.a = 1")


@pytest.mark.parametrize("text", ['"""' * 5_001 + "." * 100, "'''" * 5_001 + "." * 100, '"\\' * 9_999 + "." * 100])
def test_unclosed_texts_are_no_work(text: str):
    with pytest.raises(tomllib.TOMLDecodeError):
        parse_toml(text)


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (read_configuration, BadConfiguration),
        (read_sources, InvalidFeedSources),
        (read_rule, InvalidRule),
        (decode_profile, InvalidProfile),
    ],
)
def test_files_of_a_setup_are_checked_before_parsing(read, error):
    with pytest.raises(error, match="parts"):
        read(KEYS["bare"])
    assert "parts" in find_problems(KEYS["bare"])[0].text
