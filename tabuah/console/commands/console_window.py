"""`tabuah console`: open the window; Qt is imported on demand."""

import gc
import os
import sys
from pathlib import Path
from types import ModuleType

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, requested_language
from tabuah.resources.localisation import N_


@click.command("console", cls=TabuahCommand, help=N_("Open the console's window."))
@click.option("--server", "url", metavar="URL", default="", help=N_("The server to log in to."))
@click.option("--exercise", metavar="NAME", default="", help=N_("Open the window in this exercise."))
@click.pass_obj
def console(call: Invocation, *, url: str, exercise: str) -> int:
    """Open the window; an error before it is shown also appears in a message box."""
    from tabuah.console.display import DisplayError, check_display

    check_display(os.environ)
    try:
        language = requested_language(sys.argv[1:], os.environ)
        return open_window(call.data, server_url=url, language=language, exercise=exercise)
    except DisplayError:
        raise  # no window, and so no message box
    except Exception as error:
        from tabuah.console.window.shared.error_toasts import show_startup_error

        show_startup_error(error)
        raise


def open_window(directory: Path, *, server_url: str = "", language: str = "", exercise: str = "") -> int:
    """Open the window on a data directory and block until it closes.

    Args:
        directory: the data directory of this console.
        server_url: the server to log in to; by default that of the last log-in.
        language: "id" or "en"; by default the last one used.
        exercise: name or id of the exercise that the window shows; by default it shows the real world.

    Returns:
        The exit code.

    Raises:
        CacheError: the directory is unusable; the message gives the next step.
    """
    application = load_application()
    code: int = application.run_console(directory, server_url=server_url, language=language, exercise=exercise)
    return code


def load_application() -> ModuleType:
    """Return the module of the window application, loaded without garbage collection and without reading sources.

    The collector would examine all modules again and again while they load, which took a fifth of the
    start. `GuiThreadCollector` takes over as soon as the window's services are open.

    Raises:
        DisplayError: a system library is missing.
    """
    gc.disable()
    try:
        from tabuah.widgets.feature_search import skip_feature_search

        skip_feature_search()
        from tabuah.console.window.shell import application
    except ImportError as error:
        if ".so" not in str(error):
            raise
        from tabuah.console.display import missing_library

        raise missing_library(str(error)) from error
    gc.freeze()  # modules live as long as the process, and a collection need not visit them
    return application
