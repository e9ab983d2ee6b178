"""The regency of a console and its server: the same, or nothing is exchanged."""

import hashlib

from tabuah.operations.regency.subject import PROFILE_SUBJECT, RegencyState
from tabuah.resources.regency import current_regency, read_kept_profile, shipped_regency
from tabuah.resources.regency_profile import InvalidProfile, RegencyProfile
from tabuah.storage.cache.errors import AnotherRegency, DiskFull
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal import protocol
from tabuah.storage.regency.kept_profile import has_map, keep_profile, profile_sha256
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import UnexpectedAnswer


def check_regency(store: ConsoleStore, session: protocol.Session) -> None:
    """Check that a console and the server of a session have the same regency, unless the console is empty.

    Raises:
        AnotherRegency: this console has work of another regency.
    """
    here = _profile_of(store)
    there = session.regency or _shipped_summary()
    is_empty = store.chain_length == 0 and store.head.seq == 0
    if here.kemendagri_code != there.code and not is_empty:
        raise AnotherRegency(here=here.name, there=there.name)


def follow_regency(store: ConsoleStore, client: ServerClient, session: protocol.Session) -> bool:
    """Keep the profile and the map of the server, where they differ; return whether they did.

    Raises:
        SyncError: the server does not answer, or sends something else.
        DiskFull: the profile could not be saved; the former one stays.
    """
    here = _profile_of(store)
    there = session.regency or _shipped_summary()
    if there.sha256 == profile_sha256(here) and has_map(store.directory, here):
        return False
    profile = client.profile() if session.regency else shipped_regency()
    _keep_with_map(store, client, profile)
    return True


def follow_journal(store: ConsoleStore, client: ServerClient) -> bool:
    """Keep the profile that the pulled journal has, where it differs; return whether it did; raises as above."""
    value = store.state(PROFILE_SUBJECT).value
    if not isinstance(value, RegencyState):
        return False
    here = _profile_of(store)
    if value.profile == here and has_map(store.directory, here):
        return False
    _keep_with_map(store, client, value.profile)
    return True


def _keep_with_map(store: ConsoleStore, client: ServerClient, profile: RegencyProfile) -> None:
    content = None if has_map(store.directory, profile) else client.profile_map()
    if content is not None and hashlib.sha256(content).hexdigest() != profile.map_sha256:
        raise UnexpectedAnswer(client.url, "SHA-256")
    try:
        keep_profile(store.directory, profile, content)
    except OSError as error:
        raise DiskFull(store.directory) from error


def _profile_of(store: ConsoleStore) -> RegencyProfile:
    """Return the profile of a console; a damaged file counts as the profile in use, and is replaced."""
    try:
        return read_kept_profile(store.directory) or shipped_regency()
    except (InvalidProfile, OSError):
        return current_regency()


def _shipped_summary() -> protocol.RegencySummary:
    profile = shipped_regency()
    return protocol.RegencySummary(code=profile.kemendagri_code, name=profile.name, sha256=profile_sha256(profile))
