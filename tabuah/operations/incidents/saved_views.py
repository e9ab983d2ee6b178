"""Saved views of the list of incidents: words, filters, order and columns under a name, for one user."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder

MAX_VIEWS: Final = 50  # of one user
MAX_NAME: Final = 60
ViewName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
ColumnName = Annotated[str, Meta(max_length=40)]


class ViewPeriod(StrEnum):
    """A period of the report that ends at the time of the search."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    BEFORE = "before"  # older than a month


PERIODS: Final = {
    ViewPeriod.DAY: timedelta(days=1),
    ViewPeriod.WEEK: timedelta(days=7),
    ViewPeriod.MONTH: timedelta(days=30),
}


class SavedView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One view; a `period` replaces the dates of the filters. Without columns the list keeps its own."""

    name: ViewName
    filters: IncidentFilters = IncidentFilters()
    period: ViewPeriod | None = None
    order: IncidentOrder = IncidentOrder.URGENT
    columns: Annotated[tuple[ColumnName, ...], Meta(max_length=30)] = ()

    def filters_at(self, now: datetime) -> IncidentFilters:
        """Return the filters with the dates of the period."""
        if self.period is None:
            return self.filters
        since, until = period_dates(self.period, now)
        return msgspec.structs.replace(self.filters, since=since, until=until)


SavedViews = tuple[SavedView, ...]


def period_dates(period: ViewPeriod, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of a period and the one after it; None where it has no end."""
    if period is ViewPeriod.BEFORE:
        return None, now - PERIODS[ViewPeriod.MONTH]
    return now - PERIODS[period], None


def find_view(views: SavedViews, name: str) -> SavedView:
    """Return the view with a name; capital letters and spaces around it do not count.

    Raises:
        NotPossible: there is none.
    """
    found = next((view for view in views if _key(view.name) == _key(name)), None)
    if found is None:
        raise NotPossible("view_unknown", name=name.strip()[:MAX_NAME])
    return found


def save_view(views: SavedViews, view: SavedView) -> SavedViews:
    """Return the views with a new or changed one.

    Raises:
        NotPossible: the name is empty or too long, or there are too many views.
    """
    view = msgspec.structs.replace(view, name=_checked_name(view.name))
    kept = tuple(view if _key(each.name) == _key(view.name) else each for each in views)
    if view not in kept:
        kept = (*views, view)
    if len(kept) > MAX_VIEWS:
        raise NotPossible("too_many_views", n=MAX_VIEWS)
    return kept


def rename_view(views: SavedViews, name: str, new: str) -> SavedViews:
    """Return the views with another name for one.

    Raises:
        NotPossible: there is no view with the name, or another one has the new name.
    """
    found, checked = find_view(views, name), _checked_name(new)
    if any(_key(each.name) == _key(checked) and each is not found for each in views):
        raise NotPossible("view_name_taken", name=checked)
    return tuple(msgspec.structs.replace(each, name=checked) if each is found else each for each in views)


def delete_view(views: SavedViews, name: str) -> SavedViews:
    """Return the views without one.

    Raises:
        NotPossible: there is none with this name.
    """
    found = find_view(views, name)
    return tuple(each for each in views if each is not found)


def add_views(views: SavedViews, added: Iterable[SavedView]) -> SavedViews:
    """Return the views with those of a file; one with a known name replaces it.

    Raises:
        NotPossible: there would be too many views.
    """
    for view in added:
        views = save_view(views, view)
    return views


def _checked_name(name: str) -> str:
    checked = " ".join(name.split())
    if not 0 < len(checked) <= MAX_NAME:
        raise NotPossible("view_name_length", n=MAX_NAME)
    return checked


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
