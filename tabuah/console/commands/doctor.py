"""`tabuah doctor`: check folder, disk, data, key, session, server, clock and pending work."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.health_check import HealthCheck, check_disk
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.roads.network_facts import network_facts
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.people.key_replacement import is_recent_renewal
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.data_directory import unsafe_location_reason
from tabuah.storage.cache.errors import CacheError, DamagedCache, HoldsServer
from tabuah.storage.cache.map.road_networks import is_outdated, load_road_network
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.data_files import is_server_directory
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.last_failure import read_sync_failure
from tabuah.storage.sync.server_pin import PinFile, pinned_context
from tabuah.storage.sync.session import has_session
from tabuah.text.map.road_text import describe_outdated, describe_road_source
from tabuah.text.sync.device_notices import describe_preserved_work, describe_renewal_cause, list_renewal_steps
from tabuah.text.sync.history_problem import history_advice

if TYPE_CHECKING:
    from tabuah.storage.cache.repair import RepairResult

NO_DATA: Final = "no_data"
_DAMAGE: Final = frozenset({"data", "attachments"})
MAX_CLOCK_OFFSET_S: Final = 60.0


def check_console(directory: Path, *, quick: bool = False) -> list[HealthCheck]:
    checks = [_check_folder(directory)]
    if not checks[0].ok:
        return checks
    if not (directory.expanduser() / CACHE_NAME).is_file():  # opening a store would create one
        return [*checks, _no_data(directory)]
    try:
        store = ConsoleStore(directory)
    except DamagedCache as error:
        return [*checks, HealthCheck("data", ok=False, finding=_("The data are damaged."), advice=str(error))]
    except CacheError as error:
        return [*checks, HealthCheck("open", ok=False, finding=str(error))]
    try:
        return [
            *checks,
            check_disk(store.directory),
            *_check_data(store, quick=quick),
        ]
    finally:
        store.close()


def _no_data(directory: Path) -> HealthCheck:
    return HealthCheck(
        NO_DATA,
        ok=False,
        finding=_("There are no data of a console or a server in {directory}. Nothing was created.").format(
            directory=directory
        ),
        advice=_("Check --data and TABUAH_DATA. A new console creates its data at the first start or log-in."),
    )


def _check_folder(directory: Path) -> HealthCheck:
    reason = unsafe_location_reason(directory.expanduser().resolve())
    finding = reason or _("The data are in {directory}.").format(directory=directory)
    return HealthCheck("folder", ok=not reason, finding=finding)


def _check_data(store: ConsoleStore, *, quick: bool) -> list[HealthCheck]:
    """Check the data, and where they are sound all that can be read from them."""
    damage = store.checks.find_damage(quick=quick)
    if damage:
        advice = str(DamagedCache(store.path, damage))
        return [HealthCheck("data", ok=False, finding=_("The data are damaged."), advice=advice)]
    return [
        HealthCheck("data", ok=True, finding=_("The data are intact.")),
        *([] if quick else [_check_attachments(store)]),
        _check_session(store),
        *_check_key(store),
        *_check_pin(store),
        *_check_server(store),
        _check_last_sync(store),
        _check_clock(store),
        *_check_pending_work(store),
        *_check_roads(store),
    ]


def _check_attachments(store: ConsoleStore) -> HealthCheck:
    damaged = store.attachments.find_damaged()
    if damaged:
        finding = _("{n} attachments were damaged on this disk: {names}").format(
            n=len(damaged), names=", ".join(name[:12] for name in damaged)
        )
        return HealthCheck("attachments", ok=False, finding=finding, advice=_("The next sync downloads them again."))
    return HealthCheck("attachments", ok=True, finding=_("All attachments match their hash."))


def _check_roads(store: ConsoleStore) -> list[HealthCheck]:
    """Check the road network, where there is one."""
    try:
        network = load_road_network(store.directory)
    except RoadNetworkError as error:
        return [HealthCheck("roads", ok=False, finding=str(error), advice="tabuah map roads build")]
    if network is None:
        return []
    facts = network_facts(network, outdated=is_outdated(store.directory, network))
    if facts.outdated:
        return [HealthCheck("roads", ok=False, finding=describe_outdated(facts), advice="tabuah map roads show")]
    finding = _("Distances are by road: {source}.").format(source=describe_road_source(facts))
    return [HealthCheck("roads", ok=True, finding=finding)]


def _check_last_sync(store: ConsoleStore) -> HealthCheck:
    last = store.last_sync_at
    finding = _("Last sync: {moment}.").format(moment=format_moment(last)) if last else _("Never synced yet.")
    failure = read_sync_failure(store.directory)
    if failure is None:
        return HealthCheck("sync", ok=True, finding=finding)
    reason = _("Since {moment} it fails: {reason}").format(moment=format_moment(failure.since), reason=failure.reason)
    advice = history_advice(failure.history) if failure.history else "tabuah sync"
    return HealthCheck("sync", ok=False, finding=f"{finding} {reason}", advice=advice)


def _check_session(store: ConsoleStore) -> HealthCheck:
    identity = store.identity
    if identity is None or not has_session(store.directory):
        return HealthCheck(
            "session",
            ok=False,
            finding=_("Nobody is logged in."),
            advice=_("Log in: tabuah login --server URL --user NAME"),
        )
    if not identity.approved:
        advice = _("An administrator runs: tabuah server device approve {device}").format(device=store.device)
        return HealthCheck("session", ok=False, finding=_("This device waits for approval."), advice=advice)
    if identity.grant is not None and identity.grant.expires_at <= store.now():
        finding = _("The log-in expired {moment}: new entries are held for a supervisor.").format(
            moment=format_moment(identity.grant.expires_at)
        )
        return HealthCheck("session", ok=False, finding=finding, advice=_("Connect and sync, or log in again."))
    return HealthCheck("session", ok=True, finding=_("{user} is logged in.").format(user=identity.user))


def _check_key(store: ConsoleStore) -> list[HealthCheck]:
    """Report a key renewal of the last days, after a copy of the data or a lost key."""
    renewal = store.last_key_replacement
    if renewal is None or not is_recent_renewal(renewal, store.now()):
        return []
    identity = store.identity
    advice = " ".join(list_renewal_steps(renewal, approved=identity is not None and identity.approved))
    finding = f"{describe_renewal_cause(renewal)} {describe_preserved_work(renewal)}"
    return [HealthCheck("key", ok=not advice, finding=finding, advice=advice)]


def _check_pin(store: ConsoleStore) -> list[HealthCheck]:
    """Report the server that this console trusts; without a pin there is nothing to say."""
    try:
        pin = PinFile(store.directory).read()
        found = pin.fingerprint[:16] if pin is not None else ""
    except (SyncError, JournalError) as error:
        return [HealthCheck("pin", ok=False, finding=str(error))]
    if not found:
        return []
    return [HealthCheck("pin", ok=True, finding=_("Trusted authority of the server: {key}.").format(key=found))]


def _check_server(store: ConsoleStore) -> list[HealthCheck]:
    identity = store.identity
    if identity is None:
        return []
    try:
        with ServerClient(identity.server_url, trust=pinned_context(store.directory)) as client:
            health = client.health()
    except SyncError as error:
        return [
            HealthCheck(
                "server", ok=False, finding=str(error), advice=_("Check the network; you can keep working offline.")
            )
        ]
    finding = _("The server at {url} answers (version {version}).").format(
        url=identity.server_url, version=health.version
    )
    return [HealthCheck("server", ok=True, finding=finding)]


def _check_clock(store: ConsoleStore) -> HealthCheck:
    offset_s = store.clock_offset_s
    ok = abs(offset_s) <= MAX_CLOCK_OFFSET_S
    finding = _("The clock of this computer differs from the server's by {n} s; this is corrected.").format(
        n=format_number(abs(offset_s))
    )
    return HealthCheck("clock", ok, finding, "" if ok else _("Set the clock of this computer."))


def _check_held_entries(store: ConsoleStore) -> HealthCheck:
    """Report entries held for a supervisor, and deferred entries, which may wait for months."""
    held = store.held()
    waits = [held_entry.entry.at for held_entry in held if held_entry.reason in DEFERRAL_REASONS]
    found = []
    if len(held) > len(waits):
        found.append(_("{n} changes are held for a supervisor.").format(n=len(held) - len(waits)))
    if waits:
        message = _("{n} changes wait for entries they depend on, the oldest since {time}.")
        found.append(message.format(n=len(waits), time=format_moment(min(waits))))
    return HealthCheck("held", ok=False, finding=" ".join(found), advice="tabuah held list")


def _check_pending_work(store: ConsoleStore) -> list[HealthCheck]:
    counts = store.counts()
    waiting = _("{n} changes are not yet synced.").format(n=counts.pending)
    checks = [HealthCheck("outbox", ok=True, finding=waiting)]
    if counts.conflicts:
        found = _("{n} conflicts wait for a decision.").format(n=counts.conflicts)
        checks.append(HealthCheck("conflicts", ok=False, finding=found, advice="tabuah conflict list"))
    if counts.held:
        checks.append(_check_held_entries(store))
    if counts.rejected:
        found = _("The server has rejected {n} changes of this console.").format(n=counts.rejected)
        checks.append(HealthCheck("rejected", ok=False, finding=found, advice="tabuah rejected list"))
    return checks


@click.command("doctor", cls=TabuahCommand, help=N_("Check a console or a server and advise what to do."))
@click.option("--quick", is_flag=True, help=N_("Check a sample of the states, and no attachments."))
@click.option("--repair", is_flag=True, help=N_("Repair damaged data of a console; the original is kept."))
@click.pass_obj
def doctor(call: Invocation, *, quick: bool, repair: bool) -> int:
    if repair:
        return _repair(call)
    server = _server_to_check(call.data)
    if server is not None:
        from tabuah.console.commands.server.server_checks import check_server

        checks = check_server(server, quick=quick)
    else:
        checks = check_console(call.data, quick=quick)
    call.show(checks, lambda: _print_checks(checks))
    return exit_code_of_checks(checks)


def exit_code_of_checks(checks: Iterable[HealthCheck]) -> ExitCode:
    """Return the code of the worst finding: damage before a missing directory, and both before advice."""
    failed = {check.check for check in checks if not check.ok}
    if failed & _DAMAGE:
        return ExitCode.DAMAGED
    if NO_DATA in failed:
        return ExitCode.BAD_INPUT
    return ExitCode.ATTENTION if failed else ExitCode.DONE


def _server_to_check(directory: Path) -> Path | None:
    """Return the server's directory: this one, or `server` inside it where no console has its data beside it."""
    if is_server_directory(directory):
        return directory
    inner = directory / "server"
    has_console = (directory.expanduser() / CACHE_NAME).is_file()
    return inner if is_server_directory(inner) and not has_console else None


def _repair(call: Invocation) -> int:
    from tabuah.storage.cache.repair import repair_cache

    if is_server_directory(call.data):
        raise HoldsServer(call.data, "tabuah server restore BACKUP --into DIR")
    result = repair_cache(call.data.expanduser().absolute())
    call.show(result, lambda: _print_repair(result))
    return ExitCode.DONE


def _print_repair(result: "RepairResult") -> None:
    print_text(_("Repaired. The damaged files are kept in {folder}.").format(folder=result.original))
    kept = _(
        "{pending} unsent changes were kept; the journal here ends at record {head}, the next sync fetches the rest."
    )
    print_text(kept.format(pending=result.pending, head=format_number(result.head)))
    if result.exported:
        message = _("{n} unsent changes could not be read: their texts are there as outbox-*.json; write them again.")
        print_text(message.format(n=result.exported))
    if result.is_new_key:
        print_text(_("This console has a new key: log in and sync."))


def _print_checks(checks: list[HealthCheck]) -> None:
    for check in checks:
        print_text(f"{_('ok') if check.ok else _('LOOK'):5} {check.finding}")
        if check.advice:
            print_text(f"      → {check.advice}")
