"""`tabuah doctor`: checks of this console, each with what to do where something is wrong."""

import click

from tabuah.console.commands.checkup import Check, check_console
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _


@click.command("doctor", cls=TabuahCommand, help=N_("Check this console and say what to do."))
@click.pass_obj
def doctor(call: Invocation) -> int:
    """Check this console; the exit code tells whether its data are damaged."""
    checks = check_console(call.data)
    call.show(checks, lambda: _print(checks))
    return ExitCode.DAMAGED if any(check.check == "data" and not check.ok for check in checks) else ExitCode.DONE


def _print(checks: list[Check]) -> None:
    for check in checks:
        say(f"{_('ok') if check.ok else _('LOOK'):5} {check.finding}")
        if check.advice:
            say(f"      → {check.advice}")
