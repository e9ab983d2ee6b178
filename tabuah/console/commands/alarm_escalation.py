"""`tabuah alarm escalation`: who is asked when nobody answers an alarm, shown and written as data."""

import json
import tomllib
from pathlib import Path
from typing import Any

import click
import msgspec

from tabuah.console.commands.alarms import alarm_group
from tabuah.console.commands.invocation import Invocation
from tabuah.operations.alarms.asked_telling import asked_name
from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.alarms.gestures import write_escalation
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.rules.telling import tell_duration
from tabuah.resources.catalogue import N_, _


@alarm_group.command(
    "escalation",
    help=N_("Show who is asked when nobody answers an alarm; with --write put the steps of a file into force."),
)
@click.option(
    "--write",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("A file with the steps, TOML or JSON."),
)
@click.pass_obj
def escalation(call: Invocation, *, file: Path | None) -> None:
    """Show or write the policy."""
    with call.open_store() as store:
        policy = store.escalation_policy()
        if file is not None:
            policy = msgspec.structs.replace(_read(file), version=policy.version + 1)
            store.save(write_escalation(policy))
    rows = [
        [severity_word(severity), tell_duration(step.after_s), asked_name(step.to)]
        for severity, steps in policy.steps.items()
        for step in steps
    ]
    call.show_table(policy, [_("Level"), _("After"), _("Asked")], rows, empty=_("Nobody is asked."))


def _read(file: Path) -> EscalationPolicy:
    try:
        text = file.read_text("utf-8-sig")
        found: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        return msgspec.convert(found, EscalationPolicy)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
