"""`tabuah server config`: show, check and write `server.toml`; options of the command line win over its values."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from click.core import ParameterSource

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.console.commands.server.server_options import server_options
from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from tabuah.server.configuration import ConfigurationProblem, ServerConfiguration

_GIVEN: Final = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
_ON_LINE: Final = (ParameterSource.COMMANDLINE,)
_FILES: Final = ("certificate", "key")


class ConfigurationValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value in force: its key with the table in front, and whether the file sets it."""

    key: str
    value: Any
    is_default: bool


class ConfigurationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server config --json`; without problems, `values` are what the server would use."""

    file: str
    exists: bool
    problems: tuple["ConfigurationProblem", ...]
    values: tuple[ConfigurationValue, ...]


@click.command("config", cls=TabuahCommand, help=N_("Show, check or write server.toml, the settings of the server."))
@click.option("--print-default", is_flag=True, help=N_("Print a file with all keys, defaults and explanations."))
@click.option(
    "--write",
    is_flag=True,
    help=N_("Write that file with the given options into the data directory; an existing one stays."),
)
@click.option("--check", is_flag=True, help=N_("Only name what is wrong; exit code 2 if anything is."))
@server_options
@click.pass_context
def config_command(ctx: click.Context, /, *, print_default: bool, write: bool, check: bool, **options: Any) -> int:
    from tabuah.server.configuration import default_file, write_new_file

    invocation: Invocation = ctx.obj
    given = _given_values(ctx, options)
    if given and not write:
        raise click.UsageError(_("Options of the server belong to --write, which keeps them in server.toml."))
    if print_default + write + check > 1:
        raise click.UsageError(_("Give only one of --print-default, --write and --check."))
    if print_default:
        click.echo(default_file(), nl=False)
        return ExitCode.DONE
    if write:
        file = write_new_file(_existing_directory(invocation), given)
        kept = _("Written: {file}. It keeps: {keys}. Every other value in it is the default.")
        plain = _("Written: {file}. Every value in it is the default.")
        print_text((kept if given else plain).format(file=file, keys=", ".join(given)))
        return ExitCode.DONE
    found = _read(server_directory(invocation))
    invocation.show(found, lambda: _print_check(found) if check or found.problems else _print_values(found))
    return ExitCode.BAD_INPUT if found.problems else ExitCode.DONE


def _given_values(context: click.Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of the line as values of the file; paths are absolute, as they are not relative to it."""
    given = {name: options[name] for name in options if context.get_parameter_source(name) in _ON_LINE}
    return {name: str(value.absolute()) if isinstance(value, Path) else value for name, value in given.items()}


def _existing_directory(invocation: Invocation) -> Path:
    from tabuah.server.directory import ServerDirectory

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    return directory.path


def _read(directory: Path) -> ConfigurationRecord:
    from tabuah.server.configuration import FILE_NAME, check_configuration

    file = directory / FILE_NAME
    found, problems = check_configuration(file)
    values = tuple(_values_of(found, type(found)(), ""))
    return ConfigurationRecord(file=str(file), exists=file.exists(), problems=problems, values=values)


def _values_of(found: msgspec.Struct, default: msgspec.Struct, prefix: str) -> Iterator[ConfigurationValue]:
    from tabuah.server.masked_url import without_password

    for name in found.__struct_fields__:
        value, usual = getattr(found, name), getattr(default, name)
        if isinstance(value, msgspec.Struct):
            yield from _values_of(value, usual, f"{prefix}{name}.")
        else:
            shown = without_password(value) if isinstance(value, str) else value
            yield ConfigurationValue(key=prefix + name, value=shown, is_default=value == usual)


def _print_check(found: ConfigurationRecord) -> None:
    if not found.problems:
        valid = _("{file} is valid.") if found.exists else _("There is no {file}: the defaults are used.")
        print_text(valid.format(file=found.file))
        return
    print_text(_("{file} cannot be used: a server does not start with it. Correct:").format(file=found.file))
    for problem in found.problems:
        print_text(f"  {problem.key}: {problem.reason}" if problem.key else f"  {problem.reason}")


def _print_values(found: ConfigurationRecord) -> None:
    from tabuah.server.configuration import toml_of

    if not found.exists:
        _print_check(found)
    for value in found.values:
        source = _("(default)") if value.is_default else ""
        print_text(f"{value.key} = {toml_of(value.value)}  {source}".rstrip())


def options_with_file(
    context: click.Context, options: Mapping[str, Any], configuration: "ServerConfiguration", directory: Path
) -> dict[str, Any]:
    """Return the options of `tabuah server`, those that were not given taken from the file.

    Args:
        context: knows which options were given.
        options: the values of the options.
        configuration: the values of the file.
        directory: that of the file; certificate and key are relative to it.
    """
    merged = dict(options)
    for name in options:
        if context.get_parameter_source(name) in _GIVEN or not hasattr(configuration, name):
            continue
        value = getattr(configuration, name)
        if name in _FILES:
            value = directory / value if value else None
        merged[name] = value
    return merged
