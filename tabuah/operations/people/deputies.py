"""Deputyships that are in force or to come, who may be a deputy, and for how long in a row. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.people.authority import Authority, Deputyship, User
from tabuah.operations.people.entry_bodies import UserDeputised
from tabuah.operations.people.roles import WORKERS

# Two night shifts of twelve hours have this break. Deputyships with a shorter one between them count together.
SHORTEST_BREAK: Final = timedelta(hours=12)


class KnownDeputyship(msgspec.Struct, frozen=True, kw_only=True):
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


def time_in_a_row(user: User, named: UserDeputised, at: datetime) -> timedelta:
    """Return the time from the first to the last moment of a new deputyship and those next to it.

    One that was ended counts until its planned end, but not if it had not begun when the new one was named.

    Args:
        user: the deputy.
        named: the new deputyship.
        at: when it is named.
    """
    start, end = named.starts_at, named.ends_at
    others = [each for each in user.known_deputyships.values() if not each.ended or each.starts_at <= at]
    while near := [
        each for each in others if each.ends_at > start - SHORTEST_BREAK and each.starts_at < end + SHORTEST_BREAK
    ]:
        start = min(start, *(each.starts_at for each in near))
        end = max(end, *(each.ends_at for each in near))
        others = [each for each in others if each not in near]
    return end - start
