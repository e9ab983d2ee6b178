"""Display values of the incident performance window: tiles, tables whose numbers open incidents, and bars."""

import msgspec


class NumberTile(msgspec.Struct, frozen=True, kw_only=True):
    """A headline number with the incidents behind it; a number that is not known is shown muted."""

    code: str
    label: str
    value: str
    note: str = ""
    ids: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def spoken(self) -> str:
        return ". ".join(part for part in (self.label, self.value, self.note) if part)


class NumberCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell with the incidents behind its number."""

    text: str
    ids: tuple[str, ...] = ()
    is_number: bool = True


class NumberBar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of the chart: a short label and a count."""

    label: str
    count: int


class NumberTable(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the window.

    `bars` has one bar for each row, or none. `places` has a point (longitude, latitude) for each row that can be
    shown on the map, or none.
    """

    code: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[NumberCell, ...], ...]
    bars: tuple[NumberBar, ...] = ()
    places: tuple[tuple[float, float], ...] = ()
    note: str = ""


class IncidentPerformanceView(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one period: heading, tiles and tables."""

    heading: str
    tiles: tuple[NumberTile, ...] = ()
    tables: tuple[NumberTable, ...] = ()
