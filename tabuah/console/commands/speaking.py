"""Commands that speak the chosen language: help and usage errors go through the one catalogue when they are shown."""

import copy
import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from tabuah.console.commands.code_lists import listed
from tabuah.console.commands.invocation import invocation_of, shared_options
from tabuah.console.commands.parameters import Code
from tabuah.resources.catalogue import _


class TabuahCommand(click.Command):
    """A command that takes `--data`, `--json` and `--language` at its end and hands an `Invocation` to its function.

    `help` and the help of its options are English texts marked with `N_`; they are translated when shown. The
    function asks for the invocation with `click.pass_obj`.
    """

    def __init__(self, name: str | None, **attributes: Any) -> None:
        attributes["params"] = [*(attributes.get("params") or []), *shared_options()]
        super().__init__(name, **attributes)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the function with the invocation as its object."""
        ctx.obj = invocation_of(ctx)
        return super().invoke(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        pieces = " ".join(self.collect_usage_pieces(ctx)).replace("[OPTIONS]", _("[OPTIONS]"))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """What the command does."""
        _format_help_text(self, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, each with its help in the chosen language."""
        _format_options(self, ctx, formatter)

    def get_short_help_str(self, limit: int = 60) -> str:  # noqa: ARG002
        """One line for the list of commands."""
        return _(self.help).rstrip(".") if self.help else ""


class TabuahGroup(click.Group):
    """A group of such commands."""

    command_class = TabuahCommand
    group_class = type

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        formatter.write_usage(ctx.command_path, _("COMMAND [ARGUMENTS] …"), prefix=_("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """What the group is for."""
        _format_help_text(self, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        _format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with one line each."""
        rows = [(name, self.short_help_of(ctx, name)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(_("Commands")):
                formatter.write_dl(rows)

    def short_help_of(self, ctx: click.Context, name: str) -> str:
        """One line about a command."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str() if command else ""

    def get_short_help_str(self, limit: int = 60) -> str:  # noqa: ARG002
        """One line for the list of commands."""
        return _(self.help).rstrip(".") if self.help else ""


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """A command that is imported when it is run: `module:attribute`, and its one line of help (English)."""

    target: str
    help: str


class LazyGroup(TabuahGroup):
    """The root: knows its commands by name only, so that `tabuah --help` imports none of them."""

    def __init__(self, name: str, lazy: Mapping[str, LazyCommand], **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands that are installed."""
        return [name for name, command in self.lazy.items() if _is_installed(command)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        lazy = self.lazy.get(cmd_name)
        if lazy is None or not _is_installed(lazy):
            return None
        module, _colon, attribute = lazy.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def short_help_of(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        """One line about a command, without importing it."""
        return _(self.lazy[name].help)


def _is_installed(command: LazyCommand) -> bool:
    return importlib.util.find_spec(command.target.partition(":")[0]) is not None


def _format_help_text(command: click.Command, formatter: click.HelpFormatter) -> None:
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(command.help))


def _format_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    params: Sequence[click.Parameter] = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    records = [record for p in params if (record := _translated(p).get_help_record(ctx)) is not None]
    if records:
        with formatter.section(_("Options")):
            formatter.write_dl([(names, told.replace("[required]", _("[required]"))) for names, told in records])
    codes = [(_name_of(p), listed(p.type.codes)) for p in command.get_params(ctx) if isinstance(p.type, Code)]
    if codes:
        with formatter.section(_("Codes, in English or Indonesian")):
            formatter.write_dl(codes)


def _name_of(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.metavar or param.human_readable_name


def _translated(param: click.Parameter) -> click.Parameter:
    spoken = copy.copy(param)
    if isinstance(spoken, click.Option) and spoken.help:
        spoken.help = _("Show this message and exit.") if "--help" in spoken.opts else _(spoken.help)
    return spoken
