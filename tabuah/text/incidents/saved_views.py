"""Text about saved views of the list of incidents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.saved_views import SavedView, ViewPeriod
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.code_labels import code_label
from tabuah.text.parent_events.event_text import unlisted_event_title

ORDER_LABELS: Final[dict[IncidentOrder, str]] = {
    IncidentOrder.URGENT: N_("Late, worst, oldest"),
    IncidentOrder.NEWEST: N_("Newest first"),
    IncidentOrder.OLDEST: N_("Oldest first"),
    IncidentOrder.CHANGED: N_("Last changed"),
    IncidentOrder.NUMBER: N_("By number"),
}
PERIOD_LABELS: Final[dict[ViewPeriod, str]] = {
    ViewPeriod.DAY: N_("Last 24 hours"),
    ViewPeriod.WEEK: N_("Last 7 days"),
    ViewPeriod.MONTH: N_("Last 30 days"),
    ViewPeriod.BEFORE: N_("Older than 30 days"),
}
_STAGES: Final[dict[IncidentStage, str]] = {
    IncidentStage.OPEN: N_("Open incidents"),
    IncidentStage.ENDED: N_("Archive: ended"),
    IncidentStage.ALL: N_("Open and ended"),
}


def order_label(order: IncidentOrder) -> str:
    return _(ORDER_LABELS[order])


def describe_view(view: SavedView, events: Mapping[str, ParentEvent]) -> str:
    """Return the filters of a view: "Open incidents · Flood · Kubung · Last 7 days"; `events` are by id."""
    period = (_(PERIOD_LABELS[view.period]),) if view.period is not None else _dates(view.filters)
    chosen = view.filters.parent_event
    event = (unlisted_event_title(events.get(chosen)),) if chosen else ()
    return " · ".join((*_filters(view.filters), *event, *period))


def unread_views_text(positions: Sequence[int]) -> str:
    """Return which views of a file were left out."""
    message = _("These views of the file cannot be read and were left out: {numbers}. The others are saved.")
    return message.format(numbers=", ".join(f"{position}." for position in positions))


def _filters(filters: IncidentFilters) -> Iterator[str]:
    if filters.words.strip():
        yield f"“{filters.words.strip()}”"
    yield _("Late") if filters.late else _(_STAGES[filters.stage])
    for chosen in (filters.hazards, filters.severities, filters.statuses, filters.channels):
        if chosen:
            yield ", ".join(sorted(map(code_label, chosen)))
    yield from filter(None, (filters.kecamatan, filters.nagari, filters.opd, filters.unit, filters.author))


def _dates(filters: IncidentFilters) -> Iterator[str]:
    if filters.since is not None:
        yield _("from {moment}").format(moment=format_moment(filters.since))
    if filters.until is not None:
        yield _("before {moment}").format(moment=format_moment(filters.until))
