"""Authors of readings: whose readings a station accepts, and how old they may be."""

from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from tabuah.operations.people.roles import Role

MAPPING_PREFIX: Final = "mqtt/"  # of an author that is a mapping: a broker without accounts delivers its messages
MAY_CORRECT_OLD: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})


class ReadingAuthor(msgspec.Struct, frozen=True, kw_only=True):
    """The account that sends readings.

    Attributes:
        account: its name, or `mqtt/<mapping>`.
        role: its role; a mapping has the role of a gateway.
        source: the connection that delivers, by which silence is watched; the account if empty.
        reason: why readings older than the limit are sent; empty if none is given.
    """

    account: str
    role: Role
    source: str = ""
    reason: str = ""

    @property
    def is_mapping(self) -> bool:
        return self.account.startswith(MAPPING_PREFIX)


class AgeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The age up to which readings of real stations are accepted."""

    gateway: timedelta = timedelta(days=7)
    person: timedelta = timedelta(days=31)  # a field post may be without a connection for weeks

    def oldest_accepted(self, author: ReadingAuthor, now: datetime) -> datetime | None:
        """Return the oldest accepted moment; None if an authorised person gives a reason for any older one."""
        if author.role is Role.GATEWAY:
            return now - self.gateway
        if author.reason and author.role in MAY_CORRECT_OLD:
            return None
        return now - self.person


DEFAULT_AGE_LIMITS: Final = AgeLimits()


class AssignedSource(Protocol):
    """A station or a tracker: it names the gateway that may send its readings."""

    @property
    def gateway(self) -> str: ...

    @property
    def exercise(self) -> bool: ...


def may_write_station(author: ReadingAuthor, station: AssignedSource, registrant: str) -> bool:
    """Return whether an author may send readings of a station or tracker; for people the role decides.

    A gateway must be the one that the station or unit names. In an exercise, a station or unit without a gateway
    accepts the account that registered it, and brokers without accounts, such as that of a simulation.

    Args:
        author: the sender.
        station: the station or tracker.
        registrant: the account that registered it; empty if unknown.
    """
    if author.role is not Role.GATEWAY:
        return True
    if station.gateway or not station.exercise:
        return author.account == station.gateway
    return author.is_mapping or author.account == registrant
