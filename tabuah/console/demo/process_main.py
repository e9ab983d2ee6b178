"""Runs a `tabuah` command that ends with its parent: `python -m tabuah.console.demo.process_main COMMAND …`.

The parent holds the other end of this process's standard input. When it closes, because the
parent closed it or ended in any way, the command is asked to end, and is killed a moment later.
"""

import _thread
import os
import signal
import sys
import threading
from typing import Final

GRACE_S: Final = 8.0


def main() -> None:
    threading.Thread(target=_watch_parent, name="tabuah-parent", daemon=True).start()
    from tabuah.console.commands.main import main as run_command  # noqa: PLC0415 - the watch comes first

    run_command(sys.argv[1:])


def _watch_parent() -> None:
    # Not sys.stdin: the interpreter needs its lock at shutdown, and this thread would hold it.
    while os.read(0, 1):
        pass
    _ask_to_end()
    threading.Event().wait(GRACE_S)
    os._exit(1)


def _ask_to_end() -> None:
    if sys.platform == "win32":
        _thread.interrupt_main(signal.SIGINT)  # runs the SIGINT handler, as Ctrl+C does
    else:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
