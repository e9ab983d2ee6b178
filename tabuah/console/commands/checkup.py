"""What the doctor looks at: folder, disk, data, key, session, server, clock, and what waits."""

import shutil
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.renewal_words import is_recent, what_happened, what_is_safe, what_to_check
from tabuah.operations.waiting import WAITS
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number
from tabuah.storage.cache.directory import unsafe_because
from tabuah.storage.cache.errors import CacheError, DamagedCache
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.session import has_session

LEAST_FREE_BYTES: Final = 500_000_000
LARGEST_OFFSET_S: Final = 60.0


class Check(msgspec.Struct, frozen=True):
    """One check: its stable name, whether it is well, what was found, and what to do."""

    check: str
    ok: bool
    finding: str
    advice: str = ""


def check_console(directory: Path) -> list[Check]:
    """Check a data directory and the way to its server."""
    checks = [_check_folder(directory)]
    if not checks[0].ok:
        return checks
    try:
        store = ConsoleStore(directory)
    except DamagedCache as error:
        return [*checks, Check("data", ok=False, finding=_("The data are damaged."), advice=str(error))]
    except CacheError as error:
        return [*checks, Check("open", ok=False, finding=str(error))]
    try:
        return [
            *checks,
            _check_disk(store),
            _check_data(store),
            _check_session(store),
            *_check_key(store),
            *_check_server(store),
            _check_clock(store),
            *_check_waiting(store),
        ]
    finally:
        store.close()


def _check_folder(directory: Path) -> Check:
    reason = unsafe_because(directory.expanduser().resolve())
    finding = reason or _("The data are in {directory}.").format(directory=directory)
    return Check("folder", ok=not reason, finding=finding)


def _check_disk(store: ConsoleStore) -> Check:
    free = shutil.disk_usage(store.directory).free
    finding = _("{size} GB are free on its disk.").format(size=format_number(free / 1e9, digits=1))
    ok = free >= LEAST_FREE_BYTES
    return Check("disk", ok, finding, "" if ok else _("Free some space before it is full."))


def _check_data(store: ConsoleStore) -> Check:
    damage = store.find_damage()
    if damage:
        return Check(
            "data", ok=False, finding=_("The data are damaged."), advice=str(DamagedCache(store.path, damage))
        )
    return Check("data", ok=True, finding=_("The data are whole."))


def _check_session(store: ConsoleStore) -> Check:
    identity = store.identity
    if identity is None or not has_session(store.directory):
        return Check(
            "session",
            ok=False,
            finding=_("Nobody is logged in."),
            advice=_("Log in: tabuah login --server URL --user NAME"),
        )
    if not identity.approved:
        advice = _("An administrator runs: tabuah server device approve {device}").format(device=store.device)
        return Check("session", ok=False, finding=_("This device waits for approval."), advice=advice)
    if identity.grant is not None and identity.grant.expires_at <= store.now():
        finding = _("The log-in expired {moment}: what is written now is held for a supervisor.").format(
            moment=format_moment(identity.grant.expires_at)
        )
        return Check("session", ok=False, finding=finding, advice=_("Connect and sync, or log in again."))
    return Check("session", ok=True, finding=_("{user} is logged in.").format(user=identity.user))


def _check_key(store: ConsoleStore) -> list[Check]:
    """A copy of this console's data, or a lost key, that was healed some days ago."""
    renewal = store.last_renewal
    if renewal is None or not is_recent(renewal, store.now()):
        return []
    identity = store.identity
    advice = " ".join(what_to_check(renewal, approved=identity is not None and identity.approved))
    finding = f"{what_happened(renewal)} {what_is_safe(renewal)}"
    return [Check("key", ok=not advice, finding=finding, advice=advice)]


def _check_server(store: ConsoleStore) -> list[Check]:
    identity = store.identity
    if identity is None:
        return []
    try:
        with ServerClient(identity.server_url) as client:
            health = client.health()
    except SyncError as error:
        return [
            Check("server", ok=False, finding=str(error), advice=_("Check the network; work goes on without it."))
        ]
    finding = _("The server at {url} answers (version {version}).").format(
        url=identity.server_url, version=health.version
    )
    return [Check("server", ok=True, finding=finding)]


def _check_clock(store: ConsoleStore) -> Check:
    offset_s = store.clock_offset_s
    ok = abs(offset_s) <= LARGEST_OFFSET_S
    finding = _("This computer's clock differs from the server's by {n} s; that is corrected.").format(
        n=format_number(abs(offset_s))
    )
    return Check("clock", ok, finding, "" if ok else _("Set the clock of this computer."))


def _check_held(store: ConsoleStore) -> Check:
    """What a supervisor decides on, and what waits for other work, perhaps for months."""
    held = store.held()
    waits = [aside.entry.at for aside in held if aside.reason in WAITS]
    found = []
    if len(held) > len(waits):
        found.append(_("{n} changes are held for a supervisor.").format(n=len(held) - len(waits)))
    if waits:
        told = _("{n} changes wait for what they rest on, the oldest since {time}.")
        found.append(told.format(n=len(waits), time=format_moment(min(waits))))
    return Check("held", ok=False, finding=" ".join(found), advice="tabuah held list")


def _check_waiting(store: ConsoleStore) -> list[Check]:
    counts = store.counts()
    waiting = _("{n} changes are not yet synced.").format(n=counts.pending)
    checks = [Check("outbox", ok=True, finding=waiting)]
    if counts.conflicts:
        found = _("{n} conflicts wait for a decision.").format(n=counts.conflicts)
        checks.append(Check("conflicts", ok=False, finding=found, advice="tabuah conflict list"))
    if counts.held:
        checks.append(_check_held(store))
    if counts.rejected:
        found = _("The server has rejected {n} changes of this console.").format(n=counts.rejected)
        checks.append(Check("rejected", ok=False, finding=found, advice="tabuah rejected list"))
    return checks
