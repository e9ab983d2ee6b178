"""Choices of the filters of the list of incidents."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from tabuah.console.window.incidents.incident_list_items import LATE
from tabuah.console.window.parent_events.event_items import listed_events
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.exercises.scope import ExerciseScope, plain_code
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.saved_views import ORDER_LABELS, PERIOD_LABELS
from tabuah.text.parent_events.event_text import listed_event_titles, unlisted_event_title
from tabuah.text.roster.roster_text import person_name
from tabuah.widgets.incidents.incident_filter_bar import OWN_PERIOD
from tabuah.widgets.values import Choice

ItemT = TypeVar("ItemT")


def filter_choices(snapshot: ConsoleSnapshot, places: PlaceNames, scope: ExerciseScope) -> dict[str, list[Choice]]:
    """Return the choices of all filters, by filter."""
    return {
        "stage": [
            Choice(code="open", label=_("Open incidents")),
            Choice(code=LATE, label=_("Late")),
            Choice(code="ended", label=_("Archive: ended")),
            Choice(code="", label=_("Open and ended")),
        ],
        "hazard": _all(_("All hazards"), Hazard, code_label),
        "severity": _all(_("Every severity"), reversed(Severity), code_label),
        "status": _all(_("Every status"), Status, code_label),
        "channel": _all(_("All channels"), Channel, code_label),
        "period": [
            Choice(code="", label=_("Any time")),
            *(Choice(code=period.value, label=_(label)) for period, label in PERIOD_LABELS.items()),
            Choice(code=OWN_PERIOD, label=_("Own period")),
        ],
        "order": [Choice(code=order.value, label=_(label)) for order, label in ORDER_LABELS.items()],
        **place_choices(places),
        **people_choices(snapshot),
        "parent_event": event_choices(snapshot.parent_events, scope),
    }


def place_choices(places: PlaceNames, kecamatan: str = "") -> dict[str, list[Choice]]:
    """Return the kecamatan, and the nagari of one or of all; a nagari whose name is not unique has its code."""
    count = Counter(nagari.name for nagari in places.nagari.values())
    names = sorted(each.name for each in places.kecamatan.values())
    nagari = [
        Choice(code=each.name, label=each.name)
        if count[each.name] == 1
        else Choice(code=each.code, label=f"{each.name}, {each.kecamatan_name}")
        for each in sorted(places.nagari.values(), key=lambda each: (each.name, each.code))
        if not kecamatan or each.kecamatan_name == kecamatan
    ]
    return {
        "kecamatan": _all(_("All kecamatan"), names, str),
        "nagari": [Choice(code="", label=_("All nagari")), *nagari],
    }


def people_choices(snapshot: ConsoleSnapshot) -> dict[str, list[Choice]]:
    """Return the OPD, units and users."""
    units = sorted(snapshot.units.values(), key=lambda unit: (unit.opd, unit.id))
    opds = sorted({unit.opd for unit in units if unit.opd} | {opd.name for opd in current_regency().opds})
    users = snapshot.authority.users
    authors = sorted(users, key=lambda name: person_name(name, users).casefold())
    return {
        "opd": _all(_("All OPD"), opds, str),
        "unit": [
            Choice(code="", label=_("All units")),
            *(Choice(code=plain_code(unit.id), label=f"{plain_code(unit.id)} {unit.name}") for unit in units),
        ],
        "author": [
            Choice(code="", label=_("All people")),
            *(Choice(code=name, label=person_name(name, users)) for name in authors),
        ],
    }


def event_choices(events: Mapping[str, ParentEvent], scope: ExerciseScope, chosen: str = "") -> list[Choice]:
    """Return the parent events of a world; a chosen one that is not among them comes last, with the reason."""
    titles = listed_event_titles(listed_events(events.values(), scope))
    if chosen and chosen not in titles:
        titles[chosen] = unlisted_event_title(events.get(chosen))
    return _all(_("All events"), titles, titles.__getitem__)


def _all(first: str, items: Iterable[ItemT], label: Callable[[ItemT], str]) -> list[Choice]:
    """Return a choice of everything, then one for each item."""
    return [Choice(code="", label=first), *(Choice(code=str(each), label=label(each)) for each in items)]
