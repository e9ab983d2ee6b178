"""Every command and every option is in docs/commands.md, and nothing is in there that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tabuah.console.commands.main import COMMANDS, root

SHARED = {"--data", "--json", "--language", "--help", "-h"}


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, (*path, name))
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield " ".join(path), command


ALL = dict(commands(root, ("tabuah",)))


@pytest.fixture(scope="module")
def sections(project: Path) -> dict[str, str]:
    """The text of each command's section; options that all commands of a group share may stand in the group's."""
    text = (project / "docs" / "commands.md").read_text("utf-8")
    found = {}
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, _newline, body = section.partition("\n")
        found[title.strip()] = body
    return found


@pytest.mark.parametrize("words", sorted(ALL))
def test_the_command_has_a_section_that_names_its_options(words: str, sections: dict[str, str]):
    assert words in sections, f"docs/commands.md has no section “### {words}”"
    options = {name for p in ALL[words].params if isinstance(p, click.Option) for name in p.opts} - SHARED
    group = sections.get(" ".join(words.split()[:2]), "")
    missing = [option for option in sorted(options) if option not in sections[words] + group]
    assert missing == []


def test_every_section_has_its_command(sections: dict[str, str]):
    not_yet = {f"tabuah {name}" for name in COMMANDS if name not in root.list_commands(click.Context(root))}
    assert set(sections) - set(ALL) - not_yet == set()


def test_the_codes_and_shared_options_are_told(project: Path):
    text = (project / "docs" / "commands.md").read_text("utf-8")
    for word in ("--data DIR", "--json", "--language", "TABUAH_DATA", "TABUAH_PASSWORD", "TABUAH_LANGUAGE"):
        assert word in text
    for code in range(6):
        assert f"| {code} |" in text


def test_every_option_of_ours_says_what_it_is_for():
    silent = [
        f"{words} {param.opts[0]}"
        for words, command in ALL.items()
        for param in command.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert silent == []
