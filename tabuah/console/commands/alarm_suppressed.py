"""`tabuah alarm suppressed`: everything that is kept quiet now, and why."""

import click

from tabuah.console.alarm_words import why_word
from tabuah.console.commands.alarms import SHORT_ID, alarm_group
from tabuah.console.commands.invocation import Invocation
from tabuah.operations.alarms.suppressing import Suppressed, suppressed
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment


@alarm_group.command("suppressed", help=N_("List what is kept quiet, and why."))
@click.pass_obj
def list_suppressed(call: Invocation) -> None:
    """List what is kept quiet."""
    with call.open_store() as store:
        found = suppressed(store.alarms(), store.maintenance(), store.now())
    headers = [_("Station"), "ID", _("Why"), _("Until"), _("Reason")]
    call.show_table(found, headers, [_cells(each) for each in found], empty=_("Nothing is kept quiet."))


def _cells(each: Suppressed) -> list[str]:
    until = format_moment(each.until) if each.until else ""
    return [each.station, each.alarm[-SHORT_ID:], why_word(each.why), until, each.reason]
