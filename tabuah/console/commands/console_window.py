"""`tabuah console`: open the window; Qt is imported on demand."""

import os
import sys
from pathlib import Path

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, requested_language
from tabuah.resources.localisation import N_


@click.command("console", cls=TabuahCommand, help=N_("Open the console's window."))
@click.option("--server", "url", metavar="URL", default="", help=N_("The server to log in to."))
@click.pass_obj
def console(call: Invocation, *, url: str) -> int:
    """Open the window; an error before it is shown also appears in a message box."""
    from tabuah.console.commands.console_window import open_window

    try:
        return open_window(call.data, server_url=url, language=requested_language(sys.argv[1:], os.environ))
    except Exception as error:
        from tabuah.console.window.shared.error_toasts import show_startup_error

        show_startup_error(error)
        raise


def open_window(directory: Path, *, server_url: str = "", language: str = "") -> int:
    """Open the window on a data directory and block until it closes.

    Args:
        directory: the data directory of this console.
        server_url: the server to log in to; by default that of the last log-in.
        language: "id" or "en"; by default the last one used.

    Returns:
        The exit code.

    Raises:
        CacheError: the directory is unusable; the message says what is safe and what to do.
    """
    from tabuah.console.window.shell.application import run_console

    return run_console(directory, server_url=server_url, language=language)
