"""Command palette: its items, the search, and the command for each kind of result."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.bulletins.source_items import LISTED_FOR
from tabuah.console.window.map.bookmarks import BOOKMARK
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.action_availability import ActionAvailability
from tabuah.console.window.shell.action_bindings import ActionBindings
from tabuah.console.window.shell.actions import command_items
from tabuah.console.window.shell.window_commands import WindowCommands
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.places import Places
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.places import PlaceNames, place_names
from tabuah.operations.exercises.scope import ExerciseScope, plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentStage
from tabuah.operations.incidents.search_query import MAX_CHARS
from tabuah.resources.localisation import _, format_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.bulletins.bulletin_text import describe_magnitude, describe_validity, mark_exercise
from tabuah.text.code_labels import code_label
from tabuah.text.contacts.contact_text import (
    describe_duty,
    describe_hazards,
    describe_numbers,
    describe_places,
    numbers_of,
)
from tabuah.text.disruptions.disruption_text import describe_disruption
from tabuah.text.incidents.incident_text import nagari_text, place_text, short_title
from tabuah.text.incidents.places import kecamatan_text
from tabuah.text.parent_events.event_text import event_period
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.shelters.shelter_text import describe_occupancy
from tabuah.widgets.bulletins.source_item import EARTHQUAKES, WARNINGS
from tabuah.widgets.shell.command_palette import CommandPalette
from tabuah.widgets.shell.palette_index import PaletteItem

COMMAND, INCIDENT, STATION, PLACE, UNIT = "command", "incident", "station", "place", "unit"
CONTACT: Final = "contact"
PARENT_EVENT: Final = "parent_event"
SHELTER: Final = "shelter"
DISRUPTION: Final = "disruption"


def palette_items(
    commands: Iterable[PaletteItem], snapshot: ConsoleSnapshot, gazetteer: Gazetteer | None, *, now: datetime
) -> tuple[PaletteItem, ...]:
    """Return all items: commands, then worst first."""
    return (
        *commands,
        *incident_items(snapshot.incidents.values()),
        *_units(snapshot),
        *_stations(snapshot),
        *_shelters(snapshot),
        *_disruptions(snapshot),
        *_parent_events(snapshot),
        *_contacts(snapshot, gazetteer),
        *bulletin_palette_items(snapshot, now),
        *_gazetteer_places(gazetteer),
    )


def incident_items(incidents: Iterable[Incident]) -> Iterable[PaletteItem]:
    """Return incidents as palette items."""
    for incident in incidents:
        yield PaletteItem(
            id=incident.id,
            kind=INCIDENT,
            title=f"{incident.number} {short_title(incident)}",
            detail=f"{code_label(incident.status)} · {place_text(incident.place)}",
            icon="incident",
            words=f"{code_label(incident.hazard)} {code_label(incident.severity)} {' '.join(incident.assignment)}",
        )


def _units(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for unit in snapshot.units.values():
        if not unit.retired:
            yield PaletteItem(
                id=unit.id,
                kind=UNIT,
                title=f"{plain_code(unit.id)} {unit.name}",
                detail=_("Unit of {opd}").format(opd=unit.opd),
                icon="user",
                words=code_label(unit.kind),
            )


def _stations(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for station in snapshot.stations.values():
        main = station.main_parameter
        yield PaletteItem(
            id=station.code,
            kind=STATION,
            title=station.name,
            detail=" · ".join(part for part in (parameter_name(main.code) if main else "", station.nagari) if part),
            icon="station",
            words=plain_code(station.code),
            has_page=True,
        )


def _disruptions(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for disruption in snapshot.disruptions.values():
        if disruption.is_open:
            yield PaletteItem(
                id=disruption.id,
                kind=DISRUPTION,
                title=disruption.name,
                detail=describe_disruption(disruption),
                icon="pin",
                words=f"{place_text(disruption.place)} {disruption.source}",
            )


def _shelters(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for shelter in snapshot.shelters.values():
        if shelter.is_open:
            yield PaletteItem(
                id=shelter.id,
                kind=SHELTER,
                title=shelter.name,
                detail=" · ".join((code_label(shelter.kind), describe_occupancy(shelter))),
                icon="home",
                words=f"{place_text(shelter.place)} {shelter.owner}",
            )


def _parent_events(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for event in snapshot.parent_events.values():
        if not event.deleted:
            yield PaletteItem(
                id=event.id,
                kind=PARENT_EVENT,
                title=event.title,
                detail=f"{_('Parent event')} · {event_period(event)}",
                icon="incident",
                words=code_label(event.hazard),
            )


def _contacts(snapshot: ConsoleSnapshot, gazetteer: Gazetteer | None) -> Iterable[PaletteItem]:
    """Yield contacts with their open numbers; personal numbers are not searched."""
    places = PlaceNames() if gazetteer is None else place_names(gazetteer.all_kecamatan, gazetteer.all_nagari)
    for contact in snapshot.contacts.values():
        if contact.retired is None:
            numbers = describe_numbers(numbers_of(contact))
            yield PaletteItem(
                id=contact.id,
                kind=CONTACT,
                title=contact.name,
                detail=" · ".join(part for part in (describe_duty(contact), numbers) if part),
                icon="phone",
                words=f"{describe_places(contact, places)} {describe_hazards(contact)}",
            )


def _gazetteer_places(gazetteer: Gazetteer | None) -> Iterable[PaletteItem]:
    if gazetteer is None:
        return
    for nagari in gazetteer.all_nagari:
        yield PaletteItem(
            id=f"{nagari.lon_deg},{nagari.lat_deg}",
            kind=PLACE,
            title=nagari_text(nagari.name),
            detail=kecamatan_text(nagari.kecamatan_name),
            icon="pin",
            words=nagari.code,
        )
    for kecamatan in gazetteer.all_kecamatan:
        yield PaletteItem(
            id=f"{kecamatan.lon_deg},{kecamatan.lat_deg}",
            kind=PLACE,
            title=kecamatan_text(kecamatan.name),
            icon="pin",
            words=kecamatan.code,
        )


EARTHQUAKE_ITEM: Final = "earthquake"
WARNING_ITEM: Final = "warning"


def bulletin_palette_items(snapshot: ConsoleSnapshot, now: datetime) -> Iterator[PaletteItem]:
    """Yield earthquakes and warnings that the sources panel also lists, newest first."""
    quakes = [quake for quake in snapshot.earthquakes.values() if now - quake.latest.at <= LISTED_FOR]
    yield from map(_earthquake, sorted(quakes, key=lambda quake: quake.latest.at, reverse=True))
    warnings = [warning for warning in snapshot.warnings.values() if now - warning.issued.sent <= LISTED_FOR]
    for warning in sorted(warnings, key=lambda warning: warning.issued.sent, reverse=True):
        yield _warning(warning, now)


def _earthquake(quake: KnownEarthquake) -> PaletteItem:
    latest, felt = quake.latest, " ".join(felt.place for felt in quake.felt)
    message = (code_label(Hazard.EARTHQUAKE), describe_magnitude(latest), latest.region)
    return PaletteItem(
        id=quake.id,
        kind=EARTHQUAKE_ITEM,
        title=mark_exercise(quake.exercise, " · ".join(part for part in message if part)),
        detail=f"{format_moment(latest.at)} · {latest.source}",
        icon="alert",
        words=f"M{latest.magnitude} {latest.magnitude} {felt}",  # also with a decimal point, as scripts do
    )


def _warning(warning: KnownWarning, now: datetime) -> PaletteItem:
    issued = warning.issued
    return PaletteItem(
        id=warning.id,
        kind=WARNING_ITEM,
        title=mark_exercise(warning.exercise, issued.headline or issued.event or warning.id),
        detail=f"{_('Weather warning')} · {describe_validity(warning, now)}",
        icon="rain",
        words=f"{issued.event} {' '.join(issued.kecamatan)} {issued.source}",
    )


MIN_ARCHIVE_LETTERS: Final = 3
_REPEAT_MS: Final = 500  # of a search while the index is being built
MAX_ARCHIVE_RESULTS: Final = 20  # among incidents that are over
_TAB_OF: Final = {EARTHQUAKE_ITEM: EARTHQUAKES, WARNING_ITEM: WARNINGS}


class PaletteSearch(QObject):
    """Fills the command palette and runs the chosen item."""

    def __init__(
        self,
        palette: CommandPalette,
        context: WindowContext,
        commands: WindowCommands,
        keys: ActionBindings,
        *,
        availability: ActionAvailability,
    ) -> None:
        super().__init__(palette)
        self._palette, self._context, self._commands = palette, context, commands
        self._keys, self._availability = keys, availability
        self._query, self._searches = "", False
        self._is_noted = False  # the palette says that the index is being built
        self._repeat = QTimer(self)
        self._repeat.setSingleShot(True)
        self._repeat.setInterval(_REPEAT_MS)
        self._repeat.timeout.connect(self._search_again)
        palette.chosen.connect(self._on_chosen)
        palette.page_requested.connect(self._on_page_requested)
        palette.query_changed.connect(self._on_query_changed)

    def open(self) -> None:
        """Fill the palette with everything that can be found now, and open it."""
        snapshot, gazetteer = self._context.state.snapshot, self._context.places.gazetteer
        known = (*command_items(self._availability.context()), *self._commands.map.bookmarks.items())
        self._palette.show_items(palette_items(known, snapshot, gazetteer, now=self._context.state.now()))
        self._palette.open_palette()

    def _on_query_changed(self, query: str) -> None:
        self._query = query
        self._palette.show_found(query, _places(self._context.places, query))
        if not self._searches:
            self._search_archive(query)

    def _search_again(self) -> None:
        """Search once more while the index is being built."""
        if self._palette.isVisible() and not self._searches:
            self._search_archive(self._query)

    def _search_archive(self, query: str) -> None:
        """Search older incidents in the archive by number, title and place; one search at a time."""
        self._searches = True
        self._context.store.run(
            partial(_search_archive, query=query, scope=self._context.state.scope),
            on_done=lambda found: self._on_archive_searched(query, *found),
            on_error=self._on_search_failed,
        )

    def _on_archive_searched(self, query: str, found: list[Incident], is_complete: bool) -> None:
        self._searches = False
        if query != self._query:
            self._search_archive(self._query)
            return
        known, scope = self._context.state.snapshot.incidents, self._context.state.scope
        over = [incident for incident in scope.select(found) if incident.id not in known]
        note = "" if is_complete else _("The search index is being built; more may be found.")
        if over or note or self._is_noted:
            self._palette.show_found(query, [*_places(self._context.places, query), *incident_items(over)], note)
        self._is_noted = bool(note)
        if note and self._palette.isVisible():
            self._repeat.start()

    def _on_search_failed(self, error: Exception) -> None:
        self._searches = False
        self._context.notifier.error(error)

    def _on_chosen(self, item: PaletteItem) -> None:
        if item.kind == COMMAND:
            self._keys.run(item.id)
        elif item.kind == INCIDENT:
            self._context.show_incident(item.id)
        elif item.kind == STATION:
            self._choose_station(item.id)
        elif item.kind == UNIT:
            self._commands.units.unit_actions.show_unit(item.id)
        elif item.kind in (SHELTER, DISRUPTION):
            (self._commands.shelters if item.kind == SHELTER else self._commands.disruptions).begin(item.id)
        elif item.kind in (CONTACT, PARENT_EVENT):
            (self._commands.contacts if item.kind == CONTACT else self._commands.events).begin(item.id)
        elif item.kind in _TAB_OF:
            self._commands.bulletins.begin(_TAB_OF[item.kind], look_at=item.id)
        elif item.kind == PLACE:
            lon_deg, lat_deg = (float(part) for part in item.id.split(","))
            self._context.look_at(lon_deg, lat_deg)
            self._context.canvas.tools.show_pin(lon_deg, lat_deg, item.title)
        elif item.kind == BOOKMARK:
            self._commands.map.bookmarks.go_to(int(item.id))

    def _on_page_requested(self, item: PaletteItem) -> None:
        """Open the page of a station; no other kind has a page."""
        self._choose_station(item.id)
        self._commands.stations.station_page.begin()

    def _choose_station(self, code: str) -> None:
        station = self._context.state.snapshot.stations.get(code)
        if station is not None:
            self._context.selection.choose_station(code)
            self._context.canvas.set_selection("station", code)
            self._context.look_at(station.lon_deg, station.lat_deg)


def _search_archive(store: ConsoleStore, *, query: str, scope: ExerciseScope) -> tuple[list[Incident], bool]:
    """Return ended incidents by their words, newest first, and whether the index has all of them.

    A query of one or two letters finds nothing.
    """
    if len(query.strip()) < MIN_ARCHIVE_LETTERS:
        return [], True
    is_complete = store.search.is_complete
    filters = IncidentFilters(words=query[:MAX_CHARS], stage=IncidentStage.ENDED)
    return store.search.read(store.search.find(filters, scope=scope, limit=MAX_ARCHIVE_RESULTS)), is_complete


def _places(places: Places, query: str) -> list[PaletteItem]:
    """Return coordinates, towns, lakes and the volcano, which only the gazetteer knows."""
    return [
        PaletteItem(
            id=f"{found.lon_deg},{found.lat_deg}", kind=PLACE, title=found.name, detail=found.detail, icon="pin"
        )
        for found in places.suggest(query)
        if found.lon_deg is not None and not found.id.startswith(("nagari/", "kecamatan/"))
    ]
