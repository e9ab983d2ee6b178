"""Usage errors in the chosen language: what is wrong with the line, and where its help is."""

import re
from typing import Any, Final

import click

from tabuah.console.commands.output import print_error
from tabuah.resources.catalogue import _

_QUOTED: Final = re.compile("'(.*)'")


def tell_usage_error(error: click.ClickException) -> None:
    """Print what is wrong with a command line."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print_error(error.format_message())
        return
    print_error(_("Error: {message}").format(message=_message_of(error)))
    context = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and context is not None:
        print_error(_("Help: {command} --help").format(command=context.command_path))


def _message_of(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return _with_suggestions(_("there is no option {name}").format(name=error.option_name), error)
        case click.MissingParameter():
            return _("{name} is missing").format(name=_name_of(error))
        case click.BadParameter() if error.param is not None:
            return f"{_name_of(error)}: {_told(error, error.param.type)}"
        case click.BadOptionUsage():
            takes = _("{name} needs a value") if "requires" in error.message else _("{name} takes no value")
            return takes.format(name=error.option_name)
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(context.command, click.Group):
        return _unknown_command(error, context, context.command)
    if "extra argument" in error.message:
        return _("there is more on the line than the command takes: {extra}").format(extra=_extra_of(error.message))
    return error.format_message()


def _told(error: click.BadParameter, kind: click.ParamType[Any]) -> str:
    """What is wrong with a value; click's own types speak English only, ours speak for themselves."""
    match kind:
        case click.Choice():
            return _("choose one of: {choices}").format(choices=", ".join(map(str, kind.choices)))
        case click.IntRange(min=int() as low, max=int() as high):
            return _("write a whole number from {low} to {high}").format(low=low, high=high)
        case click.IntRange(min=int() as low):
            return _("write a whole number, at least {low}").format(low=low)
        case click.types.IntParamType():
            return _("write a whole number")
        case click.types.FloatParamType():
            return _("write a number, with a point for its decimals")
        case click.DateTime():
            return _("write a date like 2026-11-24")
        case click.Path() | click.File():
            return _told_of_path(error.message)
    return error.message


def _told_of_path(message: str) -> str:
    path = "".join(_QUOTED.findall(message)[:1])
    if "does not exist" in message:
        return _("there is no {path}").format(path=path)
    if "is a directory" in message:
        return _("{path} is a folder").format(path=path)
    if "is a file" in message:
        return _("{path} is a file, not a folder").format(path=path)
    return _("{path} cannot be read or written").format(path=path)


def _extra_of(message: str) -> str:
    return message.partition("(")[2].rpartition(")")[0]


def _unknown_command(error: click.ClickException, context: click.Context, group: click.Group) -> str:
    name = getattr(error, "command_name", "")
    names = ", ".join(group.list_commands(context))
    return _("there is no command {name}; there are: {names}").format(name=name, names=names)


def _name_of(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return str(error.param_hint or "")
    if isinstance(param, click.Option):
        return "/".join(param.opts)
    return param.human_readable_name


def _with_suggestions(message: str, error: click.NoSuchOption) -> str:
    return f"{message} ({', '.join(error.possibilities)}?)" if error.possibilities else message
