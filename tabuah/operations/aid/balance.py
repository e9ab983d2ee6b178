"""Balances of the aid ledger by item, unit and place, in whole thousandths of the unit.

    stock    = newest count + received after it - distributed after it; without a count received - distributed
    shortage = needed - distributed - stock, at least 0; a negative stock counts as none

Places are never added to each other: what one place distributes to another one, the other one receives.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidVersion


class AidBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The balance of one item at one place.

    Attributes:
        item, unit: as the newest line writes them.
        counted_milli, counted_at: the newest counted stock; None if nobody has counted.
        missing_milli: how much less was counted than the lines before say, negative for more; 0 without a count.
    """

    item: str
    unit: str
    place: AidPlace
    needed_milli: int
    received_milli: int
    distributed_milli: int
    counted_milli: int | None
    counted_at: datetime | None
    stock_milli: int
    missing_milli: int
    line_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.place.key}|{item_key(self.item, self.unit)}"

    @property
    def shortage_milli(self) -> int:
        """Return what is needed and neither given out nor in stock."""
        return max(0, self.needed_milli - self.distributed_milli - max(0, self.stock_milli))


def item_key(item: str, unit: str) -> str:
    """Return the key of an item; case and spaces do not matter."""
    return "|".join(" ".join(text.casefold().split()) for text in (item, unit))


def aid_balances(lines: Iterable[AidLine]) -> list[AidBalance]:
    """Return the balances of all lines that are not cancelled, by item and place."""
    groups: dict[tuple[str, str], list[AidLine]] = {}
    for line in lines:
        if line.values is not None:
            key = (item_key(line.values.item, line.values.unit), line.values.place.key)
            groups.setdefault(key, []).append(line)
    return [_balance(groups[key]) for key in sorted(groups)]


def _balance(lines: list[AidLine]) -> AidBalance:
    ordered = sorted(lines, key=lambda line: (line.current.at, line.id))
    counts = [number for number, line in enumerate(ordered) if _kind(line) is AidKind.COUNTED]
    last = counts[-1] if counts else None
    newest = ordered[-1].shown
    counted = ordered[last].shown.quantity_milli if last is not None else None
    before = _net(ordered[:last]) if last is not None else 0
    after = _net(ordered[last + 1 :] if last is not None else ordered)
    return AidBalance(
        item=newest.item,
        unit=newest.unit,
        place=newest.place,
        needed_milli=_sum(ordered, AidKind.NEEDED),
        received_milli=_sum(ordered, AidKind.RECEIVED),
        distributed_milli=_sum(ordered, AidKind.DISTRIBUTED),
        counted_milli=counted,
        counted_at=ordered[last].current.at if last is not None else None,
        stock_milli=(counted or 0) + after,
        missing_milli=before - counted if counted is not None else 0,
        line_ids=tuple(line.id for line in ordered),
    )


def _kind(line: AidLine) -> AidKind:
    return line.shown.kind


def _sum(lines: Iterable[AidLine], kind: AidKind) -> int:
    return sum(line.shown.quantity_milli for line in lines if _kind(line) is kind)


def _net(lines: list[AidLine]) -> int:
    return _sum(lines, AidKind.RECEIVED) - _sum(lines, AidKind.DISTRIBUTED)


def ledger_versions(lines: Iterable[AidLine]) -> list[tuple[AidLine, AidVersion]]:
    """Return all versions of all lines, the newest line first and of each line the version in force first."""
    ordered = sorted(lines, key=lambda line: (line.current.at, line.id), reverse=True)
    return [(line, version) for line in ordered for version in reversed(line.versions)]
