"""Needs and aid of some incidents by item: needed, covered and open needs, and stock.

    open    = the sum of the shortages of all places
    covered = needed - open; this quantity was distributed at the place or is in stock there

Only shortages and stocks are added over places, so a quantity that moves from one place to another counts once. A
surplus at one place covers no need at another place.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from tabuah.operations.aid.aid_line import AidLine, AidPlace
from tabuah.operations.aid.balance import AidBalance, aid_balances, item_key
from tabuah.operations.shelters.shelter import Shelter


class AidLedger(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of the ledger, and the shelters by id, which name the incident of a line."""

    lines: tuple[AidLine, ...] = ()
    shelters: Mapping[str, Shelter] = msgspec.field(default_factory=dict)


class AidFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One item and unit.

    Attributes:
        needed_milli, open_milli, stock_milli: sums over places, in thousandths of the unit.
        needing: ids of the incidents that state a need.
        short: ids of those with an open need.
        holding: ids of those with a stock.
        ids: ids of all incidents with a line.
    """

    item: str
    unit: str
    needed_milli: int
    open_milli: int
    stock_milli: int
    needing: tuple[str, ...]
    short: tuple[str, ...]
    holding: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def covered_milli(self) -> int:
        return self.needed_milli - self.open_milli

    @property
    def covered_share(self) -> float | None:
        """Return the covered part of the needs, 0 to 1; None where nothing was needed."""
        return self.covered_milli / self.needed_milli if self.needed_milli else None


class _OfIncident(NamedTuple):
    incident: str
    balance: AidBalance


def aid_figures(ledger: AidLedger, counts_as: Mapping[str, str]) -> tuple[AidFigure, ...]:
    """Return the figures by item, that with the most incidents with an open need first.

    Args:
        ledger: the lines and shelters.
        counts_as: the incident that each incident counts as: itself, or the one that it was merged into. Lines of
            other incidents, and those of no incident, are left out.
    """
    items: dict[str, list[_OfIncident]] = {}
    for balance in aid_balances(ledger.lines):
        incident = counts_as.get(_incident_of(balance.place, ledger.shelters), "")
        if incident:
            items.setdefault(item_key(balance.item, balance.unit), []).append(_OfIncident(incident, balance))
    figures = (_figure(items[key]) for key in sorted(items))
    return tuple(sorted(figures, key=lambda each: -len(each.short)))


def _incident_of(place: AidPlace, shelters: Mapping[str, Shelter]) -> str:
    shelter = shelters.get(place.shelter)
    return shelter.incident if shelter is not None else place.incident


def _figure(found: list[_OfIncident]) -> AidFigure:
    first = found[0].balance
    return AidFigure(
        item=first.item,
        unit=first.unit,
        needed_milli=sum(each.balance.needed_milli for each in found),
        open_milli=sum(min(each.balance.shortage_milli, each.balance.needed_milli) for each in found),
        stock_milli=sum(max(0, each.balance.stock_milli) for each in found),
        needing=_ids(each for each in found if each.balance.needed_milli),
        short=_ids(each for each in found if each.balance.shortage_milli),
        holding=_ids(each for each in found if each.balance.stock_milli > 0),
        ids=_ids(found),
    )


def _ids(found: Iterable[_OfIncident]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.incident for each in found))
