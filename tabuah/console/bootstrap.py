"""Builds and wires everything a console needs; Qt is imported only when a window is wanted."""

from pathlib import Path


def open_window(directory: Path, *, server_url: str = "", language: str = "") -> int:
    """Open the window on a data directory and work until it is closed.

    Args:
        directory: where this console keeps its data.
        server_url: the server to log in to; the one of the last log-in when empty.
        language: "id" or "en"; the one of the last time when empty.

    Returns:
        The exit code.

    Raises:
        CacheError: the directory cannot be used; the message says what is safe and what to do.
    """
    from tabuah.console.window.application import run_console  # noqa: PLC0415 - loads Qt

    return run_console(directory, server_url=server_url, language=language)
