"""Click classes of the command line: parameter types, translated help, shared options and lazy imports."""

import copy
import importlib
import importlib.util
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import click
import msgspec

from tabuah.console.commands.code_lists import format_code_list, read_code
from tabuah.console.commands.invocation import requested_directory, shared_options, take_invocation, use_profile_of
from tabuah.operations.codes import CodeT
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_moment

# A clock that runs slightly fast must not prevent a report.
_FUTURE_ALLOWED: Final = timedelta(minutes=5)

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class Code(click.ParamType[CodeT]):
    """A code in English or Indonesian."""

    name = "code"

    def __init__(self, codes: type[CodeT]) -> None:
        self.codes = codes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CodeT:
        try:
            return read_code(self.codes, str(value))
        except click.UsageError as error:
            self.fail(error.message, param, ctx)


class Moment(click.ParamType[datetime]):
    """A time in ISO 8601; local time without a zone, today without a date."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse the time and return it in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(str(value), now=datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PastMoment(Moment):
    """A time that is not in the future."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        moment = super().convert(value, param, ctx)
        if moment > datetime.now(UTC) + _FUTURE_ALLOWED:
            self.fail(_("{moment} is in the future").format(moment=value), param, ctx)
        return moment


def pairs_option(text: str, *, required: bool = True) -> Callable[[FunctionT], FunctionT]:
    """Return the option `--set FIELD=VALUE`, whose values `read_pairs` parses.

    Args:
        text: its help, an English text marked with `N_`.
        required: whether it must be given at least once.
    """
    return click.option("--set", "pairs", multiple=True, required=required, metavar="FIELD=VALUE", help=text)


def read_pairs(pairs: Sequence[str], allowed: Sequence[str]) -> dict[str, str]:
    """Parse `FIELD=VALUE` pairs.

    Raises:
        click.UsageError: a pair is malformed, or its field is not one of `allowed`.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        name = re.sub(r"[\s-]+", "_", field.strip().lower())
        if not equals:
            raise click.UsageError(_("{pair} is not of the form FIELD=VALUE").format(pair=pair))
        if name not in allowed:
            fields = ", ".join(allowed)
            raise click.UsageError(
                _("{field} is not a field; fields are: {fields}").format(field=field, fields=fields)
            )
        values[name] = value.strip()
    return values


class TabuahCommand(click.Command):
    """A command with `--data`, `--json` and `--language` at its end and an `Invocation` for its function.

    `help` and the help of its options are English texts marked with `N_`; they are translated when shown.
    The function gets the invocation with `click.pass_obj`.
    """

    def __init__(self, name: str | None, **attributes: Any) -> None:
        attributes["params"] = [*(attributes.get("params") or []), *shared_options()]
        super().__init__(name, **attributes)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Use the profile of the data directory first: the values of options depend on its time zone."""
        use_profile_of(requested_directory(args, os.environ))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        ctx.obj = take_invocation(ctx)
        return super().invoke(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx)).replace("[OPTIONS]", _("[OPTIONS]"))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        _format_help_text(self, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _format_options(self, ctx, formatter)

    def get_short_help_str(self, limit: int = 60) -> str:  # noqa: ARG002
        return _(self.help).rstrip(".") if self.help else ""


class TabuahGroup(click.Group):
    """A group of `TabuahCommand`s."""

    command_class = TabuahCommand
    group_class = type

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, _("COMMAND [ARGUMENTS] …"), prefix=_("Usage:") + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        _format_help_text(self, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.short_help_of(ctx, name)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(_("Commands")):
                formatter.write_dl(rows)

    def short_help_of(self, ctx: click.Context, name: str) -> str:
        """Return the one-line help of a command."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str() if command else ""

    def get_short_help_str(self, limit: int = 60) -> str:  # noqa: ARG002
        return _(self.help).rstrip(".") if self.help else ""


class LazyCommand(msgspec.Struct, frozen=True):
    """A command that is imported on demand: `module:attribute`, and its one-line help (English).

    `extensions` are modules that register more commands with the group.
    """

    target: str
    help: str
    extensions: tuple[str, ...] = ()


class LazyGroup(TabuahGroup):
    """The root group; it knows its commands by name only, so `tabuah --help` imports none of them."""

    def __init__(self, name: str, lazy: Mapping[str, LazyCommand], **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the installed commands."""
        return [name for name, command in self.lazy.items() if _is_installed(command)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        lazy = self.lazy.get(cmd_name)
        if lazy is None or not _is_installed(lazy):
            return None
        module, _colon, attribute = lazy.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        for extension in lazy.extensions:
            importlib.import_module(extension)
        return command

    def short_help_of(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        """Return the one-line help of a command without importing it."""
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
    records = [record for p in params if (record := _translate_help(p).get_help_record(ctx)) is not None]
    if records:
        with formatter.section(_("Options")):
            formatter.write_dl(
                [(names, help_text.replace("[required]", _("[required]"))) for names, help_text in records]
            )
    codes = [
        (_parameter_name(p), format_code_list(p.type.codes))
        for p in command.get_params(ctx)
        if isinstance(p.type, Code)
    ]
    if codes:
        with formatter.section(_("Codes, in English or Indonesian")):
            formatter.write_dl(codes)


def _parameter_name(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.metavar or param.human_readable_name


def _translate_help(param: click.Parameter) -> click.Parameter:
    translated = copy.copy(param)
    if isinstance(translated, click.Option) and translated.help:
        translated.help = _("Show this message and exit.") if "--help" in translated.opts else _(translated.help)
    return translated
