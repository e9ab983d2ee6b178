"""Deputyships that are in force or to come, and who may be a deputy. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tabuah.operations.people.authority import Authority, Deputyship, User
from tabuah.operations.people.roles import WORKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDeputyship:
    """A deputyship and its user."""

    user: User
    deputyship: Deputyship


def open_deputyships(authority: Authority, now: datetime) -> tuple[KnownDeputyship, ...]:
    """Return the deputyships that are in force or to come, the first to begin first."""
    return tuple(sorted(_open_ones(authority, now), key=lambda each: (each.deputyship.starts_at, each.user.name)))


def _open_ones(authority: Authority, now: datetime) -> Iterator[KnownDeputyship]:
    for user in authority.users.values():
        for each in user.known_deputyships.values():
            if user.active and not each.ended and each.ends_at > now:
                yield KnownDeputyship(user=user, deputyship=each)


def possible_deputies(authority: Authority) -> tuple[User, ...]:
    """Return the users who may be a deputy, by name."""
    found = (user for user in authority.users.values() if user.active and user.role in WORKERS)
    return tuple(sorted(found, key=lambda user: user.name))
