"""Work on a station as spans of its chart: what was measured meanwhile is part of the work."""

from collections.abc import Iterable

from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.resources.catalogue import _
from tabuah.widgets.charts.series import ChartContent, NamedSpan


def work_spans(station: str, windows: Iterable[MaintenanceWindow], chart: ChartContent) -> tuple[NamedSpan, ...]:
    """From when to when a station is worked on, as far as the chart reaches; work that overlaps is one span."""
    first_s = chart.from_s if chart.from_s is not None else float("-inf")
    last_s = chart.to_s if chart.to_s is not None else float("inf")
    edges = sorted((w.since.timestamp(), w.over_at.timestamp()) for w in windows if station in w.stations)
    joined: list[tuple[float, float]] = []
    for since_s, over_s in edges:
        if over_s <= max(since_s, first_s) or since_s >= last_s:
            continue
        if joined and since_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], over_s))
        else:
            joined.append((since_s, over_s))
    return tuple(NamedSpan(name=_("maintenance"), from_s=since_s, to_s=over_s) for since_s, over_s in joined)
