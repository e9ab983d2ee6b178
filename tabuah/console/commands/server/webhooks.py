"""`tabuah server webhooks`: endpoints, events, secrets and tests of webhooks; works while the server runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext

if TYPE_CHECKING:
    from tabuah.operations.webhooks.settings import WebhookEndpoint
    from tabuah.server.webhooks.webhook_queue import DeliveryCounts, EndpointState

LONGEST_REPLAY_H: Final = 24 * 365
webhooks_group = TabuahGroup("webhooks", help=N_("Webhooks to applications of OPDs: endpoints, events and secrets."))
_NAME: Final = click.argument("name", metavar="NAME")
_STATES: Final = {
    "works": N_("works"),
    "failing": N_("fails"),
    "disabled": N_("disabled"),
    "new": N_("no event yet"),
}


class WebhooksFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server webhooks init --json` and `check --json`."""

    file: str
    created: bool = False
    endpoints: tuple[str, ...] = ()


class ListedEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint of `server webhooks list --json`; secrets are not in it."""

    name: str
    opd: str
    host: str
    state: str
    reason: str
    waiting: int
    accepted: int
    failed: int
    accepted_at: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None


class ListedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of `server webhooks events --json`, without its document."""

    id: int
    endpoint: str
    event: str
    type: str
    subject: str
    exercise: bool
    state: str
    created_at: datetime
    due_at: datetime
    attempts: int
    ended_at: datetime | None
    answer: str


class TriedEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server webhooks test --json`; `error` is empty if the event was accepted."""

    name: str
    event: str
    answer: str = ""
    error: str = ""


class ChangedEvents(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server webhooks replay --json` and `cancel --json`: the number of events."""

    changed: int


class RotatedSecret(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server webhooks rotate --json`; `secret` is empty with `--finish`, `removed` without."""

    name: str
    secret: str = ""
    removed: int = 0


class EnabledEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server webhooks enable --json`: whether it was disabled before."""

    name: str
    changed: bool


@webhooks_group.command("init", help=N_("Write a sample webhooks.toml; an existing file stays."))
@click.pass_obj
def write_settings(invocation: Invocation) -> None:
    from tabuah.operations.webhooks.settings import FILE_NAME
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.webhooks.settings_file import load_webhook_settings, write_sample_settings

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    written = write_sample_settings(directory.path)
    load_webhook_settings(directory.path)
    message = _("{file} was written. Edit it, then: tabuah server webhooks check")
    stays = _("{file} already exists and is valid.")
    record = WebhooksFileRecord(file=str(directory.path / FILE_NAME), created=written is not None)
    invocation.show(record, lambda: print_text((message if written else stays).format(file=record.file)))


@webhooks_group.command("check", help=N_("Check webhooks.toml and its secrets."))
@click.pass_obj
def check_settings(invocation: Invocation) -> None:
    from tabuah.operations.webhooks.settings import FILE_NAME
    from tabuah.server.webhooks.settings_file import keys_of, load_webhook_settings

    directory = server_directory(invocation)
    found = load_webhook_settings(directory)
    for endpoint in found.endpoint:
        keys_of(endpoint, directory)
    names = tuple(endpoint.name for endpoint in found.endpoint)
    record = WebhooksFileRecord(file=str(directory / FILE_NAME), endpoints=names)
    none = _("No endpoint is set: nothing is sent. Write the settings: tabuah server webhooks init")
    valid = _("{file} is valid: {n} endpoints. A running server reads it at its start.")
    text = valid.format(file=record.file, n=len(names)) if names else none
    invocation.show(record, lambda: print_text(text))


@webhooks_group.command("list", help=N_("List the endpoints, with what was accepted and what failed."))
@click.pass_obj
def list_endpoints(invocation: Invocation) -> None:
    from tabuah.server.webhooks.settings_file import load_webhook_settings

    directory = server_directory(invocation)
    records = _listed(directory, load_webhook_settings(directory).endpoint)
    headers = (_("Name"), _("OPD"), _("Host"), _("State"), _("Waiting"), _("Failed"), _("Last accepted"), _("Reason"))
    invocation.show_table(records, headers, [*map(_endpoint_row, records)], empty=_("There are no endpoints."))


def _listed(directory: Path, endpoints: "tuple[WebhookEndpoint, ...]") -> list[ListedEndpoint]:
    from urllib.parse import urlsplit

    from tabuah.server.webhooks.webhook_queue import DeliveryCounts, EndpointState, WebhookQueue

    with WebhookQueue(directory) as queue:
        counts = queue.counts()
        known = {each.name: each for each in queue.endpoints(tuple(each.name for each in endpoints))}
    found = []
    for endpoint in endpoints:
        state = known.get(endpoint.name, EndpointState(name=endpoint.name, seq=0))
        numbers = counts.get(endpoint.name, DeliveryCounts())
        found.append(
            ListedEndpoint(
                name=endpoint.name,
                opd=endpoint.opd,
                host=urlsplit(endpoint.url).hostname or "",
                state=_state_of(state, numbers),
                reason=state.reason,
                waiting=numbers.waiting,
                accepted=numbers.accepted,
                failed=numbers.failed,
                accepted_at=numbers.accepted_at,
                failing_since=state.failing_since,
                disabled_at=state.disabled_at,
            )
        )
    return found


def _state_of(state: "EndpointState", numbers: "DeliveryCounts") -> str:
    if state.disabled_at is not None:
        return "disabled"
    if state.failing_since is not None:
        return "failing"
    return "works" if numbers.accepted else "new"


def _endpoint_row(each: ListedEndpoint) -> tuple[str, ...]:
    return (
        each.name,
        each.opd,
        each.host,
        _(_STATES[each.state]),
        format_number(each.waiting),
        format_number(each.failed),
        format_moment(each.accepted_at) if each.accepted_at is not None else "–",
        each.reason,
    )


@webhooks_group.command("events", help=N_("List the events of an endpoint or of all, the newest first."))
@click.argument("name", required=False, default="", metavar="[NAME]")
@click.option(
    "--state",
    type=click.Choice(["waiting", "accepted", "failed", "cancelled"]),
    help=N_("Only those in this state."),
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, metavar="N", help=N_("At most.")
)
@click.pass_obj
def list_events(invocation: Invocation, name: str, state: str | None, limit: int) -> None:
    from tabuah.server.webhooks.webhook_queue import WebhookQueue

    with WebhookQueue(server_directory(invocation)) as queue:
        found = queue.deliveries(endpoint=name, state=state or "", limit=limit)
    records = [msgspec.convert(each, ListedEvent, from_attributes=True) for each in found]
    headers = (_("Time"), _("Endpoint"), _("Type"), _("Subject"), _("State"), _("Answer"))
    invocation.show_table(records, headers, [*map(_event_row, records)], empty=_("There are no events."))


def _event_row(each: ListedEvent) -> tuple[str, ...]:
    from tabuah.text.notices.notice_text import delivery_state_label

    state = delivery_state_label(each.state)
    return (
        format_moment(each.created_at),
        each.endpoint,
        f"{each.type} (LATIHAN)" if each.exercise else each.type,
        each.subject,
        f"{state} ({each.attempts}×)" if each.attempts > 1 else state,
        each.answer,
    )


@webhooks_group.command("test", help=N_("Send a test event to an endpoint now, and show the answer."))
@_NAME
@click.pass_obj
def try_endpoint(invocation: Invocation, name: str) -> int:
    """Send without the queue, whether the server runs or not."""
    from tabuah.server.notices.message_sender import DeliveryFailed
    from tabuah.server.webhooks.service import AGENT
    from tabuah.server.webhooks.webhook_planner import trial_delivery
    from tabuah.server.webhooks.webhook_sender import WebhookSender

    endpoint, now = _endpoint_named(invocation, name), datetime.now(UTC)
    delivery = trial_delivery(endpoint, now)
    sender = WebhookSender(endpoint, server_directory(invocation), AGENT)
    tried = TriedEndpoint(name=name, event=delivery.event)
    try:
        tried = msgspec.structs.replace(tried, answer=sender.send(delivery, now))
        text = _("{name}: accepted: {answer}").format(name=name, answer=tried.answer)
    except DeliveryFailed as failure:
        tried = msgspec.structs.replace(tried, error=str(failure))
        text = _("{name}: not accepted: {error}").format(name=name, error=failure)
    finally:
        sender.close()
    invocation.show(tried, lambda: print_text(text))
    return ExitCode.REFUSED if tried.error else ExitCode.DONE


@webhooks_group.command("replay", help=N_("Send events again with their ids: those that failed, or the last hours."))
@_NAME
@click.option("--hours", type=click.IntRange(1, LONGEST_REPLAY_H), metavar="N", help=N_("All of the last N hours."))
@click.pass_obj
def replay_events(invocation: Invocation, name: str, hours: int | None) -> None:
    from tabuah.server.webhooks.webhook_queue import WebhookQueue

    endpoint, now = _endpoint_named(invocation, name), datetime.now(UTC)
    since = now - timedelta(hours=hours) if hours is not None else None
    with WebhookQueue(server_directory(invocation)) as queue:
        changed = queue.replay(endpoint.name, since=since, now=now)
    text = ngettext("{n} event is sent again.", "{n} events are sent again.", changed)
    invocation.show(ChangedEvents(changed=changed), lambda: print_text(text.format(n=format_number(changed))))


@webhooks_group.command("cancel", help=N_("Cancel the events of an endpoint that wait or failed."))
@_NAME
@click.option("--failed", is_flag=True, help=N_("Only those that failed."))
@click.pass_obj
def cancel_events(invocation: Invocation, name: str, *, failed: bool) -> None:
    """End them; `replay --hours` sends them again."""
    from tabuah.server.webhooks.webhook_queue import FAILED, WAITING, WebhookQueue

    endpoint = _endpoint_named(invocation, name)
    states = (FAILED,) if failed else (WAITING, FAILED)
    with WebhookQueue(server_directory(invocation)) as queue:
        changed = queue.cancel(endpoint.name, states, datetime.now(UTC))
    text = ngettext("{n} event was cancelled.", "{n} events were cancelled.", changed)
    invocation.show(ChangedEvents(changed=changed), lambda: print_text(text.format(n=format_number(changed))))


@webhooks_group.command("rotate", help=N_("Write a new secret; the former one signs, too, until it is finished."))
@_NAME
@click.option("--finish", is_flag=True, help=N_("Remove the former secret."))
@click.pass_obj
def rotate_endpoint(invocation: Invocation, name: str, *, finish: bool) -> None:
    from tabuah.server.webhooks.settings_file import finish_rotation, rotate_secret

    endpoint, directory = _endpoint_named(invocation, name), server_directory(invocation)
    if finish:
        record = RotatedSecret(name=name, removed=finish_rotation(endpoint, directory))
        text = _("Only the newest secret signs now.")
    else:
        record = RotatedSecret(name=name, secret=rotate_secret(endpoint, directory))
        steps = _(
            "Give it to the receiver in a safe way. Once it is in use: tabuah server webhooks rotate {name} --finish"
        )
        text = f"{record.secret}\n{steps.format(name=name)}"
    invocation.show(record, lambda: print_text(text))


@webhooks_group.command("enable", help=N_("Send to a disabled endpoint again, from where it ended."))
@_NAME
@click.pass_obj
def enable_endpoint(invocation: Invocation, name: str) -> None:
    from tabuah.server.webhooks.webhook_queue import WebhookQueue

    endpoint = _endpoint_named(invocation, name)
    with WebhookQueue(server_directory(invocation)) as queue:
        changed = queue.enable(endpoint.name, datetime.now(UTC))
    text = _("{name} is enabled.") if changed else _("{name} was not disabled; what waits is sent now.")
    record = EnabledEndpoint(name=name, changed=changed)
    invocation.show(record, lambda: print_text(text.format(name=name)))


def _endpoint_named(invocation: Invocation, name: str) -> "WebhookEndpoint":
    from tabuah.server.webhooks.settings_file import load_webhook_settings

    found = load_webhook_settings(server_directory(invocation)).endpoint_named(name)
    if found is None:
        raise click.UsageError(_("webhooks.toml has no endpoint {name}.").format(name=name))
    return found
