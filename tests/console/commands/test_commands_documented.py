"""Every command and option is in docs/commands.md, and nothing there is obsolete."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tabuah.console.commands.main import COMMANDS, root_group

SHARED = {"--data", "--json", "--language", "--help", "-h", "--exercise", "--with-exercises"}


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Yield every executable command with its path."""
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, (*path, name))
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield " ".join(path), command


ALL = dict(commands(root_group, ("tabuah",)))


@pytest.fixture(scope="module")
def sections(project: Path) -> dict[str, str]:
    """Return the section text of each command, including options documented for its group."""
    text = (project / "docs" / "commands.md").read_text("utf-8")
    found = {}
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, _newline, body = section.partition("\n")
        found[title.strip()] = body
    return found


@pytest.mark.parametrize("words", sorted(ALL))
def test_command_section_names_all_options(words: str, sections: dict[str, str]):
    assert words in sections, f"docs/commands.md has no section “### {words}”"
    options = {name for p in ALL[words].params if isinstance(p, click.Option) for name in p.opts} - SHARED
    group = sections.get(" ".join(words.split()[:2]), "")
    missing = [option for option in sorted(options) if option not in sections[words] + group]
    assert missing == []


def test_documented_section_has_a_command(sections: dict[str, str]):
    not_yet = {
        f"tabuah {name}" for name in COMMANDS if name not in root_group.list_commands(click.Context(root_group))
    }
    assert set(sections) - set(ALL) - not_yet == set()


def test_documentation_covers_codes_and_shared_options(project: Path):
    text = (project / "docs" / "commands.md").read_text("utf-8")
    for word in (
        *("--data DIR", "--json", "--language", "--exercise NAME", "--with-exercises"),
        *("TABUAH_DATA", "TABUAH_PASSWORD", "TABUAH_LANGUAGE"),
    ):
        assert word in text
    for code in range(6):
        assert f"| {code} |" in text


def test_option_help_is_never_empty():
    silent = [
        f"{words} {param.opts[0]}"
        for words, command in ALL.items()
        for param in command.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert silent == []
