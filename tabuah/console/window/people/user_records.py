"""Users as the journal of this console has them, and the history of one of them."""

from collections.abc import Iterable

from tabuah.operations.entries import subject_of
from tabuah.operations.people.authority import Authority, User
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.people_protocol import UserSummary, summarise_device
from tabuah.text.people.user_history import PeopleEvent, people_events


def known_users(store: ConsoleStore) -> tuple[UserSummary, ...]:
    """Return all users by name, without sessions, which only the server knows."""
    authority = store.authority()
    users = sorted(authority.users.values(), key=lambda user: (user.name.casefold(), user.name))
    return tuple(_summary(authority, user) for user in users)


def read_user_history(store: ConsoleStore, name: str, devices: Iterable[str]) -> tuple[PeopleEvent, ...]:
    """Return the history of a user and of devices, and request what a snapshot has skipped."""
    subjects = (subject_of("user", name), *(subject_of("device", device) for device in devices))
    for subject in subjects:
        store.histories.request(subject)
    return people_events(pair for subject in subjects for pair in store.entries_of(subject))


def _summary(authority: Authority, user: User) -> UserSummary:
    own = [device for device in authority.devices.values() if device.owner == user.name and not device.is_server]
    return UserSummary(
        name=user.name,
        full_name=user.full_name,
        role=user.role,
        opd=user.opd,
        kecamatan=user.office.kecamatan,
        active=user.active,
        last_seen_at=max((grant.starts_at for grant in user.grants.values()), default=None),
        devices=tuple(summarise_device(device) for device in sorted(own, key=lambda device: device.id)),
    )
