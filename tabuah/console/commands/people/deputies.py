"""`tabuah deputy list | name | end`: acting deputies for a stated time, named by supervisors and administrators."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.role_type import RoleType
from tabuah.operations.people.deputies import KnownDeputyship, open_deputyships
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.people.permissions import role_label

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore
    from tabuah.storage.sync.client import ServerClient

deputy_group = TabuahGroup("deputy", help=N_("Acting deputies for a stated time."))


class DeputyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `deputy list --json`."""

    id: str
    name: str
    role: Role
    starts_at: datetime
    ends_at: datetime
    by: str
    reason: str


@deputy_group.command("list", help=N_("List the deputies in force or to come, as of the last sync."))
@click.pass_obj
def list_deputies(call: Invocation) -> None:
    with call.open_store() as store:
        found = open_deputyships(store.authority(), store.now())
    records = [_record(each) for each in found]
    headers = (_("User"), _("Acts as"), _("From"), _("Until"), _("Named by"), _("Reason"))
    call.show_table(records, headers, [*map(_row, records)], empty=_("Nobody acts as a deputy."))


def _record(each: KnownDeputyship) -> DeputyRecord:
    deputyship = each.deputyship
    return DeputyRecord(
        id=deputyship.id,
        name=each.user.name,
        role=deputyship.role,
        starts_at=deputyship.starts_at,
        ends_at=deputyship.ends_at,
        by=deputyship.by,
        reason=deputyship.reason,
    )


def _row(record: DeputyRecord) -> tuple[str, ...]:
    start, end = format_moment(record.starts_at), format_moment(record.ends_at)
    return record.name, role_label(record.role), start, end, record.by, record.reason


@deputy_group.command("name", help=N_("Let a user act in another role until a time."))
@click.argument("user", metavar="NAME")
@click.argument("role", type=RoleType(), metavar="ROLE")
@click.option("--until", type=Moment(), required=True, metavar="T", help=N_("When it ends, three days at most."))
@click.option("--from", "start", type=Moment(), metavar="T", help=N_("When it begins; default: now."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("The reason, for the journal."))
@click.pass_obj
def name(call: Invocation, user: str, role: Role, until: datetime, start: datetime | None, reason: str) -> None:
    from tabuah.storage.journal.people_protocol import DeputyNaming
    from tabuah.storage.sync.user_administration import name_deputy

    with call.open_store() as store, _client_of(store) as client:
        naming = DeputyNaming(name=user, role=role, ends_at=until, starts_at=start, reason=reason)
        reply = name_deputy(client, naming)
    text = _("{name} acts as {role} until {moment}.")
    message = text.format(name=user, role=role_label(role), moment=format_moment(until))
    call.show(reply, lambda: print_text(message))


@deputy_group.command("end", help=N_("End the deputyships of a user at once."))
@click.argument("user", metavar="NAME")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("The reason, for the journal."))
@click.pass_obj
def end(call: Invocation, user: str, reason: str) -> None:
    from tabuah.storage.journal.people_protocol import DeputyEnd
    from tabuah.storage.sync.user_administration import end_deputyships

    with call.open_store() as store, _client_of(store) as client:
        reply = end_deputyships(client, DeputyEnd(name=user, reason=reason))
    call.show(reply, lambda: print_text(_("{name} is no longer a deputy.").format(name=user)))


def _client_of(store: "ConsoleStore") -> "ServerClient":
    from tabuah.storage.sync.session import ConsoleSession

    return ConsoleSession(store).client
