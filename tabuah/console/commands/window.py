"""`tabuah console`: open the window; Qt is imported when it runs."""

import os
import sys

import click

from tabuah.console.commands.invocation import Invocation, language_wanted
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_


@click.command("console", cls=TabuahCommand, help=N_("Open the console's window."))
@click.option("--server", "url", metavar="URL", default="", help=N_("The server to log in to."))
@click.pass_obj
def console(call: Invocation, *, url: str) -> int:
    """Open the window; an error before there is one is told in a small window, too."""
    from tabuah.console.bootstrap import open_window

    try:
        return open_window(call.data, server_url=url, language=language_wanted(sys.argv[1:], os.environ))
    except Exception as error:
        from tabuah.console.window.fatal import tell_fatal

        tell_fatal(error)
        raise
