"""Usage errors in the chosen language: what is wrong with the line, and where its help is."""

import click

from tabuah.console.commands.output import print_error
from tabuah.resources.catalogue import _


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
            return f"{_name_of(error)}: {error.message}"
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(context.command, click.Group):
        return _unknown_command(error, context, context.command)
    return error.format_message()


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
